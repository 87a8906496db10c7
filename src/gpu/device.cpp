// SPDX-License-Identifier: MIT
#include "gpu/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/log.h"
#include "gpu/instance.h"
#include "gpu/pipeline_cache.h"
#include "gpu/validation.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

bool switchedOn(const char* variable) {
    const char* value = std::getenv(variable);
    return value && std::string_view(value) == "1";
}

struct QueueFamilies {
    std::uint32_t graphics = 0;
    std::uint32_t compute = 0;
    std::uint32_t computeIndex = 0;  ///< within the family
    bool separate() const { return compute != graphics || computeIndex != 0; }
};

QueueFamilies chooseFamilies(const vk::raii::PhysicalDevice& device) {
    const auto families = device.getQueueFamilyProperties();
    const auto find = [&](vk::QueueFlags with, vk::QueueFlags without) {
        for (std::uint32_t i = 0; i < families.size(); ++i) {
            if ((families[i].queueFlags & with) == with && !(families[i].queueFlags & without))
                return static_cast<int>(i);
        }
        return -1;
    };
    using Flag = vk::QueueFlagBits;
    const int both = find(Flag::eGraphics | Flag::eCompute, {});
    const int computeOnly = find(Flag::eCompute, Flag::eGraphics);
    IMPASTO_CHECK(both >= 0 || computeOnly >= 0);
    QueueFamilies chosen;
    chosen.graphics = static_cast<std::uint32_t>(both >= 0 ? both : computeOnly);
    chosen.compute = static_cast<std::uint32_t>(computeOnly >= 0 ? computeOnly : both);
    if (chosen.compute == chosen.graphics && families[chosen.graphics].queueCount > 1)
        chosen.computeIndex = 1;
    return chosen;
}

std::string hexKey(const vk::raii::PhysicalDevice& device) {
    const auto properties = device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceIDProperties>();
    std::string key;
    for (const std::uint8_t byte : properties.get<vk::PhysicalDeviceIDProperties>().deviceUUID)
        key += fmt::format("{:02x}", byte);
    return key + fmt::format("-{:08x}", properties.get<vk::PhysicalDeviceProperties2>().properties.driverVersion);
}

Capabilities queryLimits(const vk::raii::PhysicalDevice& device) {
    const auto properties = device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceSubgroupProperties,
                                                  vk::PhysicalDeviceMaintenance3Properties>();
    const vk::PhysicalDeviceLimits& limits = properties.get<vk::PhysicalDeviceProperties2>().properties.limits;
    Capabilities result;
    result.maxTexelBufferElements = limits.maxTexelBufferElements;
    result.maxStorageBufferRange = limits.maxStorageBufferRange;
    result.maxSharedMemoryBytes = limits.maxComputeSharedMemorySize;
    result.maxWorkgroupInvocations = limits.maxComputeWorkGroupInvocations;
    result.maxPushConstantBytes = limits.maxPushConstantsSize;
    result.maxImageSide = limits.maxImageDimension2D;
    // All three are powers of two, so the largest satisfies each.
    result.bufferAlignment =
        std::max<std::uint64_t>({limits.minTexelBufferOffsetAlignment, limits.minUniformBufferOffsetAlignment,
                                 limits.minStorageBufferOffsetAlignment, 16});
    result.maxAllocationBytes = properties.get<vk::PhysicalDeviceMaintenance3Properties>().maxMemoryAllocationSize;
    const auto& subgroup = properties.get<vk::PhysicalDeviceSubgroupProperties>();
    result.subgroupSize = subgroup.subgroupSize;
    result.minSubgroupSize = result.maxSubgroupSize = subgroup.subgroupSize;
    if (subgroup.supportedStages & vk::ShaderStageFlagBits::eCompute) {
        using Flag = vk::SubgroupFeatureFlagBits;
        result.subgroupShuffle = bool(subgroup.supportedOperations & Flag::eShuffle);
        result.subgroupArithmetic = bool(subgroup.supportedOperations & Flag::eArithmetic);
        result.subgroupBallot = bool(subgroup.supportedOperations & Flag::eBallot);
    }
    return result;
}

void querySubgroupControl(const vk::raii::PhysicalDevice& device, Capabilities& result) {
    if (!hasDeviceExtension(device, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME))
        return;
    const auto features =
        device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceSubgroupSizeControlFeatures>();
    const auto properties =
        device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceSubgroupSizeControlProperties>();
    const auto& control = features.get<vk::PhysicalDeviceSubgroupSizeControlFeatures>();
    const auto& sizes = properties.get<vk::PhysicalDeviceSubgroupSizeControlProperties>();
    result.subgroupSizeControl = control.subgroupSizeControl && control.computeFullSubgroups &&
                                 (sizes.requiredSubgroupSizeStages & vk::ShaderStageFlagBits::eCompute);
    result.minSubgroupSize = sizes.minSubgroupSize;
    result.maxSubgroupSize = sizes.maxSubgroupSize;
}

/// What GLSL's cooperative matrices ask of a device beside float16_t; the compiler declares Vulkan's memory model.
bool hasCooperativeMatrix(const vk::raii::PhysicalDevice& device) {
    if (!hasDeviceExtension(device, VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME))
        return false;
    const auto features = device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan12Features,
                                              vk::PhysicalDeviceCooperativeMatrixFeaturesNV>();
    const auto properties =
        device.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceCooperativeMatrixPropertiesNV>();
    if (!features.get<vk::PhysicalDeviceVulkan12Features>().vulkanMemoryModel ||
        !features.get<vk::PhysicalDeviceCooperativeMatrixFeaturesNV>().cooperativeMatrix ||
        !(properties.get<vk::PhysicalDeviceCooperativeMatrixPropertiesNV>().cooperativeMatrixSupportedStages &
          vk::ShaderStageFlagBits::eCompute))
        return false;
    using Type = vk::ComponentTypeNV;
    return std::ranges::any_of(
        device.getCooperativeMatrixPropertiesNV(), [](const vk::CooperativeMatrixPropertiesNV& shape) {
            return shape.MSize == 16 && shape.NSize == 16 && shape.KSize == 16 && shape.AType == Type::eFloat16 &&
                   shape.BType == Type::eFloat16 && shape.CType == Type::eFloat32 && shape.DType == Type::eFloat32 &&
                   shape.scope == vk::ScopeNV::eSubgroup;
        });
}

Capabilities queryCapabilities(const vk::raii::PhysicalDevice& device, std::uint32_t computeFamily) {
    Capabilities result = queryLimits(device);
    querySubgroupControl(device, result);
    const auto features = device.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan11Features,
                                              vk::PhysicalDeviceVulkan12Features>();
    result.float16Arithmetic = features.get<vk::PhysicalDeviceVulkan12Features>().shaderFloat16;
    result.storage16Bit = features.get<vk::PhysicalDeviceVulkan11Features>().storageBuffer16BitAccess;
    result.integer64 = features.get<vk::PhysicalDeviceFeatures2>().features.shaderInt64;
    if (switchedOn("IMPASTO_COOPERATIVE_MATRIX")) {
        result.cooperativeMatrix = result.float16Arithmetic && result.storage16Bit && hasCooperativeMatrix(device);
        if (!result.cooperativeMatrix)
            spdlog::warn("IMPASTO_COOPERATIVE_MATRIX: {} has no cooperative matrices of 16 × 16 halves; none are used",
                         device.getProperties().deviceName.data());
    }
    result.timestampValidBits = device.getQueueFamilyProperties()[computeFamily].timestampValidBits;
    if (result.timestampValidBits > 0)
        result.timestampPeriodNs = device.getProperties().limits.timestampPeriod;
    return result;
}

void logReports(const std::vector<DeviceReport>& reports, int chosen) {
    for (std::size_t i = 0; i < reports.size(); ++i)
        spdlog::debug("device {}{}: {}, {}: {}", i, static_cast<int>(i) == chosen ? " (taken)" : "",
                      reports[i].properties.name, reports[i].properties.driver, fmt::join(reports[i].reasons, ", "));
}

}  // namespace

Device::Device(const DeviceOptions& options) : counters_(std::make_unique<Counters>()) {
    const bool presents = !options.windowExtensions.empty();
    context_ = std::make_unique<vk::raii::Context>(openLoader());
    createInstance(options, options.validation || switchedOn("IMPASTO_VALIDATION"));

    std::vector<vk::raii::PhysicalDevice> devices = physicalDevices(*instance_);
    std::vector<DeviceProperties> properties;
    for (const vk::raii::PhysicalDevice& device : devices)
        properties.push_back(propertiesOf(device));
    const std::vector<DeviceReport> reports = judgeDevices(properties, presents);
    const int chosen = chooseDevice(reports, options.index);
    logReports(reports, chosen);

    report_ = reports[static_cast<std::size_t>(chosen)];
    physical_ = std::move(devices[static_cast<std::size_t>(chosen)]);
    memoryProperties_ = physical_.getMemoryProperties();
    createLogicalDevice(presents);
    // What was measured without cooperative matrices is measured anew with them.
    cacheKey_ = hexKey(physical_) + (capabilities_.cooperativeMatrix ? "-matrix" : "");
    createPipelineCache();
}

Device::~Device() {
    try {
        device_->waitIdle();
        saveCaches();
    } catch (const std::exception& error) {
        spdlog::warn("closing the device: {}", error.what());
    }
}

void Device::createInstance(const DeviceOptions& options, bool validation) {
    if (validation)
        validation_ = std::make_unique<ValidationLog>(options.onValidationMessage);
    debugUtils_ = validation || hasInstanceExtension(*context_, VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    instance_ = std::make_unique<vk::raii::Instance>(gpu::createInstance(
        *context_,
        {.extensions = options.windowExtensions, .debugUtils = debugUtils_, .validation = validation_.get()}));
    if (validation_)
        messenger_ = std::make_unique<vk::raii::DebugUtilsMessengerEXT>(*instance_, validation_->messengerInfo());
}

void Device::createLogicalDevice(bool presents) {
    const QueueFamilies families = chooseFamilies(physical_);
    capabilities_ = queryCapabilities(physical_, families.compute);

    // The window's queue goes first where the driver honours priorities: it has little to do and someone waits for it.
    const std::array priorities = {1.0f, 0.5f};
    std::vector<vk::DeviceQueueCreateInfo> queues;
    if (families.compute == families.graphics) {
        queues.emplace_back(vk::DeviceQueueCreateFlags(), families.graphics, families.separate() ? 2u : 1u,
                            priorities.data());
    } else {
        queues.emplace_back(vk::DeviceQueueCreateFlags(), families.graphics, 1u, &priorities[0]);
        queues.emplace_back(vk::DeviceQueueCreateFlags(), families.compute, 1u, &priorities[1]);
    }
    std::vector<const char*> extensions;
    if (presents)
        extensions.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);

    vk::PhysicalDeviceVulkan12Features features12;
    features12.timelineSemaphore = true;
    features12.shaderFloat16 = capabilities_.float16Arithmetic;
    features12.vulkanMemoryModel = capabilities_.cooperativeMatrix;
    vk::PhysicalDeviceVulkan11Features features11;
    features11.storageBuffer16BitAccess = capabilities_.storage16Bit;
    features11.pNext = &features12;
    vk::PhysicalDeviceSubgroupSizeControlFeatures subgroupControl(true, true);
    if (capabilities_.subgroupSizeControl) {
        extensions.push_back(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
        features12.pNext = &subgroupControl;
    }
    vk::PhysicalDeviceCooperativeMatrixFeaturesNV cooperativeMatrix(true);
    if (capabilities_.cooperativeMatrix) {
        extensions.push_back(VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME);
        cooperativeMatrix.pNext = features12.pNext;
        features12.pNext = &cooperativeMatrix;
    }
    vk::PhysicalDeviceFeatures2 features;
    features.features.shaderInt64 = capabilities_.integer64;
    features.pNext = &features11;
    vk::DeviceCreateInfo info({}, queues, {}, extensions);
    info.pNext = &features;
    device_ = translateErrors("cannot open the Vulkan device", report_.properties.name,
                              [&] { return std::make_unique<vk::raii::Device>(physical_, info); });

    graphics_ = std::make_shared<Queue>(*this, families.graphics, 0);
    compute_ =
        families.separate() ? std::make_shared<Queue>(*this, families.compute, families.computeIndex) : graphics_;
}

void Device::createPipelineCache() {
    const std::vector<std::byte> saved = readPipelineCache(pipelineCachePath(cacheKey_), physical_.getProperties());
    const vk::PipelineCacheCreateInfo info({}, saved.size(), saved.data());
    pipelineCache_ = translateErrors("cannot make a pipeline cache", report_.properties.name,
                                     [&] { return std::make_unique<vk::raii::PipelineCache>(*device_, info); });
}

void Device::saveCaches() const {
    const std::vector<std::uint8_t> data = translateErrors("cannot read the pipeline cache", report_.properties.name,
                                                           [&] { return pipelineCache_->getData(); });
    writePipelineCache(pipelineCachePath(cacheKey_), std::as_bytes(std::span(data)));
}

std::vector<std::uint32_t> Device::queueFamilies() const {
    if (graphics_->family() == compute_->family())
        return {graphics_->family()};
    return {graphics_->family(), compute_->family()};
}

std::vector<std::string> Device::validationMessages() const {
    return validation_ ? validation_->messages() : std::vector<std::string>();
}

int Device::memoryType(std::uint32_t typeBits, vk::MemoryPropertyFlags flags) const {
    for (std::uint32_t i = 0; i < memoryProperties_.memoryTypeCount; ++i) {
        if ((typeBits >> i & 1u) && (memoryProperties_.memoryTypes[i].propertyFlags & flags) == flags)
            return static_cast<int>(i);
    }
    return -1;
}

void Device::setName(vk::ObjectType type, std::uint64_t handle, const std::string& name) const {
    if (debugUtils_)
        device_->setDebugUtilsObjectNameEXT({type, handle, name.c_str()});
}

}  // namespace impasto::gpu
