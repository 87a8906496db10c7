// SPDX-License-Identifier: MIT
#include "nn/region_mask.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace impasto::nn {
namespace {

/// Cells of the grid that one pixel along one axis covers, and how much of each; the shares sum to 1.
struct Cover {
    int first = 0;
    std::vector<float> shares;
};

std::vector<Cover> coversOf(int pixels, double contentFraction) {
    std::vector<Cover> covers(static_cast<std::size_t>(pixels));
    const double cellsPerPixel = RegionMask::kSide / (contentFraction * pixels);
    // A box of at least one cell: narrower ones would show the grid.
    const double width = std::max(1.0, cellsPerPixel);
    for (int i = 0; i < pixels; ++i) {
        const double center = (i + 0.5) * cellsPerPixel;
        const double begin = std::clamp(center - width / 2, -1e6, RegionMask::kSide - 1e-3);
        const double end = center + width / 2;
        Cover& cover = covers[static_cast<std::size_t>(i)];
        const auto inside = [](int cell) { return std::clamp(cell, 0, RegionMask::kSide - 1); };
        cover.first = inside(static_cast<int>(std::floor(begin)));
        double total = 0;
        std::vector<double> sums;
        for (int cell = static_cast<int>(std::floor(begin)); cell < end; ++cell) {
            const double share = std::min(end, cell + 1.0) - std::max(begin, double(cell));
            const auto at = static_cast<std::size_t>(inside(cell) - cover.first);
            if (at >= sums.size())
                sums.resize(at + 1, 0.0);
            sums[at] += share;
            total += share;
        }
        for (const double sum : sums)
            cover.shares.push_back(static_cast<float>(sum / total));
    }
    return covers;
}

}  // namespace

RegionMask::Cell quantizedShares(const std::array<float, kMaxRegions>& shares) {
    float total = 0;
    for (const float share : shares)
        total += share;
    IMPASTO_CHECK(total > 0);
    RegionMask::Cell cell{};
    std::array<float, kMaxRegions> left{};
    int given = 0;
    for (std::size_t r = 0; r < cell.size(); ++r) {
        const float exact = 255.0f * shares[r] / total;
        cell[r] = static_cast<std::uint8_t>(std::min(255.0f, std::floor(exact)));
        left[r] = exact - cell[r];
        given += cell[r];
    }
    for (; given < 255; ++given) {
        const auto most = static_cast<std::size_t>(std::ranges::max_element(left) - left.begin());
        ++cell[most];
        left[most] -= 1;
    }
    return cell;
}

void RegionMask::set(int x, int y, const std::array<float, kMaxRegions>& shares) {
    cells_[static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x)] = quantizedShares(shares);
}

void reduceMask(const RegionMask& mask, const MaskGeometry& geometry, std::span<std::uint32_t> words) {
    const Extent map = geometry.map;
    IMPASTO_CHECK(words.size() == static_cast<std::size_t>(map.width) * static_cast<std::size_t>(map.height));
    const auto columns = coversOf(map.width, double(geometry.content.width) / geometry.padded.width);
    const auto rows = coversOf(map.height, double(geometry.content.height) / geometry.padded.height);
    std::size_t word = 0;
    for (const Cover& row : rows) {
        for (const Cover& column : columns) {
            std::array<float, kMaxRegions> sums{};
            for (std::size_t j = 0; j < row.shares.size(); ++j) {
                for (std::size_t i = 0; i < column.shares.size(); ++i) {
                    const RegionMask::Cell& cell =
                        mask.at(column.first + static_cast<int>(i), row.first + static_cast<int>(j));
                    for (std::size_t r = 0; r < sums.size(); ++r)
                        sums[r] += row.shares[j] * column.shares[i] * static_cast<float>(cell[r]);
                }
            }
            const RegionMask::Cell cell = quantizedShares(sums);
            std::uint32_t packed = 0;
            for (std::size_t r = 0; r < cell.size(); ++r)
                packed |= std::uint32_t{cell[r]} << (8 * r);
            words[word++] = packed;
        }
    }
}

}  // namespace impasto::nn
