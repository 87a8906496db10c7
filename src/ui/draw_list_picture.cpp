// SPDX-License-Identifier: MIT
#include "ui/draw_list_picture.h"

#include <cstring>

#include "gpu/buffer.h"
#include "gpu/commands.h"
#include "gpu/vulkan_error.h"
#include "ui/colour_target.h"
#include "ui/draw_list_renderer.h"

namespace impasto::ui {
namespace {

constexpr vk::Format kFormat = vk::Format::eR8G8B8A8Unorm;

}  // namespace

std::vector<std::uint8_t> drawToPixels(gpu::Device& device, const Textures& textures, ImDrawList& list, int width,
                                       int height, ImVec2 scale) {
    const vk::Extent2D extent{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
    return gpu::translateErrors("cannot draw a picture", device.report().properties.name, [&] {
        DrawListRenderer renderer({.device = device,
                                   .textures = textures,
                                   .format = kFormat,
                                   .finalLayout = vk::ImageLayout::eTransferSrcOptimal,
                                   .framesInFlight = 1});
        const ColourTarget target(device, renderer.renderPass(), kFormat, extent);
        const gpu::Buffer pixels(device, {.name = "drawn picture",
                                          .sizeBytes = std::uint64_t{4} * extent.width * extent.height,
                                          .memory = gpu::MemoryKind::Readback});
        ImDrawList* lists[] = {&list};
        ImDrawData data;
        data.Valid = true;
        data.CmdLists = lists;
        data.CmdListsCount = 1;
        data.TotalVtxCount = list.VtxBuffer.Size;
        data.TotalIdxCount = list.IdxBuffer.Size;
        data.DisplaySize = {static_cast<float>(width) / scale.x, static_cast<float>(height) / scale.y};
        data.FramebufferScale = scale;
        gpu::runOnce(device, device.graphicsQueue(), [&](vk::CommandBuffer commands) {
            renderer.record(commands, data, {.framebuffer = *target.framebuffer, .extent = extent}, 0);
            const vk::BufferImageCopy region(0, 0, 0, {vk::ImageAspectFlagBits::eColor, 0, 0, 1}, {},
                                             {extent.width, extent.height, 1});
            commands.copyImageToBuffer(*target.image, vk::ImageLayout::eTransferSrcOptimal, pixels.handle(), region);
        });
        const auto bytes = pixels.mapped();
        std::vector<std::uint8_t> result(bytes.size());
        std::memcpy(result.data(), bytes.data(), bytes.size());
        return result;
    });
}

}  // namespace impasto::ui
