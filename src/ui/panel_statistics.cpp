// SPDX-License-Identifier: MIT
// The statistics section: what a site does to every channel, as bars, numbers and lines.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/statistics_charts.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kStatisticsHelp{
    .title = "Statistics",
    .text =
        "One site, channel by channel: what the picture's features are, what the styles ask for, and what comes out. "
        "A side whose bars meet the style's marks has taken its statistics over; where it normalizes by other "
        "statistics than the picture's own, they miss.",
    .formula = "after: μ' = a·μ + b,  σ' = |a|·σ"};
constexpr Explanation kBarsHelp{
    .title = "Bars",
    .text =
        "Grey: the picture. Coloured: after normalization. Marks: the style. Sorted by how far the result is from "
        "the style, with a split by how far the sides are apart. Click one to follow it below."};
constexpr Explanation kDriftHelp{
    .title = "Drift",
    .text =
        "The picture's μ of the five channels that differ most over the last ten seconds, each in its own range, and "
        "its standard deviation. What drifts makes an exact policy flicker.",
    .formula = "sd = √(mean(μₜ²) − mean(μₜ)²)"};

constexpr Explanation kHistogramHelp{.title = "Histogram",
                                     .text =
                                         "How often each value occurs in the chosen channel: grey before the site, "
                                         "lines after it. A map y = a·x + b moves "
                                         "and stretches it and leaves its shape."};
constexpr Explanation kLayerHelp{
    .title = "A layer's channels",
    .text = "Every channel as a grey picture, its mean in the middle of the scale. Click one to enlarge it."};

/// Any layer's channels as grey tiles; a click enlarges one, another brings all back.
void drawLayer(Ui& ui) {
    StatisticsView& view = ui.state.statistics;
    toggleRow(ui, "layer", "Show a layer's channels", view.layerShown, kLayerHelp);
    const int count = static_cast<int>(ui.stats.layers.size());
    if (!view.layerShown || count == 0)
        return;
    const Theme& theme = ui.theme;
    view.layer = std::clamp(view.layer, 0, count - 1);
    auto number = static_cast<float>(view.layer);
    if (slider(ui,
               {.name = "layer.index",
                .label = "Layer",
                .max = static_cast<float>(std::max(1, count - 1)),
                .wholeNumbers = true,
                .format = [](float value) { return fmt::format("{:.0f}", value + 1); }},
               number)) {
        view.layer = std::clamp(static_cast<int>(number), 0, count - 1);
        view.layerChannel = -1;
    }
    const app::Stats::SiteInfo& layer = ui.stats.layers[static_cast<std::size_t>(view.layer)];
    const bool single = view.layerChannel >= 0;
    drawText(theme.fonts.small, takeRow(ui, 20), theme.colors.textDim,
             single ? fmt::format("{}, channel {}", layer.name, view.layerChannel) : layer.name);
    const ImRect column = takeRow(ui, 0);
    const ImRect area = takeRow(ui, column.GetWidth() / theme.scale);
    const Interaction action = interact(ui, "layer.picture", area);
    if (ui.layerPicture)
        ImGui::GetWindowDrawList()->AddImage(ui.layerPicture, area.Min, area.Max);
    takeGap(ui);
    const ImRect row = takeRow(ui);
    ImGui::BeginDisabled(!ui.layerPicture);
    if (textButton(
            ui, "layer.save", {{std::round(row.GetCenter().x) + theme.px(kGap / 2), row.Min.y}, row.Max}, "Save as PNG",
            {.title = "Save as PNG", .text = "The channels as they are shown, into the folder of the snapshots."}))
        ui.requests.snapshotLayer = true;
    ImGui::EndDisabled();
    if (!action.pressed)
        return;
    if (single) {
        view.layerChannel = -1;
        return;
    }
    int across = 1;
    while (across * across < layer.channels)
        ++across;
    const ImVec2 at = ImGui::GetIO().MousePos;
    const auto tile = [&](float position, float from, float length) {
        return std::clamp(static_cast<int>((position - from) / length * static_cast<float>(across)), 0, across - 1);
    };
    const int channel = tile(at.y, area.Min.y, area.GetHeight()) * across + tile(at.x, area.Min.x, area.GetWidth());
    if (channel < layer.channels)
        view.layerChannel = channel;
}

void chooseSite(Ui& ui) {
    const int count = static_cast<int>(ui.stats.sites.size());
    StatisticsView& view = ui.state.statistics;
    view.site = std::clamp(view.site, 0, std::max(0, count - 1));
    std::vector<std::string> names;
    std::vector<std::string> labels;
    for (int i = 0; i < count; ++i) {
        names.push_back(fmt::format("statistics.site.{}", i));
        labels.push_back(fmt::format("{}  {} ch", i + 1, ui.stats.sites[static_cast<std::size_t>(i)].channels));
    }
    std::vector<Segment> items;
    for (std::size_t i = 0; i < names.size(); ++i)
        items.push_back({.name = names[i], .label = labels[i], .explanation = {.title = ui.stats.sites[i].name}});
    const int clicked = segmentRow(ui, "Site", items, view.site, {});
    if (clicked >= 0)
        view.site = clicked;
    const bool greek = ui.theme.fonts.hasGreek;
    const Segment kinds[] = {{.name = "statistics.mean", .label = greek ? "mean μ" : "mean"},
                             {.name = "statistics.sigma", .label = greek ? "deviation σ" : "deviation"}};
    const int kind = segmentRow(ui, "Bars", kinds, view.sigma ? 1 : 0, kBarsHelp);
    if (kind >= 0)
        view.sigma = kind == 1;
}

void drawExport(Ui& ui) {
    const ImRect row = takeRow(ui);
    const float middle = std::round(row.GetCenter().x);
    const float half = ui.theme.px(kGap / 2);
    if (textButton(ui, "statistics.export", {row.Min, {middle - half, row.Max.y}}, "Save as CSV",
                   {.title = "Save as CSV", .text = "One line per channel, into the folder of the snapshots."}))
        ui.requests.exportStatistics = true;
    ImGui::BeginDisabled(ui.state.exporting.valid());
    if (textButton(
            ui, "statistics.picture", {{middle + half, row.Min.y}, row.Max}, "Save as PNG",
            {.title = "Save as PNG",
             .text = "Bars of mean and deviation, numbers, histogram and drift as one picture, into the folder of "
                     "the snapshots."}))
        ui.state.statistics.pictureAsked = true;
    ImGui::EndDisabled();
}

}  // namespace

void drawStatistics(Ui& ui) {
    if (!sectionHeader(ui, "Statistics", kStatisticsHelp, false))
        return;
    if (ui.stats.sites.empty()) {
        paragraph(ui, ui.theme.fonts.body, ui.theme.colors.textDim, "This network has no normalization site.");
        return;
    }
    chooseSite(ui);
    takeGap(ui);
    const auto statistics = ui.stats.laboratory.site;
    if (!statistics || statistics->content.mean.empty()) {
        paragraph(ui, ui.theme.fonts.body, ui.theme.colors.textDim, "Measured with the next pictures.");
        return;
    }
    const bool sigma = ui.state.statistics.sigma;
    const std::vector<std::size_t> order = channelsByDifference(*statistics, sigma);
    drawBars(ui, *statistics, order, sigma);
    drawLegend(ui, !statistics->afterB.mean.empty());
    const std::vector<std::size_t> first(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(kMostDifferent, order.size())));
    drawMostDifferent(ui, *statistics, first, sigma);
    label(ui, fmt::format("Histogram of channel {}", statistics->histogramChannel), kHistogramHelp);
    drawHistogram(ui, *statistics);
    label(ui, "Drift, ten seconds", kDriftHelp);
    drawDrift(ui, *statistics, first);
    takeGap(ui);
    drawExport(ui);
    drawLayer(ui);
}

}  // namespace impasto::ui
