// SPDX-License-Identifier: MIT
// The grid on the device: every cell against the CPU reference, the identities between cells, and what stays bit-equal.
#include <gtest/gtest.h>

#include <cmath>

#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

std::vector<Normalization> allCells() {
    std::vector<Normalization> cells;
    for (int statistics = 0; statistics < kStatisticsSourceCount; ++statistics) {
        for (int affine = 0; affine < kAffineSourceCount; ++affine) {
            Normalization cell;
            cell.statistics = static_cast<StatisticsSource>(statistics);
            cell.affine = static_cast<AffineSource>(affine);
            cells.push_back(cell);
        }
    }
    return cells;
}

/// A convolution before and after a site, so that the site's input is not the network's.
model::Network siteNetwork(int channels) {
    NetworkBuilder builder(3, 11);
    model::Conv2d conv;
    conv.inChannels = 3;
    conv.outChannels = channels;
    conv.pad = {1, 1, 1, 1};
    conv.padMode = model::PadMode::Reflect;
    conv.activation = {model::ActivationKind::LeakyRelu, 0.1f};
    const int features = builder.conv(conv, 0);
    builder.site(features, channels);
    return builder.build();
}

StyleStatistics randomStatistics(const model::Network& network, std::uint32_t seed) {
    StyleStatistics statistics;
    for (const auto& site : model::sites(network.graph)) {
        statistics.push_back({randomTensor({1, 1, site.channels}, seed, -1, 1).data(),
                              randomTensor({1, 1, site.channels}, seed + 1, 0.01f, 2).data()});
    }
    return statistics;
}

class Grid : public impasto::test::GpuTest {
  protected:
    void expectCell(const model::Network& network, const Tensor& content, const Controls& controls,
                    Precision precision) {
        PlanRunner runner(device(), pipelines(), network, content.shape().extent(), {.precision = precision});
        const Tensor got = runner.run(content, controls);
        const Tensor want = reference::run(network, content, blendOf(controls), settingsOf(controls)).output();
        EXPECT_LE(nmse(got.data(), want.data()), precision == Precision::Fp32 ? 1e-9 : 1e-4)
            << toString(controls.cells.front()) << " " << content.shape().height << "×" << content.shape().width;
    }
};

TEST_F(Grid, EveryCellMatchesTheReferenceOnTheStartNetwork) {
    const model::Network& network = startNetwork();
    const Tensor content = randomTensor({3, 40, 24}, 21, 0, 1);
    const StyleStatistics first = reference::encodeStyle(network, randomTensor({3, 48, 32}, 22, 0, 1));
    const StyleStatistics second = reference::encodeStyle(network, randomTensor({3, 24, 64}, 23, 0, 0.4f));
    for (const Normalization& cell : allCells()) {
        Controls controls;
        controls.cells = {cell};
        controls.styles = {{&first, -1, 0.7f}, {&second, -1, 0.6f}};
        controls.strength = 0.8f;
        expectCell(network, content, controls, Precision::Fp32);
        expectCell(network, content, controls, Precision::Fp16);
    }
}

TEST_F(Grid, EveryCellWithConditionalRowsAndOddChannels) {
    for (const int channels : {1, 5, 12, 33}) {
        const model::Network network = siteNetwork(channels);
        const StyleStatistics style = randomStatistics(network, 31);
        for (Normalization cell : allCells()) {
            cell.groups = 4;
            Controls controls;
            controls.cells = {cell};
            controls.epsilon = 1e-3f;
            controls.styles = {{&style, 1, 0.25f}, {&style, -1, 0.5f}, {&style, 0, 1.5f}};
            controls.normalizeWeights = false;
            expectCell(network, randomTensor({3, 9, 13}, 32), controls, Precision::Fp32);
        }
    }
}

TEST_F(Grid, StatisticsOfTinyAndNearConstantMaps) {
    const model::Network network = siteNetwork(10);
    const StyleStatistics style = randomStatistics(network, 41);
    for (const Extent& extent : {Extent{2, 2}, Extent{2, 3}, Extent{3, 2}, Extent{67, 131}}) {
        for (const float spread : {1.0f, 1e-3f, 0.0f}) {
            const Tensor content = randomTensor({3, extent.height, extent.width}, 42, 0.5f, 0.5f + spread);
            PlanRunner runner(device(), pipelines(), network, extent, {.keepTensors = true});
            Controls controls;
            controls.cells = {parseNormalization("in")};
            controls.styles = {{&style, -1, 1.0f}};
            const Tensor got = runner.run(content, controls);
            const int input = model::sites(network.graph)[0].input;
            const ChannelStatistics want = reference::channelStatistics(runner.read(input));
            const ChannelStatistics have = runner.statistics()[0];
            for (std::size_t c = 0; c < want.mean.size(); ++c) {
                EXPECT_NEAR(have.mean[c], want.mean[c], 2e-6) << extent.height << "×" << extent.width;
                // The mean is known to a rounding step of the values, which enters the variance times their spread.
                const float rounding = 1.2e-7f * std::sqrt(want.variance[c]);
                // 1/N against 1/(N−1) would differ by a quarter at 2×2 and by 1.1e-4 at 67×131.
                EXPECT_NEAR(have.variance[c], want.variance[c], 1e-5 * want.variance[c] + rounding + 1e-12);
            }
            // Without ε a constant map would divide zero by zero.
            for (const float value : got.data())
                ASSERT_TRUE(std::isfinite(value));
        }
    }
}

TEST_F(Grid, IdentitiesBetweenCells) {
    const model::Network network = siteNetwork(16);
    const StyleStatistics style = randomStatistics(network, 51);
    const Tensor content = randomTensor({3, 20, 18}, 52);
    PlanRunner runner(device(), pipelines(), network, {20, 18});
    const auto run = [&](const char* cell) {
        Controls controls;
        controls.cells = {parseNormalization(cell)};
        controls.styles = {{&style, -1, 1.0f}};
        return runner.run(content, controls);
    };
    EXPECT_LE(maxAbs(run("group:16+adaptive").data(), run("instance+adaptive").data()), 1e-5);
    EXPECT_LE(maxAbs(run("group:1+adaptive").data(), run("layer+adaptive").data()), 1e-5);
    EXPECT_LE(maxAbs(run("group:64+learned").data(), run("instance+learned").data()), 1e-5);
    EXPECT_GT(maxAbs(run("group:8+adaptive").data(), run("layer+adaptive").data()), 1e-2);
}

TEST_F(Grid, AStyleThatIsTheContentLeavesFeaturesUnchanged) {
    const model::Network network = siteNetwork(24);
    const Tensor content = randomTensor({3, 30, 22}, 61);
    PlanRunner runner(device(), pipelines(), network, {30, 22}, {.keepTensors = true});
    Controls controls;
    controls.cells = {parseNormalization("adain")};
    const StyleStatistics self = reference::encodeStyle(network, content);
    controls.styles = {{&self, -1, 1.0f}};
    const Tensor got = runner.run(content, controls);
    EXPECT_LE(maxAbs(got.data(), runner.read(model::sites(network.graph)[0].input).data()), 1e-5);
}

TEST_F(Grid, WeightsAndStrengthAtTheirEnds) {
    const model::Network& network = startNetwork();
    const StyleStatistics first = reference::encodeStyle(network, randomTensor({3, 32, 32}, 71, 0, 1));
    const StyleStatistics second = reference::encodeStyle(network, randomTensor({3, 32, 32}, 72, 0, 0.3f));
    const Tensor content = randomTensor({3, 24, 32}, 73, 0, 1);
    PlanRunner runner(device(), pipelines(), network, {24, 32});
    Controls controls;
    controls.cells = {Normalization{}};
    const auto run = [&](std::vector<Controls::BlendedStyle> styles, float strength) {
        controls.styles = std::move(styles);
        controls.strength = strength;
        return runner.run(content, controls).data();
    };
    const auto alone = run({{&first, -1, 1.0f}}, 1);
    EXPECT_EQ(run({{&first, -1, 1.0f}, {&second, -1, 0.0f}}, 1), alone);
    EXPECT_EQ(run({{&first, -1, 2.0f}}, 1), alone) << "normalized weights";
    EXPECT_GT(maxAbs(run({{&first, -1, 1.0f}, {&second, -1, 1.0f}}, 1), alone), 0.02);
    controls.cells = {parseNormalization("none")};
    const auto untouched = run({}, 1);
    controls.cells = {Normalization{}};
    EXPECT_EQ(run({{&first, -1, 1.0f}}, 0), untouched);
    EXPECT_EQ(run({{&first, -1, 0.0f}, {&second, -1, 0.0f}}, 1), untouched);
    EXPECT_EQ(run({}, 1), untouched);
}

TEST_F(Grid, TheContentItselfAsAStyle) {
    const model::Network& network = startNetwork();
    const StyleStatistics style = reference::encodeStyle(network, randomTensor({3, 32, 32}, 75, 0, 1));
    const Tensor content = randomTensor({3, 27, 37}, 76, 0, 1);
    const Tensor padded = reference::padToMultiple(content, network.graph.multiple);
    Controls controls;
    for (const Normalization& cell : allCells()) {
        controls.cells = {cell};
        for (const bool normalize : {true, false}) {
            controls.normalizeWeights = normalize;
            controls.styles = {{nullptr, -1, 0.75f}, {&style, -1, 0.5f}};
            expectCell(network, padded, controls, Precision::Fp32);
        }
    }
    // Alone under instance statistics it is the identity.
    PlanRunner runner(device(), pipelines(), network, padded.shape().extent(), {.keepTensors = true});
    controls.cells = {Normalization{}};
    controls.normalizeWeights = true;
    controls.styles = {{nullptr, -1, 0.4f}};
    const auto alone = runner.run(padded, controls).data();
    controls.styles = {};
    EXPECT_LE(nmse(alone, runner.run(padded, controls).data()), 1e-11);
}

TEST_F(Grid, SitesCanDiffer) {
    const model::Network& network = startNetwork();
    const StyleStatistics style = reference::encodeStyle(network, randomTensor({3, 32, 32}, 81, 0, 1));
    Controls controls;
    controls.cells = {parseNormalization("adain"), parseNormalization("bn"), parseNormalization("group:4+adaptive")};
    controls.styles = {{&style, -1, 1.0f}};
    expectCell(network, randomTensor({3, 32, 24}, 82, 0, 1), controls, Precision::Fp32);
}

TEST_F(Grid, ThereAndBackIsBitIdentical) {
    const model::Network& network = startNetwork();
    const StyleStatistics style = reference::encodeStyle(network, randomTensor({3, 32, 32}, 91, 0, 1));
    const Tensor content = randomTensor({3, 40, 40}, 92, 0, 1);
    PlanRunner runner(device(), pipelines(), network, {40, 40}, {.precision = Precision::Fp16});
    Controls controls;
    controls.styles = {{&style, -1, 1.0f}};
    controls.cells = {parseNormalization("adain")};
    const auto before = runner.run(content, controls).data();
    for (const Normalization& cell : allCells()) {
        controls.cells = {cell};
        runner.run(content, controls);
    }
    controls.cells = {parseNormalization("adain")};
    EXPECT_EQ(runner.run(content, controls).data(), before);
}

TEST_F(Grid, LastFramesAverageAsOneBatch) {
    const model::Network network = siteNetwork(9);
    const StyleStatistics style = randomStatistics(network, 101);
    PlanRunner runner(device(), pipelines(), network, {8, 8}, {.keepTensors = true});
    Controls controls;
    controls.cells = {parseNormalization("batch:3+adaptive")};
    controls.styles = {{&style, -1, 1.0f}};
    const int input = model::sites(network.graph)[0].input;
    std::vector<ChannelStatistics> history;
    for (std::uint32_t frame = 0; frame < 70; ++frame) {
        // Past 64 frames the ring wraps.
        const Tensor content = randomTensor({3, 8, 8}, 200 + frame, -1, 1 + static_cast<float>(frame % 7));
        const Tensor got = runner.run(content, controls);
        const Tensor features = runner.read(input);
        const auto parameters = network.siteParameters(model::sites(network.graph)[0]);
        const auto settings = settingsOf(controls)[0];
        const auto affine = reference::blendAffine(parameters, blendOf(controls), 0, settings);
        const auto statistics = reference::channelStatistics(features);
        const Tensor want = reference::applyAffine(
            features, reference::coefficients(statistics, parameters, affine, settings, history));
        ASSERT_LE(nmse(got.data(), want.data()), 1e-9) << "frame " << frame;
        history.insert(history.begin(), statistics);
    }
    runner.plan().frameBlock().resetHistory();
    const Tensor content = randomTensor({3, 8, 8}, 300);
    const Tensor batch = runner.run(content, controls);
    controls.cells = {parseNormalization("adain")};
    EXPECT_LE(maxAbs(batch.data(), runner.run(content, controls).data()), 1e-5) << "one frame is an instance";
}

}  // namespace
}  // namespace impasto::nn::test
