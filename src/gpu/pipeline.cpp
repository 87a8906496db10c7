// SPDX-License-Identifier: MIT
#include "gpu/pipeline.h"

#include <chrono>

#include "base/check.h"
#include "base/log.h"
#include "gpu/shader_source.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

vk::raii::DescriptorSetLayout createSetLayout(const Device& device, const std::vector<BindingKind>& kinds) {
    std::vector<vk::DescriptorSetLayoutBinding> bindings;
    for (const BindingKind kind : kinds)
        bindings.emplace_back(static_cast<std::uint32_t>(bindings.size()), descriptorType(kind), 1,
                              vk::ShaderStageFlagBits::eCompute);
    return vk::raii::DescriptorSetLayout(device.handle(), {{}, bindings});
}

vk::raii::PipelineLayout createLayout(const Device& device, vk::DescriptorSetLayout set, std::uint32_t pushBytes) {
    const vk::PushConstantRange range(vk::ShaderStageFlagBits::eCompute, 0, pushBytes);
    vk::PipelineLayoutCreateInfo info({}, set);
    if (pushBytes > 0)
        info.setPushConstantRanges(range);
    return vk::raii::PipelineLayout(device.handle(), info);
}

vk::raii::Pipeline createPipeline(const Device& device, const PipelineKey& key, vk::PipelineLayout layout) {
    const std::vector<std::uint32_t> words = shaderWords(key.shader);
    const vk::raii::ShaderModule module(device.handle(), {{}, words});
    std::vector<vk::SpecializationMapEntry> entries;
    for (std::uint32_t id = 0; id < key.specialization.size(); ++id)
        entries.emplace_back(id, id * 4u, sizeof(std::uint32_t));
    vk::SpecializationInfo constants;
    constants.setMapEntries(entries);
    constants.setData<std::uint32_t>(key.specialization);
    vk::PipelineShaderStageCreateInfo stage({}, vk::ShaderStageFlagBits::eCompute, *module, "main", &constants);
    const vk::PipelineShaderStageRequiredSubgroupSizeCreateInfo subgroup(key.subgroupSize);
    if (key.subgroupSize > 0) {
        stage.flags = vk::PipelineShaderStageCreateFlagBits::eRequireFullSubgroups;
        stage.pNext = &subgroup;
    }
    const vk::ComputePipelineCreateInfo info(vk::PipelineCreateFlagBits::eDispatchBase, stage, layout);
    return vk::raii::Pipeline(device.handle(), device.pipelineCache(), info);
}

}  // namespace

vk::DescriptorType descriptorType(BindingKind kind) {
    switch (kind) {
        case BindingKind::UniformTexel:
            return vk::DescriptorType::eUniformTexelBuffer;
        case BindingKind::StorageTexel:
            return vk::DescriptorType::eStorageTexelBuffer;
        case BindingKind::StorageBuffer:
            return vk::DescriptorType::eStorageBuffer;
        case BindingKind::UniformBuffer:
            return vk::DescriptorType::eUniformBuffer;
        case BindingKind::StorageImage:
            return vk::DescriptorType::eStorageImage;
        case BindingKind::SampledImage:
            break;
    }
    return vk::DescriptorType::eCombinedImageSampler;
}

Pipeline::Pipeline(const Device& device, const PipelineKey& key) : key_(key) {
    const Capabilities& can = device.capabilities();
    IMPASTO_CHECK(key.pushConstantBytes <= can.maxPushConstantBytes && key.pushConstantBytes % 4 == 0);
    IMPASTO_CHECK(key.subgroupSize == 0 ||
                  (can.subgroupSizeControl && key.subgroupSize >= can.minSubgroupSize &&
                   key.subgroupSize <= can.maxSubgroupSize && (key.subgroupSize & (key.subgroupSize - 1)) == 0));
    translateErrors("cannot build the pipeline", key.shader, [&] {
        setLayout_ = createSetLayout(device, key.bindings);
        layout_ = createLayout(device, *setLayout_, key.pushConstantBytes);
        pipeline_ = createPipeline(device, key, *layout_);
    });
    ++device.counters().pipelinesBuilt;
    device.setName(vk::ObjectType::ePipeline, reinterpret_cast<std::uint64_t>(static_cast<VkPipeline>(*pipeline_)),
                   key.shader);
}

const Pipeline& PipelineLibrary::get(const PipelineKey& key) {
    Entry* entry = nullptr;
    {
        const std::lock_guard lock(mutex_);
        entry = &pipelines_[key];
    }
    // Outside the lock, so that a slow build holds up only those who want this pipeline.
    std::call_once(entry->built, [&] {
        const auto start = std::chrono::steady_clock::now();
        entry->pipeline = std::make_unique<Pipeline>(device_, key);
        const std::chrono::duration<double, std::milli> timeMs = std::chrono::steady_clock::now() - start;
        spdlog::debug("pipeline {} built in {:.1f} ms", key.shader, timeMs.count());
        const std::lock_guard lock(mutex_);
        buildTimeMs_ += timeMs.count();
    });
    return *entry->pipeline;
}

double PipelineLibrary::buildTimeMs() const {
    const std::lock_guard lock(mutex_);
    return buildTimeMs_;
}

}  // namespace impasto::gpu
