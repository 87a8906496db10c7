// SPDX-License-Identifier: MIT
// Statistics policies, the two sides of a split and the similarity gate on the device, against the CPU reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "model/input_size.h"
#include "reference/similarity_gate.h"
#include "stylizing.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

/// A convolution before a site, so that the site's input is not the network's.
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

StyleStatistics randomStatistics(const model::Network& network, std::uint32_t seed) {
    StyleStatistics statistics;
    for (const auto& site : model::sites(network.graph)) {
        statistics.push_back({randomTensor({1, 1, site.channels}, seed, -1, 1).data(),
                              randomTensor({1, 1, site.channels}, seed + 1, 0.01f, 2).data()});
    }
    return statistics;
}

class Policy : public impasto::test::GpuTest {
  protected:
    /// A network of one site and its runner, and what the reference makes of features under statistics of its own.
    struct Bench {
        Bench(gpu::Device& device, gpu::PipelineLibrary& pipelines, int channels, Extent extent)
            : network(siteNetwork(channels)),
              style(randomStatistics(network, 31)),
              runner(device, pipelines, network, extent, {.keepTensors = true}) {
            controls.styles = {{&style, -1, 1.0f}};
        }
        Tensor features() { return runner.read(model::sites(network.graph)[0].input); }
        Tensor wanted(const Tensor& x, const ChannelStatistics& content,
                      std::span<const ChannelStatistics> history = {}) const {
            const auto parameters = network.siteParameters(model::sites(network.graph)[0]);
            const auto settings = settingsOf(controls)[0];
            const auto affine = reference::blendAffine(parameters, blendOf(controls), 0, settings);
            return reference::applyAffine(x, reference::coefficients(content, parameters, affine, settings, history));
        }

        model::Network network;
        StyleStatistics style;
        PlanRunner runner;
        Controls controls;
    };
};

TEST_F(Policy, SamplingsMatchTheReference) {
    for (const Extent& extent : {Extent{2, 3}, Extent{9, 13}, Extent{67, 131}}) {
        for (const char* text : {"adain:sparse=1", "adain:sparse=2", "adain:sparse=7", "ln:sparse=256",
                                 "adain:thumbnail=1", "adain:thumbnail=3", "adain:thumbnail=16", "gn:thumbnail=2"}) {
            Bench bench(device(), pipelines(), 13, extent);
            bench.controls.cells = {parseNormalization(text)};
            const Tensor got = bench.runner.run(randomTensor({3, extent.height, extent.width}, 7), bench.controls);
            const Tensor features = bench.features();
            const auto sampled = reference::channelStatistics(features, samplingOf(bench.controls.cells[0]));
            EXPECT_LE(nmse(got.data(), bench.wanted(features, sampled).data()), 1e-8)
                << text << " at " << extent.height << "×" << extent.width;
        }
    }
}

TEST_F(Policy, SamplingOfEverythingIsExactAndSparseIsNear) {
    Bench bench(device(), pipelines(), 16, {60, 80});
    const Tensor content = randomTensor({3, 60, 80}, 9);
    const auto run = [&](const char* text) {
        bench.controls.cells = {parseNormalization(text)};
        return bench.runner.run(content, bench.controls);
    };
    const Tensor exact = run("adain");
    EXPECT_LE(maxAbs(run("adain:sparse=1").data(), exact.data()), 1e-5);
    EXPECT_LE(maxAbs(run("adain:thumbnail=1").data(), exact.data()), 1e-5);
    const double sparse = nmse(run("adain:sparse=8").data(), exact.data());
    EXPECT_GT(sparse, 1e-9);
    EXPECT_LT(sparse, 0.05);
    EXPECT_GT(nmse(run("adain:thumbnail=8").data(), exact.data()), sparse) << "averaging takes the deviation away";
}

TEST_F(Policy, ChannelSubsets) {
    for (const char* text : {"ln:channels=1", "ln:channels=2", "ln:channels=5", "ln:channels=64", "gn:channels=2",
                             "group:4+adaptive:channels=3"}) {
        for (const int channels : {1, 7, 24}) {
            Bench bench(device(), pipelines(), channels, {12, 10});
            bench.controls.cells = {parseNormalization(text)};
            const Tensor got = bench.runner.run(randomTensor({3, 12, 10}, 8), bench.controls);
            const Tensor features = bench.features();
            EXPECT_LE(nmse(got.data(), bench.wanted(features, reference::channelStatistics(features)).data()), 1e-9)
                << text << " with " << channels;
        }
    }
}

TEST_F(Policy, TemporalAndFrozenFollowTheReferenceOverFrames) {
    for (const char* text : {"adain:temporal=0.5", "ln:temporal=2", "adain:frozen"}) {
        Bench bench(device(), pipelines(), 9, {8, 8});
        bench.controls.cells = {parseNormalization(text)};
        const Normalization cell = bench.controls.cells[0];
        ChannelStatistics state;
        for (int frame = 0; frame < 12; ++frame) {
            if (frame == 8) {
                bench.runner.plan().frameBlock().resetHistory();
                state = {};
            }
            const float seconds = frame == 5 ? 0.0f : 0.04f * static_cast<float>(frame);
            bench.controls.secondsSinceLast = seconds;
            const Tensor got = bench.runner.run(
                randomTensor({3, 8, 8}, 200 + static_cast<std::uint32_t>(frame), -1, 1 + static_cast<float>(frame % 3)),
                bench.controls);
            const Tensor features = bench.features();
            const ChannelStatistics content = reference::channelStatistics(features);
            const double weight =
                cell.policy == StatisticsPolicy::Frozen ? 0 : 1 - std::exp(-double{seconds} / cell.timeConstantSeconds);
            state = state.mean.empty() ? content : reference::temporalAverage(state, content, weight);
            ASSERT_LE(nmse(got.data(), bench.wanted(features, state).data()), 1e-8) << text << " frame " << frame;
        }
    }
}

TEST_F(Policy, AveragesBeginAnewWithANewSceneAndFrozenStays) {
    for (const char* text : {"adain:temporal=2", "adain:frames=8", "adain:frozen"}) {
        Bench bench(device(), pipelines(), 9, {8, 8});
        bench.controls.cells = {parseNormalization(text)};
        bench.controls.secondsSinceLast = 0.04f;
        ChannelStatistics wanted;
        for (std::uint32_t frame = 0; frame < 4; ++frame) {
            bench.controls.newScene = frame == 3;
            const Tensor got = bench.runner.run(randomTensor({3, 8, 8}, 500 + frame, -1, 1 + static_cast<float>(frame)),
                                                bench.controls);
            const ChannelStatistics content = reference::channelStatistics(bench.features());
            const bool frozen = bench.controls.cells[0].policy == StatisticsPolicy::Frozen;
            if (frame == 0 || !frozen)
                wanted = content;
            if (frame == 3) {
                EXPECT_LE(nmse(got.data(), bench.wanted(bench.features(), wanted).data()), 1e-8) << text;
            }
        }
    }
}

TEST_F(Policy, FrozenKeepsTheMomentItIsSwitchedOn) {
    Bench bench(device(), pipelines(), 8, {8, 8});
    const auto run = [&](const char* text, std::uint32_t seed) {
        bench.controls.cells = {parseNormalization(text)};
        return bench.runner.run(randomTensor({3, 8, 8}, seed, -1, static_cast<float>(seed)), bench.controls);
    };
    run("adain", 1);
    const ChannelStatistics first = reference::channelStatistics(bench.features());
    const Tensor got = run("adain:frozen", 2);
    EXPECT_LE(nmse(got.data(), bench.wanted(bench.features(), first).data()), 1e-8);
}

TEST_F(Policy, LastFramesPoolUnderEveryRow) {
    for (const char* text : {"adain:frames=3", "ln:frames=3", "gn:frames=64"}) {
        Bench bench(device(), pipelines(), 10, {8, 8});
        bench.controls.cells = {parseNormalization(text)};
        std::vector<ChannelStatistics> history;
        for (std::uint32_t frame = 0; frame < 6; ++frame) {
            const Tensor got = bench.runner.run(
                randomTensor({3, 8, 8}, 300 + frame, -1, 1 + static_cast<float>(frame % 4)), bench.controls);
            const Tensor features = bench.features();
            const ChannelStatistics content = reference::channelStatistics(features);
            ASSERT_LE(nmse(got.data(), bench.wanted(features, content, history).data()), 1e-8) << text;
            history.insert(history.begin(), content);
        }
    }
}

using Sides = Stylizing;

TEST_F(Sides, EachIsThePictureItIsAlone) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent source{48, 70};
    const Extent input{33, 48};
    const auto rgba = randomPicture(source, 6);
    const auto controlsOf = [&](const char* text) {
        Controls controls;
        controls.cells = {parseNormalization(text)};
        controls.styles = {{&style, -1, 1.0f}};
        controls.guidance = 1;
        return controls;
    };
    Stylizer together(params(source, input, source));
    const auto a = image(source);
    const auto b = image(source);
    const auto exact = image(source);
    const char* const pairs[][2] = {{"adain", "bn"},
                                    {"bn", "adain"},
                                    {"adain:sparse=4", "adain"},
                                    {"none", "ln:channels=2"},
                                    {"gn", "adain:thumbnail=2"},
                                    {"adain", "adain"}};
    for (const auto& [left, right] : pairs) {
        const Controls controls = controlsOf(left);
        const Controls other = controlsOf(right);
        const Controls third = controlsOf("adain");
        const Stylizer::ExtraPass passes[] = {{.side = 1, .controls = &other, .target = b.get()},
                                              {.side = 2, .controls = &third, .target = exact.get()}};
        together.wait(together.submit(rgba, controls, *a, nullptr, passes));
        Stylizer alone(params(source, input, source));
        const auto only = image(source);
        alone.wait(alone.submit(rgba, controls, *only));
        EXPECT_EQ(readImage(device(), *a), readImage(device(), *only)) << left << " beside " << right;
        alone.wait(alone.submit(rgba, other, *only));
        EXPECT_EQ(readImage(device(), *b), readImage(device(), *only)) << right << " beside " << left;
        alone.wait(alone.submit(rgba, third, *only));
        EXPECT_EQ(readImage(device(), *exact), readImage(device(), *only)) << "exact beside " << left;
    }
}

TEST_F(Sides, EachKeepsItsOwnHistory) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{24, 32};
    Stylizer stylizer(params(extent, extent, extent));
    const auto a = image(extent);
    const auto b = image(extent);
    Controls controls;
    controls.cells = {parseNormalization("adain")};
    controls.styles = {{&style, -1, 1.0f}};
    Controls temporal = controls;
    temporal.cells = {parseNormalization("adain:temporal=1")};
    temporal.secondsSinceLast = 0.1f;
    const Stylizer::ExtraPass pass{.side = 1, .controls = &temporal, .target = b.get()};
    for (std::uint32_t frame = 0; frame < 4; ++frame) {
        stylizer.wait(stylizer.submit(randomPicture(extent, 40 + frame * 7), controls, *a, nullptr, {&pass, 1}));
        if (frame == 0) {
            EXPECT_EQ(readImage(device(), *a), readImage(device(), *b)) << "the first frame is its own average";
        }
    }
    EXPECT_NE(readImage(device(), *a), readImage(device(), *b));
    // Left out for a frame, a side begins anew.
    stylizer.wait(stylizer.submit(randomPicture(extent, 90), controls, *a));
    stylizer.wait(stylizer.submit(randomPicture(extent, 91), controls, *a, nullptr, {&pass, 1}));
    EXPECT_EQ(readImage(device(), *a), readImage(device(), *b));
}

TEST_F(Sides, ViewsTellWhatASiteDid) {
    const model::Network& micro = startNetwork();
    const StyleStatistics style = reference::encodeStyle(micro, randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{24, 32};
    Stylizer stylizer(params(extent, extent, extent));
    const auto a = image(extent);
    const auto b = image(extent);
    Controls controls;
    controls.cells = {parseNormalization("bn")};
    controls.styles = {{&style, -1, 1.0f}};
    controls.takeStatistics = true;
    Controls other = controls;
    other.cells = {parseNormalization("adain")};
    const Stylizer::ExtraPass pass{.side = 1, .controls = &other, .target = b.get()};
    const auto rgba = randomPicture(extent, 6);
    for (int frame = 0; frame < 3; ++frame)
        stylizer.wait(stylizer.submit(rgba, controls, *a, nullptr, {&pass, 1}));
    const Tensor padded = reference::padToMultiple(tensorOf(rgba, extent), micro.graph.multiple);
    const StyleStatistics want = reference::encodeStyle(micro, padded);
    const auto views = stylizer.siteViews(0);
    const auto others = stylizer.siteViews(1);
    ASSERT_EQ(views.size(), want.size());
    ASSERT_EQ(others.size(), want.size());
    EXPECT_TRUE(stylizer.siteViews(2).empty());
    for (std::size_t site = 0; site < want.size(); ++site) {
        EXPECT_LE(maxAbs(views[site].content.mean, want[site].mean), 1e-4) << "taken although 'bn' needs none";
        EXPECT_LE(maxAbs(others[site].content.variance, want[site].variance), 1e-3);
        for (std::size_t c = 0; c < want[site].mean.size(); ++c) {
            // After AdaIN a channel has the style's statistics.
            const float mean = others[site].a[c] * want[site].mean[c] + others[site].b[c];
            EXPECT_NEAR(mean, style[site].mean[c], 2e-3);
        }
        EXPECT_GT(maxAbs(views[site].a, others[site].a), 1e-3);
    }
}

TEST_F(Sides, HistogramsCountEveryPixelOnce) {
    const model::Network& micro = startNetwork();
    const StyleStatistics style = reference::encodeStyle(micro, randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{24, 40};
    Stylizer stylizer(params(extent, extent, extent));
    const auto a = image(extent);
    const auto rgba = randomPicture(extent, 6);
    const Tensor padded = reference::padToMultiple(tensorOf(rgba, extent), micro.graph.multiple);
    Controls controls;
    controls.cells = {parseNormalization("adain")};
    controls.styles = {{&style, -1, 1.0f}};
    const auto sites = model::sites(micro.graph);
    const auto run = reference::run(micro, padded, blendOf(controls), settingsOf(controls));
    for (std::size_t site = 0; site < sites.size(); ++site) {
        controls.histogramSite = static_cast<int>(site);
        controls.histogramChannel = sites[site].channels - 1;
        for (int frame = 0; frame < 3; ++frame)
            stylizer.wait(stylizer.submit(rgba, controls, *a));
        const auto counts = stylizer.histogram(0);
        const SiteView view = stylizer.siteViews(0)[site];
        const auto c = static_cast<std::size_t>(controls.histogramChannel);
        const float reach = 4 * std::sqrt(view.content.variance[c]);
        const float after = view.a[c] * view.content.mean[c] + view.b[c];
        const float low = std::min(view.content.mean[c] - reach, after - std::abs(view.a[c]) * reach);
        const float high = std::max(view.content.mean[c] + reach, after + std::abs(view.a[c]) * reach);
        std::vector<std::uint32_t> want(counts.size(), 0);
        const Tensor& x = run.tensors[static_cast<std::size_t>(sites[site].input)];
        const std::size_t bins = want.size() / 2;
        const auto binOf = [&](float value) {
            return static_cast<std::size_t>(
                std::clamp(static_cast<int>((value - low) / (high - low) * static_cast<float>(bins)), 0,
                           static_cast<int>(bins) - 1));
        };
        for (std::size_t i = 0; i < x.shape().planeSize(); ++i) {
            const float value = x.plane(controls.histogramChannel)[i];
            ++want[binOf(value)];
            ++want[bins + binOf(view.a[c] * value + view.b[c])];
        }
        // A value at the edge of a bin may fall on either side of it.
        std::size_t apart = 0;
        std::size_t total = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            apart += counts[i] > want[i] ? counts[i] - want[i] : want[i] - counts[i];
            total += counts[i];
        }
        EXPECT_EQ(total, 2 * x.shape().planeSize());
        EXPECT_LE(apart, 4u + total / 100) << sites[site].name;
    }
}

TEST_F(Sides, LayersAreDrawnAndPicturesStayTheSame) {
    const model::Network& micro = startNetwork();
    const StyleStatistics style = reference::encodeStyle(micro, randomTensor({3, 48, 64}, 5, 0, 1));
    const Extent extent{32, 48};
    Stylizer stylizer(params(extent, extent, extent));
    const auto a = image(extent);
    const int side = Stylizer::kLayerPictureSide;
    const auto picture = image({side, side});
    const auto rgba = randomPicture(extent, 6);
    Controls controls;
    controls.cells = {parseNormalization("adain")};
    controls.styles = {{&style, -1, 1.0f}};
    stylizer.wait(stylizer.submit(rgba, controls, *a));
    const auto before = readImage(device(), *a);
    const auto layers = stylizer.layers();
    ASSERT_GT(layers.size(), 10u);
    const Tensor padded = reference::padToMultiple(tensorOf(rgba, extent), micro.graph.multiple);
    const Tensor first = reference::run(micro, padded, blendOf(controls), settingsOf(controls))
                             .tensors[static_cast<std::size_t>(model::sites(micro.graph)[0].input)];
    for (int layer = 0; layer < static_cast<int>(layers.size()); ++layer) {
        stylizer.watchLayer(layer, -1);
        stylizer.wait(stylizer.submit(rgba, controls, *a, nullptr, {}, picture.get()));
        EXPECT_EQ(readImage(device(), *a), before) << layers[static_cast<std::size_t>(layer)].name;
        const auto pixels = readImage(device(), *picture);
        std::size_t lit = 0;
        for (std::size_t i = 0; i < pixels.size(); i += 4)
            lit += pixels[i] > 60 ? 1u : 0u;
        EXPECT_GT(lit, pixels.size() / 4 / 20) << layers[static_cast<std::size_t>(layer)].name;
    }
    // One channel of the first layer, against what the reference computes.
    const int channel = 3;
    stylizer.watchLayer(0, channel);
    stylizer.wait(stylizer.submit(rgba, controls, *a, nullptr, {}, picture.get()));
    const auto pixels = readImage(device(), *picture);
    const ChannelStatistics statistics = reference::channelStatistics(first);
    const Shape shape = first.shape();
    const float scale = static_cast<float>(std::max(shape.width, shape.height)) / static_cast<float>(side - 1);
    for (int y = 5; y < side; y += 37) {
        for (int x = 3; x < side; x += 41) {
            const int sourceX = static_cast<int>((static_cast<float>(x) + 0.5f) * scale);
            const int sourceY = static_cast<int>((static_cast<float>(y) + 0.5f) * scale);
            if (sourceX >= shape.width || sourceY >= shape.height)
                continue;
            const float value = first.at(channel, sourceY, sourceX);
            const float grey = std::clamp(
                0.5f + (value - statistics.mean[channel]) / (5 * std::sqrt(statistics.variance[channel])), 0.02f, 1.0f);
            EXPECT_NEAR(pixels[static_cast<std::size_t>((y * side + x) * 4)], grey * 255, 1.6);
        }
    }
    stylizer.watchLayer(-1, -1);
    stylizer.wait(stylizer.submit(rgba, controls, *a));
    EXPECT_EQ(readImage(device(), *a), before);
}

TEST_F(Sides, GateMatchesTheReference) {
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 48, 64}, 5, 0, 1));
    for (const Extent& extent : {Extent{16, 16}, Extent{33, 47}, Extent{70, 50}}) {
        Stylizer gated(params(extent, extent, extent));
        Stylizer plain(params(extent, extent, extent));
        const auto shown = image(extent);
        const auto made = image(extent);
        Controls controls;
        controls.cells = {parseNormalization("adain")};
        controls.styles = {{&style, -1, 1.0f}};
        controls.secondsSinceLast = 0.04f;
        reference::SimilarityGate gate;
        auto rgba = randomPicture(extent, 6);
        for (int frame = 0; frame < 8; ++frame) {
            // A corner moves; elsewhere there is a little noise.
            std::mt19937 random(static_cast<unsigned>(frame));
            for (std::size_t i = 0; i < rgba.size(); ++i) {
                const std::size_t pixel = i / 4;
                const bool corner = pixel / static_cast<std::size_t>(extent.width) < 12 &&
                                    pixel % static_cast<std::size_t>(extent.width) < 12;
                const int change = corner && frame % 3 == 1 ? 40 : static_cast<int>(random() % 3) - 1;
                rgba[i] = static_cast<std::uint8_t>(std::clamp(rgba[i] + change, 0, 255));
            }
            controls.gateThreshold = 0;
            plain.wait(plain.submit(rgba, controls, *made));
            controls.gateThreshold = 2;
            controls.openGate = frame == 6;
            gated.wait(gated.submit(rgba, controls, *shown));
            const Tensor want = gate.apply(tensorOf(rgba, extent), tensorOf(readImage(device(), *made), extent),
                                           {.threshold = 2, .release = 0.04f / 0.5f, .open = frame == 0 || frame == 6});
            const Tensor got = tensorOf(readImage(device(), *shown), extent);
            // What is held is rounded to 8 bits in every frame.
            ASSERT_LE(maxAbs(got.data(), want.data()), 4.5 / 255) << "frame " << frame;
            ASSERT_LE(nmse(got.data(), want.data()), 2e-5) << "frame " << frame;
        }
    }
}

}  // namespace
}  // namespace impasto::nn::test
