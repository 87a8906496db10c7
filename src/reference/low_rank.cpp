// SPDX-License-Identifier: MIT
#include "model/low_rank.h"

#include <cmath>

#include "reference/reference.h"

namespace impasto::reference {

std::vector<float> channelCovariance(const Tensor& x) {
    const ChannelStatistics statistics = channelStatistics(x);
    const std::size_t pixels = x.shape().planeSize();
    const int channels = x.shape().channels;
    std::vector<float> covariance;
    for (int i = 0; i < channels; ++i) {
        for (int j = 0; j < channels; ++j) {
            const double meanI = statistics.mean[static_cast<std::size_t>(i)];
            const double meanJ = statistics.mean[static_cast<std::size_t>(j)];
            double sum = 0;
            for (std::size_t pixel = 0; pixel < pixels; ++pixel)
                sum += (x.plane(i)[pixel] - meanI) * (x.plane(j)[pixel] - meanJ);
            covariance.push_back(static_cast<float>(sum / static_cast<double>(pixels)));
        }
    }
    return covariance;
}

Tensor lowRank(const Tensor& x, const StyleBlend& blend, int siteIndex, const Affine& affine,
               const SiteSettings& settings) {
    const int channels = x.shape().channels;
    const ChannelStatistics statistics = channelStatistics(x);
    const Eigen content = eigenSymmetric(channelCovariance(x), channels);
    double total = 0;
    for (const float weight : blend.weights)
        total += weight;
    std::vector<Eigen> eigens;
    for (const StyleStatistics* style : blend.styles)
        eigens.push_back(style ? eigenSymmetric(style->at(static_cast<std::size_t>(siteIndex)).covariance, channels)
                               : content);
    std::vector<LowRankStyle> styles;
    for (std::size_t i = 0; i < eigens.size(); ++i)
        styles.push_back({&eigens[i], blend.weights[i] / (blend.normalizeWeights ? total : 1.0)});
    std::vector<float> scale;
    for (std::size_t c = 0; c < statistics.mean.size(); ++c)
        scale.push_back(static_cast<float>(
            affine.gamma[c] / std::sqrt(statistics.variance[c] + double{settings.epsilon}) + affine.sourceWeight));
    const std::vector<float> matrix = lowRankMatrix(content, styles, scale, settings.cell.rank, settings.epsilon);
    Tensor result(x.shape());
    const auto count = static_cast<std::size_t>(channels);
    for (std::size_t pixel = 0; pixel < x.shape().planeSize(); ++pixel) {
        for (std::size_t i = 0; i < count; ++i) {
            double sum = affine.beta[i] + double{affine.sourceWeight} * statistics.mean[i];
            for (std::size_t j = 0; j < count; ++j)
                sum += double{matrix[i * count + j]} * (x.plane(static_cast<int>(j))[pixel] - statistics.mean[j]);
            const double own = x.plane(static_cast<int>(i))[pixel];
            result.plane(static_cast<int>(i))[pixel] =
                static_cast<float>(settings.strength * sum + (1 - settings.strength) * own);
        }
    }
    return result;
}

}  // namespace impasto::reference
