// SPDX-License-Identifier: MIT
#pragma once

#include "gpu/device.h"
#include "gpu/pipeline.h"

namespace impasto::app {

/// What a device does at best, measured: a kernel of nothing but multiply-adds, and one that copies feature texels.
struct DeviceCeiling {
    double multiplyAddsPerSecond = 0;
    double bytesPerSecond = 0;  ///< read and written

    /// Least time in ms that work of this size takes.
    double leastMs(std::int64_t multiplyAdds, std::int64_t bytes) const;
};

/// The best of a dozen runs of each kernel. Zeros where the device has no timestamps. Throws Error.
DeviceCeiling measureCeiling(gpu::Device& device, gpu::PipelineLibrary& pipelines);

/// The higher value of each.
DeviceCeiling higherOf(const DeviceCeiling& a, const DeviceCeiling& b);

}  // namespace impasto::app
