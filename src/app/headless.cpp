// SPDX-License-Identifier: MIT
#include "app/headless.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "app/defaults.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/write_queue.h"
#include "base/error.h"
#include "base/log.h"
#include "media/source.h"
#include "media/writer.h"

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

/// Number of the output frame that shows what the source shows at `seconds`.
long long placeOf(double seconds, const media::FrameRate& rate) {
    constexpr double kRounding = 1e-6;  // timestamps are not exact; a frame must not slip into the place before
    return static_cast<long long>(std::floor(seconds * rate.perSecond() + kRounding));
}

/// The output with what decides where a frame goes in it.
class Writer {
  public:
    Writer(const CommandLine& line, const media::SourceInfo& source) : still_(source.still), rate_(line.rate) {
        if (line.output.empty())
            return;
        media::OutputParams params{.width = source.width, .height = source.height};
        if (line.rate)
            params.rate = *line.rate;
        else if (source.rate.numerator > 0)
            params.rate = source.rate;
        if (media::isVideoOutput(line.output)) {
            params.soundFrom = source.soundInput;
            video_ = std::make_unique<media::VideoWriter>(line.output, params);
        } else {
            output_ = media::openOutput(line.output, params);
        }
    }

    void write(const media::Frame& frame) {
        if (video_ && still_)
            video_->write(frame);
        else if (video_ && rate_)
            video_->writeAt(frame, static_cast<double>(placeOf(frame.timestampSeconds, *rate_)) / rate_->perSecond());
        else if (video_)
            video_->writeAt(frame, frame.timestampSeconds);
        else if (output_)
            output_->write(frame);
    }
    /// How many frames it takes; a single image takes one.
    std::int64_t capacity(const std::filesystem::path& path) const {
        const bool one = output_ && !media::SequencePattern::looksLikeOne(path);
        return one ? 1 : std::numeric_limits<std::int64_t>::max();
    }
    void finish() {
        if (video_)
            video_->finish();
        if (output_)
            output_->finish();
    }

  private:
    bool still_;
    std::optional<media::FrameRate> rate_;
    std::unique_ptr<media::VideoWriter> video_;
    std::unique_ptr<media::Output> output_;
};

/// The frames to stylize, in order: a still again and again, and only those that the output rate has a place for.
class Frames {
  public:
    Frames(media::Source& source, std::optional<media::FrameRate> rate) : source_(source), rate_(rate) {}

    media::FramePtr next() {
        if (source_.info().still && still_)
            return still_;
        while (media::FramePtr frame = source_.next()) {
            if (source_.info().still)
                still_ = frame;
            if (!rate_ || takesPlace(*frame))
                return frame;
        }
        return nullptr;
    }

  private:
    bool takesPlace(const media::Frame& frame) {
        const long long place = placeOf(frame.timestampSeconds, *rate_);
        if (place <= lastPlace_)
            return false;
        lastPlace_ = place;
        return true;
    }

    media::Source& source_;
    std::optional<media::FrameRate> rate_;
    media::FramePtr still_;
    long long lastPlace_ = -1;
};

/// A blocked read that is stopped throws: that is the end of the input, not a failure.
media::FramePtr nextUnlessStopped(Frames& frames, const std::stop_token& stop) {
    try {
        return frames.next();
    } catch (const Error&) {
        if (stop.stop_requested())
            return nullptr;
        throw;
    }
}

std::int64_t expectedFrames(const media::SourceInfo& info, const CommandLine& line, std::int64_t limit) {
    const double rate = line.rate ? line.rate->perSecond() : info.rate.perSecond();
    const double known = info.still || info.live ? 0 : std::round(info.durationSeconds * rate);
    if (known <= 0)
        return limit == std::numeric_limits<std::int64_t>::max() ? 0 : limit;
    return std::min(limit, static_cast<std::int64_t>(known));
}

}  // namespace

gpu::DeviceOptions deviceOptions(const CommandLine& line) {
    gpu::DeviceOptions options;
    options.index = line.device;
    return options;
}

void runHeadless(const CommandLine& line) {
    const Interrupt interrupt;
    media::SourceRequest request{.input = line.settings.source.empty() ? defaultSource() : line.settings.source,
                                 .stop = interrupt.token()};
    if (line.rate)
        request.secondsPerImage = 1 / line.rate->perSecond();
    const std::unique_ptr<media::Source> source = media::openSource(request);
    const media::SourceInfo& info = source->info();

    gpu::Device device(deviceOptions(line));
    gpu::PipelineLibrary pipelines(device);
    Session session({.device = device, .pipelines = pipelines, .readBack = !line.output.empty(), .throwErrors = true});
    session.apply(line.settings);

    Writer writer(line, info);
    const std::int64_t limit = std::min(
        writer.capacity(line.output), line.frames.value_or(info.still ? 1 : std::numeric_limits<std::int64_t>::max()));
    WriteQueue queue([&](const media::Frame& frame) { writer.write(frame); });
    Frames frames(*source, line.rate);
    const std::string& deviceName = device.report().properties.name;
    Progress progress(expectedFrames(info, line, limit));
    std::shared_ptr<const Picture> previous;
    const double stillRate = line.rate.value_or(media::OutputParams{}.rate).perSecond();
    std::int64_t done = 0;
    const auto complete = [&] {
        session.wait(*previous);
        if (!line.output.empty())
            queue.push(session.downloadSplit(*previous, line.settings.wipePosition));
        ++done;
        // Not earlier, so that an output that cannot be written gives its one line alone.
        if (done == 2)
            spdlog::info("stylizing {} ({}x{}) on {}", info.name, info.width, info.height, deviceName);
        progress.show(done);
    };
    for (std::int64_t started = 0; started < limit && !interrupt.token().stop_requested(); ++started) {
        const media::FramePtr frame = nextUnlessStopped(frames, interrupt.token());
        if (!frame)
            break;
        session.setTime(info.still ? static_cast<double>(started) / stillRate : frame->timestampSeconds);
        std::shared_ptr<const Picture> picture = session.step(*frame);
        if (previous)
            complete();
        previous = std::move(picture);
    }
    if (previous)
        complete();
    queue.finish();
    writer.finish();
    for (const std::string& problem : source->problems())
        spdlog::warn("{}", problem);
    progress.finish(done, line.output.empty() ? "" : fmt::format(", wrote {}", line.output.string()));
}

}  // namespace impasto::app
