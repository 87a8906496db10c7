// SPDX-License-Identifier: MIT
#include "gpu/image.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/error.h"
#include "gpu/memory.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

constexpr vk::Format kFormat = vk::Format::eR8G8B8A8Unorm;
constexpr vk::ImageSubresourceRange kWhole{vk::ImageAspectFlagBits::eColor, 0, 1, 0, 1};

vk::ImageCreateInfo imageInfo(std::uint32_t width, std::uint32_t height) {
    vk::ImageCreateInfo info;
    info.imageType = vk::ImageType::e2D;
    info.format = kFormat;
    info.extent = vk::Extent3D(width, height, 1);
    info.mipLevels = 1;
    info.arrayLayers = 1;
    info.usage = vk::ImageUsageFlagBits::eStorage | vk::ImageUsageFlagBits::eSampled |
                 vk::ImageUsageFlagBits::eTransferSrc | vk::ImageUsageFlagBits::eTransferDst;
    return info;
}

}  // namespace

Image::Image(const Device& device, const Params& params) : width_(params.width), height_(params.height) {
    IMPASTO_CHECK(width_ > 0 && height_ > 0);
    const std::string what = fmt::format("image '{}' of {}x{}", params.name, width_, height_);
    const std::uint32_t most = device.capabilities().maxImageSide;
    if (width_ > most || height_ > most)
        throw Error({"cannot create an image", what,
                     fmt::format("{} takes sides of at most {} pixels", device.report().properties.name, most),
                     "scale the picture down"});
    vk::ImageCreateInfo info = imageInfo(width_, height_);
    const std::vector<std::uint32_t> families = device.queueFamilies();
    if (families.size() > 1)
        info.setSharingMode(vk::SharingMode::eConcurrent).setQueueFamilyIndices(families);
    translateErrors("cannot create an image", what, [&] {
        image_ = vk::raii::Image(device.handle(), info);
        memory_ = allocateMemory(device, image_.getMemoryRequirements(), {vk::MemoryPropertyFlagBits::eDeviceLocal, {}},
                                 what);
        image_.bindMemory(*memory_, 0);
        view_ = vk::raii::ImageView(device.handle(), {{}, *image_, vk::ImageViewType::e2D, kFormat, {}, kWhole});
    });
    device.counters().objectsCreated += 2;
    device.setName(vk::ObjectType::eImage, reinterpret_cast<std::uint64_t>(static_cast<VkImage>(*image_)), params.name);
}

void Image::recordInitialLayout(vk::CommandBuffer commands) const {
    vk::ImageMemoryBarrier barrier;
    barrier.dstAccessMask = vk::AccessFlagBits::eMemoryRead | vk::AccessFlagBits::eMemoryWrite;
    barrier.oldLayout = vk::ImageLayout::eUndefined;
    barrier.newLayout = vk::ImageLayout::eGeneral;
    barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.image = *image_;
    barrier.subresourceRange = kWhole;
    commands.pipelineBarrier(vk::PipelineStageFlagBits::eTopOfPipe, vk::PipelineStageFlagBits::eAllCommands, {}, {}, {},
                             barrier);
}

}  // namespace impasto::gpu
