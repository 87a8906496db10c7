// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <optional>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/device.h"
#include "gpu/vulkan.h"
#include "ui/textures.h"

namespace impasto::ui {

/// Records ImGui's draw lists: one pipeline, vertices and indices in mapped buffers, one pair per frame in flight.
/// Colours are gamma-encoded and blended as they are, so targets are UNORM. One thread.
class DrawListRenderer {
  public:
    struct Params {
        const gpu::Device& device;
        const Textures& textures;
        vk::Format format = vk::Format::eUndefined;                 ///< of the colour attachment
        vk::ImageLayout finalLayout = vk::ImageLayout::eUndefined;  ///< the attachment's after the pass
        int framesInFlight = 2;
    };
    explicit DrawListRenderer(const Params& params);

    /// One colour attachment, cleared.
    vk::RenderPass renderPass() const { return *renderPass_; }

    struct Target {
        vk::Framebuffer framebuffer = {};
        vk::Extent2D extent = {};
        ImVec4 clearColor = {0, 0, 0, 1};
    };
    /// Records the whole render pass. The work recorded for `slot` before must have finished.
    void record(vk::CommandBuffer commands, const ImDrawData& data, const Target& target, int slot);

  private:
    struct Slot {
        std::optional<gpu::Buffer> vertices;
        std::optional<gpu::Buffer> indices;
    };
    void upload(const ImDrawData& data, Slot& slot) const;
    void recordLists(vk::CommandBuffer commands, const ImDrawData& data, vk::Extent2D extent) const;

    const gpu::Device* device_;
    const Textures* textures_;
    vk::raii::RenderPass renderPass_{nullptr};
    vk::raii::PipelineLayout layout_{nullptr};
    vk::raii::Pipeline plain_{nullptr};
    vk::raii::Pipeline area_{nullptr};  ///< for textures drawn smaller than they are
    std::vector<Slot> slots_;
};

}  // namespace impasto::ui
