// SPDX-License-Identifier: MIT
#include "ui/draw_list_renderer.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cstring>

#include "base/check.h"
#include "gpu/vulkan_error.h"
#include "ui/draw_pipeline.h"

namespace impasto::ui {
namespace {

static_assert(sizeof(ImDrawIdx) == 2);

/// Makes `buffer` hold `bytes`, with room to grow so that steady frames allocate nothing.
void reserve(const gpu::Device& device, std::optional<gpu::Buffer>& buffer, const char* name, std::size_t bytes) {
    if (buffer && buffer->sizeBytes() >= bytes)
        return;
    buffer.reset();
    const std::size_t room = std::max<std::size_t>(64 * 1024, bytes + bytes / 2);
    buffer.emplace(device, gpu::Buffer::Params{.name = name, .sizeBytes = room, .memory = gpu::MemoryKind::Upload});
}

/// A command's clip rectangle in pixels of the target; empty when nothing is left of it.
vk::Rect2D scissor(const ImDrawCmd& command, const ImDrawData& data, vk::Extent2D extent) {
    const auto edge = [](float value, float position, float scale, std::uint32_t limit) {
        return static_cast<std::int32_t>(std::clamp((value - position) * scale, 0.0f, static_cast<float>(limit)));
    };
    const std::int32_t left = edge(command.ClipRect.x, data.DisplayPos.x, data.FramebufferScale.x, extent.width);
    const std::int32_t top = edge(command.ClipRect.y, data.DisplayPos.y, data.FramebufferScale.y, extent.height);
    const std::int32_t right = edge(command.ClipRect.z, data.DisplayPos.x, data.FramebufferScale.x, extent.width);
    const std::int32_t bottom = edge(command.ClipRect.w, data.DisplayPos.y, data.FramebufferScale.y, extent.height);
    return {
        {left, top},
        {static_cast<std::uint32_t>(std::max(0, right - left)), static_cast<std::uint32_t>(std::max(0, bottom - top))}};
}

/// Whether a command shows a texture at clearly less than its size. Textures of unknown size, such as the font atlas,
/// never do.
bool drawsSmaller(const ImDrawList& list, const ImDrawCmd& command, ImVec2 size, ImVec2 pixelsPerUnit) {
    if (size.x <= 0 || command.ElemCount == 0)
        return false;
    constexpr float kClearly = 1.1f;
    ImVec2 lowest{FLT_MAX, FLT_MAX}, highest{-FLT_MAX, -FLT_MAX};
    ImVec2 lowestUv = lowest, highestUv = highest;
    for (unsigned i = 0; i < command.ElemCount; ++i) {
        const ImDrawVert& vertex = list.VtxBuffer[static_cast<int>(
            command.VtxOffset + list.IdxBuffer[static_cast<int>(command.IdxOffset + i)])];
        lowest = {std::min(lowest.x, vertex.pos.x), std::min(lowest.y, vertex.pos.y)};
        highest = {std::max(highest.x, vertex.pos.x), std::max(highest.y, vertex.pos.y)};
        lowestUv = {std::min(lowestUv.x, vertex.uv.x), std::min(lowestUv.y, vertex.uv.y)};
        highestUv = {std::max(highestUv.x, vertex.uv.x), std::max(highestUv.y, vertex.uv.y)};
    }
    return (highestUv.x - lowestUv.x) * size.x > kClearly * (highest.x - lowest.x) * pixelsPerUnit.x ||
           (highestUv.y - lowestUv.y) * size.y > kClearly * (highest.y - lowest.y) * pixelsPerUnit.y;
}

}  // namespace

DrawListRenderer::DrawListRenderer(const Params& params)
    : device_(&params.device), textures_(&params.textures), slots_(static_cast<std::size_t>(params.framesInFlight)) {
    gpu::translateErrors("cannot set up drawing of the window", params.device.report().properties.name, [&] {
        renderPass_ = makeDrawPass(params.device, params.format, params.finalLayout);
        const vk::DescriptorSetLayout set = params.textures.layout();
        const vk::PushConstantRange push(vk::ShaderStageFlagBits::eVertex, 0, sizeof(DrawListPush));
        layout_ = vk::raii::PipelineLayout(params.device.handle(), vk::PipelineLayoutCreateInfo({}, set, push));
        plain_ = makeDrawPipeline(params.device, *layout_, *renderPass_, "ui/draw_list.frag");
        area_ = makeDrawPipeline(params.device, *layout_, *renderPass_, "ui/draw_list.area.frag");
    });
}

void DrawListRenderer::upload(const ImDrawData& data, Slot& slot) const {
    reserve(*device_, slot.vertices, "ui vertices", static_cast<std::size_t>(data.TotalVtxCount) * sizeof(ImDrawVert));
    reserve(*device_, slot.indices, "ui indices", static_cast<std::size_t>(data.TotalIdxCount) * sizeof(ImDrawIdx));
    std::byte* vertices = slot.vertices->mapped().data();
    std::byte* indices = slot.indices->mapped().data();
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        std::memcpy(vertices, list.VtxBuffer.Data, static_cast<std::size_t>(list.VtxBuffer.size_in_bytes()));
        std::memcpy(indices, list.IdxBuffer.Data, static_cast<std::size_t>(list.IdxBuffer.size_in_bytes()));
        vertices += list.VtxBuffer.size_in_bytes();
        indices += list.IdxBuffer.size_in_bytes();
    }
}

void DrawListRenderer::recordLists(vk::CommandBuffer commands, const ImDrawData& data, vk::Extent2D extent) const {
    std::uint32_t firstIndex = 0;
    std::int32_t firstVertex = 0;
    ImTextureID bound = nullptr;
    vk::Pipeline pipeline;
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        for (const ImDrawCmd& command : list.CmdBuffer) {
            const vk::Rect2D clip = scissor(command, data, extent);
            // Nothing calls back into the renderer, and a list without a texture has nothing to show.
            if (command.UserCallback || !command.GetTexID() || clip.extent.width == 0 || clip.extent.height == 0)
                continue;
            if (command.GetTexID() != bound) {
                bound = command.GetTexID();
                const vk::DescriptorSet set(static_cast<VkDescriptorSet>(bound));
                commands.bindDescriptorSets(vk::PipelineBindPoint::eGraphics, *layout_, 0, set, {});
            }
            const vk::Pipeline wanted =
                drawsSmaller(list, command, textures_->size(bound), data.FramebufferScale) ? *area_ : *plain_;
            if (wanted != pipeline) {
                pipeline = wanted;
                commands.bindPipeline(vk::PipelineBindPoint::eGraphics, pipeline);
            }
            commands.setScissor(0, clip);
            commands.drawIndexed(command.ElemCount, 1, firstIndex + command.IdxOffset,
                                 firstVertex + static_cast<std::int32_t>(command.VtxOffset), 0);
        }
        firstIndex += static_cast<std::uint32_t>(list.IdxBuffer.Size);
        firstVertex += list.VtxBuffer.Size;
    }
}

void DrawListRenderer::record(vk::CommandBuffer commands, const ImDrawData& data, const Target& target, int slot) {
    Slot& buffers = slots_[static_cast<std::size_t>(slot)];
    upload(data, buffers);
    const vk::ClearValue clear(
        vk::ClearColorValue(std::array{target.clearColor.x, target.clearColor.y, target.clearColor.z, 1.0f}));
    commands.beginRenderPass(vk::RenderPassBeginInfo(*renderPass_, target.framebuffer, {{0, 0}, target.extent}, clear),
                             vk::SubpassContents::eInline);
    if (data.TotalIdxCount > 0) {
        const DrawListPush push{.scale = {2.0f / data.DisplaySize.x, 2.0f / data.DisplaySize.y},
                                .offset = {-1.0f - data.DisplayPos.x * 2.0f / data.DisplaySize.x,
                                           -1.0f - data.DisplayPos.y * 2.0f / data.DisplaySize.y}};
        commands.pushConstants<DrawListPush>(*layout_, vk::ShaderStageFlagBits::eVertex, 0, push);
        commands.setViewport(0, vk::Viewport(0, 0, static_cast<float>(target.extent.width),
                                             static_cast<float>(target.extent.height), 0, 1));
        commands.bindVertexBuffers(0, buffers.vertices->handle(), vk::DeviceSize{0});
        commands.bindIndexBuffer(buffers.indices->handle(), 0, vk::IndexType::eUint16);
        recordLists(commands, data, target.extent);
    }
    commands.endRenderPass();
}

}  // namespace impasto::ui
