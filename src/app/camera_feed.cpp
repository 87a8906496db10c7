// SPDX-License-Identifier: MIT
#include "app/camera_feed.h"

#include <chrono>
#include <exception>
#include <utility>

namespace impasto::app {
namespace {

/// Often enough for programs that take a camera without pictures for a broken one.
constexpr auto kRepeatInterval = std::chrono::milliseconds(100);

}  // namespace

CameraFeed::Open CameraFeed::device(const std::string& path, media::FrameRate rate) {
    return [=](const media::Frame& first) {
        return std::make_unique<media::VirtualCamera>(
            media::VirtualCamera::Params{.path = path, .width = first.width, .height = first.height, .rate = rate});
    };
}

CameraFeed::CameraFeed(Open open)
    : open_(std::move(open)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

CameraFeed::~CameraFeed() = default;

void CameraFeed::push(media::FramePtr frame) {
    const std::lock_guard lock(mutex_);
    if (newest_)
        ++state_.dropped;
    newest_ = std::move(frame);
    changed_.notify_all();
}

CameraFeed::State CameraFeed::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void CameraFeed::run(const std::stop_token& stop) {
    std::string failure;
    try {
        feed(stop);
    } catch (const std::exception& error) {
        failure = error.what();
    }
    const std::lock_guard lock(mutex_);
    state_.done = true;
    state_.failure = std::move(failure);
}

// A new picture, or the last one when none comes in time; null when stopping.
media::FramePtr CameraFeed::wait(const std::stop_token& stop, const media::FramePtr& last) {
    std::unique_lock lock(mutex_);
    do {
        changed_.wait_for(lock, stop, kRepeatInterval, [&] { return newest_ != nullptr; });
    } while (!newest_ && !last && !stop.stop_requested());
    if (stop.stop_requested())
        return nullptr;
    return newest_ ? std::exchange(newest_, nullptr) : last;
}

void CameraFeed::feed(const std::stop_token& stop) {
    media::FramePtr frame = wait(stop, nullptr);
    if (!frame)
        return;
    const std::unique_ptr<media::VirtualCamera> camera = open_(*frame);
    while (frame) {
        const bool taken = camera->write(*frame);
        {
            const std::lock_guard lock(mutex_);
            state_.width = camera->width();
            state_.height = camera->height();
            ++(taken ? state_.written : state_.dropped);
        }
        frame = wait(stop, frame);
    }
}

}  // namespace impasto::app
