// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>

#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

/// Memory for one buffer or image, of the first kind in `wishes` that exists and is not full. `what` names it in the
/// Error thrown when there is none.
vk::raii::DeviceMemory allocateMemory(const Device& device, const vk::MemoryRequirements& needs,
                                      std::initializer_list<vk::MemoryPropertyFlags> wishes, const std::string& what);

/// Throws the Error for memory that ran out.
[[noreturn]] void throwOutOfMemory(const Device& device, const std::string& what, std::uint64_t bytes);

}  // namespace impasto::gpu
