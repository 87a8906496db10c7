// SPDX-License-Identifier: MIT
#include "support.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "gpu/commands.h"

namespace impasto::nn::test {

Tensor randomTensor(Shape shape, std::uint32_t seed, float low, float high) {
    std::mt19937 generator(seed);
    Tensor tensor(shape);
    for (float& value : tensor.data())
        value = low + (high - low) * static_cast<float>(generator() >> 8) / static_cast<float>(1u << 24);
    return tensor;
}

std::vector<std::uint8_t> randomPicture(Extent extent, std::uint32_t seed) {
    std::mt19937 generator(seed);
    std::vector<std::uint8_t> rgba(static_cast<std::size_t>(extent.height) * static_cast<std::size_t>(extent.width) *
                                   4);
    for (std::size_t i = 0; i < rgba.size(); ++i) {
        // Smooth ramps with noise on top: a picture with statistics of its own at every scale.
        const std::size_t pixel = i / 4;
        const std::size_t ramp = (i % 4 + 1) * pixel / static_cast<std::size_t>(extent.width) * 3 + (pixel * 2) % 97;
        rgba[i] = static_cast<std::uint8_t>((ramp + generator() % 64) % 256);
    }
    return rgba;
}

Tensor tensorOf(const std::vector<std::uint8_t>& rgba, Extent extent) {
    Tensor rgb({3, extent.height, extent.width});
    for (std::size_t pixel = 0; pixel < rgb.shape().planeSize(); ++pixel) {
        for (int c = 0; c < 3; ++c)
            rgb.plane(c)[pixel] = static_cast<float>(rgba[pixel * 4 + static_cast<std::size_t>(c)]) / 255.0f;
    }
    return rgb;
}

NetworkBuilder::NetworkBuilder(int channels, std::uint32_t seed) : seed_(seed) {
    network_.graph.name = "test";
    network_.graph.inputName = "input";
    network_.graph.inputChannels = channels;
    network_.graph.preferredSizes = {256};
    network_.source = "test";
}

std::vector<float> NetworkBuilder::random(std::size_t count, float low, float high) {
    return randomTensor({1, 1, static_cast<int>(count)}, ++seed_, low, high).data();
}

int NetworkBuilder::add(model::Operation operation, std::vector<int> inputs) {
    auto& nodes = network_.graph.nodes;
    nodes.push_back({std::move(operation), std::move(inputs), "t" + std::to_string(nodes.size() + 1)});
    return static_cast<int>(nodes.size());
}

int NetworkBuilder::conv(model::Conv2d conv, int input, int residual) {
    const std::string name = "conv" + std::to_string(network_.weights.size());
    const int inGroup = conv.inChannels / conv.groups;
    const auto count = static_cast<std::size_t>(conv.outChannels * inGroup * conv.kernel[0] * conv.kernel[1]);
    // Keeps outputs around 1 whatever the number of terms, so that absolute bounds mean the same for all shapes.
    const float spread = std::sqrt(3.0f / static_cast<float>(inGroup * conv.kernel[0] * conv.kernel[1]));
    conv.weight = name + ".weight";
    conv.bias = name + ".bias";
    network_.weights[conv.weight] = {{conv.outChannels, inGroup, conv.kernel[0], conv.kernel[1]},
                                     random(count, -spread, spread)};
    network_.weights[conv.bias] = {{conv.outChannels}, random(static_cast<std::size_t>(conv.outChannels), -0.5f, 0.5f)};
    const int output = add(conv, {input});
    return residual < 0 ? output : add(model::Add{}, {output, residual});
}

int NetworkBuilder::site(int input, int channels) {
    const std::string name = "s" + std::to_string(++sites_);
    const auto count = static_cast<std::size_t>(channels);
    network_.weights[name + ".batch.mean"] = {{channels}, random(count, -1, 1)};
    network_.weights[name + ".batch.var"] = {{channels}, random(count, 0.1f, 2)};
    network_.weights[name + ".learned.gamma"] = {{channels}, random(count, 0.2f, 2)};
    network_.weights[name + ".learned.beta"] = {{channels}, random(count, -1, 1)};
    network_.weights[name + ".conditional.gamma"] = {{2, channels}, random(2 * count, 0.2f, 2)};
    network_.weights[name + ".conditional.beta"] = {{2, channels}, random(2 * count, -1, 1)};
    network_.graph.conditionalStyles = {"first", "second"};
    return add(model::Normalize{name, sites_ - 1}, {input});
}

PlanRunner::PlanRunner(gpu::Device& device, gpu::PipelineLibrary& pipelines, const model::Network& network,
                       Extent input, const RunOptions& options)
    : device_(device),
      plan_({.device = device,
             .pipelines = pipelines,
             .network = network,
             .input = input,
             .precision = options.precision,
             .keepTensors = options.keepTensors,
             .plainKernels = options.plainKernels,
             .access = options.access}) {}

Tensor PlanRunner::run(const Tensor& input, const Controls& controls) {
    const FeatureMap& map = plan_.map(plan_.inputTensor());
    gpu::Buffer staging(device_, {"test input", map.sizeBytes(), gpu::MemoryKind::Upload});
    gpu::Buffer block(
        device_, {"test block", std::max<std::uint64_t>(plan_.frameBlock().sizeBytes(), 4), gpu::MemoryKind::Upload});
    packFeatures(input, map, staging.mapped());
    if (plan_.frameBlock().siteCount() > 0)
        plan_.frameBlock().fill(block.mapped(), controls);
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        // All bits set are NaN in both storage types.
        commands.fillBuffer(plan_.arena().handle(), 0, VK_WHOLE_SIZE, 0xffffffffu);
        gpu::recordBarrier(commands);
        commands.copyBuffer(staging.handle(), plan_.arena().handle(),
                            vk::BufferCopy(0, map.offsetBytes, map.sizeBytes()));
        if (plan_.frameBlock().siteCount() > 0)
            commands.copyBuffer(block.handle(), plan_.frameBlockBuffer().handle(),
                                vk::BufferCopy(0, 0, plan_.frameBlock().sizeBytes()));
        for (const Dispatch& dispatch : plan_.dispatches()) {
            gpu::recordBarrier(commands);
            const gpu::Pipeline& pipeline = *dispatch.pipeline;
            commands.bindPipeline(vk::PipelineBindPoint::eCompute, pipeline.handle());
            commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, pipeline.layout(), 0, dispatch.descriptors,
                                        {});
            commands.pushConstants<std::byte>(pipeline.layout(), vk::ShaderStageFlagBits::eCompute, 0,
                                              dispatch.pushConstants);
            if (dispatch.indirectBuffer)
                commands.dispatchIndirect(dispatch.indirectBuffer, dispatch.indirectOffset);
            else
                commands.dispatchBase(0, 0, dispatch.baseZ, dispatch.groups[0], dispatch.groups[1], dispatch.groups[2]);
        }
    });
    return read(plan_.outputTensor());
}

Tensor PlanRunner::read(int tensor) {
    const FeatureMap& map = plan_.map(tensor);
    gpu::Buffer readback(device_, {"test output", map.sizeBytes(), gpu::MemoryKind::Readback});
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(plan_.arena().handle(), readback.handle(),
                            vk::BufferCopy(map.offsetBytes, 0, map.sizeBytes()));
        gpu::recordHostBarrier(commands);
    });
    return unpackFeatures(map, readback.mapped());
}

StyleStatistics PlanRunner::statistics() {
    gpu::Buffer readback(device_, {"test statistics", plan_.frameBlock().statisticsBytes(), gpu::MemoryKind::Readback});
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(plan_.statisticsBuffer().handle(), readback.handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().statisticsBytes()));
        gpu::recordHostBarrier(commands);
    });
    return plan_.frameBlock().readStatistics(readback.mapped());
}

std::vector<std::uint8_t> readImage(gpu::Device& device, const gpu::Image& image) {
    const std::uint64_t size = std::uint64_t{image.width()} * image.height() * 4;
    gpu::Buffer readback(device, {"test image", size, gpu::MemoryKind::Readback});
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        const vk::BufferImageCopy region(0, 0, 0, {vk::ImageAspectFlagBits::eColor, 0, 0, 1}, {},
                                         {image.width(), image.height(), 1});
        commands.copyImageToBuffer(image.handle(), vk::ImageLayout::eGeneral, readback.handle(), region);
        gpu::recordHostBarrier(commands);
    });
    std::vector<std::uint8_t> pixels(size);
    std::memcpy(pixels.data(), readback.mapped().data(), pixels.size());
    return pixels;
}

const model::Network& startNetwork() {
    static const model::Network network = model::loadNetwork(IMPASTO_SOURCE_DIR "/tests/data/micro_start.safetensors");
    return network;
}

reference::StyleBlend blendOf(const Controls& controls) {
    reference::StyleBlend blend;
    for (const auto& style : controls.styles) {
        blend.styles.push_back(style.statistics);
        blend.conditionalRows.push_back(style.conditionalRow);
        blend.weights.push_back(style.weight);
    }
    blend.normalizeWeights = controls.normalizeWeights;
    return blend;
}

std::vector<reference::SiteSettings> settingsOf(const Controls& controls) {
    std::vector<reference::SiteSettings> settings;
    for (const Normalization& cell : controls.cells)
        settings.push_back({cell, controls.epsilon, controls.strength});
    return settings;
}

}  // namespace impasto::nn::test
