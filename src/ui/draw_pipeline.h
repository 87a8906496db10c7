// SPDX-License-Identifier: MIT
#pragma once

#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace impasto::ui {

/// The vertex shader's push constants.
struct DrawListPush {
    float scale[2];
    float offset[2];
};
static_assert(sizeof(DrawListPush) == 16);

vk::raii::RenderPass makeDrawPass(const gpu::Device& device, vk::Format format, vk::ImageLayout finalLayout);

/// ImDrawVert as vertices, straight alpha blended over the target, scissor and viewport dynamic. `fragmentShader` is
/// one of shaders/ui/variants.cmake.
vk::raii::Pipeline makeDrawPipeline(const gpu::Device& device, vk::PipelineLayout layout, vk::RenderPass pass,
                                    const char* fragmentShader);

}  // namespace impasto::ui
