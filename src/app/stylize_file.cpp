// SPDX-License-Identifier: MIT
#include "app/stylize_file.h"

#include <cmath>
#include <limits>
#include <utility>

#include "app/write_queue.h"
#include "base/error.h"
#include "media/writer.h"

namespace impasto::app {
namespace {

/// Number of the output frame that shows what the source shows at `seconds`.
long long placeOf(double seconds, const media::FrameRate& rate) {
    constexpr double kRounding = 1e-6;  // timestamps are not exact; a frame must not slip into the place before
    return static_cast<long long>(std::floor(seconds * rate.perSecond() + kRounding));
}

/// The output with what decides where a frame goes in it.
class Writer {
  public:
    Writer(const StylizeFile& job, const media::SourceInfo& source) : still_(source.still), rate_(job.rate) {
        if (job.output.empty())
            return;
        const media::PixelRect size = media::sizeAfter(source.width, source.height, job.geometry);
        media::OutputParams params{.width = size.width, .height = size.height};
        if (job.rate)
            params.rate = *job.rate;
        else if (source.rate.numerator > 0)
            params.rate = source.rate;
        if (media::isVideoOutput(job.output)) {
            params.soundFrom = source.soundInput;
            params.fragmented = true;
            params.continues = job.continues;
            video_ = std::make_unique<media::VideoWriter>(job.output, params);
        } else {
            output_ = media::openOutput(job.output, params);
        }
    }

    void write(const media::Frame& frame) {
        if (video_ && still_)
            video_->write(frame);
        else if (video_)
            video_->writeAt(frame, secondsOf(frame));
        else if (output_)
            output_->write(frame);
    }
    /// Frames of an earlier run that the output begins with.
    std::int64_t continued() const { return video_ ? static_cast<std::int64_t>(video_->framesWritten()) : 0; }
    bool hasPlace(const media::Frame& frame) const { return video_->hasPlace(secondsOf(frame)); }
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
    double secondsOf(const media::Frame& frame) const {
        return rate_ ? static_cast<double>(placeOf(frame.timestampSeconds, *rate_)) / rate_->perSecond()
                     : frame.timestampSeconds;
    }

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

/// The first frame that a continued output does not have yet; the first of all where it is not continued.
media::FramePtr firstToDo(Frames& frames, const Writer& writer, const std::stop_token& stop) {
    media::FramePtr frame = nextUnlessStopped(frames, stop);
    while (frame && writer.continued() > 0 && !writer.hasPlace(*frame) && !stop.stop_requested())
        frame = nextUnlessStopped(frames, stop);
    return frame;
}

std::int64_t expectedFrames(const media::SourceInfo& info, const StylizeFile& job, std::int64_t limit) {
    const double rate = job.rate ? job.rate->perSecond() : info.rate.perSecond();
    const double known = info.still || info.live ? 0 : std::round(info.durationSeconds * rate);
    if (known <= 0)
        return limit == std::numeric_limits<std::int64_t>::max() ? 0 : limit;
    return std::min(limit, static_cast<std::int64_t>(known));
}

}  // namespace

std::unique_ptr<media::Source> openSource(const StylizeFile& job) {
    // Rotation and crop work on RGBA.
    media::SourceRequest request{.input = job.input, .planes = job.geometry.isIdentity(), .stop = job.stop};
    if (job.rate)
        request.secondsPerImage = 1 / job.rate->perSecond();
    return media::openSource(request);
}

StylizedFile stylizeFile(Session& session, media::Source& source, const StylizeFile& job) {
    const media::SourceInfo& info = source.info();
    Writer writer(job, info);
    const std::int64_t limit = std::min(writer.capacity(job.output),
                                        job.frames.value_or(info.still ? 1 : std::numeric_limits<std::int64_t>::max()));
    if (job.onStart)
        job.onStart(info, expectedFrames(info, job, limit));

    StylizedFile result;
    const std::int64_t continued = writer.continued();
    result.frames = continued;
    if (job.onFrame && result.frames > 0)
        job.onFrame(result.frames);
    Frames frames(source, job.rate);
    media::FramePtr first = limit > 0 ? firstToDo(frames, writer, job.stop) : nullptr;
    WriteQueue queue([&](const media::Frame& frame) { writer.write(frame); });
    media::FramePool turned;
    const double stillRate = job.rate.value_or(media::OutputParams{}.rate).perSecond();
    std::shared_ptr<const Picture> previous;
    const auto complete = [&] {
        session.wait(*previous);
        if (!job.output.empty())
            queue.push(session.downloadSplit(*previous, job.splitPosition));
        ++result.frames;
        if (job.onFrame)
            job.onFrame(result.frames);
    };
    for (std::int64_t started = continued; started < limit && !job.stop.stop_requested(); ++started) {
        const media::FramePtr frame = first ? std::exchange(first, nullptr) : nextUnlessStopped(frames, job.stop);
        if (!frame)
            break;
        session.setTime(info.still ? static_cast<double>(started) / stillRate : frame->timestampSeconds);
        std::shared_ptr<const Picture> picture = session.step(*media::applyGeometry(frame, job.geometry, turned));
        if (previous)
            complete();
        previous = std::move(picture);
    }
    if (previous)
        complete();
    queue.finish();
    writer.finish();
    result.problems = source.problems();
    result.stopped = job.stop.stop_requested();
    return result;
}

}  // namespace impasto::app
