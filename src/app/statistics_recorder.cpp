// SPDX-License-Identifier: MIT
#include "app/statistics_recorder.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace impasto::app {
namespace {

/// A line of the drift has at most this many points.
constexpr std::size_t kMaxMoments = 240;
constexpr double kMomentSeconds = StatisticsRecorder::kDriftSeconds / kMaxMoments;

ChannelMoments momentsOf(const ChannelStatistics& statistics) {
    ChannelMoments moments{statistics.mean, statistics.variance};
    for (float& value : moments.sigma)
        value = std::sqrt(value);
    return moments;
}

/// The range is that of shaders/norm/histogram.comp.
ChannelHistogram histogramOf(const nn::SiteView& view, int channel, const std::vector<std::uint32_t>& counts) {
    const auto c = static_cast<std::size_t>(channel);
    if (counts.empty() || c >= view.a.size())
        return {};
    const float mean = view.content.mean[c];
    const float reach = 4 * std::sqrt(view.content.variance[c]);
    const float after = view.a[c] * mean + view.b[c];
    const float reachAfter = std::abs(view.a[c]) * reach;
    const auto half = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
    return {.low = std::min(mean - reach, after - reachAfter),
            .high = std::max(mean + reach, after + reachAfter),
            .before = {counts.begin(), half},
            .after = {half, counts.end()}};
}

}  // namespace

ChannelMoments momentsAfter(const ChannelStatistics& content, const std::vector<float>& a,
                            const std::vector<float>& b) {
    ChannelMoments after;
    for (std::size_t c = 0; c < content.mean.size(); ++c) {
        after.mean.push_back(a[c] * content.mean[c] + b[c]);
        after.sigma.push_back(std::abs(a[c]) * std::sqrt(content.variance[c]));
    }
    return after;
}

void StatisticsRecorder::reset() {
    history_.clear();
    latest_ = nullptr;
}

void StatisticsRecorder::add(double seconds, const Sample& sample) {
    const ChannelStatistics& content = sample.view->content;
    if (sample.site != site_ || (!history_.empty() && history_.back().content.mean.size() != content.mean.size()))
        reset();
    site_ = sample.site;
    auto next = std::make_shared<SiteStatistics>();
    next->site = site_;
    next->content = momentsOf(content);
    next->style = {sample.style.beta, sample.style.gamma};
    next->usedA = momentsOf(sample.view->used);
    next->afterA = momentsAfter(content, sample.view->a, sample.view->b);
    if (sample.other) {
        next->usedB = momentsOf(sample.other->used);
        next->afterB = momentsAfter(content, sample.other->a, sample.other->b);
    }
    next->histogramChannel = sample.histogramChannel;
    next->histogramA = histogramOf(*sample.view, sample.histogramChannel, sample.counts);
    if (sample.other)
        next->histogramB = histogramOf(*sample.other, sample.histogramChannel, sample.otherCounts);
    if (history_.empty() || seconds >= history_.back().seconds + kMomentSeconds)
        history_.push_back({seconds, next->content});
    while (history_.front().seconds < seconds - kDriftSeconds)
        history_.pop_front();
    fillDrift(*next);
    latest_ = std::move(next);
}

void StatisticsRecorder::fillDrift(SiteStatistics& statistics) const {
    const std::size_t channels = statistics.content.mean.size();
    const double now = history_.back().seconds;
    std::vector<double> sums(channels, 0.0);
    std::vector<double> squares(channels, 0.0);
    for (const Moment& moment : history_) {
        statistics.driftSeconds.push_back(static_cast<float>(moment.seconds - now));
        statistics.driftMean.insert(statistics.driftMean.end(), moment.content.mean.begin(), moment.content.mean.end());
        statistics.driftSigma.insert(statistics.driftSigma.end(), moment.content.sigma.begin(),
                                     moment.content.sigma.end());
        for (std::size_t c = 0; c < channels; ++c) {
            sums[c] += moment.content.mean[c];
            squares[c] += double{moment.content.mean[c]} * moment.content.mean[c];
        }
    }
    const auto count = static_cast<double>(history_.size());
    for (std::size_t c = 0; c < channels; ++c) {
        const double mean = sums[c] / count;
        statistics.driftDeviation.push_back(
            static_cast<float>(std::sqrt(std::max(0.0, squares[c] / count - mean * mean))));
    }
}

std::string toCsv(const SiteStatistics& statistics) {
    const bool split = !statistics.afterB.mean.empty();
    std::string text =
        "channel,content_mean,content_sigma,style_mean,style_sigma,used_mean_a,used_sigma_a,after_mean_a,after_sigma_a";
    text += split ? ",used_mean_b,used_sigma_b,after_mean_b,after_sigma_b,drift_of_mean\n" : ",drift_of_mean\n";
    for (std::size_t c = 0; c < statistics.content.mean.size(); ++c) {
        text += fmt::format("{}", c);
        const auto add = [&](const ChannelMoments& moments) {
            text += fmt::format(",{},{}", moments.mean[c], moments.sigma[c]);
        };
        add(statistics.content);
        add(statistics.style);
        add(statistics.usedA);
        add(statistics.afterA);
        if (split) {
            add(statistics.usedB);
            add(statistics.afterB);
        }
        text += fmt::format(",{}\n", statistics.driftDeviation[c]);
    }
    return text;
}

}  // namespace impasto::app
