// SPDX-License-Identifier: MIT
#include "ui/textures.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "gpu/vulkan_error.h"

namespace impasto::ui {
namespace {

ImTextureID toId(vk::DescriptorSet set) {
    return static_cast<ImTextureID>(static_cast<VkDescriptorSet>(set));
}

void recordCopy(vk::CommandBuffer commands, const gpu::Image& image, vk::Buffer pixels) {
    image.recordInitialLayout(commands);
    vk::BufferImageCopy region;
    region.imageSubresource = {vk::ImageAspectFlagBits::eColor, 0, 0, 1};
    region.imageExtent = vk::Extent3D(image.width(), image.height(), 1);
    commands.copyBufferToImage(pixels, image.handle(), vk::ImageLayout::eGeneral, region);
    const vk::MemoryBarrier barrier(vk::AccessFlagBits::eTransferWrite, vk::AccessFlagBits::eShaderRead);
    commands.pipelineBarrier(vk::PipelineStageFlagBits::eTransfer, vk::PipelineStageFlagBits::eFragmentShader, {},
                             barrier, {}, {});
}

}  // namespace

Textures::Textures(const gpu::Device& device, int framesInFlight) : device_(&device) {
    gpu::translateErrors("cannot set up textures", device.report().properties.name, [&] {
        vk::SamplerCreateInfo sampler;
        sampler.magFilter = vk::Filter::eLinear;
        sampler.minFilter = vk::Filter::eLinear;
        sampler.addressModeU = vk::SamplerAddressMode::eClampToEdge;
        sampler.addressModeV = vk::SamplerAddressMode::eClampToEdge;
        sampler_ = vk::raii::Sampler(device.handle(), sampler);
        const vk::DescriptorSetLayoutBinding binding(0, vk::DescriptorType::eCombinedImageSampler, 1,
                                                     vk::ShaderStageFlagBits::eFragment);
        layout_ = vk::raii::DescriptorSetLayout(device.handle(), vk::DescriptorSetLayoutCreateInfo({}, binding));
        for (int i = 0; i < framesInFlight; ++i)
            framePools_.push_back(makePool(kMaxFrameTextures));
    });
}

vk::raii::DescriptorPool Textures::makePool(std::uint32_t sets) const {
    const vk::DescriptorPoolSize size(vk::DescriptorType::eCombinedImageSampler, sets);
    return vk::raii::DescriptorPool(device_->handle(), vk::DescriptorPoolCreateInfo({}, sets, size));
}

vk::DescriptorSet Textures::makeSet(const vk::raii::DescriptorPool& pool, vk::ImageView view) const {
    const vk::DescriptorSetLayout layout = *layout_;
    vk::DescriptorSetAllocateInfo info(*pool, 1, &layout);
    // Sets go with their pool: a handle that frees itself would need a pool that allows it.
    const vk::DescriptorSet set = vk::raii::DescriptorSets(device_->handle(), info).front().release();
    const vk::DescriptorImageInfo image(*sampler_, view, vk::ImageLayout::eGeneral);
    device_->handle().updateDescriptorSets(
        vk::WriteDescriptorSet(set, 0, 0, vk::DescriptorType::eCombinedImageSampler, image), {});
    return set;
}

ImTextureID Textures::create(const Pixels& pixels) {
    const std::size_t bytes = static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height) * 4;
    IMPASTO_CHECK(pixels.width > 0 && pixels.height > 0 && pixels.rgba.size() == bytes);
    gpu::Image image(*device_, {.name = pixels.name,
                                .width = static_cast<std::uint32_t>(pixels.width),
                                .height = static_cast<std::uint32_t>(pixels.height)});
    gpu::Buffer staging(*device_, {.name = pixels.name, .sizeBytes = bytes, .memory = gpu::MemoryKind::Upload});
    std::memcpy(staging.mapped().data(), pixels.rgba.data(), bytes);
    return gpu::translateErrors("cannot make a texture", pixels.name, [&] {
        vk::raii::DescriptorPool pool = makePool(1);
        const ImTextureID id = toId(makeSet(pool, image.view()));
        owned_.emplace(id, Owned{std::move(image), std::move(pool), pixels.neverSmaller});
        uploads_.push_back({id, std::move(staging)});
        return id;
    });
}

void Textures::destroy(ImTextureID texture, gpu::Retirement& retirement, std::uint64_t lastUse) {
    const auto found = owned_.find(texture);
    IMPASTO_CHECK(found != owned_.end());
    std::erase_if(uploads_, [texture](const Upload& upload) { return upload.texture == texture; });
    retirement.retire(std::move(found->second), lastUse);
    owned_.erase(found);
}

void Textures::beginFrame(int slot) {
    slot_ = static_cast<std::size_t>(slot);
    framePools_[slot_].reset();
    frameSizes_.clear();
}

ImTextureID Textures::forFrame(const gpu::Image& image) {
    const ImTextureID id = toId(makeSet(framePools_[slot_], image.view()));
    frameSizes_[id] = {static_cast<float>(image.width()), static_cast<float>(image.height())};
    return id;
}

ImVec2 Textures::size(ImTextureID texture) const {
    if (const auto found = frameSizes_.find(texture); found != frameSizes_.end())
        return found->second;
    const auto found = owned_.find(texture);
    if (found == owned_.end() || found->second.neverSmaller)
        return {0, 0};
    return {static_cast<float>(found->second.image.width()), static_cast<float>(found->second.image.height())};
}

void Textures::recordUploads(vk::CommandBuffer commands, gpu::Retirement& retirement, std::uint64_t value) {
    for (Upload& upload : uploads_) {
        recordCopy(commands, owned_.at(upload.texture).image, upload.staging.handle());
        retirement.retire(std::move(upload.staging), value);
    }
    uploads_.clear();
}

}  // namespace impasto::ui
