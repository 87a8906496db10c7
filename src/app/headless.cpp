// SPDX-License-Identifier: MIT
#include "app/headless.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <optional>

#include "app/batch.h"
#include "app/defaults.h"
#include "app/gallery.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/stylize_file.h"
#include "base/error.h"
#include "base/log.h"

namespace impasto::app {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One line on standard error that is written over on a terminal, and comes every few seconds elsewhere.
class Progress {
  public:
    explicit Progress(std::int64_t total) : total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

    void show(std::int64_t done) {
        const double interval = terminal_ ? 0.25 : 5.0;
        if (secondsSince(shown_) < interval)
            return;
        shown_ = Clock::now();
        const std::string of = total_ > 0 ? fmt::format("/{}", total_) : "";
        fmt::print(stderr, "{}impasto: frame {}{}, {:.1f} fps{}", terminal_ ? "\r" : "", done, of, rate(done),
                   terminal_ ? "  " : "\n");
        std::fflush(stderr);
    }
    void finish(std::int64_t done, const std::string& written) {
        fmt::print(stderr, "{}impasto: {} frame{} in {:.1f} s, {:.1f} fps{}\n", terminal_ ? "\r" : "", done,
                   done == 1 ? "" : "s", secondsSince(start_), rate(done), written);
    }

  private:
    double rate(std::int64_t done) const { return static_cast<double>(done) / std::max(secondsSince(start_), 1e-9); }

    std::int64_t total_;
    bool terminal_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point shown_ = start_;
};

}  // namespace

gpu::DeviceOptions deviceOptions(const CommandLine& line) {
    gpu::DeviceOptions options;
    options.index = line.device;
    return options;
}

namespace {

std::string timeText(double seconds) {
    const auto whole = static_cast<long long>(std::ceil(seconds));
    return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                         : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

/// A bar with the time left: on a terminal one line that is written over, elsewhere a line every few seconds.
class BatchLine {
  public:
    void show(const BatchProgress& progress) {
        const bool terminal = ::isatty(STDERR_FILENO) == 1;
        if (secondsSince(shown_) < (terminal ? 0.25 : 5.0) || progress.finished)
            return;
        shown_ = Clock::now();
        constexpr int kWidth = 24;
        const auto filled = static_cast<std::size_t>(std::lround(progress.fraction * kWidth));
        const std::size_t file = progress.done + progress.skipped + progress.failures.size() + 1;
        const std::string left = progress.secondsLeft >= 0 ? ", " + timeText(progress.secondsLeft) + " left" : "";
        fmt::print(stderr, "{}[{}{}] {:3.0f} %  {}/{} {}{}{}", terminal ? "\r\x1b[K" : "", std::string(filled, '#'),
                   std::string(kWidth - filled, '.'), 100 * progress.fraction, file, progress.files, progress.current,
                   left, terminal ? "" : "\n");
        std::fflush(stderr);
    }

  private:
    Clock::time_point shown_ = Clock::now();
};

/// Nothing is measured that was not asked for: pictures are waited for here.
Tuning tuningOf(const CommandLine& line) {
    return line.retune ? Tuning::Anew : Tuning::FromFile;
}

/// One after the other: those that were chosen, or every bundled one.
std::vector<std::string> stylesOf(const CommandLine& line) {
    std::vector<std::string> ids;
    if (line.useDefaultStyle) {
        for (const GalleryStyle& style : Gallery(bundledStylesFolder()).styles())
            ids.push_back(style.id);
    } else {
        for (const StyleChoice& style : line.settings.styles)
            ids.push_back(style.id);
    }
    return ids;
}

}  // namespace

int runBatch(const CommandLine& line) {
    const Interrupt interrupt;
    std::vector<BatchItem> items =
        planBatch(line.settings.source, line.output, line.eachStyle ? stylesOf(line) : std::vector<std::string>());
    gpu::Device device(deviceOptions(line));
    gpu::PipelineLibrary pipelines(device);
    Session session(
        {.device = device, .pipelines = pipelines, .readBack = true, .throwErrors = true, .tuning = tuningOf(line)});
    session.apply(line.settings);
    BatchLine shown;
    Batch batch({.items = std::move(items),
                 .outputFolder = line.output,
                 .settings = line.settings,
                 .stop = interrupt.token(),
                 .onProgress = [&](const BatchProgress& progress) { shown.show(progress); }});
    const BatchProgress end = batch.run(session);
    std::string before = end.skipped > 0 ? fmt::format(", {} done before", end.skipped) : "";
    before += end.framesBefore > 0 ? fmt::format(", {} frames done before", end.framesBefore) : "";
    fmt::print(stderr, "{}impasto: {} of {} files in {}{}, wrote {}\n", ::isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "",
               end.done, end.files, timeText(end.elapsedSeconds), before, line.output.string());
    for (const BatchFailure& failure : end.failures)
        fmt::print(stderr, "impasto: failed: {}\n", failure.reason);
    if (end.cancelled)
        fmt::print(stderr, "impasto: ended early; the same command goes on with what is missing\n");
    return end.cancelled || !end.failures.empty() ? 1 : 0;
}

void runHeadless(const CommandLine& line) {
    const Interrupt interrupt;
    StylizeFile job{.input = line.settings.source.empty() ? defaultSource() : line.settings.source,
                    .output = line.output,
                    .frames = line.frames,
                    .rate = line.rate,
                    .splitPosition = line.settings.wipePosition,
                    .geometry = {line.settings.rotation, line.settings.crop},
                    .stop = interrupt.token()};
    const std::unique_ptr<media::Source> source = openSource(job);
    const media::SourceInfo& info = source->info();

    gpu::Device device(deviceOptions(line));
    gpu::PipelineLibrary pipelines(device);
    Session session({.device = device,
                     .pipelines = pipelines,
                     .readBack = !line.output.empty(),
                     .throwErrors = true,
                     .tuning = tuningOf(line)});
    session.apply(line.settings);

    std::optional<Progress> progress;
    const std::string& deviceName = device.report().properties.name;
    job.onStart = [&](const media::SourceInfo&, std::int64_t expected) { progress.emplace(expected); };
    job.onFrame = [&](std::int64_t done) {
        // Not earlier, so that an output that cannot be written gives its one line alone.
        if (done == 2)
            spdlog::info("stylizing {} ({}x{}) on {}", info.name, info.width, info.height, deviceName);
        progress->show(done);
    };
    const StylizedFile result = stylizeFile(session, *source, job);
    for (const std::string& problem : result.problems)
        spdlog::warn("{}", problem);
    progress->finish(result.frames, line.output.empty() ? "" : fmt::format(", wrote {}", line.output.string()));
}

}  // namespace impasto::app
