// SPDX-License-Identifier: MIT
// Sites that share their dispatches, and sites whose output only residuals read: which these are, and that the numbers
// stay those of the CPU reference and of a plan that does neither.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "gpu/commands.h"
#include "nn/fusion.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

using model::ActivationKind;

model::Conv2d conv3(int in, int out, int upsample = 1) {
    model::Conv2d conv;
    conv.inChannels = in;
    conv.outChannels = out;
    conv.pad = {1, 1, 1, 1};
    conv.padMode = model::PadMode::Reflect;
    conv.activation = {ActivationKind::LeakyRelu, 0.2f};
    conv.upsample = upsample;
    return conv;
}

/// Two sites of which the first is the residual of the last convolution: x → u ↦ s1(u), pool → v ↦ s2(v) → (×2) +
/// s1(u).
model::Network residualNetwork(int channels, bool enlarged) {
    NetworkBuilder builder(3, 11);
    const int features = builder.conv(conv3(3, channels), 0);
    const int first = builder.site(features, channels);
    const int inner = enlarged ? builder.add(model::MaxPool{}, {features}) : features;
    const int second = builder.site(builder.conv(conv3(channels, channels + 3), inner), channels + 3);
    const int sum = builder.conv(conv3(channels + 3, channels, enlarged ? 2 : 1), second, first);
    builder.add(model::Activate{{ActivationKind::LeakyRelu, 0.5f}}, {sum});
    return builder.build();
}

StyleStatistics randomStatistics(const model::Network& network) {
    StyleStatistics statistics;
    for (const auto& site : model::sites(network.graph))
        statistics.push_back({randomTensor({1, 1, site.channels}, 31, -1, 1).data(),
                              randomTensor({1, 1, site.channels}, 32, 0.01f, 2).data()});
    return statistics;
}

std::size_t countOf(const Plan& plan, const std::string& name, const FrameNeeds& needs) {
    return static_cast<std::size_t>(std::count_if(
        plan.dispatches().begin(), plan.dispatches().end(),
        [&](const Dispatch& dispatch) { return dispatch.name.rfind(name, 0) == 0 && dispatch.runsIn(needs); }));
}

TEST(SiteFusion, SitesGatherWhereTheFirstIsRead) {
    const model::Network network = residualNetwork(4, true);
    const auto nodes = gatherSites(fuse(network.graph, {}));
    std::string order;
    for (const FusedNode& node : nodes)
        order += std::holds_alternative<model::Normalize>(node.operation) ? 's'
                 : std::holds_alternative<model::MaxPool>(node.operation) ? 'p'
                                                                          : 'c';
    EXPECT_EQ(order, "cpcssc");
}

TEST(SiteFusion, OnlyWhatIsReadAsAResidualAloneIsMadeOnTheWay) {
    const model::Network network = residualNetwork(4, false);
    const auto sites = model::sites(network.graph);
    auto nodes = gatherSites(fuse(network.graph, {}));
    findResidualSites(nodes, {network.graph.outputTensor()});
    ASSERT_TRUE(nodes.back().residualSite);
    EXPECT_EQ(nodes.back().residualSite->site, 0);
    EXPECT_EQ(nodes.back().residualSite->input, sites[0].input);
    for (const FusedNode& node : nodes) {
        if (const auto* site = std::get_if<model::Normalize>(&node.operation)) {
            EXPECT_EQ(node.readAsResidual, site->index == 0);
        }
    }
    // Somebody else reads it.
    auto kept = gatherSites(fuse(network.graph, {}));
    findResidualSites(kept, {sites[0].node + 1});
    EXPECT_FALSE(kept.back().residualSite);
    NetworkBuilder builder(3);
    const int site = builder.site(0, 3);
    builder.conv(conv3(3, 3), site, site);
    auto both = fuse(builder.build().graph, {});
    findResidualSites(both, {});
    EXPECT_FALSE(both.back().residualSite);
}

class SiteFusionOnDevice : public impasto::test::GpuTest {
  protected:
    Controls adain(const StyleStatistics& style) const {
        Controls controls;
        controls.cells = {Normalization{}};
        controls.styles = {{&style, -1, 1.0f}};
        controls.strength = 0.8f;
        return controls;
    }
    /// Against the reference, and bit for bit against the same kernels with the site's output written.
    void expectMatches(const model::Network& network, Extent extent, const Controls& controls,
                       const RunOptions& options) {
        const Tensor content = randomTensor({network.graph.inputChannels, extent.height, extent.width}, 7);
        PlanRunner runner(device(), pipelines(), network, extent, options);
        const Tensor got = runner.run(content, controls);
        const Tensor want = reference::run(network, content, blendOf(controls), settingsOf(controls)).output();
        const bool halves = options.precision == Precision::Fp16;
        EXPECT_LE(nmse(got.data(), want.data()), halves ? 1e-4 : 1e-9)
            << extent.height << "×" << extent.width << (halves ? " fp16" : " fp32");
        RunOptions written = options;
        written.separateSites = true;
        PlanRunner separate(device(), pipelines(), network, extent, written);
        EXPECT_EQ(separate.run(content, controls).data(), got.data());
    }
};

TEST_F(SiteFusionOnDevice, AwkwardShapesAndStorages) {
    const Extent extents[] = {{4, 4}, {6, 34}, {18, 66}};
    for (const int channels : {1, 5, 12, 33}) {
        for (const bool enlarged : {false, true}) {
            const model::Network network = residualNetwork(channels, enlarged);
            const StyleStatistics style = randomStatistics(network);
            for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
                for (const Extent& extent : extents)
                    expectMatches(network, extent, adain(style), {.precision = precision, .access = Access::Texel});
                expectMatches(network, extents[1], adain(style), {.precision = precision, .access = Access::Storage});
            }
        }
    }
}

TEST_F(SiteFusionOnDevice, EveryKernel) {
    for (const bool enlarged : {false, true}) {
        const model::Network network = residualNetwork(12, enlarged);
        const StyleStatistics style = randomStatistics(network);
        const auto& last = network.graph.nodes[network.graph.nodes.size() - 3].operation;
        const auto& conv = std::get<model::Conv2d>(last);
        const auto candidates = convCandidates(conv, Precision::Fp32, device().capabilities());
        ASSERT_GT(candidates.size(), 1u);
        // All of this network's convolutions but the last are plain 3×3 ones: what runs an enlarged one runs nothing
        // else, and is chosen for it alone.
        for (const ConvChoice& choice : candidates) {
            KernelChoices choices;
            choices.set(convKey(conv, {12, 10, 14}, Precision::Fp32), {.choice = choice});
            if (phasesOf(choice.kernel) > 1)
                expectMatches(network, {10, 14}, adain(style), {.precision = Precision::Fp32, .choices = &choices});
            else
                expectMatches(network, {10, 14}, adain(style), {.precision = Precision::Fp32, .onlyConv = choice});
        }
        expectMatches(network, {10, 14}, adain(style), {.precision = Precision::Fp32, .plainKernels = true});
        if (!enlarged)
            expectMatches(network, {10, 34}, adain(style),
                          {.precision = Precision::Fp16, .onlyConv = ConvChoice{ConvKernel::MatrixByHand}});
    }
}

TEST_F(SiteFusionOnDevice, EveryCellAndPolicy) {
    const model::Network network = residualNetwork(12, true);
    const StyleStatistics style = randomStatistics(network);
    for (int statistics = 0; statistics < kStatisticsSourceCount; ++statistics) {
        for (int affine = 0; affine < kAffineSourceCount; ++affine) {
            Controls controls = adain(style);
            controls.cells = {
                Normalization{static_cast<StatisticsSource>(statistics), static_cast<AffineSource>(affine), 4}};
            expectMatches(network, {10, 14}, controls, {.precision = Precision::Fp32});
        }
    }
    for (const char* cell : {"adain:sparse=4", "adain:thumbnail=4", "layer+adaptive:channels=2"}) {
        Controls controls = adain(style);
        controls.cells = {parseNormalization(cell)};
        expectMatches(network, {10, 14}, controls, {.precision = Precision::Fp32});
    }
    // Statistics at one of two sites that share the dispatch.
    for (const auto& [first, second] : {std::pair("none+adaptive", "adain"), std::pair("adain", "bn")}) {
        Controls controls = adain(style);
        controls.cells = {parseNormalization(first), parseNormalization(second)};
        expectMatches(network, {10, 14}, controls, {.precision = Precision::Fp32});
    }
}

TEST_F(SiteFusionOnDevice, SaturatedHalvesAreCountedAsIfTheyWereStored) {
    NetworkBuilder builder(3, 8);
    const int features = builder.conv(conv3(3, 12), 0);
    builder.conv(conv3(12, 12), features, builder.site(features, 12));
    const model::Network network = builder.build();
    StyleStatistics style = randomStatistics(network);
    style[0].variance.assign(12, 4e9f);
    const auto counted = [&](bool separateSites) {
        PlanRunner runner(device(), pipelines(), network, {9, 37},
                          {.precision = Precision::Fp16, .separateSites = separateSites});
        const Tensor output = runner.run(randomTensor({3, 9, 37}, 7), adain(style));
        EXPECT_EQ(*std::max_element(output.data().begin(), output.data().end()), 65504.0f);
        gpu::Buffer readback(device(), {"count", 4, gpu::MemoryKind::Readback});
        gpu::runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
            gpu::recordBarrier(commands);
            commands.copyBuffer(runner.plan().overflowBuffer().handle(), readback.handle(), vk::BufferCopy(0, 0, 4));
            gpu::recordHostBarrier(commands);
        });
        std::uint32_t count = 0;
        std::memcpy(&count, readback.mapped().data(), 4);
        return count;
    };
    EXPECT_GT(counted(false), 0u);
    EXPECT_EQ(counted(false), counted(true));
}

TEST_F(SiteFusionOnDevice, WhatIsRun) {
    const model::Network network = threeLevelNetwork(8, 16, 32);
    const Plan plan({.device = device(), .pipelines = pipelines(), .network = network, .input = {64, 64}});
    EXPECT_EQ(countOf(plan, "statistics", {}), 1u);
    EXPECT_EQ(countOf(plan, "coefficients", {}), 1u);
    EXPECT_EQ(countOf(plan, "affine", {}), 1u);
    EXPECT_EQ(countOf(plan, "affine", {.separateSites = true}), 3u);
    EXPECT_EQ(countOf(plan, "conv2d", {}), 13u);
    EXPECT_EQ(countOf(plan, "conv2d", {.separateSites = true}), 13u);
}

TEST_F(SiteFusionOnDevice, SitesThatReadEachOtherKeepTheirOrder) {
    NetworkBuilder builder(3, 5);
    const int features = builder.conv(conv3(3, 9), 0);
    const int first = builder.site(features, 9);
    const int second = builder.site(first, 9);
    const int third = builder.site(builder.conv(conv3(9, 6), second), 6);
    builder.conv(conv3(6, 9), third, second);
    const model::Network network = builder.build();
    const Plan plan({.device = device(), .pipelines = pipelines(), .network = network, .input = {12, 20}});
    EXPECT_EQ(countOf(plan, "statistics", {}), 3u);
    expectMatches(network, {12, 20}, adain(randomStatistics(network)), {.precision = Precision::Fp32});
}

TEST_F(SiteFusionOnDevice, MoreSitesThanOneDispatchTakes) {
    NetworkBuilder builder(3, 6);
    std::vector<int> outputs;
    int features = builder.conv(conv3(3, 5), 0);
    for (int site = 0; site < 11; ++site) {
        outputs.push_back(builder.site(features, 5));
        features = builder.conv(conv3(5, 5), features);
    }
    for (const int output : outputs)
        features = builder.conv(conv3(5, 5), features, output);
    const model::Network network = builder.build();
    const Plan plan({.device = device(), .pipelines = pipelines(), .network = network, .input = {12, 20}});
    EXPECT_EQ(countOf(plan, "statistics", {}), 2u);
    EXPECT_EQ(countOf(plan, "affine", {}), 0u);
    expectMatches(network, {12, 20}, adain(randomStatistics(network)), {.precision = Precision::Fp32});
}

}  // namespace
}  // namespace impasto::nn::test
