// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "app/command_line.h"

namespace impasto::app {

/// Median and the 5th and 95th percentile of some times.
struct Spread {
    double median = 0;
    double p5 = 0;
    double p95 = 0;
};
Spread spreadOf(std::vector<double> values);  ///< all 0 without values

/// What one run measured. Frame rate is wall time from upload to composite with frames preloaded, nothing encoded.
struct BenchmarkResult {
    std::string device;
    std::string driver;
    std::string model;
    std::string precision;
    std::string source;
    Extent sourceExtent;
    Extent networkExtent;
    int frames = 0;
    double framesPerSecond = 0;
    Spread frameTimeMs;  ///< wall time between finished pictures
    Spread gpuTimeMs;
    struct Operation {
        std::string name;
        Spread timeMs;
        std::int64_t multiplyAdds = 0;  ///< executed
        std::int64_t bytesMoved = 0;
    };
    std::vector<Operation> operations;
    std::uint64_t arenaBytes = 0;
    std::uint64_t saturatedValues = 0;
};

/// Measures `line.frames` (default 120) frames of the input (default: the bundled clip). Throws Error.
BenchmarkResult measure(const CommandLine& line);

std::string describe(const BenchmarkResult& result);
std::string toJson(const BenchmarkResult& result);

/// Measures and prints, as JSON when asked.
void runBenchmark(const CommandLine& line);

}  // namespace impasto::app
