// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace impasto {

/// Where μ and σ of `x̂ = (x − μ)/√(σ² + ε)` come from: the rows of the normalization grid.
enum class StatisticsSource { None, Batch, Layer, Group, Instance };

/// Where γ and β of `y = γ·x̂ + β` come from: the columns of the grid.
enum class AffineSource { Identity, Learned, Conditional, Adaptive };

inline constexpr int kStatisticsSourceCount = 5;
inline constexpr int kAffineSourceCount = 4;
inline constexpr int kMaxLastFrames = 64;
inline constexpr int kMaxGroups = 4096;
inline constexpr int kMaxBlendedStyles = 16;

/// One cell of the grid with its parameters: how one site is normalized.
struct Normalization {
    StatisticsSource statistics = StatisticsSource::Instance;
    AffineSource affine = AffineSource::Adaptive;
    int groups = 8;      ///< for Group: a power of two ≥ 1; a site with fewer channels uses all of them
    int lastFrames = 0;  ///< for Batch: 0 = the training set's stored statistics, else the last 1..64 frames
    bool operator==(const Normalization&) const = default;
};

/// A named point of the grid: none, bn, ln, gn, in, cin, adain.
struct NormalizationPreset {
    std::string_view name;   ///< as on the command line
    std::string_view label;  ///< as in the panel
    Normalization cell;
};
const std::vector<NormalizationPreset>& normalizationPresets();

/// Reads `PRESET | STATS+AFFINE`, e.g. "adain", "layer+adaptive", "group:8+adaptive", "batch:16+learned".
/// Throws Error naming what is not known and listing what is.
Normalization parseNormalization(std::string_view text);

/// The inverse: the preset's name where there is one, else STATS+AFFINE.
std::string toString(const Normalization& cell);

std::string_view name(StatisticsSource source);
std::string_view name(AffineSource source);

/// Groups a site of `channels` is really split into: `groups`, or all its channels when it has fewer.
int groupCount(int groups, int channels);

/// First channel of `group` of `groups`: floor(group·channels/groups). Group g covers [groupBegin(g), groupBegin(g+1)),
/// so groups differ by at most one channel when they cannot be equal.
int groupBegin(int group, int groups, int channels);

/// Per-channel statistics of one site over the pixels of one picture. Variance is biased (divided by N).
struct ChannelStatistics {
    std::vector<float> mean;
    std::vector<float> variance;
};

/// What an encoded style is at run time: its statistics at every normalization site, in the order of the graph.
using StyleStatistics = std::vector<ChannelStatistics>;

}  // namespace impasto
