// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "app/laboratory.h"
#include "nn/frame_block.h"
#include "nn/style_blend.h"

namespace impasto::app {

/// Keeps the statistics of one site over the last ten seconds. One thread.
class StatisticsRecorder {
  public:
    /// The statistics of a frame at one site; the views are of both sides, `other` null without a split.
    struct Sample {
        std::string site;
        const nn::SiteView* view = nullptr;
        const nn::SiteView* other = nullptr;
        nn::BlendedAffine style;
        int histogramChannel = 0;
        std::vector<std::uint32_t> counts = {};  ///< of nn::Stylizer::histogram
        std::vector<std::uint32_t> otherCounts = {};
    };
    /// `seconds` of any clock that goes forward. Another site, or a channel count that differs, starts anew.
    void add(double seconds, const Sample& sample);
    void reset();

    /// Null before the first sample.
    std::shared_ptr<const SiteStatistics> statistics() const { return latest_; }

    static constexpr double kDriftSeconds = 10.0;

  private:
    struct Moment {
        double seconds = 0;
        ChannelMoments content;
    };
    void fillDrift(SiteStatistics& statistics) const;

    std::string site_;
    std::deque<Moment> history_;
    std::shared_ptr<const SiteStatistics> latest_;
};

/// Mean and deviation of `y = a·x + b` when x has mean and variance as given.
ChannelMoments momentsAfter(const ChannelStatistics& content, const std::vector<float>& a, const std::vector<float>& b);

/// One line per channel: μ and σ of content, style, what was used and what came out. For a spreadsheet.
std::string toCsv(const SiteStatistics& statistics);

}  // namespace impasto::app
