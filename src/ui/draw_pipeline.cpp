// SPDX-License-Identifier: MIT
#include "ui/draw_pipeline.h"

#include <imgui.h>

#include <array>
#include <cstddef>

#include "embedded.h"

namespace impasto::ui {
namespace {

vk::raii::ShaderModule loadShader(const gpu::Device& device, const char* name) {
    const auto words = shaders::find(name);
    return {device.handle(), vk::ShaderModuleCreateInfo({}, words.size_bytes(), words.data())};
}

vk::PipelineColorBlendAttachmentState straightAlpha() {
    vk::PipelineColorBlendAttachmentState blend;
    blend.blendEnable = VK_TRUE;
    blend.srcColorBlendFactor = vk::BlendFactor::eSrcAlpha;
    blend.dstColorBlendFactor = vk::BlendFactor::eOneMinusSrcAlpha;
    blend.srcAlphaBlendFactor = vk::BlendFactor::eOne;
    blend.dstAlphaBlendFactor = vk::BlendFactor::eOneMinusSrcAlpha;
    using Component = vk::ColorComponentFlagBits;
    blend.colorWriteMask = Component::eR | Component::eG | Component::eB | Component::eA;
    return blend;
}

}  // namespace

vk::raii::RenderPass makeDrawPass(const gpu::Device& device, vk::Format format, vk::ImageLayout finalLayout) {
    vk::AttachmentDescription attachment;
    attachment.format = format;
    attachment.loadOp = vk::AttachmentLoadOp::eClear;
    attachment.finalLayout = finalLayout;
    const vk::AttachmentReference reference(0, vk::ImageLayout::eColorAttachmentOptimal);
    vk::SubpassDescription subpass;
    subpass.setColorAttachments(reference);

    using Stage = vk::PipelineStageFlagBits;
    using Access = vk::AccessFlagBits;
    // Before: the wait for the swapchain image is at the same stage. After: a target may be copied out.
    const std::array dependencies = {
        vk::SubpassDependency(VK_SUBPASS_EXTERNAL, 0, Stage::eColorAttachmentOutput, Stage::eColorAttachmentOutput, {},
                              Access::eColorAttachmentWrite),
        vk::SubpassDependency(0, VK_SUBPASS_EXTERNAL, Stage::eColorAttachmentOutput, Stage::eTransfer,
                              Access::eColorAttachmentWrite, Access::eTransferRead)};
    return {device.handle(), vk::RenderPassCreateInfo({}, attachment, subpass, dependencies)};
}

vk::raii::Pipeline makeDrawPipeline(const gpu::Device& device, vk::PipelineLayout layout, vk::RenderPass pass,
                                    const char* fragmentShader) {
    const vk::raii::ShaderModule vertex = loadShader(device, "ui/draw_list.vert");
    const vk::raii::ShaderModule fragment = loadShader(device, fragmentShader);
    const std::array stages = {
        vk::PipelineShaderStageCreateInfo({}, vk::ShaderStageFlagBits::eVertex, *vertex, "main"),
        vk::PipelineShaderStageCreateInfo({}, vk::ShaderStageFlagBits::eFragment, *fragment, "main")};

    const vk::VertexInputBindingDescription binding(0, sizeof(ImDrawVert));
    const std::array attributes = {
        vk::VertexInputAttributeDescription(0, 0, vk::Format::eR32G32Sfloat, offsetof(ImDrawVert, pos)),
        vk::VertexInputAttributeDescription(1, 0, vk::Format::eR32G32Sfloat, offsetof(ImDrawVert, uv)),
        vk::VertexInputAttributeDescription(2, 0, vk::Format::eR8G8B8A8Unorm, offsetof(ImDrawVert, col))};
    const vk::PipelineVertexInputStateCreateInfo vertexInput({}, binding, attributes);
    const vk::PipelineInputAssemblyStateCreateInfo assembly({}, vk::PrimitiveTopology::eTriangleList);
    const vk::PipelineViewportStateCreateInfo viewport({}, 1, nullptr, 1, nullptr);
    vk::PipelineRasterizationStateCreateInfo raster;
    raster.cullMode = vk::CullModeFlagBits::eNone;
    raster.lineWidth = 1.0f;
    const vk::PipelineMultisampleStateCreateInfo multisample;
    const vk::PipelineColorBlendAttachmentState attachment = straightAlpha();
    vk::PipelineColorBlendStateCreateInfo blend;
    blend.setAttachments(attachment);
    const std::array dynamicStates = {vk::DynamicState::eViewport, vk::DynamicState::eScissor};
    const vk::PipelineDynamicStateCreateInfo dynamic({}, dynamicStates);

    vk::GraphicsPipelineCreateInfo info;
    info.setStages(stages);
    info.pVertexInputState = &vertexInput;
    info.pInputAssemblyState = &assembly;
    info.pViewportState = &viewport;
    info.pRasterizationState = &raster;
    info.pMultisampleState = &multisample;
    info.pColorBlendState = &blend;
    info.pDynamicState = &dynamic;
    info.layout = layout;
    info.renderPass = pass;
    return {device.handle(), device.pipelineCache(), info};
}

}  // namespace impasto::ui
