// SPDX-License-Identifier: MIT
// Pictures in, pictures out: sizes of every kind, the composite in each of its ways, colours.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "model/input_size.h"
#include "nn/kernel_choices.h"
#include "stylizing.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

TEST_F(Stylizing, PicturesOfAnySizeMatchTheReference) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Controls controls = adain(style);
    const struct {
        Extent source;
        Extent input;
    } cases[] = {{{1, 1}, {1, 1}},     {{1, 40}, {1, 40}},   {{5, 3}, {5, 3}},     {{16, 16}, {16, 16}},
                 {{17, 23}, {17, 23}}, {{64, 96}, {32, 48}}, {{61, 77}, {40, 31}}, {{20, 20}, {33, 45}}};
    for (const auto& [source, input] : cases) {
        const auto rgba = randomPicture(source, 6);
        const auto target = image(input);
        Stylizer stylizer(params(source, input, input));
        stylizer.wait(stylizer.submit(rgba, controls, *target));
        const Tensor got = tensorOf(readImage(device(), *target), input);
        const Tensor want = wanted(rgba, source, input, controls);
        // Half a step of 8 bits, and a little for rounding at the step's edge.
        EXPECT_LE(maxAbs(got.data(), want.data()), 0.51 / 255) << source.height << "×" << source.width;
    }
}

TEST_F(Stylizing, TheLastConvolutionMakesTheCompositesPicture) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Controls controls = adain(style);
    const auto& nodes = startNetwork().graph.nodes;
    for (const Extent& extent : {Extent{1, 1}, Extent{17, 23}, Extent{40, 31}, Extent{35, 130}, Extent{64, 96}}) {
        const auto rgba = randomPicture(extent, 6);
        const auto shapes =
            model::inferShapes(startNetwork().graph, model::paddedExtent(extent, startNetwork().graph.multiple));
        const Tensor want = wanted(rgba, extent, extent, controls);
        for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
            for (const ConvKernel kernel : {ConvKernel::Tiled3x3, ConvKernel::Tiled3x3Rows, ConvKernel::Uniform}) {
                KernelChoices choices;
                for (std::size_t i = 0; i < nodes.size(); ++i) {
                    const auto* conv = std::get_if<model::Conv2d>(&nodes[i].operation);
                    if (conv && conv->outChannels == 12)
                        choices.set(convKey(*conv, shapes[i + 1], precision), {.choice = {kernel}});
                }
                auto chosen = params(extent, extent, extent);
                chosen.precision = precision;
                chosen.choices = &choices;
                const auto target = image(extent);
                Stylizer stylizer(chosen);
                const auto pictureOf = [&](const Controls& settings) {
                    fillImage(device(), *target, 0x5a);
                    stylizer.wait(stylizer.submit(rgba, settings, *target));
                    return readImage(device(), *target);
                };
                const auto compositeMs = [&] {
                    stylizer.submit(rgba, controls, *target);  // the frame before last is collected
                    stylizer.wait(stylizer.submit(rgba, controls, *target));
                    return operation(stylizer, "composite").timeMs;
                };
                const auto got = pictureOf(controls);
                EXPECT_EQ(compositeMs() > 0, kernel == ConvKernel::Uniform);
                EXPECT_LE(maxAbs(tensorOf(got, extent).data(), want.data()),
                          (precision == Precision::Fp32 ? 0.51 : 3.0) / 255)
                    << extent.height << "×" << extent.width;
            }
        }
    }
}

TEST_F(Stylizing, OutputOfAnySize) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Controls controls = adain(style);
    const Extent source{60, 90};
    const Extent input{30, 45};
    const auto rgba = randomPicture(source, 8);
    const Tensor small = wanted(rgba, source, input, controls);
    for (const Extent& output : {Extent{60, 90}, Extent{15, 22}, Extent{1, 1}, Extent{75, 31}}) {
        const auto target = image(output);
        for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
            auto resized = params(source, input, output);
            resized.precision = precision;
            Stylizer stylizer(resized);
            fillImage(device(), *target, 0x5a);
            stylizer.wait(stylizer.submit(rgba, controls, *target));
            const auto pixels = readImage(device(), *target);
            for (std::size_t i = 3; i < pixels.size(); i += 4)
                ASSERT_EQ(pixels[i], 255);
            // resizeArea and the shader weigh border samples differently when shrinking; the picture is the same.
            const Tensor want = reference::resizeArea(small, output);
            const bool grows = output.height >= input.height && output.width >= input.width;
            EXPECT_LE(nmse(tensorOf(pixels, output).data(), want.data()), grows ? 1e-5 : 2e-3)
                << output.height << "×" << output.width;
        }
    }
}

TEST_F(Stylizing, GuidedUpsamplingMatchesTheReference) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const struct {
        Extent source;
        Extent input;
    } cases[] = {{{60, 90}, {30, 45}}, {{64, 64}, {32, 64}}, {{50, 70}, {17, 23}}, {{40, 5}, {20, 3}}};
    for (const auto& [source, input] : cases) {
        const auto rgba = randomPicture(source, 8);
        const Tensor full = tensorOf(rgba, source);
        const Tensor padded =
            reference::padToMultiple(reference::resizeArea(full, input), startNetwork().graph.multiple);
        for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
            const auto target = image(source);
            auto guided = params(source, input, source);
            guided.precision = precision;
            Stylizer stylizer(guided);
            Controls controls = adain(style);
            for (const float guidance : {0.0f, 0.6f, 1.0f, 0.0f}) {
                controls.guidance = guidance;
                stylizer.wait(stylizer.submit(rgba, controls, *target));
                const Tensor styled =
                    reference::run(startNetwork(), padded, blendOf(controls), settingsOf(controls)).output();
                const Tensor want = reference::guidedUpsample(styled, padded, full, {input, guidance});
                const double error = maxAbs(tensorOf(readImage(device(), *target), source).data(), want.data());
                EXPECT_LE(error, precision == Precision::Fp32 ? 0.6 / 255 : 6.0 / 255)
                    << source.height << "×" << source.width << " guidance " << guidance;
            }
        }
    }
}

/// Without pixel unshuffle and shuffle at its ends: the picture kernels' other factor.
model::Network networkWithoutShuffles() {
    NetworkBuilder builder(3, 4);
    model::Conv2d first;
    first.inChannels = 3;
    first.outChannels = 5;
    first.kernel = {1, 1};
    model::Conv2d last = first;
    last.inChannels = 5;
    last.outChannels = 3;
    last.activation = {model::ActivationKind::Sigmoid, 0};
    builder.conv(last, builder.site(builder.conv(first, 0), 5));
    return builder.build();
}

TEST_F(Stylizing, NetworksWithoutPixelShuffle) {
    const model::Network plain = networkWithoutShuffles();
    const StyleStatistics style = {{{0.1f, 0, 0.2f, -0.1f, 0}, {0.5f, 1, 2, 0.3f, 1}}};
    Controls controls = adain(style);
    const Extent sources[] = {{17, 23}, {40, 31}, {16, 35}};
    for (const Extent& source : sources) {
        const auto rgba = randomPicture(source, 8);
        const Tensor full = tensorOf(rgba, source);
        for (const Extent& input : {source, Extent{16, 19}}) {
            const Tensor reduced = reference::resizeArea(full, input);
            const Tensor styled = reference::run(plain, reduced, blendOf(controls), settingsOf(controls)).output();
            for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
                Stylizer::Params wanted = params(source, input, source);
                wanted.network = {&plain, [](const model::Network*) {}};
                wanted.precision = precision;
                const auto target = image(source);
                Stylizer stylizer(wanted);
                for (const float guidance : {0.0f, 1.0f}) {
                    controls.guidance = guidance;
                    fillImage(device(), *target, 0x5a);
                    stylizer.wait(stylizer.submit(rgba, controls, *target));
                    const Tensor want =
                        source == input ? styled : reference::guidedUpsample(styled, reduced, full, {input, guidance});
                    EXPECT_LE(maxAbs(tensorOf(readImage(device(), *target), source).data(), want.data()),
                              (precision == Precision::Fp32 ? 0.6 : 3.0) / 255)
                        << source.height << "×" << source.width << " from " << input.height << "×" << input.width
                        << " guidance " << guidance;
                }
            }
        }
    }
}

TEST_F(Stylizing, OutputsSmallerThanAnOddNetworkWithoutPixelShuffle) {
    const model::Network plain = networkWithoutShuffles();
    const StyleStatistics style = {{{0.1f, 0, 0.2f, -0.1f, 0}, {0.5f, 1, 2, 0.3f, 1}}};
    const Controls controls = adain(style);
    const Extent input{21, 27}, output{20, 26};
    const auto rgba = randomPicture(input, 8);
    const Tensor styled =
        reference::run(plain, tensorOf(rgba, input), blendOf(controls), settingsOf(controls)).output();
    const Tensor want = reference::resizeArea(styled, output);
    for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
        Stylizer::Params wanted = params(input, input, output);
        wanted.network = {&plain, [](const model::Network*) {}};
        wanted.precision = precision;
        const auto target = image(output);
        Stylizer stylizer(wanted);
        fillImage(device(), *target, 0x5a);
        stylizer.wait(stylizer.submit(rgba, controls, *target));
        EXPECT_LE(nmse(tensorOf(readImage(device(), *target), output).data(), want.data()), 2e-3);
    }
}

TEST_F(Stylizing, ColourModesMatchTheReference) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const struct {
        Extent source;
        Extent input;
    } cases[] = {{{32, 48}, {32, 48}}, {{60, 90}, {30, 45}}, {{17, 23}, {17, 23}}, {{1, 3}, {1, 3}}};
    for (const auto& [source, input] : cases) {
        const auto rgba = randomPicture(source, 8);
        const Tensor full = tensorOf(rgba, source);
        const Tensor padded =
            reference::padToMultiple(reference::resizeArea(full, input), startNetwork().graph.multiple);
        Controls controls = adain(style);
        const Tensor styled = reference::run(startNetwork(), padded, blendOf(controls), settingsOf(controls)).output();
        Tensor shown = source == input ? reference::crop(styled, input)
                                       : reference::guidedUpsample(styled, padded, full, {input, 0.0f});
        for (float& value : shown.data())
            value = std::clamp(value, 0.0f, 1.0f);
        const auto target = image(source);
        Stylizer stylizer(params(source, input, source));
        const auto errorOf = [&](ColourMode mode, const Tensor& want) {
            controls.colour = mode;
            stylizer.wait(stylizer.submit(rgba, controls, *target));
            return maxAbs(tensorOf(readImage(device(), *target), source).data(), want.data());
        };
        const auto map = reference::colourMatch(styled, padded, input);
        // Two passes, so that each mode follows another.
        for (int pass = 0; pass < 2; ++pass) {
            EXPECT_LE(errorOf(ColourMode::Matched, reference::applyColourMap(shown, map)), 0.7 / 255) << source.height;
            EXPECT_LE(errorOf(ColourMode::Luma, reference::keepColours(shown, full)), 0.7 / 255) << source.height;
            EXPECT_LE(errorOf(ColourMode::Styled, shown), 0.6 / 255) << source.height;
        }
    }
}

TEST_F(Stylizing, MirroredPicturesKeepTheirOwnColours) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{24, 33};
    const auto rgba = randomPicture(extent, 12);
    std::vector<std::uint8_t> flipped(rgba.size());
    for (std::size_t y = 0; y < 24; ++y) {
        for (std::size_t x = 0; x < 33; ++x)
            std::copy_n(&rgba[(y * 33 + x) * 4], 4, &flipped[(y * 33 + 32 - x) * 4]);
    }
    Controls controls = adain(style);
    controls.colour = ColourMode::Luma;
    const auto target = image(extent);
    const auto run = [&](bool mirror, const std::vector<std::uint8_t>& picture) {
        auto mirrored = params(extent, extent, extent);
        mirrored.mirror = mirror;
        Stylizer stylizer(mirrored);
        stylizer.wait(stylizer.submit(picture, controls, *target));
        return readImage(device(), *target);
    };
    EXPECT_EQ(run(true, rgba), run(false, flipped));
}

}  // namespace
}  // namespace impasto::nn::test
