// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/stats.h"

namespace impasto::app {

/// Of some times in milliseconds: what half, 95 % and 99 % of them do not exceed. All 0 without times.
struct Percentiles {
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
};
Percentiles percentilesOf(std::vector<float> timesMs);

/// The times of the stages and operations over the last frames that were looked at. One thread.
class PerformanceHistory {
  public:
    static constexpr std::size_t kMaxSamples = 240;

    /// Takes over the times of a frame that has not been seen yet. Starts anew when network, size or operations change.
    void add(const Stats& stats);

    struct Row {
        std::string name;
        Percentiles timeMs;
    };
    std::vector<Row> stages() const { return rows(stages_); }
    std::vector<Row> operations() const { return rows(operations_); }
    std::size_t samples() const { return samples_; }
    std::uint64_t framesSeen() const { return framesSeen_; }

  private:
    struct Series {
        std::string name;
        std::vector<float> timesMs;  ///< a ring
    };
    static void addTo(std::vector<Series>& series, std::span<const StageTime> times, std::size_t at);
    static std::vector<Row> rows(const std::vector<Series>& series);

    std::string model_;
    Extent networkExtent_;
    std::vector<Series> stages_;
    std::vector<Series> operations_;
    std::size_t next_ = 0;
    std::size_t samples_ = 0;
    std::uint64_t framesSeen_ = 0;
};

/// Device, network, memory and times as JSON, for reports.
std::string performanceJson(const Stats& stats, const PerformanceHistory& history);

}  // namespace impasto::app
