// SPDX-License-Identifier: MIT
#include "app/performance_history.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace impasto::app {
namespace {

Stats statsAt(std::uint64_t frame, double firstMs) {
    Stats stats;
    stats.model = "micro";
    stats.networkExtent = {.height = 256, .width = 455};
    stats.framesDone = frame;
    stats.stages = {{"device", firstMs + 1}};
    stats.operations = {{"e1", firstMs}, {"e2", 2}};
    return stats;
}

TEST(Percentiles, AreTheSmallestValueThatIsRarelyExceeded) {
    std::vector<float> times;
    for (int i = 100; i >= 1; --i)
        times.push_back(static_cast<float>(i));
    const Percentiles result = percentilesOf(times);
    EXPECT_EQ(result.p50, 50);
    EXPECT_EQ(result.p95, 95);
    EXPECT_EQ(result.p99, 99);
    EXPECT_EQ(percentilesOf({}).p99, 0);
    EXPECT_EQ(percentilesOf({3}).p50, 3);
    EXPECT_EQ(percentilesOf({3}).p99, 3);
}

TEST(PerformanceHistory, CountsEveryFrameOnce) {
    PerformanceHistory history;
    history.add(statsAt(0, 5));
    EXPECT_EQ(history.samples(), 0u);
    for (std::uint64_t frame = 1; frame <= 10; ++frame) {
        history.add(statsAt(frame, static_cast<double>(frame)));
        history.add(statsAt(frame, 99));
    }
    EXPECT_EQ(history.samples(), 10u);
    const auto operations = history.operations();
    ASSERT_EQ(operations.size(), 2u);
    EXPECT_EQ(operations[0].name, "e1");
    EXPECT_EQ(operations[0].timeMs.p50, 5);
    EXPECT_EQ(operations[0].timeMs.p99, 10);
    EXPECT_EQ(operations[1].timeMs.p95, 2);
    ASSERT_EQ(history.stages().size(), 1u);
    EXPECT_EQ(history.stages()[0].timeMs.p50, 6);
}

TEST(PerformanceHistory, ForgetsOldFramesAndOtherNetworks) {
    PerformanceHistory history;
    const auto most = static_cast<std::uint64_t>(PerformanceHistory::kMaxSamples);
    for (std::uint64_t frame = 1; frame <= most; ++frame)
        history.add(statsAt(frame, 100));
    for (std::uint64_t frame = most + 1; frame <= 2 * most; ++frame)
        history.add(statsAt(frame, 7));
    EXPECT_EQ(history.samples(), PerformanceHistory::kMaxSamples);
    EXPECT_EQ(history.operations()[0].timeMs.p99, 7) << "none of the first is left";

    Stats other = statsAt(2 * most + 1, 3);
    other.networkExtent = {.height = 128, .width = 227};
    other.operations = {{"x", 1}};
    history.add(other);
    EXPECT_EQ(history.samples(), 1u);
    ASSERT_EQ(history.operations().size(), 1u);
    EXPECT_EQ(history.operations()[0].name, "x");
}

TEST(PerformanceHistory, Json) {
    PerformanceHistory history;
    Stats stats = statsAt(4, 1.5);
    stats.deviceName = "bad \xff name";
    stats.recentFrameTimesMs = {10, 20, 30};
    history.add(stats);
    const auto json = nlohmann::json::parse(performanceJson(stats, history));
    EXPECT_EQ(json["network"], "micro");
    EXPECT_EQ(json["network_input"]["width"], 455);
    EXPECT_EQ(json["frame_time_ms"]["p50"], 20);
    EXPECT_EQ(json["frame_times_ms"].size(), 3u);
    EXPECT_EQ(json["operations"][0]["name"], "e1");
    EXPECT_EQ(json["operations"][0]["time_ms"]["p95"], 1.5);
}

}  // namespace
}  // namespace impasto::app
