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

/// How the statistics of a picture are come by, beside the grid.
enum class StatisticsPolicy {
    Exact,       ///< every pixel of every channel, of this frame
    Temporal,    ///< exponential average over frames of μ and E[x²], with a time constant
    Frozen,      ///< those of the frame at which it was switched on
    Sparse,      ///< one pixel of every k
    Thumbnail,   ///< of the map reduced by k in both directions
    Channels,    ///< layer and group only: every k-th channel stands for all
    LowRank,     ///< instance + adaptive only: whitening and colouring along the r leading directions
    LastFrames,  ///< pooled over the last N frames as if they were one batch
};

inline constexpr int kStatisticsSourceCount = 5;
inline constexpr int kAffineSourceCount = 4;
inline constexpr int kStatisticsPolicyCount = 8;
inline constexpr int kMaxLastFrames = 64;
inline constexpr int kMaxGroups = 4096;
inline constexpr int kMaxBlendedStyles = 16;
inline constexpr float kMinTimeConstantSeconds = 0.05f;
inline constexpr float kMaxTimeConstantSeconds = 10.0f;
inline constexpr int kMaxPixelStep = 256;
inline constexpr int kMaxThumbnailStep = 16;
inline constexpr int kMaxChannelStep = 64;
/// Sites with more channels are not whitened: their covariances would take too long to decompose between two frames.
inline constexpr int kMaxRank = 128;

/// One cell of the grid with its parameters: how one site is normalized.
struct Normalization {
    StatisticsSource statistics = StatisticsSource::Instance;
    AffineSource affine = AffineSource::Adaptive;
    int groups = 8;      ///< for Group: a power of two ≥ 1; a site with fewer channels uses all of them
    int lastFrames = 0;  ///< for Batch: 0 = the training set's stored statistics, else the last 1..64 frames
    StatisticsPolicy policy = StatisticsPolicy::Exact;
    float timeConstantSeconds = 2.0f;  ///< for Temporal
    int pixelStep = 8;                 ///< for Sparse: 1..256
    int thumbnailStep = 4;             ///< for Thumbnail: 1..16
    int channelStep = 2;               ///< for Channels: 1..64
    int rank = 8;                      ///< for LowRank: 0..128; a site with fewer channels uses all of them
    int policyFrames = 16;             ///< for LastFrames: 1..64
    bool operator==(const Normalization&) const = default;
};

/// A named point of the grid: none, bn, ln, gn, in, cin, adain.
struct NormalizationPreset {
    std::string_view name;   ///< as on the command line
    std::string_view label;  ///< as in the panel
    Normalization cell;
};
const std::vector<NormalizationPreset>& normalizationPresets();

/// Why `policy` cannot act on `cell`, for people; empty when it can.
std::string_view policyObstacle(const Normalization& cell, StatisticsPolicy policy);

/// The policy that is in force: the cell's own, or Exact where it cannot act.
StatisticsPolicy effectivePolicy(const Normalization& cell);

/// Reads `PRESET | STATS+AFFINE` with an optional policy, e.g. "adain", "layer+adaptive", "group:8+adaptive",
/// "batch:16+learned", "adain:temporal=0.5", "layer+learned:channels=4", "instance+adaptive:rank=16", "in:frozen".
/// A policy that cannot act on the cell is kept, see effectivePolicy. Throws Error naming what is not known and listing
/// what is.
Normalization parseNormalization(std::string_view text);

/// The inverse: the preset's name where there is one, else STATS+AFFINE; then the policy unless it is Exact.
std::string toString(const Normalization& cell);

std::string_view name(StatisticsSource source);
std::string_view name(AffineSource source);
std::string_view name(StatisticsPolicy policy);  ///< as on the command line, e.g. "temporal"

/// Groups a site of `channels` is really split into: `groups`, or all its channels when it has fewer.
int groupCount(int groups, int channels);

/// First channel of `group` of `groups`: floor(group·channels/groups). Group g covers [groupBegin(g), groupBegin(g+1)),
/// so groups differ by at most one channel when they cannot be equal.
int groupBegin(int group, int groups, int channels);

/// Per-channel statistics of one site over the pixels of one picture. Variance is biased (divided by N).
struct ChannelStatistics {
    std::vector<float> mean;
    std::vector<float> variance;
    std::vector<float> covariance = {};  ///< [C,C], for low-rank normalization; empty where it was not taken
};

/// Which pixels of a map the statistics are taken over.
struct PixelSampling {
    enum class Kind { All, Sparse, Thumbnail } kind = Kind::All;
    int step = 1;
    bool operator==(const PixelSampling&) const = default;
};
PixelSampling samplingOf(const Normalization& cell);

/// Samples a plane of `height`×`width` gives.
int sampleCount(const PixelSampling& sampling, int height, int width);

/// For Sparse: the pixel sample `index` reads, within [index·step, (index+1)·step) at a place hashed from the index, so
/// that regular textures do not beat with the step. Clamped to the plane.
int sparsePixel(int index, int step, int pixels);

/// What an encoded style is at run time: its statistics at every normalization site, in the order of the graph.
using StyleStatistics = std::vector<ChannelStatistics>;

}  // namespace impasto
