// SPDX-License-Identifier: MIT
#pragma once

#include <vulkan/vulkan_raii.hpp>

#include "gpu/device.h"

namespace impasto::ui {

/// A colour attachment of `format` for `pass`, with its framebuffer, that can be copied from. Throws vk::Error.
struct ColourTarget {
    ColourTarget(const gpu::Device& device, vk::RenderPass pass, vk::Format format, vk::Extent2D extent);

    vk::raii::DeviceMemory memory{nullptr};
    vk::raii::Image image{nullptr};
    vk::raii::ImageView view{nullptr};
    vk::raii::Framebuffer framebuffer{nullptr};
};

}  // namespace impasto::ui
