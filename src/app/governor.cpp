// SPDX-License-Identifier: MIT
#include "app/governor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace impasto::app {
namespace {

constexpr double kLowest = 0.8;   ///< of the target: below it something has to give
constexpr double kHighest = 1.2;  ///< above it there is room
constexpr double kSecondsBetween = 1.0;
constexpr std::size_t kLeastFrames = 5;
constexpr std::size_t kMostFrames = 31;
/// A guess at what the next larger network costs at the same size.
constexpr double kModelCost = 2.2;
constexpr double kFirstRetrySeconds = 15;
constexpr double kMostRetrySeconds = 240;

/// Time goes with the number of pixels.
double rateAt(double rate, int side, int newSide) {
    const double ratio = static_cast<double>(side) / newSide;
    return rate * ratio * ratio;
}

}  // namespace

Governor::Governor(const Params& params, Choice start) : params_(params), choice_(std::move(start)) {
    IMPASTO_CHECK(params.targetRate > 0 && params.leastSide > 0 && params.leastSide <= params.mostSide);
    frameTimesMs_.reserve(kMostFrames);
    sorted_.reserve(kMostFrames);
    clampChoice();
}

void Governor::setParams(const Params& params) {
    params_ = params;
    clampChoice();
}

void Governor::clampChoice() {
    choice_.shortSide = std::clamp(choice_.shortSide, params_.leastSide, params_.mostSide);
}

void Governor::begin(double nowSeconds) {
    begun_ = nowSeconds;
    hasBegun_ = true;
    frameTimesMs_.clear();
    next_ = 0;
    rate_ = 0;
    verdict_ = Verdict::Measuring;
}

int Governor::modelIndex() const {
    const auto found = std::ranges::find(params_.models, choice_.model);
    return found == params_.models.end() ? -1 : static_cast<int>(found - params_.models.begin());
}

bool Governor::add(double nowSeconds, double frameTimeMs) {
    if (!hasBegun_)
        begin(nowSeconds);
    if (frameTimesMs_.size() < kMostFrames)
        frameTimesMs_.push_back(frameTimeMs);
    else
        frameTimesMs_[next_++ % kMostFrames] = frameTimeMs;
    if (nowSeconds - begun_ < kSecondsBetween || frameTimesMs_.size() < kLeastFrames)
        return false;
    sorted_.assign(frameTimesMs_.begin(), frameTimesMs_.end());
    const auto middle = sorted_.begin() + static_cast<std::ptrdiff_t>(sorted_.size() / 2);
    std::ranges::nth_element(sorted_, middle);
    rate_ = 1000 / std::max(*middle, 1e-3);
    bool changed = false;
    if (rate_ < kLowest * params_.targetRate)
        changed = lower();
    else if (rate_ > kHighest * params_.targetRate)
        changed = raise(nowSeconds);
    else
        verdict_ = Verdict::Holding;
    if (changed) {
        const Verdict why = verdict_;
        begin(nowSeconds);
        verdict_ = why;
    } else if (verdict_ == Verdict::Holding && raisedModel_) {
        raisedModel_ = false;  // the larger network has proved itself
        retryDelay_ = 0;
    }
    return changed;
}

bool Governor::lower() {
    verdict_ = Verdict::AtLeast;
    const int index = modelIndex();
    if (raisedModel_ && index > 0) {
        // The step up was too much: back, and not again for a while.
        raisedModel_ = false;
        retryDelay_ = std::clamp(retryDelay_ * 2, kFirstRetrySeconds, kMostRetrySeconds);
        retryModelAt_ = begun_ + kSecondsBetween + retryDelay_;
        choice_.model = params_.models[static_cast<std::size_t>(index - 1)];
    } else if (choice_.shortSide > params_.leastSide) {
        // As many steps as the rate asks for, so that a slow device is not a slide show for seconds.
        int side = choice_.shortSide - kStep;
        while (side > params_.leastSide && rateAt(rate_, choice_.shortSide, side) < params_.targetRate)
            side -= kStep;
        choice_.shortSide = std::max(side, params_.leastSide);
    } else if (index > 0) {
        choice_.model = params_.models[static_cast<std::size_t>(index - 1)];
    } else {
        return false;
    }
    verdict_ = Verdict::Lowered;
    return true;
}

bool Governor::raise(double nowSeconds) {
    verdict_ = Verdict::AtMost;
    if (choice_.shortSide < params_.mostSide) {
        const int next = std::min(choice_.shortSide + kStep, params_.mostSide);
        if (rateAt(rate_, choice_.shortSide, next) < params_.targetRate) {
            verdict_ = Verdict::Holding;
            return false;
        }
        choice_.shortSide = next;
        verdict_ = Verdict::Raised;
        return true;
    }
    const int index = modelIndex();
    if (index < 0 || index + 1 >= static_cast<int>(params_.models.size()))
        return false;
    if (rate_ / kModelCost < params_.targetRate || nowSeconds < retryModelAt_)
        return false;
    choice_.model = params_.models[static_cast<std::size_t>(index + 1)];
    raisedModel_ = true;
    verdict_ = Verdict::Raised;
    return true;
}

std::string describe(Governor::Verdict verdict, double targetRate) {
    switch (verdict) {
        case Governor::Verdict::Measuring:
            return "measuring";
        case Governor::Verdict::Holding:
            return fmt::format("holds {:.0f} fps", targetRate);
        case Governor::Verdict::Lowered:
            return fmt::format("lowered for {:.0f} fps", targetRate);
        case Governor::Verdict::Raised:
            return fmt::format("raised, {:.0f} fps has room", targetRate);
        case Governor::Verdict::AtLeast:
            return fmt::format("{:.0f} fps is out of reach", targetRate);
        case Governor::Verdict::AtMost:
            return "at its largest";
    }
    return "";
}

}  // namespace impasto::app
