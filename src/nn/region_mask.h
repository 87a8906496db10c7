// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace impasto::nn {

inline constexpr int kMaxRegions = 4;  ///< mixes of styles a mask can part the picture into

/// How much each region counts at every place of the picture: a grid stretched over it, whatever its size, of one
/// weight per region in 0..255. The weights of a cell sum to 255.
class RegionMask {
  public:
    static constexpr int kSide = 256;
    using Cell = std::array<std::uint8_t, kMaxRegions>;

    RegionMask() : cells_(static_cast<std::size_t>(kSide) * kSide, Cell{255}) {}  ///< all of it region 0

    const Cell& at(int x, int y) const {
        return cells_[static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x)];
    }
    /// `shares` ≥ 0, one per region, of any sum above zero; rounded so that the cell's weights sum to 255.
    void set(int x, int y, const std::array<float, kMaxRegions>& shares);

    bool operator==(const RegionMask&) const = default;

  private:
    std::vector<Cell> cells_;
};

/// Weights that sum to 255 in the proportion of `shares`, by largest remainder.
RegionMask::Cell quantizedShares(const std::array<float, kMaxRegions>& shares);

/// A mask that settings share: compared by what is painted.
struct SharedMask {
    std::shared_ptr<const RegionMask> mask;  ///< null: nothing is painted, region 0 is everywhere
    bool operator==(const SharedMask& other) const {
        return mask == other.mask || (mask && other.mask && *mask == *other.mask);
    }
};

/// The mask at the size of a feature map over the padded input: every pixel the mean over the area it covers, linear
/// between cells where it is finer than the grid; padding repeats the edge. Words of four weights, region 0 lowest.
struct MaskGeometry {
    Extent content;  ///< of the network's input, what the picture covers
    Extent padded;
    Extent map;
};
void reduceMask(const RegionMask& mask, const MaskGeometry& geometry, std::span<std::uint32_t> words);

}  // namespace impasto::nn
