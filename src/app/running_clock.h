// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>

namespace impasto::app {

/// Seconds that passed between frames, without those while paused.
class RunningClock {
  public:
    double seconds(std::chrono::steady_clock::time_point now, bool paused) {
        if (!paused)
            seconds_ += std::min(1.0, std::chrono::duration<double>(now - last_).count());
        last_ = now;
        return seconds_;
    }

  private:
    double seconds_ = 0;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace impasto::app
