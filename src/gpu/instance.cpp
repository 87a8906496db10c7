// SPDX-License-Identifier: MIT
#include "gpu/instance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "gpu/validation.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

DeviceKind kindOf(vk::PhysicalDeviceType type) {
    switch (type) {
        case vk::PhysicalDeviceType::eDiscreteGpu:
            return DeviceKind::Discrete;
        case vk::PhysicalDeviceType::eIntegratedGpu:
            return DeviceKind::Integrated;
        case vk::PhysicalDeviceType::eVirtualGpu:
            return DeviceKind::Virtual;
        case vk::PhysicalDeviceType::eCpu:
            return DeviceKind::Software;
        case vk::PhysicalDeviceType::eOther:
            break;
    }
    return DeviceKind::Other;
}

std::uint64_t localBytes(const vk::raii::PhysicalDevice& device) {
    const vk::PhysicalDeviceMemoryProperties memory = device.getMemoryProperties();
    std::uint64_t most = 0;
    for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
        if (memory.memoryHeaps[i].flags & vk::MemoryHeapFlagBits::eDeviceLocal)
            most = std::max<std::uint64_t>(most, memory.memoryHeaps[i].size);
    }
    return most;
}

bool named(const vk::ExtensionProperties& extension, std::string_view name) {
    return std::string_view(extension.extensionName.data()) == name;
}

}  // namespace

vk::raii::Context openLoader() {
    try {
        return vk::raii::Context();
    } catch (const std::runtime_error& error) {
        throw Error({"cannot start Vulkan", "", error.what(),
                     "install the Vulkan loader and a driver (Debian: libvulkan1 mesa-vulkan-drivers)"});
    }
}

bool hasInstanceExtension(const vk::raii::Context& context, const char* name) {
    const auto extensions = translateErrors("cannot list Vulkan extensions", "",
                                            [&] { return context.enumerateInstanceExtensionProperties(); });
    return std::any_of(extensions.begin(), extensions.end(), [&](const auto& each) { return named(each, name); });
}

vk::raii::Instance createInstance(const vk::raii::Context& context, const InstanceParams& params) {
    if (context.enumerateInstanceVersion() < VK_API_VERSION_1_1)
        throw Error({"cannot start Vulkan", "", "the Vulkan loader is older than 1.1", "update libvulkan1"});
    const vk::ApplicationInfo application("Impasto", 1, "Impasto", 1, VK_API_VERSION_1_2);
    std::vector<const char*> extensions;
    for (const std::string& name : params.extensions) {
        if (!hasInstanceExtension(context, name.c_str()))
            throw Error({"cannot start Vulkan for a window", name, "the instance extension is missing",
                         "install a driver for this display (Debian: mesa-vulkan-drivers)"});
        extensions.push_back(name.c_str());
    }
    if (params.debugUtils || params.validation)
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    vk::InstanceCreateInfo info({}, &application);
    std::array<const char*, 1> layers = {kValidationLayer};
    const std::array features = {vk::ValidationFeatureEnableEXT::eSynchronizationValidation};
    vk::ValidationFeaturesEXT validation(features);
    vk::DebugUtilsMessengerCreateInfoEXT messenger;
    if (params.validation) {
        requireValidationLayer(context);
        extensions.push_back(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
        info.setPEnabledLayerNames(layers);
        messenger = params.validation->messengerInfo();
        validation.pNext = &messenger;
        info.pNext = &validation;
    }
    info.setPEnabledExtensionNames(extensions);
    return translateErrors("cannot start Vulkan", "", [&] { return vk::raii::Instance(context, info); });
}

std::vector<vk::raii::PhysicalDevice> physicalDevices(const vk::raii::Instance& instance) {
    try {
        return vk::raii::PhysicalDevices(instance);
    } catch (const vk::InitializationFailedError&) {
        // Some loaders answer so when no driver found a device.
        return {};
    } catch (const vk::SystemError& error) {
        throwVulkanError(static_cast<vk::Result>(error.code().value()), "cannot list Vulkan devices", "");
    }
}

bool hasDeviceExtension(const vk::raii::PhysicalDevice& device, const char* name) {
    const auto extensions = device.enumerateDeviceExtensionProperties();
    return std::any_of(extensions.begin(), extensions.end(), [&](const auto& each) { return named(each, name); });
}

DeviceProperties propertiesOf(const vk::raii::PhysicalDevice& device) {
    const vk::PhysicalDeviceProperties basic = device.getProperties();
    DeviceProperties result{.name = basic.deviceName.data(),
                            .kind = kindOf(basic.deviceType),
                            .apiVersion = basic.apiVersion,
                            .deviceLocalBytes = localBytes(device),
                            .maxTexelBufferElements = basic.limits.maxTexelBufferElements,
                            .maxStorageBufferRange = basic.limits.maxStorageBufferRange};
    bool hasGraphicsQueue = false;
    for (const vk::QueueFamilyProperties& family : device.getQueueFamilyProperties()) {
        const bool computes = bool(family.queueFlags & vk::QueueFlagBits::eCompute);
        result.hasComputeQueue |= computes;
        hasGraphicsQueue |= computes && (family.queueFlags & vk::QueueFlagBits::eGraphics);
    }
    result.canPresent = hasGraphicsQueue && hasDeviceExtension(device, VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    if (basic.apiVersion < VK_API_VERSION_1_2) {
        result.driver = fmt::format("version {:#x}", basic.driverVersion);
        return result;
    }
    const auto properties = device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceDriverProperties>();
    const auto& driver = properties.get<vk::PhysicalDeviceDriverProperties>();
    result.driver = fmt::format("{} {}", driver.driverName.data(), driver.driverInfo.data());
    const auto features = device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan12Features>();
    result.timelineSemaphore = features.get<vk::PhysicalDeviceVulkan12Features>().timelineSemaphore;
    return result;
}

}  // namespace impasto::gpu
