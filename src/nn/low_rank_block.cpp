// SPDX-License-Identifier: MIT
// The part of the frame block that low-rank normalization needs: covariances in, matrices out.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "nn/frame_block.h"

namespace impasto::nn {
namespace {

constexpr std::size_t kMaxStyleEigens = 128;

std::size_t square(int channels) {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(channels);
}

}  // namespace

std::vector<float> FrameBlock::covarianceOf(const Site& site, std::span<const std::byte> bytes) const {
    const int channels = site.shape.channels;
    std::vector<float> covariance(square(channels));
    std::memcpy(covariance.data(), bytes.data() + static_cast<std::size_t>(site.covarianceBase) * 4,
                covariance.size() * 4);
    // The kernel writes the upper half, by blocks.
    for (int row = 0; row < channels; ++row) {
        for (int column = 0; column < row; ++column)
            covariance[static_cast<std::size_t>(row * channels + column)] =
                covariance[static_cast<std::size_t>(column * channels + row)];
    }
    return covariance;
}

void FrameBlock::setContentCovariance(std::span<const std::byte> bytes, int side) {
    IMPASTO_CHECK(bytes.size() >= covarianceBytes());
    for (Site& site : sites_) {
        Site::LowRank& lowRank = site.lowRank[static_cast<std::size_t>(side)];
        if (lowRank.wanted)
            lowRank.content = eigenSymmetric(covarianceOf(site, bytes), site.shape.channels);
    }
}

const Eigen& FrameBlock::styleEigen(const ChannelStatistics& style) {
    const auto found = styleEigens_.find(style.covariance.data());
    if (found != styleEigens_.end())
        return found->second;
    if (styleEigens_.size() >= kMaxStyleEigens)
        styleEigens_.clear();
    return styleEigens_
        .emplace(style.covariance.data(), eigenSymmetric(style.covariance, static_cast<int>(style.mean.size())))
        .first->second;
}

void FrameBlock::writeLowRankGroups(std::span<std::byte> block, int index, bool covariance, bool mix) const {
    const Site& site = sites_[static_cast<std::size_t>(index)];
    const auto blocks = static_cast<std::uint32_t>((site.shape.channels + 7) / 8);
    const int pixels = site.shape.height * site.shape.width;
    const auto groups = static_cast<std::uint32_t>((pixels + shaders::kLinearGroup - 1) / shaders::kLinearGroup);
    const std::uint32_t words[6] = {covariance ? blocks : 0u, blocks, 1u, mix ? groups : 0u, blocks, 1u};
    std::memcpy(block.data() + covarianceIndirectOffset(index), words, sizeof words);
}

void FrameBlock::writeLowRank(std::span<std::byte> block, int index, int side, const Controls& controls,
                              const BlendedAffine& affine) {
    Site& site = sites_[static_cast<std::size_t>(index)];
    Site::LowRank& lowRank = site.lowRank[static_cast<std::size_t>(side)];
    lowRank.matrix.clear();
    // A style from before its covariance was kept cannot colour; the bank makes them all.
    const bool canColour = std::ranges::all_of(controls.styles, [&](const Controls::BlendedStyle& style) {
        return !style.statistics || !style.statistics->at(static_cast<std::size_t>(index)).covariance.empty();
    });
    const bool mix = lowRank.wanted && lowRank.content && canColour;
    lacksCovariance_ = lacksCovariance_ || (lowRank.wanted && !lowRank.content);
    writeLowRankGroups(block, index, lowRank.wanted, mix);
    if (!mix)
        return;

    float total = 0;
    for (const Controls::BlendedStyle& style : controls.styles)
        total += style.weight;
    // Colouring goes by copies: a style's decomposition may move when another one is added.
    std::vector<Eigen> eigens;
    std::vector<float> weights;
    for (const Controls::BlendedStyle& style : controls.styles) {
        if (style.weight == 0)
            continue;
        weights.push_back(controls.normalizeWeights ? style.weight / total : style.weight);
        eigens.push_back(style.statistics ? styleEigen(style.statistics->at(static_cast<std::size_t>(index)))
                                          : *lowRank.content);
    }
    std::vector<LowRankStyle> styles;
    for (std::size_t i = 0; i < eigens.size(); ++i)
        styles.push_back({&eigens[i], weights[i]});

    const auto channels = static_cast<std::size_t>(site.shape.channels);
    std::vector<float> scale(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        double variance = 0;  // of the channel, from the decomposition
        for (std::size_t k = 0; k < channels; ++k) {
            const double part = lowRank.content->vectors[k * channels + c];
            variance += part * part * std::max(0.0, lowRank.content->values[k]);
        }
        const double sigma = std::sqrt(variance + controls.epsilon);
        scale[c] = static_cast<float>(affine.gamma[c] / sigma) + affine.sourceWeight;
    }
    const Normalization& cell = controls.cell(static_cast<std::size_t>(index));
    lowRank.matrix = lowRankMatrix(*lowRank.content, styles, scale, cell.rank, controls.epsilon);
    std::vector<float> values = lowRank.matrix;
    for (std::size_t i = 0; i < channels; ++i) {
        for (std::size_t j = 0; j < channels; ++j)
            values[i * channels + j] =
                controls.strength * values[i * channels + j] + (i == j ? 1 - controls.strength : 0);
    }
    for (const float beta : affine.beta)
        values.push_back(controls.strength * beta);
    std::memcpy(block.data() + static_cast<std::size_t>(site.matrixBase) * 4, values.data(), values.size() * 4);
}

double FrameBlock::matrixDistance(int side, int reference) const {
    double squares = 0;
    double whole = 0;
    for (const Site& site : sites_) {
        const std::vector<float>& a = site.lowRank[static_cast<std::size_t>(side)].matrix;
        const std::vector<float>& b = site.lowRank[static_cast<std::size_t>(reference)].matrix;
        if (a.size() != b.size())
            continue;
        for (std::size_t i = 0; i < a.size(); ++i) {
            squares += double{a[i] - b[i]} * (a[i] - b[i]);
            whole += double{b[i]} * b[i];
        }
    }
    return whole > 0 ? std::sqrt(squares / whole) : 0;
}

}  // namespace impasto::nn
