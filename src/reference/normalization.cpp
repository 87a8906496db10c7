// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "reference/reference.h"

namespace impasto::reference {
namespace {

/// Statistics of the union of equally large parts: the mean of means, and mean(var + (μ − μ̄)²).
class Union {
  public:
    void add(float mean, float variance) {
        means_.push_back(mean);
        variances_.push_back(variance);
    }
    double mean() const {
        double sum = 0;
        for (const double value : means_)
            sum += value;
        return sum / static_cast<double>(means_.size());
    }
    double variance() const {
        const double centre = mean();
        double sum = 0;
        for (std::size_t i = 0; i < means_.size(); ++i)
            sum += variances_[i] + (means_[i] - centre) * (means_[i] - centre);
        return sum / static_cast<double>(means_.size());
    }

  private:
    std::vector<double> means_;
    std::vector<double> variances_;
};

ChannelStatistics mergedIntoGroups(const ChannelStatistics& content, int groups, int channelStep) {
    const int channels = static_cast<int>(content.mean.size());
    ChannelStatistics result = content;
    for (int group = 0; group < groups; ++group) {
        const auto begin = static_cast<std::size_t>(groupBegin(group, groups, channels));
        const auto end = static_cast<std::size_t>(groupBegin(group + 1, groups, channels));
        Union merged;
        for (std::size_t c = begin; c < end; c += static_cast<std::size_t>(channelStep))
            merged.add(content.mean[c], content.variance[c]);
        for (std::size_t c = begin; c < end; ++c) {
            result.mean[c] = static_cast<float>(merged.mean());
            result.variance[c] = static_cast<float>(merged.variance());
        }
    }
    return result;
}

/// This frame and as many earlier ones as are kept and wanted, as if they were one batch.
ChannelStatistics lastFrames(const ChannelStatistics& content, std::span<const ChannelStatistics> history, int frames) {
    const std::size_t earlier = std::min(history.size(), static_cast<std::size_t>(frames - 1));
    ChannelStatistics result = content;
    for (std::size_t c = 0; c < content.mean.size(); ++c) {
        Union merged;
        merged.add(content.mean[c], content.variance[c]);
        for (const ChannelStatistics& frame : history.first(earlier))
            merged.add(frame.mean[c], frame.variance[c]);
        result.mean[c] = static_cast<float>(merged.mean());
        result.variance[c] = static_cast<float>(merged.variance());
    }
    return result;
}

/// γ and β of one style at one site: its conditional row where it has one, else its own statistics.
struct StyleAffine {
    const StyleBlend& blend;
    const model::Network::SiteParameters& parameters;
    std::size_t site;
    SiteSettings settings;

    const std::vector<float>* row(std::size_t style, const std::vector<std::vector<float>>& table) const {
        if (settings.cell.affine != AffineSource::Conditional || blend.conditionalRows[style] < 0)
            return nullptr;
        return &table.at(static_cast<std::size_t>(blend.conditionalRows[style]));
    }
    double gamma(std::size_t style, std::size_t channel) const {
        if (const auto* stored = row(style, parameters.conditionalGamma))
            return (*stored)[channel];
        const double variance = blend.styles[style]->at(site).variance[channel];
        return std::sqrt(variance + settings.epsilon);
    }
    double beta(std::size_t style, std::size_t channel) const {
        if (const auto* stored = row(style, parameters.conditionalBeta))
            return (*stored)[channel];
        return blend.styles[style]->at(site).mean[channel];
    }
};

/// What a style's γ and β are multiplied by; 0 for all when nothing is left to blend.
double weightScale(const StyleBlend& blend) {
    double sum = 0;
    bool isZero = true;
    for (const float weight : blend.weights) {
        sum += weight;
        isZero = isZero && weight == 0.0f;
    }
    if (isZero || (blend.normalizeWeights && sum == 0))
        return 0;
    return blend.normalizeWeights ? 1 / sum : 1;
}

}  // namespace

ChannelStatistics channelStatistics(const Tensor& x) {
    const std::size_t count = x.shape().planeSize();
    IMPASTO_CHECK(count > 0);
    ChannelStatistics result;
    for (int c = 0; c < x.shape().channels; ++c) {
        const std::span<const float> plane(x.plane(c), count);
        double sum = 0;
        for (const float value : plane)
            sum += value;
        const double mean = sum / static_cast<double>(count);
        double squares = 0;
        for (const float value : plane)
            squares += (value - mean) * (value - mean);
        result.mean.push_back(static_cast<float>(mean));
        result.variance.push_back(static_cast<float>(squares / static_cast<double>(count)));
    }
    return result;
}

ChannelStatistics channelStatistics(const Tensor& x, const PixelSampling& sampling) {
    const Shape& shape = x.shape();
    const int count = sampleCount(sampling, shape.height, shape.width);
    Tensor samples({shape.channels, 1, count});
    const int step = sampling.step;
    const int columns = (shape.width + step - 1) / step;
    for (int c = 0; c < shape.channels; ++c) {
        for (int i = 0; i < count; ++i) {
            if (sampling.kind != PixelSampling::Kind::Thumbnail) {
                const int pixel = sampling.kind == PixelSampling::Kind::All
                                      ? i
                                      : sparsePixel(i, step, static_cast<int>(shape.planeSize()));
                samples.plane(c)[i] = x.plane(c)[pixel];
                continue;
            }
            double sum = 0;
            int pixels = 0;
            for (int row = i / columns * step; row < std::min(shape.height, (i / columns + 1) * step); ++row) {
                for (int column = i % columns * step; column < std::min(shape.width, (i % columns + 1) * step);
                     ++column, ++pixels)
                    sum += x.plane(c)[row * shape.width + column];
            }
            samples.plane(c)[i] = static_cast<float>(sum / pixels);
        }
    }
    return channelStatistics(samples);
}

ChannelStatistics temporalAverage(const ChannelStatistics& state, const ChannelStatistics& frame, double weight) {
    ChannelStatistics result;
    for (std::size_t c = 0; c < frame.mean.size(); ++c) {
        const double mean = (1 - weight) * state.mean[c] + weight * frame.mean[c];
        const double square = (1 - weight) * (state.variance[c] + double{state.mean[c]} * state.mean[c]) +
                              weight * (frame.variance[c] + double{frame.mean[c]} * frame.mean[c]);
        result.mean.push_back(static_cast<float>(mean));
        result.variance.push_back(static_cast<float>(std::max(0.0, square - mean * mean)));
    }
    return result;
}

Affine blendAffine(const model::Network::SiteParameters& parameters, const StyleBlend& blend, int siteIndex,
                   const SiteSettings& settings) {
    const std::size_t channels = parameters.learnedGamma.size();
    if (settings.cell.affine == AffineSource::Identity)
        return {std::vector<float>(channels, 1.0f), std::vector<float>(channels, 0.0f)};
    if (settings.cell.affine == AffineSource::Learned)
        return {parameters.learnedGamma, parameters.learnedBeta};
    IMPASTO_CHECK(blend.styles.size() == blend.weights.size() && blend.styles.size() == blend.conditionalRows.size());
    const double scale = weightScale(blend);
    Affine result{std::vector<float>(channels), std::vector<float>(channels), scale == 0};
    for (std::size_t style = 0; style < blend.styles.size(); ++style) {
        if (!blend.styles[style] && !result.passThrough)
            result.sourceWeight += static_cast<float>(blend.weights[style] * scale);
    }
    const StyleAffine source{blend, parameters, static_cast<std::size_t>(siteIndex), settings};
    for (std::size_t c = 0; c < channels && !result.passThrough; ++c) {
        double gamma = 0;
        double beta = 0;
        for (std::size_t style = 0; style < blend.styles.size(); ++style) {
            const double weight = blend.weights[style] * scale;
            if (weight == 0 || !blend.styles[style])
                continue;
            gamma += weight * source.gamma(style, c);
            beta += weight * source.beta(style, c);
        }
        result.gamma[c] = static_cast<float>(gamma);
        result.beta[c] = static_cast<float>(beta);
    }
    return result;
}

ChannelStatistics mergeStatistics(const ChannelStatistics& content, const Normalization& cell) {
    const int channels = static_cast<int>(content.mean.size());
    const int step = effectivePolicy(cell) == StatisticsPolicy::Channels ? cell.channelStep : 1;
    switch (cell.statistics) {
        case StatisticsSource::None:
            return {std::vector<float>(content.mean.size(), 0.0f), std::vector<float>(content.mean.size(), 1.0f)};
        case StatisticsSource::Layer:
            return mergedIntoGroups(content, 1, step);
        case StatisticsSource::Group:
            return mergedIntoGroups(content, groupCount(cell.groups, channels), step);
        case StatisticsSource::Batch:
        case StatisticsSource::Instance:
            return content;
    }
    IMPASTO_CHECK(false);
}

SiteCoefficients coefficients(const ChannelStatistics& content, const model::Network::SiteParameters& parameters,
                              const Affine& affine, const SiteSettings& settings,
                              std::span<const ChannelStatistics> history) {
    const std::size_t channels = content.mean.size();
    if (affine.passThrough)
        return {std::vector<float>(channels, 1.0f), std::vector<float>(channels, 0.0f)};
    const bool pooled = effectivePolicy(settings.cell) == StatisticsPolicy::LastFrames;
    ChannelStatistics used =
        mergeStatistics(pooled ? lastFrames(content, history, settings.cell.policyFrames) : content, settings.cell);
    if (settings.cell.statistics == StatisticsSource::Batch)
        used = settings.cell.lastFrames > 0 ? lastFrames(content, history, settings.cell.lastFrames) : parameters.batch;
    // With no statistics σ is exactly 1 and takes no ε.
    const double epsilon = settings.cell.statistics == StatisticsSource::None ? 0.0 : settings.epsilon;
    const double strength = settings.strength;
    SiteCoefficients result;
    for (std::size_t c = 0; c < channels; ++c) {
        const double own = affine.sourceWeight;
        const double gamma = affine.gamma[c] + own * std::sqrt(content.variance[c] + double{settings.epsilon});
        const double a = gamma / std::sqrt(used.variance[c] + epsilon);
        const double b = affine.beta[c] + own * content.mean[c] - a * used.mean[c];
        result.a.push_back(static_cast<float>(strength * a + 1 - strength));
        result.b.push_back(static_cast<float>(strength * b));
    }
    return result;
}

Tensor applyRegions(const Tensor& x, std::span<const SiteCoefficients> regions, const Tensor& masks) {
    IMPASTO_CHECK(masks.shape() == (Shape{static_cast<int>(regions.size()), x.shape().height, x.shape().width}));
    Tensor result(x.shape());
    for (int c = 0; c < x.shape().channels; ++c) {
        for (std::size_t pixel = 0; pixel < x.shape().planeSize(); ++pixel) {
            double y = 0;
            for (std::size_t r = 0; r < regions.size(); ++r) {
                const auto channel = static_cast<std::size_t>(c);
                const double restyled = double{regions[r].a[channel]} * x.plane(c)[pixel] + regions[r].b[channel];
                y += masks.plane(static_cast<int>(r))[pixel] * restyled;
            }
            result.plane(c)[pixel] = static_cast<float>(y);
        }
    }
    return result;
}

Tensor applyAffine(const Tensor& x, const SiteCoefficients& coefficients) {
    IMPASTO_CHECK(coefficients.a.size() == static_cast<std::size_t>(x.shape().channels));
    Tensor result(x.shape());
    for (int c = 0; c < x.shape().channels; ++c) {
        const double a = coefficients.a[static_cast<std::size_t>(c)];
        const double b = coefficients.b[static_cast<std::size_t>(c)];
        std::transform(x.plane(c), x.plane(c) + x.shape().planeSize(), result.plane(c),
                       [a, b](float value) { return static_cast<float>(a * value + b); });
    }
    return result;
}

}  // namespace impasto::reference
