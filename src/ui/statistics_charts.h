// SPDX-License-Identifier: MIT
// The charts of one site's statistics, each in the next rows of the current ImGui window.
#pragma once

#include <cstddef>
#include <vector>

#include "ui/ui.h"

namespace impasto::ui {

/// How many channels the numbers and the drift are shown of.
inline constexpr std::size_t kMostDifferent = 5;

/// All channels, those first whose mean (`sigma`: deviation) after the site is farthest from the style's, with a split
/// those whose sides are farthest apart.
std::vector<std::size_t> channelsByDifference(const app::SiteStatistics& statistics, bool sigma);

/// Bars of every channel in the given order; a click chooses the channel of histogram and drift.
void drawBars(Ui& ui, const app::SiteStatistics& statistics, const std::vector<std::size_t>& order, bool sigma);
/// What the bars' colours stand for.
void drawLegend(Ui& ui, bool split);
/// Numbers of the given channels.
void drawMostDifferent(Ui& ui, const app::SiteStatistics& statistics, const std::vector<std::size_t>& channels,
                       bool sigma);
/// Of the channel whose histogram was taken.
void drawHistogram(Ui& ui, const app::SiteStatistics& statistics);
/// The content's mean of the given channels over the last ten seconds.
void drawDrift(Ui& ui, const app::SiteStatistics& statistics, const std::vector<std::size_t>& channels);

}  // namespace impasto::ui
