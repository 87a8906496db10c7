// SPDX-License-Identifier: MIT
#include "app/measurements.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <tuple>

#include "reference/reference.h"
#include "tensor/compare.h"

namespace impasto::app {
namespace {

/// Between two values of the meter: the noise measure looks at every kept frame.
constexpr double kFlickerInterval = 0.25;
/// Between two frames that are made with exact statistics as well.
constexpr double kExactInterval = 1.0;
/// Between two scores: they take the encoder two or three more times.
constexpr double kScoreInterval = 3.0;
/// SSIM is taken at this width or less.
constexpr int kSsimWidth = 320;

bool isExact(const Normalization& cell) {
    return effectivePolicy(cell) == StatisticsPolicy::Exact;
}

/// BT.601 luma reduced by a whole factor to at most kSsimWidth.
Tensor smallLuma(std::span<const std::uint8_t> rgba, Extent extent) {
    const int factor = (extent.width + kSsimWidth - 1) / kSsimWidth;
    Tensor result({1, extent.height / factor, extent.width / factor});
    for (int y = 0; y < result.shape().height; ++y) {
        for (int x = 0; x < result.shape().width; ++x) {
            int sum = 0;
            for (int i = 0; i < factor * factor; ++i) {
                const std::size_t at =
                    (static_cast<std::size_t>(y * factor + i / factor) * static_cast<std::size_t>(extent.width) +
                     static_cast<std::size_t>(x * factor + i % factor)) *
                    4;
                sum += 299 * rgba[at] + 587 * rgba[at + 1] + 114 * rgba[at + 2];
            }
            result.at(0, y, x) = static_cast<float>(sum) / (255000.0f * static_cast<float>(factor * factor));
        }
    }
    return result;
}

double ssimOrZero(const Tensor& a, const Tensor& b) {
    constexpr int kWindow = 11;
    if (a.shape().height < kWindow || a.shape().width < kWindow || b.shape().count() == 0)
        return 0;
    return ssim(a, b);
}

double psnrOf(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    std::int64_t squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int difference = a[i] - b[i];
        squares += difference * difference;
    }
    // Alpha is the same everywhere and does not count.
    const double mean = static_cast<double>(squares) / (static_cast<double>(a.size()) * 0.75);
    return mean > 0 ? 10 * std::log10(255.0 * 255.0 / mean) : std::numeric_limits<double>::infinity();
}

/// Mean over sites and channels of Δμ² + Δσ².
double statisticsDistance(const StyleStatistics& a, const std::vector<nn::BlendedAffine>& style) {
    double sum = 0;
    for (std::size_t site = 0; site < style.size(); ++site) {
        double squares = 0;
        const std::size_t channels = style[site].gamma.size();
        for (std::size_t c = 0; c < channels; ++c) {
            const double mean = a[site].mean[c] - style[site].beta[c];
            const double sigma = std::sqrt(a[site].variance[c]) - style[site].gamma[c];
            squares += mean * mean + sigma * sigma;
        }
        sum += squares / static_cast<double>(channels);
    }
    return style.empty() ? 0 : sum / static_cast<double>(style.size());
}

/// Mean squared difference of features, each channel brought to mean 0 and deviation 1.
double contentDistance(const nn::StyleEncoder::Encoding& a, const nn::StyleEncoder::Encoding& b) {
    const std::size_t plane = a.features.shape().planeSize();
    double sum = 0;
    for (int c = 0; c < a.features.shape().channels; ++c) {
        const auto channel = static_cast<std::size_t>(c);
        const ChannelStatistics& of = a.statistics.back();
        const ChannelStatistics& other = b.statistics.back();
        const double scaleA = 1 / std::sqrt(of.variance[channel] + 1e-5);
        const double scaleB = 1 / std::sqrt(other.variance[channel] + 1e-5);
        for (std::size_t i = 0; i < plane; ++i) {
            const double difference = (a.features.plane(c)[i] - of.mean[channel]) * scaleA -
                                      (b.features.plane(c)[i] - other.mean[channel]) * scaleB;
            sum += difference * difference;
        }
    }
    return sum / static_cast<double>(a.features.shape().count());
}

}  // namespace

void Measurements::setWatch(const Watch& watch) {
    if (watch.flicker != watch_.flicker) {
        flickerA_.reset();
        flickerB_.reset();
        flickerCompared_.reset();
        stats_.flickerA = stats_.flickerB = stats_.flickerCompared = {};
    }
    if (!watch.statistics || watch.site != watch_.site) {
        recorder_.reset();
        stats_.site = nullptr;
    }
    if (watch.policy != watch_.policy)
        forgetPolicy();
    watch_ = watch;
}

void Measurements::forgetPolicy() {
    stats_.policy = {};
    hasPsnr_ = false;
    timesMs_ = 0;
    exactTimesMs_ = 0;
}

bool Measurements::wantsExact(double wallSeconds, std::span<const Normalization> cells) {
    if (!watch_.policy || std::ranges::all_of(cells, isExact))
        return false;
    if (!std::ranges::equal(cells, exactCells_)) {
        forgetPolicy();
        exactCells_.assign(cells.begin(), cells.end());
        exactAt_ = 0;
    }
    if (!watch_.everyFrame && wallSeconds - exactAt_ < kExactInterval)
        return false;
    exactAt_ = wallSeconds;
    return true;
}

Measurements::Comparison Measurements::comparison(bool split, bool exact) {
    const Comparison wanted = !watch_.flicker || split ? Comparison::None
                              : exact                  ? Comparison::Temporal
                                                       : Comparison::Exact;
    if (wanted != comparison_) {
        flickerCompared_.reset();
        stats_.flickerCompared = {};
        stats_.comparedIsTemporal = wanted == Comparison::Temporal;
    }
    return comparison_ = wanted;
}

void Measurements::reset() {
    recorder_.reset();
    flickerA_.reset();
    flickerB_.reset();
    flickerCompared_.reset();
    stats_.site = nullptr;
}

void Measurements::add(const Frame& frame) {
    if (watch_.statistics)
        addStatistics(frame);
    if (watch_.flicker && !frame.stylized.empty())
        addFlicker(frame);
    if (watch_.policy)
        addPolicy(frame);
    if (watch_.scores && !frame.stylized.empty())
        addScores(frame);
}

void Measurements::addStatistics(const Frame& frame) {
    const std::vector<nn::SiteView> views = frame.engine.stylizer()->siteViews(0);
    if (views.empty())
        return;
    const std::vector<nn::SiteView> others = frame.engine.stylizer()->siteViews(1);
    const auto site = static_cast<std::size_t>(std::clamp(watch_.site, 0, static_cast<int>(views.size()) - 1));
    const model::Network& network = frame.engine.network();
    const model::Site graphSite = model::sites(network.graph)[site];
    // What the styles ask for, whatever the cell re-scales by.
    nn::Controls styles = frame.controls;
    for (Normalization& cell : styles.cells)
        cell.affine = AffineSource::Adaptive;
    StatisticsRecorder::Sample sample{.site = graphSite.name,
                                      .view = &views[site],
                                      .other = others.empty() ? nullptr : &others[site],
                                      .style = nn::blendStyles(network.siteParameters(graphSite), styles, site)};
    sample.histogramChannel = std::clamp(watch_.channel, 0, graphSite.channels - 1);
    sample.counts = frame.engine.stylizer()->histogram(0);
    if (!others.empty())
        sample.otherCounts = frame.engine.stylizer()->histogram(1);
    recorder_.add(frame.wallSeconds, sample);
    stats_.site = recorder_.statistics();
}

void Measurements::addFlicker(const Frame& frame) {
    flickerA_.add(frame.seconds, frame.extent, frame.stylized, frame.source);
    if (frame.other.empty())
        flickerB_.reset();
    else
        flickerB_.add(frame.seconds, frame.extent, frame.other, frame.source);
    if (comparison_ != Comparison::None && !frame.compared.empty())
        flickerCompared_.add(frame.seconds, frame.extent, frame.compared, frame.source);
    if (!watch_.everyFrame && frame.wallSeconds - flickerShownAt_ < kFlickerInterval)
        return;
    flickerShownAt_ = frame.wallSeconds;
    stats_.flickerA = flickerA_.flicker();
    stats_.flickerB = flickerB_.flicker();
    stats_.flickerCompared = flickerCompared_.flicker();
}

void Measurements::addPolicy(const Frame& frame) {
    PolicyError& error = stats_.policy;
    if (!frame.compared.empty() && frame.stylized.size() == frame.compared.size()) {
        error.psnr = psnrOf(frame.stylized, frame.compared);
        hasPsnr_ = true;
    }
    // The numbers of a frame come back when it is collected, two frames later.
    const nn::Stylizer& stylizer = *frame.engine.stylizer();
    const std::vector<nn::SiteView> exact = stylizer.siteViews(2);
    if (exact.empty())
        return;
    const std::vector<nn::SiteView> used = stylizer.siteViews(0);
    double squares = 0;
    double whole = 0;
    for (std::size_t site = 0; site < used.size(); ++site) {
        const Normalization& cell = frame.controls.cell(site);
        if (cell.statistics == StatisticsSource::None ||
            (cell.statistics == StatisticsSource::Batch && cell.lastFrames == 0))
            continue;
        Normalization plain = cell;
        plain.policy = StatisticsPolicy::Exact;
        const ChannelStatistics have = reference::mergeStatistics(used[site].used, cell);
        const ChannelStatistics want = reference::mergeStatistics(exact[site].used, plain);
        for (std::size_t c = 0; c < want.mean.size(); ++c) {
            const double sigma = std::sqrt(want.variance[c]);
            const double dMean = have.mean[c] - want.mean[c];
            const double dSigma = std::sqrt(have.variance[c]) - sigma;
            squares += dMean * dMean + dSigma * dSigma;
            whole += double{want.mean[c]} * want.mean[c] + sigma * sigma;
        }
    }
    error.statistics = whole > 0 ? std::sqrt(squares / whole) : 0;
    if (std::ranges::any_of(frame.controls.cells, [](const Normalization& cell) {
            return effectivePolicy(cell) == StatisticsPolicy::LowRank;
        }))
        error.statistics = stylizer.lowRankDistance(2);
    timesMs_ += stylizer.siteTimeMs(0);
    exactTimesMs_ += stylizer.siteTimeMs(2);
    ++error.measured;
    error.timeMs = timesMs_ / error.measured;
    error.timeSavedMs = exactTimesMs_ / error.measured - error.timeMs;
    error.valid = hasPsnr_;
}

void Measurements::addScores(const Frame& frame) {
    if (ssim_.valid() && ssim_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
        std::tie(stats_.scoresA.ssim, stats_.scoresB.ssim) = ssim_.get();
    if (frame.wallSeconds - scoredAt_ < kScoreInterval || ssim_.valid())
        return;
    scoredAt_ = frame.wallSeconds;
    if (!encoder_ || encoderOf_ != frame.engine.bank()) {
        encoder_ = frame.engine.makeEncoder();
        encoderOf_ = frame.engine.bank();
    }
    const model::Network& network = frame.engine.network();
    nn::Controls controls = frame.controls;
    for (Normalization& cell : controls.cells)
        cell.affine = AffineSource::Adaptive;
    std::vector<nn::BlendedAffine> style;
    const std::vector<model::Site> sites = model::sites(network.graph);
    for (std::size_t i = 0; i < sites.size(); ++i)
        style.push_back(nn::blendStyles(network.siteParameters(sites[i]), controls, i));
    const auto source = encoder_->encodeFeatures(frame.source, frame.extent);
    const double apart = statisticsDistance(source.statistics, style);
    const auto score = [&](std::span<const std::uint8_t> pixels, Scores& scores) {
        const auto made = encoder_->encodeFeatures(pixels, frame.extent);
        scores.content = contentDistance(made, source);
        scores.style = apart > 0 ? statisticsDistance(made.statistics, style) / apart : 0;
        scores.valid = true;
    };
    score(frame.stylized, stats_.scoresA);
    stats_.scoresB.valid = false;
    Tensor other;
    if (!frame.other.empty()) {
        score(frame.other, stats_.scoresB);
        other = smallLuma(frame.other, frame.extent);
    }
    ssim_ = std::async(std::launch::async,
                       [source = smallLuma(frame.source, frame.extent), a = smallLuma(frame.stylized, frame.extent),
                        b = std::move(other)] { return std::pair(ssimOrZero(a, source), ssimOrZero(source, b)); });
}

}  // namespace impasto::app
