// SPDX-License-Identifier: MIT
#include "app/write_queue.h"

#include <utility>

namespace impasto::app {
namespace {

constexpr std::size_t kMostWaiting = 3;

}  // namespace

WriteQueue::WriteQueue(std::function<void(const media::Frame&)> write)
    : write_(std::move(write)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

WriteQueue::~WriteQueue() = default;

void WriteQueue::push(media::FramePtr frame) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() < kMostWaiting || failure_; });
    rethrow();
    waiting_.push_back(std::move(frame));
    changed_.notify_all();
}

void WriteQueue::finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return (waiting_.empty() && !writing_) || failure_; });
    rethrow();
}

void WriteQueue::rethrow() {
    if (failure_)
        std::rethrow_exception(std::exchange(failure_, nullptr));
}

void WriteQueue::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
        const media::FramePtr frame = std::move(waiting_.front());
        waiting_.pop_front();
        writing_ = true;
        lock.unlock();
        std::exception_ptr failure;
        try {
            write_(*frame);
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        writing_ = false;
        failure_ = failure;
        changed_.notify_all();
        if (failure)
            return;
    }
}

}  // namespace impasto::app
