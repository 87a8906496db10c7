// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace impasto::app {

/// Keeps the picture at a rate: first by the short side the network runs at, then by the network. Acts when the rate
/// that would be possible leaves 0.8 to 1.2 of the target, at most once a second, and goes up only as far as the target
/// should still be reached. Plain arithmetic: no clock, no device.
class Governor {
  public:
    static constexpr int kStep = 32;  ///< pixels of the short side

    struct Params {
        double targetRate = 30;  ///< pictures per second
        int leastSide = 160;     ///< multiples of kStep
        int mostSide = 736;
        std::vector<std::string> models = {};  ///< that may be chosen, fastest first; empty: the model is fixed
    };
    struct Choice {
        std::string model;
        int shortSide = 0;
        bool operator==(const Choice&) const = default;
    };
    enum class Verdict {
        Measuring,  ///< too few frames since the last change
        Holding,    ///< within the band
        Lowered,
        Raised,
        AtLeast,  ///< too slow, and nothing left to lower
        AtMost,   ///< could be faster than asked for, and nothing left to raise
    };

    Governor(const Params& params, Choice start);

    /// Takes other bounds or another target; the choice stays as it is within them.
    void setParams(const Params& params);

    /// One finished frame: how long it took (wall, without waiting for the source) and when, in seconds of any steady
    /// clock. True when the choice changed. Frames of another choice than the current one must not be given.
    bool add(double nowSeconds, double frameTimeMs);

    /// The picture is now made with the current choice: what was measured before counts no more.
    void begin(double nowSeconds);

    const Choice& choice() const { return choice_; }
    Verdict verdict() const { return verdict_; }
    /// Pictures per second that would be possible, of the last second's frames; 0 while measuring.
    double possibleRate() const { return rate_; }

  private:
    bool lower();
    bool raise(double nowSeconds);
    int modelIndex() const;
    void clampChoice();

    Params params_;
    Choice choice_;
    Verdict verdict_ = Verdict::Measuring;
    std::vector<double> frameTimesMs_;  ///< a ring of the newest
    std::size_t next_ = 0;
    double begun_ = 0;
    bool hasBegun_ = false;
    double rate_ = 0;
    // A larger network that turned out too slow is not tried again at once.
    double retryModelAt_ = 0;
    double retryDelay_ = 0;
    bool raisedModel_ = false;
    std::vector<double> sorted_;
};

/// For people: "holds 30 fps", "lowered to keep 30 fps", …
std::string describe(Governor::Verdict verdict, double targetRate);

}  // namespace impasto::app
