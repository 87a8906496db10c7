// SPDX-License-Identifier: MIT
// Every kernel against its CPU twin: shapes (1, odd, tile ± 1, channels that do not fill a block) × storage.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "base/half.h"
#include "gpu/commands.h"
#include "nn/bounds.h"
#include "nn/kernels.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

using model::ActivationKind;
using model::PadMode;

struct Storage {
    Precision precision;
    Access access;
    bool asOnCards = false;
};

constexpr Storage kStorages[] = {{Precision::Fp32, Access::Texel},
                                 {Precision::Fp16, Access::Texel},
                                 {Precision::Fp16, Access::Texel, true},
                                 {Precision::Fp32, Access::Storage},
                                 {Precision::Fp16, Access::Storage}};

Bound boundOf(const std::string& operation, Precision precision) {
    const auto bound = boundFor(operation, precision);
    EXPECT_TRUE(bound) << "no bound for " << operation;
    return bound.value_or(Bound{});
}

std::string boundName(ConvKernel kernel) {
    return kernel == ConvKernel::Winograd4x4 ? "conv2d by F(4x4, 3x3)" : "conv2d";
}

/// What fp16 storage makes of the input and the weights before any arithmetic, so that the bounds measure the kernel.
Tensor stored(const Tensor& tensor, Precision precision) {
    FeatureMap map{tensor.shape(), precision, 0};
    std::vector<std::byte> bytes(map.sizeBytes());
    packFeatures(tensor, map, bytes);
    return unpackFeatures(map, bytes);
}

model::Network storedWeights(model::Network network, Precision precision) {
    for (auto& [name, weight] : network.weights) {
        if (name.find(".weight") != std::string::npos)
            weight.data = stored(Tensor({1, 1, static_cast<int>(weight.data.size())}, weight.data), precision).data();
    }
    return network;
}

class Operations : public impasto::test::GpuTest {
  protected:
    void expectMatches(const std::string& operation, const model::Network& network, Extent extent,
                       std::optional<ConvChoice> onlyConv = {}) {
        for (const Storage& storage : kStorages) {
            if (!onlyConv || !isMatrix(onlyConv->kernel) || storage.precision == Precision::Fp16)
                expectMatches(storage, operation, network, extent, onlyConv);
        }
    }

    void expectMatches(const Storage& storage, const std::string& operation, const model::Network& original,
                       Extent extent, std::optional<ConvChoice> onlyConv) {
        const model::Network network = storedWeights(original, storage.precision);
        const Tensor input =
            stored(randomTensor({network.graph.inputChannels, extent.height, extent.width}, 7), storage.precision);
        PlanRunner runner(device(), pipelines(), network, extent,
                          {.precision = storage.precision,
                           .access = storage.access,
                           .asOnCards = storage.asOnCards,
                           .onlyConv = onlyConv});
        const Tensor got = runner.run(input);
        const Tensor want = reference::run(network, input, {}, std::vector<reference::SiteSettings>(1)).output();
        ASSERT_EQ(got.shape(), want.shape());
        const Bound bound = boundOf(operation, storage.precision);
        const bool halves = storage.precision == Precision::Fp16;
        const auto where = operation + " " + std::to_string(network.graph.inputChannels) + "×" +
                           std::to_string(extent.height) + "×" + std::to_string(extent.width) +
                           (halves ? " fp16" : " fp32") + (storage.access == Access::Texel ? " texel" : " storage") +
                           (storage.asOnCards ? " as on cards" : "");
        EXPECT_LE(nmse(got.data(), want.data()), bound.nmse) << where;
        EXPECT_LE(maxAbs(got.data(), want.data()), bound.maxAbs) << where;
    }
};

const Extent kExtents[] = {{1, 1}, {1, 7}, {3, 2}, {5, 33}, {4, 32}, {9, 31}, {17, 65}};

struct ConvCase {
    model::Conv2d conv;
    const char* name;
};

model::Conv2d conv3(int in, int out, int stride, int upsample, PadMode mode) {
    model::Conv2d conv;
    conv.inChannels = in;
    conv.outChannels = out;
    conv.stride = {stride, stride};
    conv.pad = {1, 1, 1, 1};
    conv.padMode = mode;
    conv.upsample = upsample;
    return conv;
}

TEST_F(Operations, ConvolutionsOfTheNetworks) {
    const int channels[][2] = {{1, 1}, {3, 5}, {8, 8}, {12, 16}, {17, 9}};
    for (const auto& [in, out] : channels) {
        for (const Extent& extent : kExtents) {
            for (int variant = 0; variant < 3; ++variant) {
                const int stride = variant == 1 ? 2 : 1;
                const int upsample = variant == 2 ? 2 : 1;
                // Reflection needs two pixels; single rows and columns are tried with the edge repeated.
                const bool narrow = extent.height * upsample < 2 || extent.width * upsample < 2;
                NetworkBuilder builder(in);
                builder.conv(conv3(in, out, stride, upsample, narrow ? PadMode::Replicate : PadMode::Reflect), 0);
                expectMatches("conv2d", builder.build(), extent);
            }
        }
    }
}

TEST_F(Operations, ConvolutionWithWorkgroupsAlongTwoAxes) {
    const Extent extent{16384, 257};
    model::Conv2d conv1 = conv3(1, 1, 1, 1, PadMode::Reflect);
    conv1.kernel = {1, 1};
    conv1.pad = {0, 0, 0, 0};
    const std::pair<model::Conv2d, ConvKernel> convolutions[] = {
        {conv3(1, 1, 1, 1, PadMode::Reflect), ConvKernel::Tiled3x3}, {conv1, ConvKernel::Tiled1x1}};
    // In fp32 this is more than a software device's buffers hold.
    for (const Storage& storage :
         {Storage{Precision::Fp16, Access::Texel}, Storage{Precision::Fp16, Access::Texel, true},
          Storage{Precision::Fp16, Access::Storage}}) {
        const KernelSet kernels{storage.precision, storage.access,
                                !storage.asOnCards && canStoreWide(storage.precision, storage.access, device())};
        for (const auto& [conv, kernel] : convolutions) {
            // With half turns one axis is enough for all that such a device's buffers hold.
            const std::uint32_t axes = takesHalfTurns(kernel, kernels) ? 1 : 2;
            ASSERT_EQ(workgroupsOver(extent, {kernel}, kernels, device().capabilities())[1], axes);
            NetworkBuilder builder(1);
            builder.conv(conv, 0);
            expectMatches(storage, "conv2d", builder.build(), extent, ConvChoice{kernel});
        }
    }
}

TEST_F(Operations, WeightsBeyondHalvesAreTheLargestHalf) {
    for (const int stride : {1, 2}) {
        NetworkBuilder builder(8);
        builder.conv(conv3(8, 8, stride, 1, PadMode::Reflect), 0);
        model::Network network = builder.build();
        for (auto& [name, weight] : network.weights) {
            if (name.find(".weight") != std::string::npos) {
                for (std::size_t i = 0; i < weight.data.size(); ++i)
                    weight.data[i] = i % 3 == 0 ? 1e6f : i % 3 == 1 ? -1e30f : 0.25f;
            }
        }
        Tensor input = randomTensor({8, 9, 17}, 7);
        for (float& value : input.data())
            value *= 1e-3f;
        input = stored(input, Precision::Fp16);
        const Tensor want =
            reference::run(storedWeights(network, Precision::Fp16), input, {}, std::vector<reference::SiteSettings>(1))
                .output();
        for (const bool asOnCards : {false, true}) {
            PlanRunner runner(device(), pipelines(), network, {9, 17},
                              {.precision = Precision::Fp16, .access = Access::Texel, .asOnCards = asOnCards});
            EXPECT_LE(nmse(runner.run(input).data(), want.data()), boundOf("conv2d", Precision::Fp16).nmse)
                << stride << (asOnCards ? " as on cards" : "");
        }
    }
}

TEST_F(Operations, ConvolutionsOfOtherNetworks) {
    model::Conv2d dilated = conv3(5, 9, 1, 1, PadMode::Zero);
    dilated.dilation = {2, 3};
    dilated.pad = {2, 2, 3, 3};
    model::Conv2d grouped = conv3(12, 18, 1, 1, PadMode::Reflect);
    grouped.groups = 3;
    model::Conv2d depthwise = conv3(10, 10, 2, 1, PadMode::Zero);
    depthwise.groups = 10;
    model::Conv2d wide = conv3(3, 8, 1, 1, PadMode::Reflect);
    wide.kernel = {9, 5};
    wide.pad = {4, 4, 2, 2};
    model::Conv2d uneven = conv3(4, 7, 1, 1, PadMode::Zero);
    uneven.kernel = {2, 3};
    uneven.pad = {0, 1, 2, 0};
    uneven.stride = {1, 2};
    model::Conv2d pointwise = conv3(19, 11, 1, 1, PadMode::Zero);
    pointwise.kernel = {1, 1};
    pointwise.pad = {0, 0, 0, 0};
    model::Conv2d upsampledZero = conv3(6, 6, 1, 2, PadMode::Zero);
    for (const model::Conv2d& conv : {dilated, grouped, depthwise, wide, uneven, pointwise, upsampledZero}) {
        for (const Extent& extent : {Extent{9, 11}, Extent{16, 33}}) {
            NetworkBuilder builder(conv.inChannels);
            builder.conv(conv, 0);
            expectMatches("conv2d", builder.build(), extent);
        }
    }
}

TEST_F(Operations, EveryCandidateOfAConvolution) {
    // What an autotuner may choose, beside the one the other tests run; and the direct kernel, which runs everything.
    const auto expectAll = [&](const model::Conv2d& conv, Extent extent) {
        NetworkBuilder builder(conv.inChannels);
        const int sum = builder.conv(
            conv, 0, conv.inChannels == conv.outChannels && conv.stride[0] == 1 && conv.upsample == 1 ? 0 : -1);
        builder.add(model::Activate{{ActivationKind::LeakyRelu, 0.3f}}, {sum});
        auto candidates = convCandidates(conv, Precision::Fp16, device().capabilities());
        candidates.erase(candidates.begin());
        candidates.push_back({ConvKernel::Direct});
        for (const ConvChoice& choice : candidates) {
            SCOPED_TRACE(shaderOf(choice.kernel));
            expectMatches(boundName(choice.kernel), builder.build(), extent, choice);
        }
    };
    for (const Extent& extent : {Extent{1, 7}, Extent{3, 2}, Extent{9, 31}, Extent{17, 65}}) {
        for (const auto& [in, out] : {std::pair{3, 5}, std::pair{17, 5}, std::pair{17, 9}, std::pair{9, 9}}) {
            const bool narrow = extent.height < 2;
            const PadMode mode = narrow ? PadMode::Replicate : PadMode::Reflect;
            expectAll(conv3(in, out, 1, 1, mode), extent);
            expectAll(conv3(in, out, 2, 1, mode), extent);
            expectAll(conv3(in, out, 1, 2, mode), extent);
            expectAll(conv3(in, out, 1, 1, PadMode::Zero), extent);
        }
    }
    model::Conv2d uneven = conv3(4, 7, 1, 1, PadMode::Zero);
    uneven.kernel = {2, 3};
    uneven.pad = {0, 1, 2, 0};
    uneven.stride = {1, 2};
    expectAll(uneven, {9, 11});
    model::Conv2d wide = conv3(3, 8, 1, 1, PadMode::Reflect);
    wide.kernel = {9, 5};
    wide.pad = {4, 4, 2, 2};
    expectAll(wide, {16, 33});
}

TEST_F(Operations, ConvolutionWithActivationsAndResidual) {
    for (const ActivationKind kind :
         {ActivationKind::Relu, ActivationKind::LeakyRelu, ActivationKind::Sigmoid, ActivationKind::Tanh}) {
        NetworkBuilder builder(9);
        model::Conv2d conv = conv3(9, 9, 1, 1, PadMode::Reflect);
        conv.activation = {kind, 0.1f};
        const int sum = builder.conv(conv, 0, 0);
        builder.add(model::Activate{{ActivationKind::LeakyRelu, 0.3f}}, {sum});
        const model::Network network = builder.build();
        expectMatches("conv2d", network, {7, 35});
        EXPECT_EQ(Plan({.device = device(), .pipelines = pipelines(), .network = network, .input = {7, 35}})
                      .dispatches()
                      .size(),
                  1u);
    }
}

TEST_F(Operations, ConvolutionsByWinograd) {
    // Tiles of 2 or 4 pixels ± 1, 64 of them in a row of the products' workgroup ± some, blocks of channels in pairs or
    // not.
    const int channels[][2] = {{1, 1}, {8, 8}, {24, 40}, {64, 64}};
    const PadMode modes[] = {PadMode::Reflect, PadMode::Zero, PadMode::Replicate};
    for (const ConvKernel kernel : {ConvKernel::Winograd2x2, ConvKernel::Winograd4x4}) {
        int turn = 0;
        for (const auto& [in, out] : channels) {
            for (const Extent& extent : {Extent{3, 5}, Extent{4, 4}, Extent{16, 15}, Extent{31, 33}, Extent{32, 32}}) {
                SCOPED_TRACE(std::to_string(winogradOutputs(kernel)));
                model::Conv2d conv = conv3(in, out, 1, 1, modes[turn++ % 3]);
                if (extent.width == 15)
                    conv.pad = {0, 2, 1, 0};
                NetworkBuilder builder(in);
                builder.conv(conv, 0, in == out && extent.width != 15 ? 0 : -1);
                expectMatches(boundName(kernel), builder.build(), extent, ConvChoice{kernel});
            }
        }
    }
}

TEST_F(Operations, PhasesByWinograd) {
    // Sources of 3·n − 1 pixels, which tiles of three corners meet exactly, ± some.
    const int channels[][2] = {{1, 1}, {8, 8}, {24, 40}, {64, 64}};
    const PadMode modes[] = {PadMode::Reflect, PadMode::Replicate};
    int turn = 0;
    for (const auto& [in, out] : channels) {
        for (const Extent& extent : {Extent{1, 1}, Extent{1, 6}, Extent{5, 8}, Extent{16, 15}, Extent{31, 34}}) {
            NetworkBuilder builder(in);
            model::Conv2d conv = conv3(in, out, 1, 2, modes[turn++ % 2]);
            conv.activation = {ActivationKind::LeakyRelu, 0.2f};
            builder.conv(conv, 0);
            expectMatches("conv2d", builder.build(), extent, ConvChoice{ConvKernel::WinogradPhases});
        }
    }
}

TEST_F(Operations, ConvolutionByMatrices) {
    const ConvChoice byHand{ConvKernel::MatrixByHand};
    // Groups of 16 channels of which half, one channel or all are there, and tiles of 16 × 16 pixels ± 1.
    const int channels[][2] = {{1, 1}, {3, 17}, {12, 16}, {16, 12}, {17, 3}, {40, 40}};
    for (const auto& [in, out] : channels) {
        for (const Extent& extent : {Extent{1, 1}, Extent{3, 2}, Extent{15, 17}, Extent{16, 16}, Extent{17, 33}}) {
            // Channels and extents go through the ways to pad at different paces.
            const bool narrow = extent.width < 2;
            const PadMode modes[] = {PadMode::Zero, PadMode::Replicate, narrow ? PadMode::Zero : PadMode::Reflect};
            const PadMode mode = modes[(in + extent.width) % 3];
            NetworkBuilder builder(in);
            const int sum = builder.conv(conv3(in, out, 1, 1, mode), 0, in == out ? 0 : -1);
            builder.add(model::Activate{{ActivationKind::LeakyRelu, 0.3f}}, {sum});
            expectMatches("conv2d", builder.build(), extent, byHand);
        }
    }
    for (const ActivationKind kind :
         {ActivationKind::Relu, ActivationKind::LeakyRelu, ActivationKind::Sigmoid, ActivationKind::Tanh}) {
        NetworkBuilder builder(17);
        model::Conv2d uneven = conv3(17, 9, 1, 1, PadMode::Replicate);
        uneven.pad = {0, 2, 1, 0};
        uneven.activation = {kind, 0.1f};
        builder.conv(uneven, 0);
        expectMatches("conv2d", builder.build(), {5, 35}, byHand);
    }
}

TEST_F(Operations, MatricesAreCandidatesOnlyForHalvesOnDevicesWithThem) {
    const auto offered = [](const model::Conv2d& conv, Precision precision, const gpu::Capabilities& capabilities) {
        const auto candidates = convCandidates(conv, precision, capabilities);
        return std::ranges::count(candidates, ConvKernel::Matrix, &ConvChoice::kernel);
    };
    const model::Conv2d plain = conv3(16, 16, 1, 1, PadMode::Zero);
    EXPECT_EQ(offered(plain, Precision::Fp16, {}), 0);
    EXPECT_EQ(offered(plain, Precision::Fp16, {.subgroupSize = 32, .cooperativeMatrix = true}), 1);
    EXPECT_EQ(offered(plain, Precision::Fp32, {.subgroupSize = 32, .cooperativeMatrix = true}), 0);
    EXPECT_EQ(offered(plain, Precision::Fp16, {.subgroupSize = 64, .cooperativeMatrix = true}), 0)
        << "four subgroups are more than the 128 invocations every device has";
    EXPECT_EQ(offered(conv3(16, 16, 2, 1, PadMode::Zero), Precision::Fp16, {.cooperativeMatrix = true}), 0);
    EXPECT_EQ(offered(conv3(16, 16, 1, 2, PadMode::Zero), Precision::Fp16, {.cooperativeMatrix = true}), 0);
}

TEST_F(Operations, Pointwise) {
    for (const Extent& extent : kExtents) {
        NetworkBuilder scaled(3);
        scaled.add(model::ScaleShift{2.0f, -1.0f}, {0});
        expectMatches("scale_shift", scaled.build(), extent);
        NetworkBuilder sum(11);
        const int doubled = sum.add(model::ScaleShift{0.5f, 0.25f}, {0});
        sum.add(model::Add{}, {0, doubled});
        expectMatches("add", sum.build(), extent);
        NetworkBuilder product(9);
        const int shifted = product.add(model::ScaleShift{-1.0f, 0.5f}, {0});
        product.add(model::Mul{}, {shifted, 0});
        expectMatches("mul", product.build(), extent);
    }
    for (const ActivationKind kind :
         {ActivationKind::Relu, ActivationKind::LeakyRelu, ActivationKind::Sigmoid, ActivationKind::Tanh}) {
        NetworkBuilder builder(5);
        builder.add(model::Activate{{kind, 0.2f}}, {0});
        expectMatches("activation", builder.build(), {5, 9});
    }
}

TEST_F(Operations, Shuffles) {
    for (const int factor : {1, 2, 3}) {
        for (const int channels : {1, 3, 5}) {
            NetworkBuilder up(channels * factor * factor);
            up.add(model::PixelShuffle{factor}, {0});
            expectMatches("pixel_shuffle", up.build(), {5, 7});
            NetworkBuilder down(channels);
            down.add(model::PixelUnshuffle{factor}, {0});
            model::Network network = down.build();
            network.graph.multiple = factor;
            expectMatches("pixel_unshuffle", network, {5 * factor, 7 * factor});
        }
    }
}

TEST_F(Operations, ConcatPoolAndResize) {
    for (const int channels : {1, 7, 8, 13}) {
        NetworkBuilder joined(channels);
        const int half = joined.add(model::ScaleShift{0.5f, 0.0f}, {0});
        joined.add(model::Concat{}, {0, half, 0});
        expectMatches("concat", joined.build(), {3, 23});
        for (const bool ceil : {false, true}) {
            NetworkBuilder pooled(channels);
            pooled.add(model::MaxPool{{2, 2}, {2, 2}, ceil}, {0});
            expectMatches("max_pool", pooled.build(), {7, 9});
            NetworkBuilder overlapping(channels);
            overlapping.add(model::MaxPool{{3, 2}, {2, 1}, ceil}, {0});
            expectMatches("max_pool", overlapping.build(), {8, 5});
        }
        for (const auto mode : {model::Resize::Mode::Nearest, model::Resize::Mode::Bilinear}) {
            for (const auto& [numerator, denominator] : {std::pair{2, 1}, std::pair{1, 2}, std::pair{3, 2}}) {
                NetworkBuilder resized(channels);
                resized.add(model::Resize{mode, numerator, denominator}, {0});
                expectMatches("resize", resized.build(), {6, 10});
            }
        }
    }
}

TEST_F(Operations, HalvesAreRoundedToTheNearest) {
    // All magnitudes a half has, its subnormal ones too, times 1 (stays as it is), and times what makes halfway cases
    // and others.
    for (const float scale : {1.0f, 1.0f + 1.0f / 2048, 1.0f - 1.0f / 4096, 1.00037f}) {
        NetworkBuilder builder(8);
        builder.add(model::ScaleShift{scale, 0.0f}, {0});
        const model::Network network = builder.build();
        Tensor input({8, 64, 124}, 0.0f);
        const int largest = toHalf(65504.0f / 1.001f);
        int half = 0;
        for (float& value : input.data()) {
            value = fromHalf(static_cast<std::uint16_t>(half / 2 | (half % 2) << 15));
            half = half / 2 < largest ? half + 1 : 0;
        }
        PlanRunner runner(device(), pipelines(), network, {64, 124}, {.precision = Precision::Fp16});
        const Tensor output = runner.run(input);
        for (std::size_t i = 0; i < input.data().size(); ++i)
            ASSERT_EQ(output.data()[i], fromHalf(toHalf(input.data()[i] * scale))) << input.data()[i] << " · " << scale;
    }
}

TEST_F(Operations, SaturatedHalvesAreCounted) {
    NetworkBuilder builder(3);
    builder.add(model::ScaleShift{1e5f, 0.0f}, {0});
    const model::Network network = builder.build();
    Tensor input({3, 4, 4}, 0.5f);
    input.at(1, 2, 3) = 0.9f;
    PlanRunner runner(device(), pipelines(), network, {4, 4}, {.precision = Precision::Fp16});
    const Tensor output = runner.run(input);
    EXPECT_EQ(output.at(1, 2, 3), 65504.0f);
    EXPECT_NEAR(output.at(0, 0, 0), 50000.0f, 32.0f);
    gpu::Buffer readback(device(), {"count", 4, gpu::MemoryKind::Readback});
    gpu::runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(runner.plan().overflowBuffer().handle(), readback.handle(), vk::BufferCopy(0, 0, 4));
        gpu::recordHostBarrier(commands);
    });
    EXPECT_EQ(std::to_integer<int>(readback.mapped()[0]), 1);
}

}  // namespace
}  // namespace impasto::nn::test
