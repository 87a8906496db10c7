// SPDX-License-Identifier: MIT
#include "reference/similarity_gate.h"

#include <algorithm>
#include <cmath>

namespace impasto::reference {
namespace {

constexpr int kBlock = 16;
constexpr float kReferenceFrames = 16;

float between(float a, float b, float share) {
    return a + (b - a) * share;
}

}  // namespace

float SimilarityGate::openingAt(float x, float y) const {
    const auto at = [&](int column, int row) {
        return blocks_[static_cast<std::size_t>(std::clamp(row, 0, down_ - 1) * across_ +
                                                std::clamp(column, 0, across_ - 1))]
            .opening;
    };
    const int left = static_cast<int>(std::floor(x));
    const int top = static_cast<int>(std::floor(y));
    const float fx = x - static_cast<float>(left);
    const float fy = y - static_cast<float>(top);
    return between(between(at(left, top), at(left + 1, top), fx), between(at(left, top + 1), at(left + 1, top + 1), fx),
                   fy);
}

Tensor SimilarityGate::apply(const Tensor& source, const Tensor& picture, const Step& step) {
    const Shape shape = source.shape();
    IMPASTO_CHECK(shape == picture.shape() && shape.channels == 3);
    if (!(reference_.shape() == shape)) {
        reference_ = Tensor(shape);
        held_ = Tensor(shape);
        across_ = (shape.width + kBlock - 1) / kBlock;
        down_ = (shape.height + kBlock - 1) / kBlock;
        blocks_.assign(static_cast<std::size_t>(across_ * down_), {});
    }
    for (int row = 0; row < down_; ++row) {
        for (int column = 0; column < across_; ++column) {
            double sum = 0;
            int values = 0;
            for (int y = row * kBlock; y < std::min(shape.height, (row + 1) * kBlock); ++y) {
                for (int x = column * kBlock; x < std::min(shape.width, (column + 1) * kBlock); ++x) {
                    for (int c = 0; c < 3; ++c, ++values)
                        sum +=
                            std::abs(source.plane(c)[y * shape.width + x] - reference_.plane(c)[y * shape.width + x]);
                }
            }
            Block& block = blocks_[static_cast<std::size_t>(row * across_ + column)];
            const auto d = static_cast<float>(255 * sum / values);
            const float x = step.threshold > 0 ? std::clamp((d - step.threshold) / step.threshold, 0.0f, 1.0f) : 1.0f;
            const float remembered = block.framesHeld < 0 ? 0.0f : block.opening;
            const float opening = std::max(x * x * (3 - 2 * x), remembered - step.release);
            if (step.open)
                block = {1.0f, -1.0f};
            else
                block = {opening, opening < 0.5f ? std::max(block.framesHeld, 0.0f) + 1 : 0.0f};
        }
    }
    for (int y = 0; y < shape.height; ++y) {
        for (int x = 0; x < shape.width; ++x) {
            const float w = openingAt((static_cast<float>(x) + 0.5f) / kBlock - 0.5f,
                                      (static_cast<float>(y) + 0.5f) / kBlock - 0.5f);
            const float frames = blocks_[static_cast<std::size_t>(y / kBlock * across_ + x / kBlock)].framesHeld;
            const float follow = frames > 0 && frames <= kReferenceFrames ? std::max(w, 1.0f / (frames + 1.0f)) : w;
            for (int c = 0; c < 3; ++c) {
                const int at = y * shape.width + x;
                held_.plane(c)[at] = between(held_.plane(c)[at], picture.plane(c)[at], w);
                reference_.plane(c)[at] = between(reference_.plane(c)[at], source.plane(c)[at], follow);
            }
        }
    }
    return held_;
}

}  // namespace impasto::reference
