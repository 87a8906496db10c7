// SPDX-License-Identifier: MIT
#include "ui/colour_target.h"

namespace impasto::ui {

ColourTarget::ColourTarget(const gpu::Device& device, vk::RenderPass pass, vk::Format format, vk::Extent2D extent) {
    vk::ImageCreateInfo info;
    info.imageType = vk::ImageType::e2D;
    info.format = format;
    info.extent = vk::Extent3D(extent, 1);
    info.mipLevels = info.arrayLayers = 1;
    info.usage = vk::ImageUsageFlagBits::eColorAttachment | vk::ImageUsageFlagBits::eTransferSrc;
    image = vk::raii::Image(device.handle(), info);
    const vk::MemoryRequirements needs = image.getMemoryRequirements();
    const int type = device.memoryType(needs.memoryTypeBits, {});
    memory = vk::raii::DeviceMemory(device.handle(), {needs.size, static_cast<std::uint32_t>(type)});
    image.bindMemory(*memory, 0);
    view = vk::raii::ImageView(
        device.handle(),
        {{}, *image, vk::ImageViewType::e2D, format, {}, {vk::ImageAspectFlagBits::eColor, 0, 1, 0, 1}});
    const vk::ImageView attachment = *view;
    framebuffer = vk::raii::Framebuffer(device.handle(), {{}, pass, attachment, extent.width, extent.height, 1});
}

}  // namespace impasto::ui
