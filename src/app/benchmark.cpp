// SPDX-License-Identifier: MIT
#include "app/benchmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "app/defaults.h"
#include "app/headless.h"
#include "app/policy_table.h"
#include "app/session.h"
#include "base/error.h"
#include "base/log.h"
#include "media/source.h"
#include "model/input_size.h"

namespace impasto::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLeastFrames = 30;
constexpr int kMostFrames = 240;
constexpr double kWantedSeconds = 3;
constexpr int kWarmUpFrames = 8;
constexpr std::size_t kMaxPreloaded = 32;
constexpr std::size_t kMaxPreloadedBytes = std::size_t{256} << 20;
constexpr Extent kStandardSizes[] = {
    {.height = 256, .width = 256}, {.height = 512, .width = 512}, {.height = 720, .width = 1280}};

double millisecondsBetween(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

std::array<double, 3> loadAverage() {
    std::array<double, 3> load{};
    if (::getloadavg(load.data(), 3) != 3)
        load.fill(-1);
    return load;
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

std::vector<media::FramePtr> resized(const std::vector<media::FramePtr>& frames, Extent extent) {
    std::vector<media::FramePtr> result;
    for (const media::FramePtr& frame : frames)
        result.push_back(media::resizeFrame(*frame, extent.width, extent.height));
    return result;
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
    std::vector<BenchmarkRun::Operation> spread() const {
        std::vector<BenchmarkRun::Operation> result;
        for (const Samples& operation : operations_) {
            const nn::OperationTime& first = operation.first;
            result.push_back({first.name, first.ofNetwork, spreadOf(operation.samples), first.multiplyAdds,
                              first.multiplyAddsSaved, first.bytesMoved});
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

/// Runs frames through a session and keeps the times.
class FrameTimer {
  public:
    FrameTimer(Session& session, const std::vector<media::FramePtr>& frames) : session_(session), frames_(frames) {}

    double warmUp() {
        const auto start = Clock::now();
        for (int i = 0; i < kWarmUpFrames; ++i)
            session_.wait(*session_.step(frame()));
        return millisecondsBetween(start, Clock::now()) / kWarmUpFrames;
    }

    void run(int count, BenchmarkRun& result) {
        const Clock::time_point start = Clock::now();
        last_ = start;
        InFlight before;
        for (int i = 0; i < count; ++i) {
            InFlight next{Clock::now(), nullptr};
            next.picture = session_.step(frame());
            if (before.picture)
                complete(before);
            before = std::move(next);
        }
        complete(before);
        result.frames = count;
        result.framesPerSecond = 1000.0 * count / millisecondsBetween(start, last_);
        result.frameTimeMs = spreadOf(frameTimes_);
        result.delayMs = spreadOf(delays_);
        result.gpuTimeMs = spreadOf(gpuTimes_);
        result.operations = operations_.spread();
    }

  private:
    struct InFlight {
        Clock::time_point arrived;
        std::shared_ptr<const Picture> picture;
    };

    const media::Frame& frame() { return *frames_[next_++ % frames_.size()]; }

    void complete(const InFlight& flight) {
        session_.wait(*flight.picture);
        const Clock::time_point now = Clock::now();
        frameTimes_.push_back(millisecondsBetween(last_, now));
        delays_.push_back(millisecondsBetween(flight.arrived, now));
        last_ = now;
        const std::vector<nn::OperationTime> times = session_.operationTimes();
        operations_.add(times);
        double sum = 0;
        for (const nn::OperationTime& time : times)
            sum += time.timeMs;
        gpuTimes_.push_back(sum);
    }

    Session& session_;
    const std::vector<media::FramePtr>& frames_;
    std::size_t next_ = 0;
    Clock::time_point last_;
    std::vector<double> frameTimes_, delays_, gpuTimes_;
    OperationSamples operations_;
};

/// What one run is about.
struct Subject {
    Settings settings;
    std::vector<media::FramePtr> frames;
    std::string source;
    Tuning tuning = Tuning::Measure;  ///< before the first frame
};

BenchmarkRun measureRun(gpu::Device& device, gpu::PipelineLibrary& pipelines, const Subject& subject,
                        std::optional<std::int64_t> frames) {
    BenchmarkRun result;
    Session session({.device = device, .pipelines = pipelines, .throwErrors = true, .tuning = subject.tuning});
    session.apply(subject.settings);
    FrameTimer timer(session, subject.frames);
    const double roughMs = timer.warmUp();
    const auto verifications = compareNetworkWithReference(device, pipelines, subject.settings, session.kernelChoices(),
                                                           session.networkExtent());
    for (const SelfTestResult& verification : verifications) {
        if (!verification.passed()) {
            throw Error(
                {"will not measure", verification.operation,
                 fmt::format("it differs from the CPU reference: NMSE {:.1e}, allowed {:.1e}; {:.1e}, allowed {:.1e}",
                             verification.nmse, verification.nmseBound, verification.maxAbs, verification.maxAbsBound),
                 "see impasto --self-test"});
        }
    }
    result.verification = verifications.front();
    const double wanted =
        std::clamp(kWantedSeconds * 1000 / std::max(roughMs, 0.01), 1.0 * kLeastFrames, 1.0 * kMostFrames);
    result.ceiling = measureCeiling(device, pipelines);
    timer.run(static_cast<int>(std::min<std::int64_t>(frames.value_or(std::lround(wanted)), 1'000'000)), result);
    result.ceiling = higherOf(result.ceiling, measureCeiling(device, pipelines));

    Stats stats;
    session.fill(stats);
    result.model = stats.model;
    result.precision = subject.settings.precision == nn::Precision::Fp16 ? "fp16" : "fp32";
    result.source = subject.source;
    result.sourceExtent = stats.sourceExtent;
    result.networkExtent = stats.networkExtent;
    result.arenaBytes = stats.arenaBytes;
    result.arenaBytesUnaliased = stats.arenaBytesUnaliased;
    result.saturatedValues = stats.saturatedValues;
    return result;
}

/// The standard networks and sizes, unless the command line names its own.
std::vector<Settings> wantedRuns(const CommandLine& line) {
    if (line.networkGiven || !line.settings.source.empty()) {
        std::vector<Settings> one{line.settings};
        if (one.front().exactSize.width > 0 || one.front().shortSide > 0 || !line.settings.source.empty())
            return one;
    }
    const std::vector<std::string> models = line.networkGiven ? std::vector{line.settings.model} : bundledModels();
    std::vector<Settings> runs;
    for (const std::string& model : models) {
        for (const Extent size : kStandardSizes) {
            runs.push_back(line.settings);
            runs.back().model = model;
            runs.back().exactSize = size;
        }
    }
    return runs;
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

double BenchmarkRun::Operation::fractionOf(const DeviceCeiling& ceiling) const {
    return timeMs.median > 0 ? ceiling.leastMs(multiplyAdds, bytesMoved) / timeMs.median : 0;
}

double BenchmarkRun::networkMs() const {
    double sum = 0;
    for (const Operation& operation : operations)
        sum += operation.ofNetwork ? operation.timeMs.median : 0;
    return sum;
}

std::int64_t BenchmarkRun::networkMultiplyAdds() const {
    std::int64_t sum = 0;
    for (const Operation& operation : operations)
        sum += operation.ofNetwork ? operation.multiplyAdds : 0;
    return sum;
}

std::int64_t BenchmarkRun::networkMultiplyAddsSaved() const {
    std::int64_t sum = 0;
    for (const Operation& operation : operations)
        sum += operation.ofNetwork ? operation.multiplyAddsSaved : 0;
    return sum;
}

double BenchmarkRun::networkFraction() const {
    const double ms = networkMs();
    return ms > 0 ? ceiling.leastMs(networkMultiplyAdds(), 0) / ms : 0;
}

double BenchmarkRun::networkFractionAsSums() const {
    const double ms = networkMs();
    return ms > 0 ? ceiling.leastMs(networkMultiplyAdds() + networkMultiplyAddsSaved(), 0) / ms : 0;
}

BenchmarkReport measure(const CommandLine& line) {
    BenchmarkReport report;
    report.loadBefore = loadAverage();
    const bool ownSource = line.settings.source.empty();
    // Frames of a wanted input come as in the window, YUV where it is.
    const auto source =
        media::openSource({.input = ownSource ? bundledClip() : line.settings.source, .planes = !ownSource});
    const std::vector<media::FramePtr> frames = preload(*source);
    const std::vector<Settings> runs = wantedRuns(line);
    std::filesystem::path choices;
    {
        gpu::Device device(deviceOptions(line));
        gpu::PipelineLibrary pipelines(device);
        report.device = device.report().properties.name;
        report.driver = device.report().properties.driver;
        choices = nn::kernelChoicesPath(device.cacheKey());
        for (const Settings& settings : runs) {
            Subject subject{settings, frames, source->info().name,
                            line.retune && report.runs.empty() ? Tuning::Anew : Tuning::Measure};
            if (ownSource) {
                const Extent whole{.height = frames.front()->height, .width = frames.front()->width};
                const bool exact = settings.exactSize.width > 0;
                subject.frames =
                    resized(frames, exact ? settings.exactSize : model::networkExtent(whole, settings.shortSide));
                subject.source += ", reduced";
            }
            report.runs.push_back(measureRun(device, pipelines, subject, line.frames));
            const BenchmarkRun& run = report.runs.back();
            spdlog::info("{} {}x{}: {:.1f} fps", run.model, run.networkExtent.width, run.networkExtent.height,
                         run.framesPerSecond);
        }
    }
    // With the device given back: a child has the processor to itself.
    std::string last;
    for (const Settings& settings : runs) {
        if (std::exchange(last, settings.model) != settings.model)
            report.starts.push_back(measureStarts(line, settings, choices));
    }
    report.loadAfter = loadAverage();
    return report;
}

void runBenchmark(const CommandLine& line) {
    if (line.startedNs) {
        runStartChild(line);
        return;
    }
    if (line.policies) {
        const std::vector<PolicyRow> rows = measurePolicies(line);
        fmt::print("{}", line.json ? toJson(rows) : describe(rows));
        return;
    }
    const BenchmarkReport report = measure(line);
    fmt::print("{}", line.json ? toJson(report) : describe(report));
}

}  // namespace impasto::app
