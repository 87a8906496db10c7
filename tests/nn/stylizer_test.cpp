// SPDX-License-Identifier: MIT
// Frames: style encoding, what is in flight, slices, what a frame runs and reports.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gpu/commands.h"
#include "model/input_size.h"
#include "stylizing.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

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
