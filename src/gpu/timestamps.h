// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

/// A pool of timestamp queries written by a recorded command buffer. Where the device has no timestamps, `available` is
/// false, recording does nothing and `readMs` returns nothing. For the compute queue; one thread reads.
class Timestamps {
  public:
    Timestamps(const Device& device, std::uint32_t count);

    bool available() const { return available_; }
    std::uint32_t count() const { return count_; }

    void recordReset(vk::CommandBuffer commands, std::uint32_t first, std::uint32_t count) const;
    /// Written when everything recorded before has finished.
    void recordWrite(vk::CommandBuffer commands, std::uint32_t index) const;
    /// True where `recordWrite` records a barrier (gpu::recordBarrier) with it.
    bool writesAreBarriers() const { return available_ && device_->isSoftware(); }

    /// Times in ms relative to the first; call once the work has finished.
    std::vector<double> readMs(std::uint32_t first, std::uint32_t count) const;
    /// The same without an allocation: false, and nothing written, where there are none or the work has not finished.
    bool readMs(std::uint32_t first, std::span<double> timesMs) const;

  private:
    const Device* device_;
    std::uint32_t count_ = 0;
    bool available_ = false;
    std::uint64_t validMask_ = 0;
    mutable std::vector<std::uint64_t> ticks_;
    vk::raii::QueryPool pool_{nullptr};
};

}  // namespace impasto::gpu
