// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <utility>

#include "media/frame.h"

namespace impasto::media {

/// Mailbox for one frame between a producing and a consuming thread: a newer frame replaces one not yet taken, so delay
/// never builds up. Nothing blocks; any thread may call anything.
class FrameSlot {
  public:
    /// Leaves `frame` for the consumer. A frame still waiting is dropped and counted.
    void put(FramePtr frame) {
        const std::lock_guard lock(mutex_);
        if (frame_)
            ++dropped_;
        std::swap(frame_, frame);
        arrived_ = std::chrono::steady_clock::now();
    }

    /// The newest frame not yet taken, or nullptr; when it was left here.
    FramePtr take(std::chrono::steady_clock::time_point* arrived = nullptr) {
        const std::lock_guard lock(mutex_);
        if (arrived)
            *arrived = arrived_;
        return std::exchange(frame_, nullptr);
    }

    /// Throws the waiting frame away without counting it, e.g. after a seek.
    void clear() { take(); }

    /// Frames replaced before anyone took them.
    std::uint64_t dropped() const {
        const std::lock_guard lock(mutex_);
        return dropped_;
    }

  private:
    mutable std::mutex mutex_;
    FramePtr frame_;
    std::chrono::steady_clock::time_point arrived_;
    std::uint64_t dropped_ = 0;
};

}  // namespace impasto::media
