// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "gpu/device_choice.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

/// A device that can everything the program needs.
inline DeviceProperties device(const std::string& name, DeviceKind kind, std::uint64_t memoryMiB) {
    return {.name = name,
            .driver = "invented 1.0",
            .kind = kind,
            .apiVersion = VK_API_VERSION_1_2,
            .hasComputeQueue = true,
            .canPresent = true,
            .timelineSemaphore = true,
            .deviceLocalBytes = memoryMiB << 20,
            .maxTexelBufferElements = 128u << 20,
            .maxStorageBufferRange = 1u << 30};
}

}  // namespace impasto::gpu
