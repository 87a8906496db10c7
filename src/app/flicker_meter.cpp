// SPDX-License-Identifier: MIT
#include "app/flicker_meter.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/check.h"

namespace impasto::app {
namespace {

constexpr int kBlock = 4;
constexpr std::size_t kMaxFrames = 64;

/// Sum and sum of squares of one byte over frames.
struct Moments {
    double sum = 0;
    double squares = 0;
    void add(std::uint8_t value) {
        sum += value;
        squares += double{static_cast<double>(value)} * value;
    }
    double deviation(std::size_t count) const {
        const double mean = sum / static_cast<double>(count);
        return std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean));
    }
};

void gather(std::span<const std::uint8_t> rgba, std::span<const std::uint32_t> places, std::vector<std::uint8_t>& out) {
    out.resize(places.size() * 3);
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c)
            out[i * 3 + c] = rgba[places[i] + c];
    }
}

double flickerOf(std::span<const std::uint8_t> output, std::span<const std::uint8_t> outputBefore,
                 std::span<const std::uint8_t> source, std::span<const std::uint8_t> sourceBefore) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < output.size(); ++i)
        sum += std::abs((output[i] - outputBefore[i]) - (source[i] - sourceBefore[i]));
    return output.empty() ? 0 : static_cast<double>(sum) / static_cast<double>(output.size());
}

}  // namespace

void FlickerMeter::reset() {
    for (Frame& frame : frames_)
        spare_.push_back(std::move(frame));
    frames_.clear();
}

void FlickerMeter::add(double seconds, Extent extent, std::span<const std::uint8_t> output,
                       std::span<const std::uint8_t> source) {
    const auto pixels = static_cast<std::size_t>(extent.height) * static_cast<std::size_t>(extent.width);
    IMPASTO_CHECK(output.size() == pixels * 4 && source.size() == pixels * 4);
    if (!(extent == extent_)) {
        reset();
        extent_ = extent;
        places_.clear();
        std::uint32_t hash = 1;
        for (int top = 0; top < extent.height; top += kBlock) {
            for (int left = 0; left < extent.width; left += kBlock) {
                hash = hash * 1664525u + 1013904223u;
                const int y = std::min(top + static_cast<int>(hash >> 28 & 3u), extent.height - 1);
                const int x = std::min(left + static_cast<int>(hash >> 24 & 3u), extent.width - 1);
                places_.push_back(static_cast<std::uint32_t>((y * extent.width + x) * 4));
            }
        }
    }
    // Backwards or far ahead is another scene.
    if (!frames_.empty() && (seconds < frames_.back().seconds || seconds > frames_.back().seconds + kWindowSeconds))
        reset();
    Frame frame;
    if (!spare_.empty()) {
        frame = std::move(spare_.back());
        spare_.pop_back();
    }
    frame.seconds = seconds;
    frame.difference = -1;
    gather(output, places_, frame.output);
    gather(source, places_, frame.source);
    if (!frames_.empty())
        frame.difference = flickerOf(frame.output, frames_.back().output, frame.source, frames_.back().source);
    frames_.push_back(std::move(frame));
    while (frames_.size() > kMaxFrames || frames_.front().seconds < seconds - kWindowSeconds) {
        spare_.push_back(std::move(frames_.front()));
        frames_.pop_front();
    }
}

Flicker FlickerMeter::flicker() const {
    Flicker result;
    result.frames = static_cast<int>(frames_.size());
    if (frames_.size() < 2)
        return result;
    int differences = 0;
    for (const Frame& frame : frames_) {
        if (frame.difference >= 0) {
            result.frameDifference += frame.difference;
            ++differences;
        }
    }
    if (differences > 0)
        result.frameDifference /= differences;
    const std::size_t count = frames_.size();
    const std::size_t values = frames_.front().output.size();
    std::size_t still = 0;
    for (std::size_t pixel = 0; pixel + 2 < values; pixel += 3) {
        Moments output[3];
        Moments source[3];
        for (const Frame& frame : frames_) {
            for (std::size_t c = 0; c < 3; ++c) {
                output[c].add(frame.output[pixel + c]);
                source[c].add(frame.source[pixel + c]);
            }
        }
        if (source[0].deviation(count) >= kStill || source[1].deviation(count) >= kStill ||
            source[2].deviation(count) >= kStill)
            continue;
        ++still;
        for (const Moments& moments : output)
            result.noise += moments.deviation(count) / 3;
    }
    if (still > 0)
        result.noise /= static_cast<double>(still);
    result.stillShare = static_cast<double>(still) * 3 / static_cast<double>(values);
    return result;
}

double frameDifferenceFlicker(std::span<const std::uint8_t> output, std::span<const std::uint8_t> outputBefore,
                              std::span<const std::uint8_t> source, std::span<const std::uint8_t> sourceBefore) {
    IMPASTO_CHECK(output.size() == outputBefore.size() && output.size() == source.size() &&
                  output.size() == sourceBefore.size());
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < output.size(); i += 4) {
        for (std::size_t c = i; c < i + 3; ++c)
            sum += std::abs((output[c] - outputBefore[c]) - (source[c] - sourceBefore[c]));
    }
    return output.empty() ? 0 : static_cast<double>(sum) / (static_cast<double>(output.size()) * 0.75);
}

}  // namespace impasto::app
