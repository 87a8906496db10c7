// SPDX-License-Identifier: MIT
#include "ui/statistics_picture.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "model/normalization.h"
#include "ui/statistics_charts.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kWidth = 720.0f;
constexpr float kHeight = 764.0f;
constexpr float kPadding = 20.0f;

std::string cellsOf(const Ui& ui, const app::SiteStatistics& statistics) {
    const app::Settings& settings = ui.settings;
    const auto site = static_cast<std::size_t>(ui.state.statistics.site);
    const auto cell = [&](const Normalization& all, const std::vector<Normalization>& each) {
        return toString(settings.perSite && site < each.size() ? each[site] : all);
    };
    const std::string left = cell(settings.normalization, settings.siteNormalization);
    if (statistics.afterB.mean.empty())
        return left;
    return fmt::format("A {}, B {}", left, cell(settings.normalizationB, settings.siteNormalizationB));
}

void heading(Ui& ui, std::string_view text) {
    takeGap(ui);
    drawText(ui.theme.fonts.strong, takeRow(ui, 24), ui.theme.colors.text, text);
}

void drawCharts(Ui& ui, const app::SiteStatistics& statistics) {
    const Theme& theme = ui.theme;
    drawText(theme.fonts.strong, takeRow(ui, 24), theme.colors.text,
             fmt::format("Site {} of {}: {}", statistics.site, ui.stats.model, cellsOf(ui, statistics)));
    drawText(theme.fonts.small, takeRow(ui, 20), theme.colors.textDim,
             fmt::format("Impasto, {:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::time(nullptr))));
    for (const bool sigma : {false, true}) {
        heading(ui, sigma ? "Deviation of every channel" : "Mean of every channel");
        drawBars(ui, statistics, channelsByDifference(statistics, sigma), sigma);
    }
    drawLegend(ui, !statistics.afterB.mean.empty());
    std::vector<std::size_t> first = channelsByDifference(statistics, ui.state.statistics.sigma);
    first.resize(std::min(kMostDifferent, first.size()));
    takeGap(ui);
    drawMostDifferent(ui, statistics, first, ui.state.statistics.sigma);
    heading(ui, fmt::format("Histogram of channel {}", statistics.histogramChannel));
    drawHistogram(ui, statistics);
    heading(ui, "Drift of the means of these channels, ten seconds");
    drawDrift(ui, statistics, first);
}

}  // namespace

void takeStatisticsPicture(Ui& ui) {
    StatisticsView& view = ui.state.statistics;
    if (!std::exchange(view.pictureAsked, false))
        return;
    const auto statistics = ui.stats.laboratory.site;
    if (!statistics || statistics->content.mean.empty())
        return;
    const Theme& theme = ui.theme;
    view.pictureSize = {theme.px(kWidth), theme.px(kHeight)};
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(view.pictureSize);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(kPadding), theme.px(kPadding)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::Begin("statistics picture", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoInputs | ImGuiWindowFlags_NoBackground |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                     ImGuiWindowFlags_NoBringToFrontOnFocus);
    ImDrawList* list = ImGui::GetWindowDrawList();
    // The window may be smaller than the picture.
    list->PushClipRect({0, 0}, view.pictureSize);
    list->AddRectFilled({0, 0}, view.pictureSize, theme.colors.panel);
    drawCharts(ui, *statistics);
    list->PopClipRect();
    view.picture.reset(list->CloneOutput());
    ImGui::End();
    ImGui::PopStyleVar(2);
    list->_ResetForNewFrame();
}

}  // namespace impasto::ui
