// SPDX-License-Identifier: MIT
#include "app/recorder.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace impasto::app {
namespace {

using Clock = std::chrono::steady_clock;

class VideoRecording final : public RecordingWriter {
  public:
    VideoRecording(const std::filesystem::path& path, const media::OutputParams& params) : writer_(path, params) {}

    void writeAt(const media::Frame& frame, double seconds) override { writer_.writeAt(frame, seconds); }
    void playSound(double seconds, double inputSeconds) override { writer_.playSound(seconds, inputSeconds); }
    void pauseSound(double seconds) override { writer_.pauseSound(seconds); }
    void finish() override { writer_.finish(); }
    std::uint64_t framesWritten() const override { return writer_.framesWritten(); }

  private:
    media::VideoWriter writer_;
};

}  // namespace

OpenRecording videoRecording(const std::filesystem::path& path, const media::OutputParams& params) {
    return [=] { return std::make_unique<VideoRecording>(path, params); };
}

Recorder::Recorder(OpenRecording open, std::chrono::milliseconds repeatInterval)
    : open_(std::move(open)), repeatInterval_(repeatInterval), thread_([this] { run(); }) {}

Recorder::~Recorder() {
    stop();
}

double Recorder::elapsedSeconds() const {
    const std::lock_guard lock(mutex_);
    return start_ ? std::chrono::duration<double>(Clock::now() - *start_).count() : 0;
}

void Recorder::push(media::FramePtr frame, double seconds) {
    const std::lock_guard lock(mutex_);
    if (stopAt_ || state_.done)
        return;
    if (!start_)
        start_ = Clock::now();
    if (waitingCount_ == kMostWaiting) {
        ++state_.dropped;
        return;
    }
    waiting_[(first_ + waitingCount_) % kMostWaiting] = {std::move(frame), seconds};
    ++waitingCount_;
    state_.mostWaiting = std::max<std::uint64_t>(state_.mostWaiting, waitingCount_);
    changed_.notify_all();
}

void Recorder::setSound(double seconds, std::optional<double> inputSeconds) {
    const std::lock_guard lock(mutex_);
    cue_ = Cue{seconds, inputSeconds};
}

void Recorder::stop() {
    const double now = elapsedSeconds();
    const std::lock_guard lock(mutex_);
    if (!stopAt_)
        stopAt_ = now;
    changed_.notify_all();
}

Recorder::State Recorder::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void Recorder::run() {
    std::string failure;
    try {
        const std::unique_ptr<RecordingWriter> writer = open_();
        record(*writer);
        writer->finish();
    } catch (const std::exception& error) {
        failure = error.what();
    }
    const std::lock_guard lock(mutex_);
    waiting_ = {};
    waitingCount_ = 0;
    state_.done = true;
    state_.failure = std::move(failure);
}

void Recorder::record(RecordingWriter& writer) {
    media::FramePtr last;
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, repeatInterval_, [&] { return waitingCount_ > 0 || stopAt_; });
        if (waitingCount_ > 0) {
            Item item = std::exchange(waiting_[first_], {});
            first_ = (first_ + 1) % kMostWaiting;
            --waitingCount_;
            lock.unlock();
            last = std::move(item.frame);
            write(writer, *last, item.seconds);
            continue;
        }
        const std::optional<double> stopAt = stopAt_;
        lock.unlock();
        if (last)
            write(writer, *last, stopAt ? *stopAt : elapsedSeconds());
        if (stopAt)
            return;
    }
}

void Recorder::applyCue(RecordingWriter& writer, double seconds) {
    std::optional<Cue> cue;
    {
        const std::lock_guard lock(mutex_);
        if (!cue_ || cue_->seconds > seconds)
            return;
        cue = std::exchange(cue_, std::nullopt);
    }
    if (cue->inputSeconds)
        writer.playSound(cue->seconds, *cue->inputSeconds);
    else
        writer.pauseSound(cue->seconds);
}

void Recorder::write(RecordingWriter& writer, const media::Frame& frame, double seconds) {
    applyCue(writer, seconds);
    writer.writeAt(frame, seconds);
    const std::lock_guard lock(mutex_);
    state_.seconds = std::max(state_.seconds, seconds);
    state_.written = writer.framesWritten();
}

}  // namespace impasto::app
