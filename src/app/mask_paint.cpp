// SPDX-License-Identifier: MIT
#include "app/mask_paint.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace impasto::app {
namespace {

using nn::kMaxRegions;
using nn::RegionMask;

constexpr int kSide = RegionMask::kSide;

float eased(float t) {
    t = std::clamp(t, 0.0f, 1.0f);
    return t * t * (3 - 2 * t);
}

MaskPoint centerOf(int x, int y) {
    return {(static_cast<float>(x) + 0.5f) / kSide, (static_cast<float>(y) + 0.5f) / kSide};
}

/// Lays `region` over a cell with `cover` 0..1; what was there keeps its proportions.
void lay(RegionMask& mask, int x, int y, int region, float cover) {
    if (cover <= 0)
        return;
    std::array<float, kMaxRegions> shares{};
    for (std::size_t r = 0; r < shares.size(); ++r)
        shares[r] = (1 - cover) * static_cast<float>(mask.at(x, y)[r]) / 255.0f;
    shares[static_cast<std::size_t>(region)] += cover;
    mask.set(x, y, shares);
}

/// `point` in units of the picture's shorter side, so that circles are round.
MaskPoint toShorterSide(MaskPoint point, float aspect) {
    return {point.x * std::max(1.0f, aspect), point.y * std::max(1.0f, 1 / aspect)};
}

float distanceToSegment(MaskPoint p, MaskPoint a, MaskPoint b) {
    const float dx = b.x - a.x;
    const float dy = b.y - a.y;
    const float square = dx * dx + dy * dy;
    const float t = square > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0f, 1.0f) : 0.0f;
    return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

}  // namespace

float brushCover(const Brush& brush, float distance) {
    const float fade = std::max(1e-4f, brush.softness * brush.radius);
    return eased((brush.radius - distance) / fade);
}

MaskStroke::MaskStroke(std::shared_ptr<const RegionMask> before, int region, const Brush& brush, float aspect)
    : before_(std::move(before)),
      region_(region),
      brush_(brush),
      aspect_(aspect),
      cover_(static_cast<std::size_t>(kSide) * kSide, 0.0f) {
    IMPASTO_CHECK(before_ && region >= 0 && region < kMaxRegions && aspect > 0);
}

void MaskStroke::moveTo(MaskPoint point) {
    const MaskPoint from = begun_ ? last_ : point;
    begun_ = true;
    last_ = point;
    const MaskPoint a = toShorterSide(from, aspect_);
    const MaskPoint b = toShorterSide(point, aspect_);
    const float reachX = brush_.radius / std::max(1.0f, aspect_);
    const float reachY = brush_.radius / std::max(1.0f, 1 / aspect_);
    const auto cell = [](float position) {
        return static_cast<int>(std::floor(std::clamp(position, -1.0f, 2.0f) * kSide));
    };
    const int left = std::max(0, cell(std::min(from.x, point.x) - reachX));
    const int right = std::min(kSide - 1, cell(std::max(from.x, point.x) + reachX));
    const int top = std::max(0, cell(std::min(from.y, point.y) - reachY));
    const int bottom = std::min(kSide - 1, cell(std::max(from.y, point.y) + reachY));
    for (int y = top; y <= bottom; ++y) {
        for (int x = left; x <= right; ++x) {
            const float distance = distanceToSegment(toShorterSide(centerOf(x, y), aspect_), a, b);
            float& cover = cover_[static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x)];
            cover = std::max(cover, brushCover(brush_, distance));
        }
    }
}

RegionMask MaskStroke::result() const {
    RegionMask mask = *before_;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x)
            lay(mask, x, y, region_, cover_[static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x)]);
    }
    return mask;
}

RegionMask filledMask(int region) {
    RegionMask mask;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x)
            lay(mask, x, y, region, 1);
    }
    return mask;
}

RegionMask clearedMask(const RegionMask& mask, int region) {
    RegionMask result;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            std::array<float, kMaxRegions> shares{};
            std::ranges::copy(mask.at(x, y), shares.begin());
            shares[0] += std::exchange(shares[static_cast<std::size_t>(region)], 0.0f);
            result.set(x, y, shares);
        }
    }
    return result;
}

RegionMask maskWithout(const RegionMask& mask, int region) {
    const RegionMask cleared = clearedMask(mask, region);
    RegionMask result;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            std::array<float, kMaxRegions> shares{};
            std::ranges::copy(cleared.at(x, y), shares.begin());
            std::rotate(shares.begin() + region, shares.begin() + region + 1, shares.end());
            result.set(x, y, shares);
        }
    }
    return result;
}

RegionMask invertedMask(const RegionMask& mask, int region) {
    RegionMask result;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            std::array<float, kMaxRegions> shares{};
            std::ranges::copy(mask.at(x, y), shares.begin());
            std::swap(shares[0], shares[static_cast<std::size_t>(region)]);
            result.set(x, y, shares);
        }
    }
    return result;
}

RegionMask gradientMask(const RegionMask& before, int region, MaskPoint from, MaskPoint to, float aspect) {
    const MaskPoint a = toShorterSide(from, aspect);
    const MaskPoint b = toShorterSide(to, aspect);
    const float dx = b.x - a.x;
    const float dy = b.y - a.y;
    const float square = std::max(1e-6f, dx * dx + dy * dy);
    RegionMask mask = before;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            const MaskPoint p = toShorterSide(centerOf(x, y), aspect);
            lay(mask, x, y, region, eased(1 - ((p.x - a.x) * dx + (p.y - a.y) * dy) / square));
        }
    }
    return mask;
}

RegionMask ellipseMask(const RegionMask& before, int region, MaskPoint corner, MaskPoint opposite, float softness) {
    const MaskPoint center{(corner.x + opposite.x) / 2, (corner.y + opposite.y) / 2};
    const float radiusX = std::max(1e-4f, std::abs(opposite.x - corner.x) / 2);
    const float radiusY = std::max(1e-4f, std::abs(opposite.y - corner.y) / 2);
    const Brush unit{1.0f, softness};
    RegionMask mask = before;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            const MaskPoint p = centerOf(x, y);
            lay(mask, x, y, region,
                brushCover(unit, std::hypot((p.x - center.x) / radiusX, (p.y - center.y) / radiusY)));
        }
    }
    return mask;
}

}  // namespace impasto::app
