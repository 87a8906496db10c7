// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "gpu/device.h"
#include "gpu/retire.h"
#include "gpu/vulkan.h"

namespace impasto::ui {

/// A window's images, UNORM so that gamma-encoded values are shown as they are. One thread.
class Swapchain {
  public:
    /// `surface` outlives it. Throws Error when the surface offers no UNORM format.
    Swapchain(gpu::Device& device, vk::SurfaceKHR surface);

    vk::Format format() const { return format_.format; }
    vk::Extent2D extent() const { return extent_; }

    /// Makes the images anew for the surface's present size (`wanted` where the surface leaves it open). What was there
    /// is destroyed once `lastUse` is reached. False when there is nothing to draw on, e.g. while minimised.
    bool recreate(vk::RenderPass pass, vk::Extent2D wanted, gpu::Retirement& retirement, std::uint64_t lastUse);

    enum class State { Ready, NotYet, OutOfDate, Lost };
    /// Takes the next image; `available` is signalled once it may be drawn on.
    State acquire(vk::Semaphore available, std::uint64_t timeoutNs);
    /// Shows the image taken last, after `drawn()`.
    State present();

    vk::Framebuffer framebuffer() const { return *images_[index_].framebuffer; }
    /// To be signalled by the submit that draws the image taken last.
    vk::Semaphore drawn() const { return *images_[index_].drawn; }

  private:
    struct Image {
        vk::raii::ImageView view;
        vk::raii::Framebuffer framebuffer;
        vk::raii::Semaphore drawn;
    };
    struct Generation {
        vk::raii::SwapchainKHR swapchain;
        std::vector<Image> images;
    };
    Image makeImage(vk::Image image, vk::RenderPass pass) const;

    gpu::Device* device_;
    vk::SurfaceKHR surface_;
    vk::SurfaceFormatKHR format_;
    vk::Extent2D extent_;
    vk::raii::SwapchainKHR swapchain_{nullptr};
    std::vector<Image> images_;
    std::uint32_t index_ = 0;
};

}  // namespace impasto::ui
