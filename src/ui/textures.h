// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/device.h"
#include "gpu/image.h"
#include "gpu/retire.h"
#include "gpu/vulkan.h"

namespace impasto::ui {

/// What draw lists may show: textures of the window's own (font atlas, thumbnails), and images of others for one frame.
/// An ImTextureID is a descriptor set with one sampled image in layout GENERAL. One thread.
class Textures {
  public:
    Textures(const gpu::Device& device, int framesInFlight);

    vk::DescriptorSetLayout layout() const { return *layout_; }

    struct Pixels {
        std::string name = {};
        int width = 0;
        int height = 0;
        std::span<const std::uint8_t> rgba = {};
        bool neverSmaller = false;  ///< always drawn at its size or larger, as the font atlas is
    };
    /// An image of its own, filled by the next `recordUploads`. Throws Error when memory runs out.
    ImTextureID create(const Pixels& pixels);
    /// Frees it once `lastUse` is reached.
    void destroy(ImTextureID texture, gpu::Retirement& retirement, std::uint64_t lastUse);

    /// The work of `slot` before has finished: its frame textures may be used anew.
    void beginFrame(int slot);
    /// Somebody else's image, for this frame of `slot` only; at most kMaxFrameTextures.
    ImTextureID forFrame(const gpu::Image& image);
    static constexpr std::uint32_t kMaxFrameTextures = 8;

    /// In texels; zero where the texture is never drawn smaller.
    ImVec2 size(ImTextureID texture) const;

    /// Copies what `create` was given; to be recorded before the render pass. The staging memory lives until `value`.
    void recordUploads(vk::CommandBuffer commands, gpu::Retirement& retirement, std::uint64_t value);

  private:
    struct Owned {
        gpu::Image image;
        vk::raii::DescriptorPool pool;
        bool neverSmaller = false;
    };
    struct Upload {
        ImTextureID texture;
        gpu::Buffer staging;
    };
    vk::raii::DescriptorPool makePool(std::uint32_t sets) const;
    vk::DescriptorSet makeSet(const vk::raii::DescriptorPool& pool, vk::ImageView view) const;

    const gpu::Device* device_;
    vk::raii::Sampler sampler_{nullptr};
    vk::raii::DescriptorSetLayout layout_{nullptr};
    std::vector<vk::raii::DescriptorPool> framePools_;
    std::map<ImTextureID, ImVec2> frameSizes_;
    std::size_t slot_ = 0;
    std::map<ImTextureID, Owned> owned_;
    std::vector<Upload> uploads_;
};

}  // namespace impasto::ui
