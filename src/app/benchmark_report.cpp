// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/benchmark.h"

namespace impasto::app {
namespace {

using Json = nlohmann::ordered_json;

double giga(double value) {
    return value / 1e9;
}

double mebibytes(std::uint64_t bytes) {
    return static_cast<double>(bytes) / (1 << 20);
}

double perSecond(std::int64_t amount, double milliseconds) {
    return milliseconds > 0 ? static_cast<double>(amount) * 1000 / milliseconds : 0;
}

std::string row(const std::string& name, const Spread& spread) {
    return fmt::format("{:<44} {:>9.3f} {:>9.3f} {:>9.3f}", name, spread.median, spread.p5, spread.p95);
}

std::string describe(const BenchmarkRun& run) {
    std::string text = fmt::format("\n{} {} at {}x{} on {} ({}x{}): {:.1f} fps over {} frames\n", run.model,
                                   run.precision, run.networkExtent.width, run.networkExtent.height, run.source,
                                   run.sourceExtent.width, run.sourceExtent.height, run.framesPerSecond, run.frames);
    text += fmt::format("verified at {}: NMSE {:.1e} (allowed {:.1e})\n", run.verification.operation,
                        run.verification.nmse, run.verification.nmseBound);
    text += fmt::format("ceiling: {:.1f} GFLOP/s multiply-add, {:.2f} GB/s copy\n",
                        2 * giga(run.ceiling.multiplyAddsPerSecond), giga(run.ceiling.bytesPerSecond));
    text += fmt::format("{:<44} {:>9} {:>9} {:>9} {:>9} {:>7} {:>8}\n", "ms", "median", "p5", "p95", "GFLOP/s", "GB/s",
                        "ceiling");
    text += row("frame, wall", run.frameTimeMs) + "\n";
    text += row("capture to output, two frames in flight", run.delayMs) + "\n";
    text += row("frame, device", run.gpuTimeMs) + "\n";
    text +=
        fmt::format("{:<44} {:>9.3f} {:>9} {:>9} {:>9.2f} {:>7} {:>7.0f}%\n", "network alone", run.networkMs(), "", "",
                    2 * giga(perSecond(run.networkMultiplyAdds(), run.networkMs())), "", 100 * run.networkFraction());
    if (run.networkMultiplyAddsSaved() > 0) {
        const std::int64_t asSums = run.networkMultiplyAdds() + run.networkMultiplyAddsSaved();
        text +=
            fmt::format("{:<74} {:>9.2f} {:>7} {:>7.0f}%\n", "  with the multiply-adds that Winograd's algorithms save",
                        2 * giga(perSecond(asSums, run.networkMs())), "", 100 * run.networkFractionAsSums());
    }
    for (const BenchmarkRun::Operation& operation : run.operations) {
        const double ms = operation.timeMs.median;
        text += row("  " + operation.name, operation.timeMs) +
                fmt::format(" {:>9.2f} {:>7.2f} {:>7.0f}%\n", 2 * giga(perSecond(operation.multiplyAdds, ms)),
                            giga(perSecond(operation.bytesMoved, ms)), 100 * operation.fractionOf(run.ceiling));
    }
    return text + fmt::format("feature memory {:.1f} MiB, {:.1f} MiB without sharing; values stored saturated {}\n",
                              mebibytes(run.arenaBytes), mebibytes(run.arenaBytesUnaliased), run.saturatedValues);
}

std::string describe(const std::string& name, const StartTime& start) {
    return fmt::format("{:<44} {:>9.0f} {:>9.0f} {:>9.0f} {:>9.0f}\n", name, start.firstPictureMs, start.deviceMs,
                       start.pipelinesMs, start.firstDispatchMs);
}

Json json(const Spread& spread) {
    return {{"median", spread.median}, {"p5", spread.p5}, {"p95", spread.p95}};
}
Json json(const Extent& extent) {
    return {{"width", extent.width}, {"height", extent.height}};
}
Json json(const StartTime& start) {
    return {{"first_picture_ms", start.firstPictureMs},
            {"device_ms", start.deviceMs},
            {"pipelines_ms", start.pipelinesMs},
            {"first_dispatch_ms", start.firstDispatchMs}};
}

Json json(const BenchmarkRun& run) {
    Json operations = Json::array();
    for (const BenchmarkRun::Operation& operation : run.operations) {
        const double ms = operation.timeMs.median;
        operations.push_back({{"name", operation.name},
                              {"of_network", operation.ofNetwork},
                              {"time_ms", json(operation.timeMs)},
                              {"multiply_adds", operation.multiplyAdds},
                              {"multiply_adds_saved", operation.multiplyAddsSaved},
                              {"bytes_moved", operation.bytesMoved},
                              {"gflop_per_s", 2 * giga(perSecond(operation.multiplyAdds, ms))},
                              {"gbyte_per_s", giga(perSecond(operation.bytesMoved, ms))},
                              {"fraction_of_ceiling", operation.fractionOf(run.ceiling)}});
    }
    return {{"model", run.model},
            {"precision", run.precision},
            {"source", run.source},
            {"source_extent", json(run.sourceExtent)},
            {"network_extent", json(run.networkExtent)},
            {"verification",
             {{"what", run.verification.operation},
              {"nmse", run.verification.nmse},
              {"nmse_bound", run.verification.nmseBound}}},
            {"ceiling",
             {{"gflop_per_s", 2 * giga(run.ceiling.multiplyAddsPerSecond)},
              {"gbyte_per_s", giga(run.ceiling.bytesPerSecond)}}},
            {"frames", run.frames},
            {"frames_per_second", run.framesPerSecond},
            {"frame_time_ms", json(run.frameTimeMs)},
            {"delay_ms", json(run.delayMs)},
            {"gpu_time_ms", json(run.gpuTimeMs)},
            {"network_ms", run.networkMs()},
            {"network_multiply_adds", run.networkMultiplyAdds()},
            {"network_multiply_adds_saved", run.networkMultiplyAddsSaved()},
            {"network_fraction", run.networkFraction()},
            {"network_fraction_as_sums", run.networkFractionAsSums()},
            {"operations", operations},
            {"arena_bytes", run.arenaBytes},
            {"arena_bytes_unaliased", run.arenaBytesUnaliased},
            {"saturated_values", run.saturatedValues}};
}

}  // namespace

std::string describe(const BenchmarkReport& report) {
    std::string text = fmt::format("{} ({})\nload average {:.2f} before, {:.2f} after\n", report.device, report.driver,
                                   report.loadBefore[0], report.loadAfter[0]);
    for (const BenchmarkRun& run : report.runs)
        text += describe(run);
    text += fmt::format("\n{:<44} {:>9} {:>9} {:>9} {:>9}\n", "start, ms from the process's begin", "picture", "device",
                        "pipelines", "dispatch");
    for (const StartTimes& start : report.starts) {
        const std::string what =
            fmt::format("{} {}x{}", start.model, start.networkExtent.width, start.networkExtent.height);
        text += describe(what + ", cold", start.cold) + describe(what + ", warm", start.warm);
    }
    return text;
}

std::string toJson(const BenchmarkReport& report) {
    Json runs = Json::array();
    for (const BenchmarkRun& run : report.runs)
        runs.push_back(json(run));
    Json starts = Json::array();
    for (const StartTimes& start : report.starts) {
        starts.push_back({{"model", start.model},
                          {"network_extent", json(start.networkExtent)},
                          {"cold", json(start.cold)},
                          {"warm", json(start.warm)}});
    }
    const Json root = {{"device", report.device},
                       {"driver", report.driver},
                       {"load_average_before", report.loadBefore},
                       {"load_average_after", report.loadAfter},
                       {"runs", runs},
                       {"starts", starts}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace impasto::app
