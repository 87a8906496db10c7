// SPDX-License-Identifier: MIT
#include "gpu/image.h"

#include <gmock/gmock.h>

#include <array>

#include "base/error.h"
#include "gpu/commands.h"
#include "kernel.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using Pixel = std::array<std::uint8_t, 4>;

class ImageTest : public test::GpuTestWithParam<std::pair<std::uint32_t, std::uint32_t>> {
  protected:
    vk::BufferImageCopy wholeImage(const Image& image, std::uint64_t offset) {
        return vk::BufferImageCopy(offset, 0, 0, {vk::ImageAspectFlagBits::eColor, 0, 0, 1}, {},
                                   {image.width(), image.height(), 1});
    }
};

TEST_P(ImageTest, PixelsSurviveCopySamplingAndStoring) {
    const auto [width, height] = GetParam();
    const Image source(device(), {.name = "source", .width = width, .height = height});
    const Image target(device(), {.name = "target", .width = width, .height = height});
    std::vector<Pixel> pixels(width * height);
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i * 7), static_cast<std::uint8_t>(i >> 3),
                     255};
    test::GuardedBuffer staging(device(), "staging", pixels.size() * 4);
    test::GuardedBuffer result(device(), "result", pixels.size() * 4);
    staging.write(std::span<const Pixel>(pixels));

    const Pipeline& invert = pipelines().get(
        {.shader = "test/invert_image", .bindings = {BindingKind::SampledImage, BindingKind::StorageImage}});
    const vk::raii::Sampler sampler(device().handle(), vk::SamplerCreateInfo());
    DescriptorPool sets(device());
    const Binding bindings[] = {ImageBinding{source.view(), *sampler}, ImageBinding{target.view()}};
    const vk::DescriptorSet set = sets.create(invert, bindings);
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        source.recordInitialLayout(commands);
        target.recordInitialLayout(commands);
        commands.copyBufferToImage(staging.handle(), source.handle(), vk::ImageLayout::eGeneral,
                                   wholeImage(source, staging.offsetBytes()));
        recordBarrier(commands);
        bind(commands, invert, set);
        commands.dispatch((source.width() + 7) / 8, (source.height() + 7) / 8, 1);
        recordBarrier(commands);
        commands.copyImageToBuffer(target.handle(), vk::ImageLayout::eGeneral, result.handle(),
                                   wholeImage(target, result.offsetBytes()));
    });
    const std::vector<Pixel> got = result.read<Pixel>();
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        for (std::size_t channel = 0; channel < 4; ++channel)
            ASSERT_EQ(got[i][channel], 255 - pixels[i][channel]) << "pixel " << i << " channel " << channel;
    }
    result.expectGuardsIntact();
}

INSTANTIATE_TEST_SUITE_P(Sizes, ImageTest,
                         ::testing::Values(std::pair(1u, 1u), std::pair(1u, 33u), std::pair(7u, 9u),
                                           std::pair(64u, 17u)));

class ImageLimits : public test::GpuTest {};

TEST_F(ImageLimits, ASideBeyondTheDeviceIsRefusedWithTheLimit) {
    const std::uint32_t most = device().capabilities().maxImageSide;
    try {
        const Image image(device(), {.name = "panorama", .width = most + 1, .height = 1});
        FAIL() << "an image of " << most + 1 << " pixels was made";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("panorama"), HasSubstr(std::to_string(most)), HasSubstr("scale")));
    }
}

}  // namespace
}  // namespace impasto::gpu
