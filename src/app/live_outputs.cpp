// SPDX-License-Identifier: MIT
#include "app/live_outputs.h"

#include <fmt/format.h>

#include <utility>

#include "app/user_folders.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr double kLeastRate = 1;
constexpr double kMostRate = 240;
constexpr media::FrameRate kUsualRate{30, 1};

std::string ending(const Recorder::State& state, const fs::path& path) {
    std::string text = fmt::format("Recorded {:.1f} s to {}", state.seconds, path.string());
    if (state.dropped > 0)
        text += fmt::format("; {} frames left out, encoding was too slow", state.dropped);
    return text;
}

}  // namespace

const char* extensionOf(RecordFormat format) {
    switch (format) {
        case RecordFormat::Mp4:
            return ".mp4";
        case RecordFormat::Mkv:
            return ".mkv";
        case RecordFormat::WebM:
            return ".webm";
    }
    return ".mp4";
}

media::FrameRate recordingRate(const media::SourceInfo& source) {
    const double rate = source.rate.perSecond();
    return source.still || !(rate >= kLeastRate && rate <= kMostRate) ? kUsualRate : source.rate;
}

LiveOutputs::~LiveOutputs() = default;

void LiveOutputs::startRecording(const Settings& settings, fs::path path, const media::FramePtr& first,
                                 const media::Player::State& source) {
    if (recorder_)
        return;
    path_ = path.empty() ? newFileIn(videosFolder(), extensionOf(settings.recordFormat)) : std::move(path);
    soundInput_ = settings.recordSound && !source.info.live ? source.info.soundInput : std::string();
    media::OutputParams params{.width = first->width, .height = first->height, .rate = recordingRate(source.info)};
    params.quality = settings.recordQuality;
    params.soundFrom = soundInput_;
    params.soundFollows = true;
    params.fragmented = true;
    recorder_ = std::make_unique<Recorder>(videoRecording(path_, params));
    clock_ = {};
    stopping_ = false;
    paused_ = source.paused;
    record(first, source);
}

void LiveOutputs::setVirtualCamera(const std::string& device, const media::SourceInfo& source) {
    feed_ = nullptr;
    feedDevice_ = device;
    if (!device.empty())
        feed_ = std::make_unique<CameraFeed>(CameraFeed::device(device, recordingRate(source)));
}

void LiveOutputs::stopRecording() {
    if (recorder_)
        recorder_->stop();
    stopping_ = true;
}

void LiveOutputs::take(const media::FramePtr& picture, const media::Player::State& source) {
    if (feed_)
        feed_->push(picture);
    if (recorder_)
        record(picture, source);
}

void LiveOutputs::record(const media::FramePtr& picture, const media::Player::State& source) {
    const RecordingClock::Place place = clock_.at({.timestampSeconds = picture->timestampSeconds,
                                                   .jumps = source.jumps,
                                                   .speed = source.speed,
                                                   .wallSeconds = recorder_->elapsedSeconds()});
    if (place.anchored && !soundInput_.empty()) {
        const bool heard = source.info.soundInput == soundInput_ && source.speed == 1 && !paused_ &&
                           source.phase == media::Player::Phase::Playing;
        recorder_->setSound(place.seconds, heard ? std::optional(picture->timestampSeconds) : std::nullopt);
    }
    recorder_->push(picture, place.seconds);
}

void LiveOutputs::sourcePaused(bool paused) {
    if (paused == std::exchange(paused_, paused) || !recorder_)
        return;
    clock_.interrupt();
    if (paused && !soundInput_.empty())
        recorder_->setSound(recorder_->elapsedSeconds(), std::nullopt);
}

void LiveOutputs::follow() {
    followRecording();
    if (!feed_ || !feed_->state().done)
        return;
    messages_.add(Message::Kind::Error, feed_->state().failure);
    feed_ = nullptr;
}

void LiveOutputs::followRecording() {
    if (!recorder_)
        return;
    const Recorder::State state = recorder_->state();
    if (!state.done)
        return;
    if (!state.failure.empty())
        messages_.add(Message::Kind::Error, fmt::format("The recording ended: {}", state.failure));
    else
        messages_.add(Message::Kind::Info, ending(state, path_));
    recorder_ = nullptr;
}

void LiveOutputs::fill(Stats& stats) const {
    fillRecording(stats.recording);
    stats.virtualCamera = {};
    if (!feed_)
        return;
    const CameraFeed::State state = feed_->state();
    stats.virtualCamera = {.device = feedDevice_,
                           .extent = {.height = state.height, .width = state.width},
                           .written = state.written,
                           .dropped = state.dropped};
}

void LiveOutputs::fillRecording(RecordingStats& recording) const {
    recording = {.path = path_.string()};
    if (!recorder_)
        return;
    const Recorder::State state = recorder_->state();
    recording.active = true;
    recording.finishing = stopping_;
    recording.seconds = stopping_ ? state.seconds : recorder_->elapsedSeconds();
    recording.written = state.written;
    recording.dropped = state.dropped;
    std::error_code unknown;
    const auto bytes = fs::file_size(path_, unknown);
    recording.bytes = unknown ? 0 : bytes;
}

}  // namespace impasto::app
