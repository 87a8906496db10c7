// SPDX-License-Identifier: MIT
// Pictures in, pictures out: sizes of every kind, style encoding, frames in flight, slices.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gpu/commands.h"
#include "model/input_size.h"
#include "nn/kernel_choices.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

class Stylizing : public impasto::test::GpuTest {
  protected:
    std::shared_ptr<const model::Network> network() {
        return {&startNetwork(), [](const model::Network*) {}};
    }
    std::unique_ptr<gpu::Image> image(Extent extent) {
        auto created = std::make_unique<gpu::Image>(
            device(), gpu::Image::Params{"test target", static_cast<std::uint32_t>(extent.width),
                                         static_cast<std::uint32_t>(extent.height)});
        gpu::runOnce(device(), device().computeQueue(),
                     [&](vk::CommandBuffer commands) { created->recordInitialLayout(commands); });
        return created;
    }
    Stylizer::Params params(Extent source, Extent input, Extent output) {
        return {.device = device(),
                .pipelines = pipelines(),
                .network = network(),
                .precision = Precision::Fp32,
                .source = source,
                .networkInput = input,
                .output = output};
    }
    /// What the CPU makes of a picture, at the network's size.
    Tensor wanted(const std::vector<std::uint8_t>& rgba, Extent source, Extent input, const Controls& controls) {
        const Tensor reduced = reference::resizeArea(tensorOf(rgba, source), input);
        const Tensor padded = reference::padToMultiple(reduced, startNetwork().graph.multiple);
        const Tensor styled = reference::run(startNetwork(), padded, blendOf(controls), settingsOf(controls)).output();
        return reference::crop(styled, input);
    }
    /// Of the last finished frame.
    static OperationTime operation(const Stylizer& stylizer, const std::string& prefix) {
        for (const OperationTime& listed : stylizer.operationTimes()) {
            if (listed.name.rfind(prefix, 0) == 0)
                return listed;
        }
        ADD_FAILURE() << "no operation " << prefix;
        return {};
    }
    Controls adain(const StyleStatistics& style) {
        Controls controls;
        controls.cells = {Normalization{}};
        controls.styles = {{&style, -1, 1.0f}};
        return controls;
    }
};

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

TEST_F(Stylizing, TheSamePictureAgainRunsOnlyWhatDependsOnTheControls) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent source{64, 96}, input{32, 48};
    const auto rgba = randomPicture(source, 6);
    const auto target = image(source);
    for (const PixelFormat format : {PixelFormat::Rgba8, PixelFormat::Nv12}) {
        Controls controls = adain(style);
        controls.guidance = 1;
        auto wanted = params(source, input, source);
        wanted.sourceFormat = format;
        const auto bytes = static_cast<std::ptrdiff_t>(planeLayout(format, source.width, source.height).bytes);
        const std::vector<std::uint8_t> pixels(rgba.begin(), rgba.begin() + bytes);
        Stylizer stylizer(wanted);
        stylizer.wait(stylizer.submit(pixels, controls, *target));
        const std::size_t all = stylizer.dispatchCount();
        for (const float strength : {0.25f, 0.75f, 1.0f}) {
            controls.strength = strength;
            stylizer.wait(stylizer.submit(pixels, controls, *target, nullptr, {}, nullptr, true));
            const auto again = readImage(device(), *target);
            // Three convolutions come before the first site, and the reduction of the picture.
            EXPECT_LE(stylizer.dispatchCount(), all - 4);
            Stylizer fresh(wanted);
            fresh.wait(fresh.submit(pixels, controls, *target));
            EXPECT_EQ(readImage(device(), *target), again) << strength;
        }
        // Another picture afterwards is not mixed up with it.
        std::vector<std::uint8_t> other(pixels.rbegin(), pixels.rend());
        stylizer.wait(stylizer.submit(other, controls, *target));
        EXPECT_EQ(stylizer.dispatchCount(), all);
        const auto moved = readImage(device(), *target);
        Stylizer fresh(wanted);
        fresh.wait(fresh.submit(other, controls, *target));
        EXPECT_EQ(readImage(device(), *target), moved);
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

TEST_F(Stylizing, EncodesStylesOfAnySize) {
    for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
        StyleEncoder encoder(device(), pipelines(), network(), precision);
        for (const Extent& extent : {Extent{1, 1}, Extent{3, 50}, Extent{64, 48}, Extent{300, 420}, Extent{64, 48}}) {
            const auto rgba = randomPicture(extent, 9);
            const StyleStatistics got = encoder.encode(rgba, extent);
            const Tensor reduced = reference::resizeArea(tensorOf(rgba, extent), model::styleExtent(extent, 1.0f));
            const StyleStatistics want = reference::encodeStyle(
                startNetwork(), reference::padToMultiple(reduced, startNetwork().graph.multiple));
            ASSERT_EQ(got.size(), want.size());
            for (std::size_t site = 0; site < want.size(); ++site) {
                const double limit = precision == Precision::Fp32 ? 1e-9 : 1e-5;
                EXPECT_LE(nmse(got[site].mean, want[site].mean), limit)
                    << extent.height << "×" << extent.width << " site " << site;
                EXPECT_LE(nmse(got[site].variance, want[site].variance), limit);
            }
        }
    }
}

TEST_F(Stylizing, FramesInFlightDoNotMix) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{40, 56};
    std::vector<std::unique_ptr<gpu::Image>> targets;
    std::vector<std::vector<std::uint8_t>> alone;
    std::vector<std::uint64_t> values;
    const auto controlsOf = [&](int frame) {
        Controls controls = adain(style);
        controls.strength = static_cast<float>(frame) / 5.0f;
        return controls;
    };
    for (int frame = 0; frame < 6; ++frame) {
        const auto target = image(extent);
        Stylizer stylizer(params(extent, extent, extent));
        stylizer.wait(
            stylizer.submit(randomPicture(extent, static_cast<std::uint32_t>(frame)), controlsOf(frame), *target));
        alone.push_back(readImage(device(), *target));
        targets.push_back(image(extent));
    }
    for (const bool yield : {false, true}) {
        auto shared = params(extent, extent, extent);
        shared.yieldToOthers = yield;
        Stylizer stylizer(shared);
        std::uint64_t last = 0;
        for (int frame = 0; frame < 6; ++frame)
            last = stylizer.submit(randomPicture(extent, static_cast<std::uint32_t>(frame)), controlsOf(frame),
                                   *targets[static_cast<std::size_t>(frame)]);
        stylizer.wait(last);
        for (std::size_t frame = 0; frame < 6; ++frame)
            EXPECT_EQ(readImage(device(), *targets[frame]), alone[frame]) << "frame " << frame << " yield " << yield;
    }
}

TEST_F(Stylizing, SlicingChangesNothingAndBoundsSubmits) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Controls controls = adain(style);
    const Extent extent{256, 320};
    const auto rgba = randomPicture(extent, 12);
    const auto whole = image(extent);
    const auto sliced = image(extent);
    Stylizer atOnce(params(extent, extent, extent));
    atOnce.wait(atOnce.submit(rgba, controls, *whole));
    auto yielding = params(extent, extent, extent);
    yielding.yieldToOthers = true;
    Stylizer cut(yielding);
    for (int frame = 0; frame < 8; ++frame)
        cut.wait(cut.submit(rgba, controls, *sliced));
    EXPECT_EQ(readImage(device(), *sliced), readImage(device(), *whole));
}

TEST_F(Stylizing, KeepsTheSourceBesideAndMirrors) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    Controls controls = adain(style);
    const Extent extent{24, 40};
    const auto rgba = randomPicture(extent, 13);
    std::vector<std::uint8_t> flipped = rgba;
    for (int y = 0; y < extent.height; ++y) {
        for (int x = 0; x < extent.width; ++x) {
            for (int c = 0; c < 4; ++c)
                flipped[static_cast<std::size_t>((y * extent.width + x) * 4 + c)] =
                    rgba[static_cast<std::size_t>((y * extent.width + extent.width - 1 - x) * 4 + c)];
        }
    }
    const auto plainTarget = image(extent);
    const auto mirrorTarget = image(extent);
    const auto copy = image(extent);
    Stylizer plain(params(extent, extent, extent));
    plain.wait(plain.submit(flipped, controls, *plainTarget, copy.get()));
    EXPECT_EQ(readImage(device(), *copy), flipped);
    auto mirrored = params(extent, extent, extent);
    mirrored.mirror = true;
    Stylizer mirror(mirrored);
    mirror.wait(mirror.submit(rgba, controls, *mirrorTarget));
    EXPECT_EQ(readImage(device(), *mirrorTarget), readImage(device(), *plainTarget));
}

TEST_F(Stylizing, AFrameCreatesNothing) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{48, 64};
    const auto rgba = randomPicture(extent, 14);
    const auto target = image(extent);
    Stylizer stylizer(params(extent, extent, extent));
    Controls controls = adain(style);
    for (int frame = 0; frame < 3; ++frame)
        stylizer.submit(rgba, controls, *target);
    const auto& counters = device().counters();
    const std::uint64_t before[] = {counters.memoryAllocations, counters.pipelinesBuilt, counters.descriptorUpdates,
                                    counters.objectsCreated};
    std::uint64_t last = 0;
    for (const auto& preset : normalizationPresets()) {
        controls.cells = {preset.cell};
        controls.strength *= 0.9f;
        last = stylizer.submit(rgba, controls, *target);
    }
    stylizer.wait(last);
    const std::uint64_t after[] = {counters.memoryAllocations, counters.pipelinesBuilt, counters.descriptorUpdates,
                                   counters.objectsCreated};
    EXPECT_TRUE(std::equal(std::begin(before), std::end(before), std::begin(after)));
}

TEST_F(Stylizing, WhatIsSeldomWantedRunsOnlyWhenItIs) {
    StyleEncoder encoder(device(), pipelines(), network(), Precision::Fp32);
    const StyleStatistics style = encoder.encode(randomPicture({40, 40}, 3), {40, 40});
    const Extent extent{48, 64};
    const auto rgba = randomPicture(extent, 14);
    const auto target = image(extent);
    const Controls plain = adain(style);
    Controls counted = plain, matched = plain, lowRank = plain;
    counted.histogramSite = 1;
    matched.colour = ColourMode::Matched;
    lowRank.cells = {parseNormalization("adain:rank=128")};
    Stylizer stylizer(params(extent, extent, extent));
    const auto picture = [&](const Controls& controls) {
        stylizer.wait(stylizer.submit(rgba, controls, *target));
        return readImage(device(), *target);
    };
    const auto& counters = device().counters();
    const auto plainPicture = picture(plain);
    const std::size_t dispatches = stylizer.dispatchCount();
    picture(plain);
    const auto created = [&] {
        return counters.memoryAllocations + counters.pipelinesBuilt + counters.descriptorUpdates +
               counters.objectsCreated;
    };
    for (const Controls* controls : {&counted, &matched, &lowRank}) {
        // At once, also after frames whose recordings lacked it, and gone as soon as it is not wanted.
        const std::uint64_t before = created();
        stylizer.wait(stylizer.submit(rgba, *controls, *target));
        EXPECT_EQ(created(), before);
        EXPECT_GT(stylizer.dispatchCount(), dispatches);
        const auto got = readImage(device(), *target);
        Stylizer fresh(params(extent, extent, extent));
        fresh.wait(fresh.submit(rgba, *controls, *target));
        EXPECT_EQ(readImage(device(), *target), got);
        EXPECT_EQ(picture(plain), plainPicture);
        EXPECT_EQ(stylizer.dispatchCount(), dispatches);
    }
}

TEST_F(Stylizing, ReportsTimesAndMemory) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{64, 64};
    const auto target = image(extent);
    Stylizer stylizer(params(extent, extent, extent));
    for (int frame = 0; frame < 4; ++frame)
        stylizer.wait(stylizer.submit(randomPicture(extent, 15), adain(style), *target));
    EXPECT_GT(stylizer.gpuTimeMs(), 0);
    double sum = 0;
    std::int64_t multiplyAdds = 0;
    for (const OperationTime& operation : stylizer.operationTimes()) {
        sum += operation.timeMs;
        multiplyAdds += operation.multiplyAdds;
    }
    EXPECT_NEAR(sum, stylizer.gpuTimeMs(), 1e-6);
    // The last convolution wrote the picture.
    EXPECT_GT(operation(stylizer, "conv2d h ").timeMs, 0);
    EXPECT_EQ(operation(stylizer, "composite").timeMs, 0);
    EXPECT_EQ(operation(stylizer, "composite").bytesMoved, 0);
    EXPECT_GE(operation(stylizer, "conv2d h ").bytesMoved, 4 * 64 * 64);
    Controls matched = adain(style);
    matched.colour = ColourMode::Matched;
    for (int frame = 0; frame < 3; ++frame)
        stylizer.wait(stylizer.submit(randomPicture(extent, 15), matched, *target));
    EXPECT_GT(operation(stylizer, "conv2d h ").timeMs, 0);
    EXPECT_GT(operation(stylizer, "composite").timeMs, 0);
    EXPECT_GE(operation(stylizer, "composite").bytesMoved, 4 * 64 * 64);
    EXPECT_LT(multiplyAdds, model::multiplyAccumulates(startNetwork().graph, extent));
    EXPECT_GT(multiplyAdds, model::multiplyAccumulates(startNetwork().graph, extent) / 2);
    EXPECT_LT(stylizer.arenaBytes(), stylizer.arenaBytesUnaliased());
    EXPECT_EQ(stylizer.saturatedValues(), 0u);
}

}  // namespace
}  // namespace impasto::nn::test
