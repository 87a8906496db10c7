// SPDX-License-Identifier: MIT
// Regions on the device: against the CPU reference, a uniform mask against its region alone bit for bit, and no seams.
#include <gtest/gtest.h>

#include <cmath>

#include "gpu/commands.h"
#include "model/input_size.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

std::shared_ptr<const RegionMask> uniformMask(int region) {
    auto mask = std::make_shared<RegionMask>();
    std::array<float, kMaxRegions> shares{};
    shares[static_cast<std::size_t>(region)] = 1;
    for (int y = 0; y < RegionMask::kSide; ++y) {
        for (int x = 0; x < RegionMask::kSide; ++x)
            mask->set(x, y, shares);
    }
    return mask;
}

/// Four regions, soft everywhere.
std::shared_ptr<const RegionMask> softMask() {
    auto mask = std::make_shared<RegionMask>();
    for (int y = 0; y < RegionMask::kSide; ++y) {
        for (int x = 0; x < RegionMask::kSide; ++x) {
            const float u = static_cast<float>(x) / RegionMask::kSide;
            const float v = static_cast<float>(y) / RegionMask::kSide;
            mask->set(x, y, {u * v, (1 - u) * v, u * (1 - v), (1 - u) * (1 - v)});
        }
    }
    return mask;
}

class Regions : public impasto::test::GpuTest {
  protected:
    Regions() {
        for (std::uint32_t seed = 0; seed < 3; ++seed)
            styles_.push_back(reference::encodeStyle(
                startNetwork(), randomTensor({3, 32, 32}, 40 + seed, 0.1f * static_cast<float>(seed), 1)));
    }
    /// Four mixes of which no two are alike; the third has nothing to blend, the last the content itself.
    Controls fourMixes() const {
        Controls controls;
        controls.cells = {Normalization{}};
        controls.styles = {{&styles_[0], -1, 1.0f}};
        controls.regionStyles = {
            {{&styles_[1], -1, 0.5f}, {&styles_[2], -1, 0.25f}}, {}, {{nullptr, -1, 1.0f}, {&styles_[2], -1, 0.3f}}};
        return controls;
    }
    static Controls alone(const Controls& controls, int region) {
        Controls result = controls;
        result.styles = controls.stylesOf(region);
        result.regionStyles.clear();
        result.mask = nullptr;
        return result;
    }

    std::vector<StyleStatistics> styles_;
};

TEST_F(Regions, EveryCellMatchesTheReference) {
    const Tensor content = randomTensor({3, 24, 40}, 51, 0, 1);
    const auto sites = model::sites(startNetwork().graph);
    Controls controls = fourMixes();
    controls.mask = softMask();
    controls.strength = 0.8f;
    for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
        PlanRunner runner(device(), pipelines(), startNetwork(), {24, 40}, {.precision = precision});
        for (int row = 0; row < kStatisticsSourceCount; ++row) {
            controls.cells = {Normalization{static_cast<StatisticsSource>(row), AffineSource::Adaptive, 4}};
            const Tensor got = runner.run(content, controls);
            std::vector<Tensor> masks;
            for (const auto& site : sites) {
                const Extent map =
                    model::inferShapes(startNetwork().graph, {24, 40})[static_cast<std::size_t>(site.input)].extent();
                std::vector<std::uint32_t> words(static_cast<std::size_t>(map.height * map.width));
                reduceMask(*controls.mask, {{24, 40}, {24, 40}, map}, words);
                Tensor& planes = masks.emplace_back(Shape{4, map.height, map.width});
                for (std::size_t pixel = 0; pixel < words.size(); ++pixel) {
                    for (int r = 0; r < 4; ++r)
                        planes.plane(r)[pixel] = static_cast<float>(words[pixel] >> (8 * r) & 255u) / 255.0f;
                }
            }
            std::vector<reference::StyleBlend> blends;
            for (int r = 0; r < 4; ++r)
                blends.push_back(blendOf(alone(controls, r)));
            const Tensor want =
                reference::runRegions(startNetwork(), content, {blends, masks}, settingsOf(controls)).output();
            EXPECT_LE(nmse(got.data(), want.data()), precision == Precision::Fp32 ? 1e-9 : 1e-4) << row;
        }
    }
}

TEST_F(Regions, AUniformMaskIsItsRegionAloneBitForBit) {
    const Tensor content = randomTensor({3, 40, 48}, 52, 0, 1);
    for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
        PlanRunner runner(device(), pipelines(), startNetwork(), {40, 48}, {.precision = precision});
        for (int region = 0; region < 4; ++region) {
            Controls controls = fourMixes();
            controls.mask = uniformMask(region);
            const auto masked = runner.run(content, controls).data();
            EXPECT_EQ(masked, runner.run(content, alone(controls, region)).data()) << region;
        }
    }
}

TEST_F(Regions, WhereTheMixesAreAlikeTheMaskDoesNotShow) {
    const Tensor content = randomTensor({3, 40, 48}, 53, 0, 1);
    PlanRunner runner(device(), pipelines(), startNetwork(), {40, 48});
    Controls controls = fourMixes();
    controls.regionStyles = {controls.styles, controls.styles, controls.styles};
    controls.mask = softMask();
    const auto masked = runner.run(content, controls).data();
    EXPECT_LE(nmse(masked, runner.run(content, alone(controls, 0)).data()), 1e-10);
}

TEST_F(Regions, AStylizerTakesANewMaskInTheNextFrame) {
    const Extent extent{40, 56};
    const auto rgba = randomPicture(extent, 54);
    gpu::Image target(device(), {"test target", 56, 40});
    gpu::runOnce(device(), device().computeQueue(),
                 [&](vk::CommandBuffer commands) { target.recordInitialLayout(commands); });
    Stylizer stylizer({.device = device(),
                       .pipelines = pipelines(),
                       .network = {&startNetwork(), [](const model::Network*) {}},
                       .source = extent,
                       .networkInput = extent,
                       .output = extent});
    Controls controls = fourMixes();
    const auto run = [&](const Controls& of) {
        stylizer.wait(stylizer.submit(rgba, of, target));
        return readImage(device(), target);
    };
    for (int pass = 0; pass < 2; ++pass) {
        for (int region = 0; region < 4; ++region) {
            controls.mask = uniformMask(region);
            const auto masked = run(controls);
            EXPECT_EQ(run(controls), masked) << "the other frame in flight";
            EXPECT_EQ(masked, run(alone(controls, region))) << region;
        }
    }
}

/// Means of blocks of the network's multiple along every row: what it paints repeats with that period where the content
/// does not change.
Tensor blockMeans(const Tensor& x, int block) {
    Tensor means({x.shape().channels, x.shape().height, x.shape().width / block});
    for (int c = 0; c < x.shape().channels; ++c) {
        for (int row = 0; row < x.shape().height; ++row) {
            for (int column = 0; column < means.shape().width * block; ++column)
                means.at(c, row, column / block) += x.at(c, row, column) / static_cast<float>(block);
        }
    }
    return means;
}

/// The largest difference between neighbours in a row.
float largestStep(const Tensor& x) {
    float largest = 0;
    for (int c = 0; c < x.shape().channels; ++c) {
        for (int row = 0; row < x.shape().height; ++row) {
            for (int column = 0; column + 1 < x.shape().width; ++column)
                largest = std::max(largest, std::abs(x.at(c, row, column + 1) - x.at(c, row, column)));
        }
    }
    return largest;
}

TEST_F(Regions, ASoftMaskLeavesNoSeam) {
    // Rows that are all of one colour: every step along a row comes from the mask.
    constexpr int kWidth = 192;
    Tensor content({3, 32, kWidth});
    const Tensor colours = randomTensor({3, 32, 1}, 55, 0, 1);
    for (int c = 0; c < 3; ++c) {
        for (int row = 0; row < 32; ++row)
            std::fill_n(content.plane(c) + row * kWidth, kWidth, colours.at(c, row, 0));
    }
    const auto maskOf = [](bool soft) {
        auto mask = std::make_shared<RegionMask>();
        for (int y = 0; y < RegionMask::kSide; ++y) {
            for (int x = 0; x < RegionMask::kSide; ++x) {
                const float ramp = static_cast<float>(x) / (RegionMask::kSide - 1);
                const float share = soft ? ramp : ramp < 0.5f ? 0.0f : 1.0f;
                mask->set(x, y, {1 - share, share, 0, 0});
            }
        }
        return mask;
    };
    PlanRunner runner(device(), pipelines(), startNetwork(), {32, kWidth});
    Controls controls = fourMixes();
    const auto run = [&](const Controls& of) {
        return blockMeans(runner.run(content, of), startNetwork().graph.multiple);
    };
    const Tensor left = run(alone(controls, 0));
    const Tensor right = run(alone(controls, 1));
    const auto span = static_cast<float>(maxAbs(left.data(), right.data()));
    ASSERT_GT(span, 0.05f);
    ASSERT_LE(std::max(largestStep(left), largestStep(right)), 0.1f * span);
    controls.mask = maskOf(true);
    const Tensor soft = run(controls);
    controls.mask = maskOf(false);
    const float hardStep = largestStep(run(controls));
    EXPECT_GT(hardStep, 0.4f * span) << "a hard edge shows, so the measure would see a seam";
    EXPECT_LE(largestStep(soft), 0.25f * span);
}

}  // namespace
}  // namespace impasto::nn::test
