// SPDX-License-Identifier: MIT
#include "gpu/memory.h"

#include "base/error.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {

void throwOutOfMemory(const Device& device, const std::string& what, std::uint64_t bytes) {
    const DeviceProperties& properties = device.report().properties;
    throw Error({"cannot allocate device memory", what,
                 sizeText(bytes) + " asked for; " + properties.name + " has " + sizeText(properties.deviceLocalBytes) +
                     " in all and gives at most " + sizeText(device.capabilities().maxAllocationBytes) + " at once",
                 "lower the size or close other programs"});
}

vk::raii::DeviceMemory allocateMemory(const Device& device, const vk::MemoryRequirements& needs,
                                      std::initializer_list<vk::MemoryPropertyFlags> wishes, const std::string& what) {
    if (needs.size > device.capabilities().maxAllocationBytes)
        throwOutOfMemory(device, what, needs.size);
    for (const vk::MemoryPropertyFlags wish : wishes) {
        const int type = device.memoryType(needs.memoryTypeBits, wish);
        if (type < 0)
            continue;
        try {
            vk::raii::DeviceMemory memory(device.handle(), {needs.size, static_cast<std::uint32_t>(type)});
            ++device.counters().memoryAllocations;
            return memory;
        } catch (const vk::OutOfDeviceMemoryError&) {
            // The window of device memory the host sees can be small: the next kind may have room.
        } catch (const vk::OutOfHostMemoryError&) {
        } catch (const vk::SystemError& error) {
            throwVulkanError(static_cast<vk::Result>(error.code().value()), "cannot allocate device memory", what);
        }
    }
    throwOutOfMemory(device, what, needs.size);
}

}  // namespace impasto::gpu
