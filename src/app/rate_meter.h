// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <deque>

namespace impasto::app {

/// Events per second over the last second.
class RateMeter {
  public:
    using Clock = std::chrono::steady_clock;

    void add(Clock::time_point now = Clock::now()) {
        events_.push_back(now);
        forget(now);
    }
    double perSecond(Clock::time_point now = Clock::now()) {
        forget(now);
        if (events_.size() < 2)
            return 0;
        const double seconds = std::chrono::duration<double>(events_.back() - events_.front()).count();
        return seconds > 0 ? static_cast<double>(events_.size() - 1) / seconds : 0;
    }

  private:
    /// Keeps what is younger than a window, and at least two so that slow rates are seen as well.
    void forget(Clock::time_point now) {
        constexpr std::chrono::seconds kWindow(1);
        constexpr std::chrono::seconds kStale(4);
        while (events_.size() > 2 && now - events_.front() > kWindow)
            events_.pop_front();
        if (!events_.empty() && now - events_.back() > kStale)
            events_.clear();
    }

    std::deque<Clock::time_point> events_;
};

}  // namespace impasto::app
