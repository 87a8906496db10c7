// SPDX-License-Identifier: MIT
#include "app/benchmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "app/defaults.h"
#include "app/headless.h"
#include "app/session.h"
#include "base/error.h"
#include "media/source.h"

namespace impasto::app {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr int kDefaultFrames = 120;
constexpr int kWarmUpFrames = 8;
constexpr std::size_t kMaxPreloaded = 64;
constexpr std::size_t kMaxPreloadedBytes = std::size_t{256} << 20;

double millisecondsBetween(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

std::vector<media::FramePtr> preload(media::Source& source) {
    std::vector<media::FramePtr> frames;
    std::size_t bytes = 0;
    while (frames.size() < kMaxPreloaded && bytes < kMaxPreloadedBytes) {
        media::FramePtr frame = source.next();
        if (!frame)
            break;
        bytes += frame->pixels.size();
        frames.push_back(std::move(frame));
    }
    if (frames.empty())
        throw Error({"cannot measure", source.info().name, "the input has no frames"});
    return frames;
}

/// Times of the operations over many frames, in the order of the first one.
class OperationSamples {
  public:
    void add(const std::vector<nn::OperationTime>& times) {
        for (std::size_t i = 0; i < times.size(); ++i) {
            if (i == operations_.size())
                operations_.push_back({times[i], {}});
            operations_[i].samples.push_back(times[i].timeMs);
        }
    }
    std::vector<BenchmarkResult::Operation> spread() const {
        std::vector<BenchmarkResult::Operation> result;
        for (const Samples& operation : operations_) {
            result.push_back({operation.first.name, spreadOf(operation.samples), operation.first.multiplyAdds,
                              operation.first.bytesMoved});
        }
        return result;
    }

  private:
    struct Samples {
        nn::OperationTime first;
        std::vector<double> samples;
    };
    std::vector<Samples> operations_;
};

Json toJson(const Spread& spread) {
    return {{"median", spread.median}, {"p5", spread.p5}, {"p95", spread.p95}};
}
Json toJson(const Extent& extent) {
    return {{"width", extent.width}, {"height", extent.height}};
}

}  // namespace

Spread spreadOf(std::vector<double> values) {
    if (values.empty())
        return {};
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
    };
    return {.median = at(0.5), .p5 = at(0.05), .p95 = at(0.95)};
}

BenchmarkResult measure(const CommandLine& line) {
    const std::string input = line.settings.source.empty() ? bundledClip() : line.settings.source;
    const auto source = media::openSource({.input = input});
    const std::vector<media::FramePtr> frames = preload(*source);

    gpu::Device device(deviceOptions(line));
    gpu::PipelineLibrary pipelines(device);
    Session session({.device = device, .pipelines = pipelines, .throwErrors = true});
    session.apply(line.settings);
    std::size_t next = 0;
    const auto step = [&] { return session.step(*frames[next++ % frames.size()]); };
    for (int i = 0; i < kWarmUpFrames; ++i)
        session.wait(*step());

    BenchmarkResult result;
    result.frames = static_cast<int>(std::min<std::int64_t>(line.frames.value_or(kDefaultFrames), 1'000'000));
    OperationSamples operations;
    std::vector<double> frameTimes;
    std::vector<double> gpuTimes;
    std::shared_ptr<const Picture> previous;
    const Clock::time_point start = Clock::now();
    Clock::time_point last = start;
    const auto complete = [&] {
        session.wait(*previous);
        const Clock::time_point now = Clock::now();
        frameTimes.push_back(millisecondsBetween(last, now));
        last = now;
    };
    for (int i = 0; i < result.frames; ++i) {
        auto picture = step();
        if (previous) {
            complete();
            operations.add(session.operationTimes());
            Stats stats;
            session.fill(stats);
            gpuTimes.push_back(stats.gpuTimeMs);
        }
        previous = std::move(picture);
    }
    complete();

    Stats stats;
    session.fill(stats);
    result.framesPerSecond = 1000.0 * result.frames / millisecondsBetween(start, last);
    result.device = stats.deviceName;
    result.driver = stats.driver;
    result.model = stats.model;
    result.precision = line.settings.precision == nn::Precision::Fp16 ? "fp16" : "fp32";
    result.source = source->info().name;
    result.sourceExtent = stats.sourceExtent;
    result.networkExtent = stats.networkExtent;
    result.frameTimeMs = spreadOf(frameTimes);
    result.gpuTimeMs = spreadOf(gpuTimes);
    result.operations = operations.spread();
    result.arenaBytes = stats.arenaBytes;
    result.saturatedValues = stats.saturatedValues;
    return result;
}

std::string describe(const BenchmarkResult& result) {
    std::string text = fmt::format("{} ({})\n{} {} at {}x{} on {} ({}x{})\n{:.2f} fps over {} frames\n", result.device,
                                   result.driver, result.model, result.precision, result.networkExtent.width,
                                   result.networkExtent.height, result.source, result.sourceExtent.width,
                                   result.sourceExtent.height, result.framesPerSecond, result.frames);
    const auto row = [](const std::string& name, const Spread& spread) {
        return fmt::format("{:<44} {:>9.3f} {:>9.3f} {:>9.3f}", name, spread.median, spread.p5, spread.p95);
    };
    text += fmt::format("\n{:<44} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "ms", "median", "p5", "p95", "GMAC/s", "GB/s");
    text += row("frame, wall", result.frameTimeMs) + "\n";
    text += row("frame, device", result.gpuTimeMs) + "\n";
    for (const BenchmarkResult::Operation& operation : result.operations) {
        const double seconds = operation.timeMs.median / 1000;
        text += row(operation.name, operation.timeMs);
        if (seconds > 0) {
            text += fmt::format(" {:>9.2f} {:>9.2f}", static_cast<double>(operation.multiplyAdds) / seconds / 1e9,
                                static_cast<double>(operation.bytesMoved) / seconds / 1e9);
        }
        text += "\n";
    }
    text += fmt::format("\nfeature memory {:.1f} MiB, values stored saturated {}\n",
                        static_cast<double>(result.arenaBytes) / (1 << 20), result.saturatedValues);
    return text;
}

std::string toJson(const BenchmarkResult& result) {
    Json operations = Json::array();
    for (const BenchmarkResult::Operation& operation : result.operations) {
        operations.push_back({{"name", operation.name},
                              {"time_ms", toJson(operation.timeMs)},
                              {"multiply_adds", operation.multiplyAdds},
                              {"bytes_moved", operation.bytesMoved}});
    }
    const Json root = {{"device", result.device},
                       {"driver", result.driver},
                       {"model", result.model},
                       {"precision", result.precision},
                       {"source", result.source},
                       {"source_extent", toJson(result.sourceExtent)},
                       {"network_extent", toJson(result.networkExtent)},
                       {"frames", result.frames},
                       {"frames_per_second", result.framesPerSecond},
                       {"frame_time_ms", toJson(result.frameTimeMs)},
                       {"gpu_time_ms", toJson(result.gpuTimeMs)},
                       {"operations", operations},
                       {"arena_bytes", result.arenaBytes},
                       {"saturated_values", result.saturatedValues}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void runBenchmark(const CommandLine& line) {
    const BenchmarkResult result = measure(line);
    fmt::print("{}", line.json ? toJson(result) : describe(result));
}

}  // namespace impasto::app
