// SPDX-License-Identifier: MIT
#include "app/flicker_meter.h"

#include <gtest/gtest.h>

#include <random>

#include "app/statistics_recorder.h"

namespace impasto::app::test {
namespace {

using Pixels = std::vector<std::uint8_t>;

Pixels flat(Extent extent, int value) {
    return Pixels(static_cast<std::size_t>(extent.height * extent.width) * 4, static_cast<std::uint8_t>(value));
}

TEST(FlickerMeter, MeasuresWhatTheOutputDoesBeyondTheSource) {
    const Extent extent{30, 41};
    FlickerMeter meter;
    EXPECT_EQ(meter.flicker().frameDifference, 0);
    for (int frame = 0; frame < 20; ++frame)
        meter.add(frame * 0.04, extent, flat(extent, 100 + frame + (frame % 2) * 6), flat(extent, 50 + frame));
    EXPECT_DOUBLE_EQ(meter.flicker().frameDifference, 6) << "the common rise does not count";
    EXPECT_EQ(meter.flicker().frames, 20);
}

TEST(FlickerMeter, ForgetsAfterTwoSecondsAndOnJumps) {
    const Extent extent{8, 8};
    FlickerMeter meter;
    for (int frame = 0; frame < 30; ++frame)
        meter.add(frame * 0.125, extent, flat(extent, frame < 5 ? frame % 2 * 50 : 10), flat(extent, 10));
    EXPECT_EQ(meter.flicker().frameDifference, 0) << "the restless beginning is over two seconds ago";
    EXPECT_EQ(meter.flicker().frames, 17);
    meter.add(0, extent, flat(extent, 90), flat(extent, 10));
    EXPECT_EQ(meter.flicker().frames, 1) << "backwards";
    meter.add(0.1, {4, 4}, flat({4, 4}, 90), flat({4, 4}, 10));
    EXPECT_EQ(meter.flicker().frames, 1) << "another size";
}

TEST(FlickerMeter, NoiseCountsWhereTheSourceIsStill) {
    const Extent extent{64, 64};
    FlickerMeter meter;
    std::mt19937 random(3);
    std::normal_distribution<double> noise(0, 5);
    for (int frame = 0; frame < 16; ++frame) {
        Pixels source = flat(extent, 100);
        Pixels output = flat(extent, 100);
        for (std::size_t i = 0; i < output.size(); ++i) {
            const bool moves = i / 4 % 64 < 32;
            source[i] = static_cast<std::uint8_t>(moves ? 100 + frame % 2 * 60 : 100);
            output[i] = static_cast<std::uint8_t>(moves ? frame * 10 : 128 + noise(random));
        }
        meter.add(frame * 0.04, extent, output, source);
    }
    EXPECT_NEAR(meter.flicker().stillShare, 0.5, 0.02);
    EXPECT_NEAR(meter.flicker().noise, 5 * std::sqrt(15.0 / 16), 0.15);
}

TEST(FrameDifferenceFlicker, OfFourPictures) {
    const Extent extent{2, 2};
    EXPECT_DOUBLE_EQ(frameDifferenceFlicker(flat(extent, 20), flat(extent, 10), flat(extent, 5), flat(extent, 8)), 13);
}

TEST(StatisticsRecorder, DriftOverTenSeconds) {
    StatisticsRecorder recorder;
    nn::SiteView view{{{1, 2}, {4, 9}}, {{1, 2}, {4, 9}}, {2, 1}, {0, -2}};
    for (int i = 0; i <= 300; ++i) {
        view.content.mean[0] = i % 2 == 0 ? 1.0f : 3.0f;
        recorder.add(i * 0.05, {.site = "s", .view = &view, .style = {{0.5f, 0.25f}, {7, 8}, false}});
    }
    const auto statistics = recorder.statistics();
    ASSERT_TRUE(statistics);
    EXPECT_GE(statistics->driftSeconds.front(), -10.0f);
    EXPECT_LT(statistics->driftSeconds.front(), -9.8f);
    EXPECT_EQ(statistics->driftSeconds.back(), 0);
    EXPECT_NEAR(statistics->driftDeviation[0], 1, 0.01);
    EXPECT_EQ(statistics->driftDeviation[1], 0);
    EXPECT_EQ(statistics->style.mean[0], 7);
    EXPECT_EQ(statistics->afterA.mean[0], 2);
    EXPECT_EQ(statistics->afterA.sigma[0], 4);
    EXPECT_EQ(statistics->afterA.sigma[1], 3);
    const std::string csv = toCsv(*statistics);
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
    EXPECT_NE(csv.find("\n1,2,3,8,0.25,"), std::string::npos) << csv;
    recorder.add(100, {.site = "t", .view = &view, .style = {{0.5f, 0.25f}, {7, 8}, false}});
    EXPECT_EQ(recorder.statistics()->driftSeconds.size(), 1u) << "another site";
}

}  // namespace
}  // namespace impasto::app::test
