// SPDX-License-Identifier: MIT
#include "gpu/descriptors.h"

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

constexpr std::uint32_t kSetsPerPool = 64;
constexpr std::uint32_t kBindingsPerPool = 256;  ///< of each kind; at least what one pipeline may have

using Counts = std::array<std::uint32_t, kBindingKinds>;

Counts countKinds(std::span<const BindingKind> kinds) {
    Counts counts{};
    for (const BindingKind kind : kinds)
        ++counts[static_cast<std::size_t>(kind)];
    return counts;
}

bool fits(BindingKind kind, const Binding& binding) {
    switch (kind) {
        case BindingKind::UniformTexel:
        case BindingKind::StorageTexel:
            return std::holds_alternative<TexelBinding>(binding);
        case BindingKind::StorageBuffer:
        case BindingKind::UniformBuffer:
            return std::holds_alternative<BufferBinding>(binding);
        case BindingKind::SampledImage:
            return std::holds_alternative<ImageBinding>(binding) && std::get<ImageBinding>(binding).sampler;
        case BindingKind::StorageImage:
            break;
    }
    return std::holds_alternative<ImageBinding>(binding);
}

void write(vk::Device device, vk::DescriptorSet set, const std::vector<BindingKind>& kinds,
           std::span<const Binding> bindings) {
    // Sized beforehand: the writes point into these.
    std::vector<vk::DescriptorBufferInfo> buffers(bindings.size());
    std::vector<vk::DescriptorImageInfo> images(bindings.size());
    std::vector<vk::BufferView> views(bindings.size());
    std::vector<vk::WriteDescriptorSet> writes(bindings.size());
    for (std::size_t i = 0; i < bindings.size(); ++i) {
        IMPASTO_CHECK(fits(kinds[i], bindings[i]));
        writes[i] = vk::WriteDescriptorSet(set, static_cast<std::uint32_t>(i), 0, 1, descriptorType(kinds[i]));
        if (const auto* buffer = std::get_if<BufferBinding>(&bindings[i])) {
            buffers[i] = vk::DescriptorBufferInfo(buffer->buffer, buffer->offsetBytes, buffer->sizeBytes);
            writes[i].pBufferInfo = &buffers[i];
        } else if (const auto* texel = std::get_if<TexelBinding>(&bindings[i])) {
            views[i] = texel->view;
            writes[i].pTexelBufferView = &views[i];
        } else {
            const auto& image = std::get<ImageBinding>(bindings[i]);
            images[i] = vk::DescriptorImageInfo(image.sampler, image.view, vk::ImageLayout::eGeneral);
            writes[i].pImageInfo = &images[i];
        }
    }
    device.updateDescriptorSets(writes, {});
}

}  // namespace

void DescriptorPool::grow() {
    std::array<vk::DescriptorPoolSize, kBindingKinds> sizes;
    for (std::size_t kind = 0; kind < sizes.size(); ++kind)
        sizes[kind] = {descriptorType(static_cast<BindingKind>(kind)), kBindingsPerPool};
    const vk::DescriptorPoolCreateInfo info({}, kSetsPerPool, sizes);
    pools_.push_back(translateErrors("cannot make a descriptor pool", device_->report().properties.name,
                                     [&] { return vk::raii::DescriptorPool(device_->handle(), info); }));
    setsLeft_ = kSetsPerPool;
    bindingsLeft_.fill(kBindingsPerPool);
}

vk::DescriptorSet DescriptorPool::create(const Pipeline& pipeline, std::span<const Binding> bindings) {
    const std::vector<BindingKind>& kinds = pipeline.key().bindings;
    IMPASTO_CHECK(bindings.size() == kinds.size());
    const Counts counts = countKinds(kinds);
    const bool room =
        setsLeft_ > 0 && std::equal(counts.begin(), counts.end(), bindingsLeft_.begin(), std::less_equal<>());
    if (!room)
        grow();
    --setsLeft_;
    for (std::size_t kind = 0; kind < counts.size(); ++kind) {
        IMPASTO_CHECK(counts[kind] <= bindingsLeft_[kind]);
        bindingsLeft_[kind] -= counts[kind];
    }

    const vk::DescriptorSetLayout layout = pipeline.setLayout();
    const vk::Device device = *device_->handle();
    const vk::DescriptorSet set =
        translateErrors("cannot make a descriptor set", device_->report().properties.name, [&] {
            return device.allocateDescriptorSets({*pools_.back(), layout}).front();
        });

    write(device, set, kinds, bindings);
    ++device_->counters().descriptorUpdates;
    return set;
}

}  // namespace impasto::gpu
