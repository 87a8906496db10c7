// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/pixel_format.h"
#include "model/network.h"
#include "tensor/tensor.h"

namespace impasto::reference {

/// Operations on the CPU: naive, fp32 storage, double accumulators. They are the specification the shaders are tested
/// against. Each takes whole tensors and returns a new one.
Tensor scaleShift(const Tensor& x, const model::ScaleShift& op);
Tensor pixelUnshuffle(const Tensor& x, int factor);
Tensor pixelShuffle(const Tensor& x, int factor);
Tensor conv2d(const Tensor& x, const model::Conv2d& op, std::span<const float> weight, std::span<const float> bias);
Tensor convTranspose2d(const Tensor& x, const model::ConvTranspose2d& op, std::span<const float> weight,
                       std::span<const float> bias);
Tensor maxPool(const Tensor& x, const model::MaxPool& op);
Tensor resize(const Tensor& x, const model::Resize& op);
Tensor add(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Tensor& b);
Tensor concat(std::span<const Tensor* const> parts);
Tensor activate(const Tensor& x, const model::Activation& activation);

/// Per-channel mean and biased variance over all pixels, two passes in double.
ChannelStatistics channelStatistics(const Tensor& x);

/// The same over the samples of `sampling`: single pixels, or means of step×step blocks (smaller at the right and
/// bottom).
ChannelStatistics channelStatistics(const Tensor& x, const PixelSampling& sampling);

/// Exponential average of μ and E[x²] over frames, as mean and variance: `weight` of the frame's, the rest of the
/// state's.
ChannelStatistics temporalAverage(const ChannelStatistics& state, const ChannelStatistics& frame, double weight);

/// Index into a row of `size` elements for a position outside it: reflection that does not repeat the edge
/// (… 2 1 | 0 1 2 | 1 0 …), back and forth as far as needed. A row of one element is all edge.
int reflectIndex(int position, int size);

/// Coefficients of `y = a·x + b` at one site.
struct SiteCoefficients {
    std::vector<float> a;
    std::vector<float> b;
};

/// The chosen styles and how they are mixed.
struct StyleBlend {
    std::vector<const StyleStatistics*> styles;  ///< null: the content itself
    std::vector<int> conditionalRows;  ///< per style its row in the conditional tables, −1 where it has none
    std::vector<float> weights;
    bool normalizeWeights = true;
};

struct SiteSettings {
    Normalization cell;
    float epsilon = 1e-5f;
    float strength = 1.0f;  ///< α
};

/// γ and β for one site from the affine source: identity, learned, a blend of conditional rows, or of style statistics
/// `γ = Σ wₖ·√(σₖ²+ε)`, `β = Σ wₖ·μₖ`; a style without a conditional row takes part with its statistics.
/// `normalizeWeights` divides weights by their sum. With nothing to blend (no style, all weights zero, or a sum of zero
/// to divide by) the site passes through, which is reported by `passThrough`.
struct Affine {
    std::vector<float> gamma;
    std::vector<float> beta;
    bool passThrough = false;
    float sourceWeight = 0;  ///< what √(σ²+ε) and μ of the content itself, per channel, are still to be added with
};
Affine blendAffine(const model::Network::SiteParameters& parameters, const StyleBlend& blend, int siteIndex,
                   const SiteSettings& settings);

/// Statistics of each channel after merging into the layer or into groups (see `groupBegin`): mean of means, and
/// mean(var + (μ−μ̄)²), with the policy Channels only over every k-th channel of each. `Batch` and `Instance` leave them
/// as they are; `None` gives μ = 0, σ² = 1.
ChannelStatistics mergeStatistics(const ChannelStatistics& content, const Normalization& cell);

/// `a = γ/√(σ²+ε)`, `b = β − a·μ`, then strength `a' = α·a + 1 − α`, `b' = α·b`. For StatisticsSource::None `a = γ`,
/// `b = β`. `content` are per-channel statistics of the frame (for 'temporal' and 'frozen' those of the state);
/// `history` are earlier frames' for 'last N frames', newest first: the content and at most N − 1 of them are merged,
/// fewer when fewer are there.
SiteCoefficients coefficients(const ChannelStatistics& content, const model::Network::SiteParameters& parameters,
                              const Affine& affine, const SiteSettings& settings,
                              std::span<const ChannelStatistics> history = {});

/// Covariance of all pairs of channels over all pixels, `[C,C]`, divided by N; double accumulators.
std::vector<float> channelCovariance(const Tensor& x);

/// Low-rank normalization (see model/low_rank.h) of `x` with its own covariance and those of the styles, strength
/// applied: y = α·(M(x − μ) + β) + (1 − α)·x.
Tensor lowRank(const Tensor& x, const StyleBlend& blend, int siteIndex, const Affine& affine,
               const SiteSettings& settings);

Tensor applyAffine(const Tensor& x, const SiteCoefficients& coefficients);

/// `y = Σ mᵣ·(aᵣ·x + bᵣ)`: `masks` has one channel per region, of x's size, summing to one everywhere.
Tensor applyRegions(const Tensor& x, std::span<const SiteCoefficients> regions, const Tensor& masks);

/// The whole network on an input whose sides are multiples of the graph's. `settings` has one entry per site, or one
/// for all. Returns every tensor by number. Throws Error when the network cannot run at this size.
struct Run {
    std::vector<Tensor> tensors;
    const Tensor& output() const { return tensors.back(); }
};
Run run(const model::Network& network, const Tensor& rgb, const StyleBlend& blend,
        std::span<const SiteSettings> settings);

/// The same with one mix of styles per region, and one mask per site for `applyRegions`. Statistics of the content are
/// those of the whole picture.
struct Regions {
    std::span<const StyleBlend> blends;
    std::span<const Tensor> siteMasks;
};
Run runRegions(const model::Network& network, const Tensor& rgb, const Regions& regions,
               std::span<const SiteSettings> settings);

/// Statistics of a picture at every site: sites pass their input through (a style normalized by itself is unchanged).
/// Sides are multiples of the graph's, as for `run`.
StyleStatistics encodeStyle(const model::Network& network, const Tensor& rgb);

/// How any picture becomes a network input, see model/input_size.h; `crop` keeps the top left.
Tensor padToMultiple(const Tensor& rgb, int multiple);
Tensor crop(const Tensor& x, Extent extent);

/// YUV samples as [3,H,W] in 0..1: chroma interpolated linearly at its siting, edges repeated, then the matrix; values
/// outside 0..1 are clamped. Rows are tight, as in PlaneLayout.
Tensor rgbOfPlanes(std::span<const std::uint8_t> samples, PixelFormat format, Extent extent, const YuvColour& colour);

/// Exact area-average reduction (each output pixel is the mean of the input area it covers); enlarging is bilinear.
Tensor resizeArea(const Tensor& x, Extent extent);

/// The colours of `source` at the brightness of `styled`, both `[3,H,W]` in 0..1: Y + s·(C − Y(C)) with BT.601 luma Y
/// and s ≤ 1 as large as 0..1 allows, so that neither brightness nor hue is clipped.
Tensor keepColours(const Tensor& styled, const Tensor& source);

/// x ↦ matrix·x + offset, on RGB.
struct ColourMap {
    std::array<std::array<double, 3>, 3> matrix{};
    std::array<double, 3> offset{};
};
/// The map that gives `styled` (clamped to 0..1) the mean and covariance of `picture` and moves colours least: T =
/// R⁻¹·(R·Σs·R)^½·R⁻¹ with R = Σo^½, the Monge-Kantorovich map between normal distributions (Pitié and Kokaram 2007).
/// Of the maps that match covariances (whitening and colouring as in CORAL, Sun, Feng and Saenko 2016; Cholesky
/// factors) it is the symmetric one: it turns no hue that need not turn. `leastVariance` is added to both diagonals,
/// which bounds it where `styled` is nearly grey. Both are `[3,h,w]`; only `content` counts.
ColourMap colourMatch(const Tensor& styled, const Tensor& picture, Extent content, double leastVariance = 4e-4);
Tensor applyColourMap(const Tensor& rgb, const ColourMap& map);

/// Guided upsampling: `styled` and the `picture` it was made from, both `[3,h,w]` with content `content` (the rest is
/// padding), brought to the size of `full` `[3,H,W]`, H ≥ content height, W ≥ content width. Per 2×2 quad the gain
/// cov(Y, S) / (var(Y) + 1e-3), at most ±2, over the 4×4 pixels around it (edge repeated), Y the BT.601 luma of the
/// picture; then S + guidance·gain·(Y(full) − Y) with S, gain and Y interpolated bilinearly, in 0..1. The slope is that
/// of a guided filter (He, Sun, Tang 2010); S itself is kept, so that texture the style adds is.
struct GuidedUpsampling {
    Extent content;
    float guidance = 1.0f;
};
Tensor guidedUpsample(const Tensor& styled, const Tensor& picture, const Tensor& full, const GuidedUpsampling& options);

}  // namespace impasto::reference
