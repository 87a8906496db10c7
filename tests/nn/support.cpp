// SPDX-License-Identifier: MIT
#include "support.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "gpu/commands.h"

namespace impasto::nn::test {

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

void fillImage(gpu::Device& device, const gpu::Image& image, std::uint8_t value) {
    const float level = static_cast<float>(value) / 255.0f;
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.clearColorImage(image.handle(), vk::ImageLayout::eGeneral,
                                 vk::ClearColorValue(std::array{level, level, level, level}),
                                 vk::ImageSubresourceRange{vk::ImageAspectFlagBits::eColor, 0, 1, 0, 1});
        gpu::recordBarrier(commands);
    });
}

std::vector<std::uint8_t> readImage(gpu::Device& device, const gpu::Image& image) {
    const std::uint64_t size = std::uint64_t{image.width()} * image.height() * 4;
    gpu::Buffer readback(device, {"test image", size, gpu::MemoryKind::Readback});
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyImageToBuffer(image.handle(), vk::ImageLayout::eGeneral, readback.handle(), image.wholeRegion());
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

model::Network threeLevelNetwork(int width1, int width2, int width3) {
    using model::ActivationKind;
    const int widths[] = {width1, width2, width3};
    NetworkBuilder builder(3);
    const auto conv = [&](int in, int out, ActivationKind activation, int stride, int upsample) {
        model::Conv2d op;
        op.inChannels = in;
        op.outChannels = out;
        op.stride = {stride, stride};
        op.pad = {1, 1, 1, 1};
        op.padMode = model::PadMode::Reflect;
        op.activation = {activation, 0.1f};
        op.upsample = upsample;
        return op;
    };
    int y = builder.add(model::PixelUnshuffle{2}, {builder.add(model::ScaleShift{2.0f, -1.0f}, {0})});
    int features[3], normalized[3];
    for (int level = 0; level < 3; ++level) {
        y = builder.conv(
            conv(level == 0 ? 12 : widths[level - 1], widths[level], ActivationKind::LeakyRelu, level == 0 ? 1 : 2, 1),
            y);
        features[level] = y;
    }
    for (int level = 0; level < 3; ++level)
        normalized[level] = builder.site(features[level], widths[level]);
    y = normalized[2];
    for (int block = 0; block < 3; ++block) {
        const int inner = builder.conv(conv(width3, width3, ActivationKind::Relu, 1, 1), y);
        y = builder.conv(conv(width3, width3, ActivationKind::None, 1, 1), inner, y);
    }
    for (int level = 2; level >= 1; --level) {
        const int sum =
            builder.conv(conv(widths[level], widths[level - 1], ActivationKind::None, 1, 2), y, normalized[level - 1]);
        y = builder.add(model::Activate{{ActivationKind::Relu, 0}}, {sum});
        if (level == 2)
            y = builder.conv(conv(width2, width2, ActivationKind::Relu, 1, 1), y, y);
    }
    y = builder.conv(conv(width1, 12, ActivationKind::Sigmoid, 1, 1), y);
    builder.add(model::PixelShuffle{2}, {y});
    model::Network network = builder.build();
    network.graph.multiple = 8;
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
