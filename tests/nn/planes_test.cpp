// SPDX-License-Identifier: MIT
// YUV pictures unpacked on the device against the CPU reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "stylizing.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

const std::vector<std::pair<const char*, YuvColour>> kColours{
    {"601 limited, left", {.chromaX = 0}},
    {"601 full, centred", {.fullRange = true}},
    {"709 limited, top left", {.kr = 0.2126f, .kb = 0.0722f, .chromaX = 0, .chromaY = 0}},
    {"2020 full, bottom", {.kr = 0.2627f, .kb = 0.0593f, .fullRange = true, .chromaX = 0.5f, .chromaY = 1}},
};
const std::vector<std::pair<const char*, PixelFormat>> kFormats{
    {"i420", PixelFormat::I420}, {"i422", PixelFormat::I422}, {"nv12", PixelFormat::Nv12}, {"yuyv", PixelFormat::Yuyv}};

class Planes : public Stylizing {
  protected:
    /// In fp16 software devices store words of two pixels.
    Stylizer::Params params(Extent extent, PixelFormat format, Precision precision = Precision::Fp16) {
        return {.device = device(),
                .pipelines = pipelines(),
                .network = network(),
                .precision = precision,
                .source = extent,
                .sourceFormat = format,
                .networkInput = {16, 16},
                .output = extent};
    }
    /// The source's copy, RGBA8, and the stylized picture.
    struct Made {
        Bytes source;
        Bytes stylized;
    };
    Made run(Stylizer& stylizer, const Bytes& pixels, Extent extent) {
        const auto target = image(extent), copy = image(extent);
        Controls controls;
        controls.cells = {Normalization{.statistics = StatisticsSource::Instance, .affine = AffineSource::Identity}};
        controls.guidance = 1;
        stylizer.wait(stylizer.submit(pixels, controls, *target, copy.get()));
        return {readImage(device(), *copy), readImage(device(), *target)};
    }
};

Bytes randomSamples(PixelFormat format, Extent extent, std::uint32_t seed) {
    const std::size_t bytes = planeLayout(format, extent.width, extent.height).bytes;
    Bytes samples = randomPicture({1, static_cast<int>(bytes / 4 + 1)}, seed);
    samples.resize(bytes);
    return samples;
}

TEST_F(Planes, UnpackLikeTheReference) {
    for (const auto& [formatName, format] : kFormats) {
        for (Extent extent : {Extent{1, 1}, Extent{2, 2}, Extent{5, 7}, Extent{4, 9}, Extent{3, 16}, Extent{17, 33},
                              Extent{9, 62}, Extent{36, 64}}) {
            if (format == PixelFormat::Yuyv)
                extent.width += extent.width % 2;
            for (const Precision precision : {Precision::Fp16, Precision::Fp32}) {
                Stylizer stylizer(params(extent, format, precision));
                for (const auto& [colourName, colour] : kColours) {
                    const Bytes samples = randomSamples(format, extent, 3);
                    const Tensor want = reference::rgbOfPlanes(samples, format, extent, colour);
                    stylizer.setPlanes(colour, false);
                    const Made made = run(stylizer, samples, extent);
                    // Half a step of 8 bits, and a little for rounding at the step's edge.
                    EXPECT_LE(maxAbs(tensorOf(made.source, extent).data(), want.data()), 0.51 / 255)
                        << formatName << " " << extent.height << "×" << extent.width << " " << colourName;
                }
            }
        }
    }
}

TEST_F(Planes, AreStylizedLikeTheSamePictureInRgba) {
    const Extent extent{36, 50};
    for (const auto& [name, format] : kFormats) {
        Stylizer planes(params(extent, format));
        planes.setPlanes({}, false);
        const Made made = run(planes, randomSamples(format, extent, 4), extent);
        Stylizer rgba(params(extent, PixelFormat::Rgba8));
        EXPECT_EQ(run(rgba, made.source, extent).stylized, made.stylized) << name;
    }
}

TEST_F(Planes, AreNoOperationOfTheNetwork) {
    const Extent extent{32, 48};
    Stylizer stylizer(params(extent, PixelFormat::I420));
    run(stylizer, randomSamples(PixelFormat::I420, extent, 6), extent);
    std::vector<std::string> ofPictures;
    for (const OperationTime& operation : stylizer.operationTimes()) {
        if (!operation.ofNetwork)
            ofPictures.push_back(operation.name);
    }
    EXPECT_EQ(ofPictures, (std::vector<std::string>{"unpack planes", "load picture", "guide", "colour statistics",
                                                    "colour map", "composite"}));
}

TEST_F(Planes, MirroredIsFlippedLeftToRight) {
    for (const Extent extent : {Extent{10, 14}, Extent{7, 21}, Extent{3, 2}, Extent{2, 1}}) {
        for (const Precision precision : {Precision::Fp16, Precision::Fp32}) {
            Stylizer stylizer(params(extent, PixelFormat::Nv12, precision));
            const Bytes samples = randomSamples(PixelFormat::Nv12, extent, 5);
            stylizer.setPlanes({}, false);
            Bytes flipped = run(stylizer, samples, extent).source;
            for (int y = 0; y < extent.height; ++y) {
                for (int x = 0; x < extent.width / 2; ++x) {
                    const auto at = [&](int column) { return flipped.begin() + 4 * (y * extent.width + column); };
                    std::swap_ranges(at(x), at(x) + 4, at(extent.width - 1 - x));
                }
            }
            stylizer.setPlanes({}, true);
            EXPECT_EQ(run(stylizer, samples, extent).source, flipped) << extent.height << "×" << extent.width;
        }
    }
}

}  // namespace
}  // namespace impasto::nn::test
