// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

/// A 2-D R8G8B8A8_UNORM image: storage, sampled, transfer source and target; gamma-encoded values. Its layout is
/// GENERAL for its whole life after the first `recordInitialLayout`.
class Image {
  public:
    struct Params {
        std::string name = {};
        std::uint32_t width = 0;
        std::uint32_t height = 0;
    };
    Image(const Device& device, const Params& params);

    vk::Image handle() const { return *image_; }
    vk::ImageView view() const { return *view_; }
    std::uint32_t width() const { return width_; }
    std::uint32_t height() const { return height_; }

    /// UNDEFINED → GENERAL; to be submitted once before any other use.
    void recordInitialLayout(vk::CommandBuffer commands) const;
    /// All of it beside a buffer whose rows hold `rowPixels`; 0: its width.
    vk::BufferImageCopy wholeRegion(std::uint32_t rowPixels = 0) const {
        return vk::BufferImageCopy(0, rowPixels, 0, {vk::ImageAspectFlagBits::eColor, 0, 0, 1}, {},
                                   {width(), height(), 1});
    }

  private:
    std::uint32_t width_ = 0;
    std::uint32_t height_ = 0;
    vk::raii::DeviceMemory memory_{nullptr};
    vk::raii::Image image_{nullptr};
    vk::raii::ImageView view_{nullptr};
};

}  // namespace impasto::gpu
