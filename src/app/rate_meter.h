// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

namespace impasto::app {

/// Events per second over the last second; of faster ones over the last kMost. Takes no memory.
class RateMeter {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kMost = 256;

    void add(Clock::time_point now = Clock::now()) {
        events_[(first_ + count_) % kMost] = now;
        if (count_ == kMost)
            first_ = (first_ + 1) % kMost;
        else
            ++count_;
        forget(now);
    }
    double perSecond(Clock::time_point now = Clock::now()) {
        forget(now);
        if (count_ < 2)
            return 0;
        const double seconds = std::chrono::duration<double>(newest() - events_[first_]).count();
        return seconds > 0 ? static_cast<double>(count_ - 1) / seconds : 0;
    }

  private:
    Clock::time_point newest() const { return events_[(first_ + count_ - 1) % kMost]; }

    /// Keeps what is younger than a window, and at least two so that slow rates are seen as well.
    void forget(Clock::time_point now) {
        constexpr std::chrono::seconds kWindow(1);
        constexpr std::chrono::seconds kStale(4);
        while (count_ > 2 && now - events_[first_] > kWindow) {
            first_ = (first_ + 1) % kMost;
            --count_;
        }
        if (count_ > 0 && now - newest() > kStale)
            count_ = 0;
    }

    std::array<Clock::time_point, kMost> events_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

}  // namespace impasto::app
