// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "gpu/device_choice.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

class ValidationLog;

/// Opens the Vulkan loader. Throws Error when it is not installed.
vk::raii::Context openLoader();

struct InstanceParams {
    std::vector<std::string> extensions = {};  ///< all needed
    bool debugUtils = false;
    ValidationLog* validation = nullptr;  ///< with validation layers when given
};

/// Throws Error when there is no driver, or an extension is missing.
vk::raii::Instance createInstance(const vk::raii::Context& context, const InstanceParams& params);

/// True when the instance extension can be enabled.
bool hasInstanceExtension(const vk::raii::Context& context, const char* name);

/// In Vulkan's order; empty when there is none.
std::vector<vk::raii::PhysicalDevice> physicalDevices(const vk::raii::Instance& instance);

DeviceProperties propertiesOf(const vk::raii::PhysicalDevice& device);
bool hasDeviceExtension(const vk::raii::PhysicalDevice& device, const char* name);

}  // namespace impasto::gpu
