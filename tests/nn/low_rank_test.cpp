// SPDX-License-Identifier: MIT
// Low-rank normalization: the eigen solver, the transform's ends (AdaIN, whitening and colouring), and the device.
#include "model/low_rank.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gpu/commands.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

model::Network siteNetwork(int channels) {
    NetworkBuilder builder(3, 11);
    model::Conv2d conv;
    conv.inChannels = 3;
    conv.outChannels = channels;
    conv.pad = {1, 1, 1, 1};
    conv.padMode = model::PadMode::Reflect;
    conv.activation = {model::ActivationKind::LeakyRelu, 0.1f};
    builder.site(builder.conv(conv, 0), channels);
    return builder.build();
}

TEST(EigenSymmetric, DecomposesWhatItIsGiven) {
    for (const int n : {1, 2, 5, 33, 64}) {
        const Tensor factor = randomTensor({1, n, n + 3}, static_cast<std::uint32_t>(n), -1, 1);
        std::vector<float> matrix;
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j < n; ++j) {
                double sum = 0;
                for (int k = 0; k < n + 3; ++k)
                    sum += double{factor.at(0, i, k)} * factor.at(0, j, k);
                matrix.push_back(static_cast<float>(sum));
            }
        }
        const Eigen eigen = eigenSymmetric(matrix, n);
        const auto size = static_cast<std::size_t>(n);
        for (std::size_t i = 0; i < size; ++i) {
            if (i > 0) {
                EXPECT_LE(eigen.values[i], eigen.values[i - 1]);
            }
            for (std::size_t j = 0; j < size; ++j) {
                double rebuilt = 0;
                double dot = 0;
                for (std::size_t k = 0; k < size; ++k) {
                    rebuilt += eigen.values[k] * eigen.vectors[k * size + i] * eigen.vectors[k * size + j];
                    dot += eigen.vectors[i * size + k] * eigen.vectors[j * size + k];
                }
                EXPECT_NEAR(rebuilt, matrix[i * size + j], 1e-5 * n);
                EXPECT_NEAR(dot, i == j ? 1 : 0, 1e-9);
            }
        }
    }
}

class LowRank : public impasto::test::GpuTest {};

TEST_F(LowRank, RankZeroIsAdaInAndFullRankTakesTheStylesCovariance) {
    const model::Network network = siteNetwork(12);
    const Tensor content = randomTensor({3, 40, 30}, 5);
    const StyleStatistics style = reference::encodeStyle(network, randomTensor({3, 30, 50}, 6, -1, 0.2f));
    Controls controls;
    controls.styles = {{&style, -1, 1.0f}};
    const auto run = [&](const char* text) {
        controls.cells = {parseNormalization(text)};
        return reference::run(network, content, blendOf(controls), settingsOf(controls)).output();
    };
    EXPECT_LE(maxAbs(run("adain:rank=0").data(), run("adain").data()), 1e-4);
    const Tensor full = run("adain:rank=12");
    EXPECT_LE(nmse(run("adain:rank=128").data(), full.data()), 1e-12) << "a site uses all its channels";
    // 27 inputs of a 3×3 window span more than 12 channels: nothing is lost but what ε keeps.
    EXPECT_LE(nmse(reference::channelCovariance(full), style[0].covariance), 1e-4);
    EXPECT_GT(nmse(reference::channelCovariance(run("adain")), style[0].covariance), 1e-2);
    EXPECT_GT(nmse(run("adain:rank=4").data(), full.data()), 1e-4);
}

TEST_F(LowRank, TheDeviceMatchesTheReference) {
    for (const int channels : {1, 5, 16, 33}) {
        const model::Network network = siteNetwork(channels);
        const StyleStatistics first = reference::encodeStyle(network, randomTensor({3, 30, 50}, 6, -1, 0.2f));
        const StyleStatistics second = reference::encodeStyle(network, randomTensor({3, 20, 20}, 7, -0.5f, 1));
        for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
            const Extent extent{19, 27};
            PlanRunner runner(device(), pipelines(), network, extent, {.precision = precision});
            const Tensor content = randomTensor({3, extent.height, extent.width}, 8);
            for (const char* text : {"adain:rank=0", "adain:rank=3", "adain:rank=128"}) {
                Controls controls;
                controls.cells = {parseNormalization(text)};
                controls.styles = {{&first, -1, 0.7f}, {&second, -1, 0.6f}};
                controls.strength = 0.8f;
                // Directions in which the picture has next to nothing are not to be blown up: rounding lives there.
                controls.epsilon = 1e-2f;
                runner.run(content, controls);
                const Tensor got = runner.run(content, controls);
                const Tensor want = reference::run(network, content, blendOf(controls), settingsOf(controls)).output();
                EXPECT_LE(nmse(got.data(), want.data()), precision == Precision::Fp32 ? 1e-8 : 1e-4)
                    << text << " with " << channels;
            }
        }
    }
}

TEST_F(LowRank, CovariancesMatchTheReference) {
    for (const int channels : {1, 7, 24, 64}) {
        const model::Network network = siteNetwork(channels);
        const Extent extent{17, 45};
        PlanRunner runner(device(), pipelines(), network, extent, {.keepTensors = true});
        const StyleStatistics style = reference::encodeStyle(network, randomTensor({3, 30, 50}, 6, -1, 0.2f));
        Controls controls;
        controls.cells = {parseNormalization("adain:rank=4")};
        controls.styles = {{&style, -1, 1.0f}};
        runner.run(randomTensor({3, extent.height, extent.width}, 9), controls);
        const auto want = reference::channelCovariance(runner.read(model::sites(network.graph)[0].input));
        EXPECT_LE(nmse(runner.covariances()[0].covariance, want), 1e-10) << channels;
    }
}

TEST_F(LowRank, AFirstFrameHasItsOwnCovariance) {
    const std::shared_ptr<const model::Network> network(&startNetwork(), [](const model::Network*) {});
    const Extent extent{32, 48};
    StyleEncoder encoder(device(), pipelines(), network, Precision::Fp32);
    const StyleStatistics style = encoder.encode(randomPicture({40, 40}, 3), {40, 40});
    ASSERT_FALSE(style.back().covariance.empty());
    gpu::Image target(device(), {"target", 48, 32});
    gpu::runOnce(device(), device().computeQueue(),
                 [&](vk::CommandBuffer commands) { target.recordInitialLayout(commands); });
    Stylizer stylizer({.device = device(),
                       .pipelines = pipelines(),
                       .network = network,
                       .precision = Precision::Fp32,
                       .source = extent,
                       .networkInput = extent,
                       .output = extent});
    Controls controls;
    controls.cells = {parseNormalization("adain:rank=128")};
    controls.styles = {{&style, -1, 1.0f}};
    const auto rgba = randomPicture(extent, 4);
    stylizer.wait(stylizer.submit(rgba, controls, target));
    const auto first = readImage(device(), target);
    for (int i = 0; i < 3; ++i)
        stylizer.wait(stylizer.submit(rgba, controls, target));
    EXPECT_EQ(readImage(device(), target), first);
    controls.cells = {parseNormalization("adain")};
    stylizer.wait(stylizer.submit(rgba, controls, target));
    EXPECT_NE(readImage(device(), target), first);
}

}  // namespace
}  // namespace impasto::nn::test
