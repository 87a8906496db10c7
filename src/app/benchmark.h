// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "app/device_ceiling.h"
#include "app/self_test.h"

namespace impasto::app {

/// Median and the 5th and 95th percentile of some times.
struct Spread {
    double median = 0;
    double p5 = 0;
    double p95 = 0;
};
Spread spreadOf(std::vector<double> values);  ///< all 0 without values

/// What one network at one size measured. Frame rate is wall time from upload to composite with frames preloaded,
/// nothing encoded.
struct BenchmarkRun {
    std::string model;
    std::string precision;
    std::string source;
    Extent sourceExtent;
    Extent networkExtent;
    SelfTestResult verification;  ///< of the network, before anything was timed
    DeviceCeiling ceiling;        ///< measured right before and after the frames, the higher values
    int frames = 0;
    double framesPerSecond = 0;
    Spread frameTimeMs;  ///< wall time between finished pictures
    Spread delayMs;      ///< from a frame's arrival to its finished picture; two frames are in flight
    Spread gpuTimeMs;
    struct Operation {
        std::string name;
        bool ofNetwork = true;  ///< else one that reads or writes a picture
        Spread timeMs;
        std::int64_t multiplyAdds = 0;       ///< executed
        std::int64_t multiplyAddsSaved = 0;  ///< by Winograd's algorithms
        std::int64_t bytesMoved = 0;
        /// Least time by the nearer ceiling over the time taken.
        double fractionOf(const DeviceCeiling& ceiling) const;
    };
    std::vector<Operation> operations;
    std::uint64_t arenaBytes = 0;
    std::uint64_t arenaBytesUnaliased = 0;
    std::uint64_t saturatedValues = 0;

    double networkMs() const;                       ///< medians of the network's operations, added up
    std::int64_t networkMultiplyAdds() const;       ///< executed
    std::int64_t networkMultiplyAddsSaved() const;  ///< by Winograd's algorithms
    double networkFraction() const;                 ///< of the multiply-add ceiling, executed
    double networkFractionAsSums() const;           ///< the same if those saved are counted, too
};

/// A start of the program up to the first stylized picture, in a process of its own.
struct StartTime {
    double deviceMs = 0;         ///< process begin to a usable device
    double firstPictureMs = 0;   ///< process begin to the first stylized picture
    double pipelinesMs = 0;      ///< building pipelines, summed over threads
    double firstDispatchMs = 0;  ///< what the first frame took on the device beyond a later one
};
struct StartTimes {
    std::string model;
    Extent networkExtent;
    StartTime cold;  ///< the driver's and our caches empty
    StartTime warm;  ///< a later process, with the kernels measured on this machine
};

struct BenchmarkReport {
    std::string device;
    std::string driver;
    std::array<double, 3> loadBefore{};  ///< load average over 1, 5 and 15 minutes
    std::array<double, 3> loadAfter{};
    std::vector<BenchmarkRun> runs;
    std::vector<StartTimes> starts;
};

/// Each bundled network at 256², 512² and 1280×720 on the bundled clip reduced to that size; or the network, size and
/// input that were given. At least 30 frames each, with the kernels measured as fastest, which is done first where it
/// was not yet. Throws Error, also when a network does not match the reference.
BenchmarkReport measure(const CommandLine& line);

/// Measures a start cold and warm, in child processes with caches in a temporary folder; the warm one has the kernel
/// choices of the file `choices`. Throws Error.
StartTimes measureStarts(const CommandLine& line, const Settings& settings, const std::filesystem::path& choices);

/// The child's side: starts as the window does, without one, and prints a StartTime as JSON.
void runStartChild(const CommandLine& line);

std::string describe(const BenchmarkReport& report);
std::string toJson(const BenchmarkReport& report);

/// Measures and prints, as JSON when asked.
void runBenchmark(const CommandLine& line);

}  // namespace impasto::app
