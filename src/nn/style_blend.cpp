// SPDX-License-Identifier: MIT
#include "nn/style_blend.h"

#include <cmath>

#include "base/check.h"

namespace impasto::nn {
namespace {

void addAdaptive(BlendedAffine& sum, const ChannelStatistics& style, float epsilon, float weight) {
    IMPASTO_CHECK(style.mean.size() == sum.gamma.size());
    for (std::size_t c = 0; c < sum.gamma.size(); ++c) {
        sum.gamma[c] += weight * std::sqrt(style.variance[c] + epsilon);
        sum.beta[c] += weight * style.mean[c];
    }
}

void addRow(BlendedAffine& sum, const std::vector<float>& gamma, const std::vector<float>& beta, float weight) {
    for (std::size_t c = 0; c < sum.gamma.size(); ++c) {
        sum.gamma[c] += weight * gamma[c];
        sum.beta[c] += weight * beta[c];
    }
}

}  // namespace

BlendedAffine blendStyles(const model::Network::SiteParameters& parameters, const Controls& controls, std::size_t site,
                          int region) {
    BlendedAffine result;
    blendStyles(parameters, controls, site, region, result);
    return result;
}

void blendStyles(const model::Network::SiteParameters& parameters, const Controls& controls, std::size_t site,
                 int region, BlendedAffine& sum) {
    const std::size_t channels = parameters.learnedGamma.size();
    const AffineSource source = controls.cell(site).affine;
    sum.passThrough = false;
    sum.sourceWeight = 0;
    sum.gamma.assign(channels, source == AffineSource::Identity ? 1.0f : 0.0f);
    sum.beta.assign(channels, 0.0f);
    if (source == AffineSource::Identity)
        return;
    if (source == AffineSource::Learned) {
        sum.gamma = parameters.learnedGamma;
        sum.beta = parameters.learnedBeta;
        return;
    }

    float total = 0;
    bool any = false;
    for (const auto& style : controls.stylesOf(region)) {
        total += style.weight;
        any = any || style.weight != 0;
    }
    if (!any || (controls.normalizeWeights && total == 0)) {
        sum.passThrough = true;
        return;
    }
    for (const auto& style : controls.stylesOf(region)) {
        if (style.weight == 0)
            continue;
        const float weight = controls.normalizeWeights ? style.weight / total : style.weight;
        if (source == AffineSource::Conditional && style.conditionalRow >= 0) {
            const auto row = static_cast<std::size_t>(style.conditionalRow);
            addRow(sum, parameters.conditionalGamma.at(row), parameters.conditionalBeta.at(row), weight);
        } else if (!style.statistics) {
            sum.sourceWeight += weight;
        } else {
            addAdaptive(sum, style.statistics->at(site), controls.epsilon, weight);
        }
    }
}

}  // namespace impasto::nn
