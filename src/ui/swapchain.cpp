// SPDX-License-Identifier: MIT
#include "ui/swapchain.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "gpu/vulkan_error.h"

namespace impasto::ui {
namespace {

vk::SurfaceFormatKHR chooseFormat(const gpu::Device& device, vk::SurfaceKHR surface) {
    const auto formats = device.physical().getSurfaceFormatsKHR(surface);
    for (const vk::Format wanted : {vk::Format::eB8G8R8A8Unorm, vk::Format::eR8G8B8A8Unorm,
                                    vk::Format::eA8B8G8R8UnormPack32, vk::Format::eA2B10G10R10UnormPack32}) {
        for (const vk::SurfaceFormatKHR& format : formats) {
            if (format.format == wanted && format.colorSpace == vk::ColorSpaceKHR::eSrgbNonlinear)
                return format;
        }
    }
    throw Error({"cannot show pictures in a window", device.report().properties.name,
                 "the window offers no 8-bit UNORM format", "choose another device with --device N"});
}

vk::CompositeAlphaFlagBitsKHR chooseAlpha(vk::CompositeAlphaFlagsKHR offered) {
    if (offered & vk::CompositeAlphaFlagBitsKHR::eOpaque)
        return vk::CompositeAlphaFlagBitsKHR::eOpaque;
    return offered & vk::CompositeAlphaFlagBitsKHR::eInherit ? vk::CompositeAlphaFlagBitsKHR::eInherit
                                                             : vk::CompositeAlphaFlagBitsKHR::ePreMultiplied;
}

vk::Extent2D chooseExtent(const vk::SurfaceCapabilitiesKHR& surface, vk::Extent2D wanted) {
    if (surface.currentExtent.width != ~0u)
        return surface.currentExtent;
    return {std::clamp(wanted.width, surface.minImageExtent.width, surface.maxImageExtent.width),
            std::clamp(wanted.height, surface.minImageExtent.height, surface.maxImageExtent.height)};
}

}  // namespace

Swapchain::Swapchain(gpu::Device& device, vk::SurfaceKHR surface) : device_(&device), surface_(surface) {
    gpu::translateErrors("cannot set up the window", device.report().properties.name, [&] {
        if (!device.physical().getSurfaceSupportKHR(device.graphicsQueue().family(), surface))
            throw Error({"cannot show pictures in a window", device.report().properties.name,
                         "the device cannot present to it", "choose another device with --device N"});
        format_ = chooseFormat(device, surface);
    });
}

Swapchain::Image Swapchain::makeImage(vk::Image image, vk::RenderPass pass) const {
    const vk::raii::Device& device = device_->handle();
    const vk::ImageSubresourceRange whole(vk::ImageAspectFlagBits::eColor, 0, 1, 0, 1);
    vk::raii::ImageView view(device, {{}, image, vk::ImageViewType::e2D, format_.format, {}, whole});
    const vk::ImageView attachment = *view;
    vk::raii::Framebuffer framebuffer(
        device, vk::FramebufferCreateInfo({}, pass, attachment, extent_.width, extent_.height, 1));
    return {std::move(view), std::move(framebuffer), vk::raii::Semaphore(device, vk::SemaphoreCreateInfo())};
}

bool Swapchain::recreate(vk::RenderPass pass, vk::Extent2D wanted, gpu::Retirement& retirement, std::uint64_t lastUse) {
    const auto surface = gpu::translateErrors("cannot ask for the window's size", device_->report().properties.name,
                                              [&] { return device_->physical().getSurfaceCapabilitiesKHR(surface_); });
    const vk::Extent2D extent = chooseExtent(surface, wanted);
    if (extent.width == 0 || extent.height == 0)
        return false;
    vk::SwapchainCreateInfoKHR info;
    info.surface = surface_;
    info.minImageCount = std::max(3u, surface.minImageCount);
    if (surface.maxImageCount > 0)
        info.minImageCount = std::min(info.minImageCount, surface.maxImageCount);
    info.imageFormat = format_.format;
    info.imageColorSpace = format_.colorSpace;
    info.imageExtent = extent;
    info.imageArrayLayers = 1;
    info.imageUsage = vk::ImageUsageFlagBits::eColorAttachment;
    info.preTransform = surface.currentTransform;
    info.compositeAlpha = chooseAlpha(surface.supportedCompositeAlpha);
    // The one mode every device has; without tearing, and never faster than the screen.
    info.presentMode = vk::PresentModeKHR::eFifo;
    info.clipped = VK_TRUE;
    info.oldSwapchain = *swapchain_;
    gpu::translateErrors("cannot make the window's images", device_->report().properties.name, [&] {
        vk::raii::SwapchainKHR fresh(device_->handle(), info);
        if (*swapchain_)
            retirement.retire(Generation{std::move(swapchain_), std::move(images_)}, lastUse);
        swapchain_ = std::move(fresh);
        extent_ = extent;
        images_.clear();
        for (const VkImage image : swapchain_.getImages())
            images_.push_back(makeImage(image, pass));
    });
    return true;
}

Swapchain::State Swapchain::acquire(vk::Semaphore available, std::uint64_t timeoutNs) {
    if (!*swapchain_)
        return State::OutOfDate;
    // Not the throwing wrapper: an image out of date is an everyday answer.
    const auto result = static_cast<vk::Result>(device_->handle().getDispatcher()->vkAcquireNextImageKHR(
        *device_->handle(), *swapchain_, timeoutNs, available, VK_NULL_HANDLE, &index_));
    switch (result) {
        case vk::Result::eSuccess:
        case vk::Result::eSuboptimalKHR:
            return State::Ready;
        case vk::Result::eTimeout:
        case vk::Result::eNotReady:
            return State::NotYet;
        case vk::Result::eErrorOutOfDateKHR:
            return State::OutOfDate;
        case vk::Result::eErrorSurfaceLostKHR:
            return State::Lost;
        default:
            gpu::throwVulkanError(result, "cannot take an image to draw on", device_->report().properties.name);
    }
}

Swapchain::State Swapchain::present() {
    const vk::Semaphore wait = drawn();
    const vk::SwapchainKHR swapchain = *swapchain_;
    const vk::Result result = device_->graphicsQueue().present(vk::PresentInfoKHR(wait, swapchain, index_));
    return result == vk::Result::eSuccess ? State::Ready : State::OutOfDate;
}

}  // namespace impasto::ui
