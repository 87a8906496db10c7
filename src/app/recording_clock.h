// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>

namespace impasto::app {

/// Where each picture stands in a recording of what is seen: frames of a source that plays keep the source's own even
/// spacing, and after a pause, a seek, a loop or another source the recording goes on at the time of the clock.
class RecordingClock {
  public:
    struct Moment {
        double timestampSeconds = 0;  ///< the source's
        std::uint64_t jumps = 0;      ///< media::Player::State::jumps
        double speed = 1;
        double wallSeconds = 0;  ///< since the recording began
    };

    struct Place {
        double seconds = 0;     ///< in the recording
        bool anchored = false;  ///< the source's time begins anew here
    };

    Place at(const Moment& moment) {
        constexpr double kMostApart = 0.5;  // seconds; what a slow frame or a busy machine may be late
        const double expected = seconds_ + (moment.timestampSeconds - timestamp_) / moment.speed;
        const bool follows = running_ && moment.jumps == jumps_ && moment.speed == speed_ &&
                             moment.timestampSeconds > last_ && std::abs(expected - moment.wallSeconds) < kMostApart;
        last_ = moment.timestampSeconds;
        if (follows)
            return {expected, false};
        running_ = true;
        seconds_ = moment.wallSeconds;
        timestamp_ = moment.timestampSeconds;
        jumps_ = moment.jumps;
        speed_ = moment.speed;
        return {seconds_, true};
    }

    /// The next frame is an anchor whatever it is.
    void interrupt() { running_ = false; }

  private:
    bool running_ = false;
    double seconds_ = 0;    ///< of the recording at the last anchor
    double timestamp_ = 0;  ///< of the source there
    double last_ = 0;       ///< timestamp of the newest frame
    std::uint64_t jumps_ = 0;
    double speed_ = 1;
};

}  // namespace impasto::app
