// SPDX-License-Identifier: MIT
#include "app/performance_history.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace impasto::app {
namespace {

using Json = nlohmann::ordered_json;

/// The smallest value that `share` of the sorted ones do not exceed.
double percentile(const std::vector<float>& sorted, double share) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1]);
}

double rounded(double milliseconds) {
    return std::round(milliseconds * 1e4) / 1e4;
}

Json toJson(const Percentiles& times) {
    return {{"p50", rounded(times.p50)}, {"p95", rounded(times.p95)}, {"p99", rounded(times.p99)}};
}

Json toJson(const std::vector<PerformanceHistory::Row>& rows) {
    Json list = Json::array();
    for (const PerformanceHistory::Row& row : rows)
        list.push_back({{"name", row.name}, {"time_ms", toJson(row.timeMs)}});
    return list;
}

Json toJson(Extent extent) {
    return {{"width", extent.width}, {"height", extent.height}};
}

}  // namespace

Percentiles percentilesOf(std::vector<float> timesMs) {
    if (timesMs.empty())
        return {};
    std::ranges::sort(timesMs);
    return {percentile(timesMs, 0.50), percentile(timesMs, 0.95), percentile(timesMs, 0.99)};
}

void PerformanceHistory::addTo(std::vector<Series>& series, std::span<const StageTime> times, std::size_t at) {
    if (series.size() != times.size())
        series.assign(times.size(), {});
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (series[i].name != times[i].name)
            series[i] = {times[i].name, {}};
        std::vector<float>& ring = series[i].timesMs;
        const auto time = static_cast<float>(times[i].timeMs);
        if (at < ring.size())
            ring[at] = time;
        else
            ring.push_back(time);
    }
}

void PerformanceHistory::add(const Stats& stats) {
    const bool another = stats.model != model_ || stats.networkExtent != networkExtent_;
    if (another) {
        model_ = stats.model;
        networkExtent_ = stats.networkExtent;
        stages_.clear();
        operations_.clear();
        next_ = samples_ = 0;
    }
    if (stats.framesDone == framesSeen_ && !another)
        return;
    framesSeen_ = stats.framesDone;
    if (stats.framesDone == 0)
        return;
    addTo(stages_, stats.stages, next_);
    addTo(operations_, stats.operations, next_);
    next_ = (next_ + 1) % kMaxSamples;
    samples_ = std::min(samples_ + 1, kMaxSamples);
}

std::vector<PerformanceHistory::Row> PerformanceHistory::rows(const std::vector<Series>& series) {
    std::vector<Row> result;
    for (const Series& one : series)
        result.push_back({one.name, percentilesOf(one.timesMs)});
    return result;
}

std::string performanceJson(const Stats& stats, const PerformanceHistory& history) {
    const Json root = {
        {"device", stats.deviceName},
        {"driver", stats.driver},
        {"software_device", stats.softwareDevice},
        {"network", stats.model},
        {"network_input", toJson(stats.networkExtent)},
        {"source", toJson(stats.sourceExtent)},
        {"frames_per_second", rounded(stats.framesPerSecond)},
        {"frames_done", stats.framesDone},
        {"frames_skipped", stats.framesDropped},
        {"feature_memory_bytes", stats.arenaBytes},
        {"governor", stats.governed.targetRate > 0 ? Json{{"target_rate", rounded(stats.governed.targetRate)},
                                                          {"short_side", stats.governed.shortSide},
                                                          {"state", stats.governed.state}}
                                                   : Json(nullptr)},
        {"saturated_values", stats.saturatedValues},
        {"frame_time_ms", toJson(percentilesOf(stats.recentFrameTimesMs))},
        {"frame_times_ms", stats.recentFrameTimesMs},
        {"frames_sampled", history.samples()},
        {"stages", toJson(history.stages())},
        {"operations", toJson(history.operations())},
    };
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace impasto::app
