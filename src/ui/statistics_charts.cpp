// SPDX-License-Identifier: MIT
#include "ui/statistics_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kBarsHeight = 132.0f;
constexpr float kLinesHeight = 72.0f;

/// What the bars compare.
struct Series {
    const std::vector<float>* content;
    const std::vector<float>* style;
    const std::vector<float>* afterA;
    const std::vector<float>* afterB;  ///< null without a split

    std::size_t channels() const { return content->size(); }
    float difference(std::size_t c) const { return std::abs((*afterA)[c] - (afterB ? (*afterB)[c] : (*style)[c])); }
};

Series seriesOf(const app::SiteStatistics& statistics, bool sigma) {
    const auto part = [sigma](const app::ChannelMoments& moments) { return sigma ? &moments.sigma : &moments.mean; };
    return {part(statistics.content), part(statistics.style), part(statistics.afterA),
            statistics.afterB.mean.empty() ? nullptr : part(statistics.afterB)};
}

std::string numbersOf(const app::SiteStatistics& statistics, std::size_t c) {
    std::string text = fmt::format("picture {:.3f} ± {:.3f}\nstyle {:.3f} ± {:.3f}\nafter{} {:.3f} ± {:.3f}",
                                   statistics.content.mean[c], statistics.content.sigma[c], statistics.style.mean[c],
                                   statistics.style.sigma[c], statistics.afterB.mean.empty() ? "" : " A",
                                   statistics.afterA.mean[c], statistics.afterA.sigma[c]);
    if (!statistics.afterB.mean.empty())
        text += fmt::format("\nafter B {:.3f} ± {:.3f}", statistics.afterB.mean[c], statistics.afterB.sigma[c]);
    return text;
}

}  // namespace

std::vector<std::size_t> channelsByDifference(const app::SiteStatistics& statistics, bool sigma) {
    const Series series = seriesOf(statistics, sigma);
    std::vector<std::size_t> order(series.channels());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return series.difference(a) > series.difference(b); });
    return order;
}

void drawBars(Ui& ui, const app::SiteStatistics& statistics, const std::vector<std::size_t>& order, bool sigma) {
    const Theme& theme = ui.theme;
    const Series series = seriesOf(statistics, sigma);
    const ImRect area = takeRow(ui, kBarsHeight);
    float lowest = 0;
    float highest = 1e-6f;
    for (const auto* values : {series.content, series.style, series.afterA, series.afterB}) {
        for (std::size_t c = 0; values && c < series.channels(); ++c) {
            lowest = std::min(lowest, (*values)[c]);
            highest = std::max(highest, (*values)[c]);
        }
    }
    const float scale = area.GetHeight() / (highest - lowest);
    const auto yOf = [&](float value) { return area.Max.y - (value - lowest) * scale; };
    const float slot = area.GetWidth() / static_cast<float>(order.size());
    const int bars = series.afterB ? 3 : 2;
    const float gap = slot > 4 ? 1.0f : 0.0f;
    const float width = std::max(1.0f, (slot - gap) / static_cast<float>(bars));

    const Interaction action = interact(ui, "statistics.bars", area);
    const auto under = static_cast<std::size_t>(
        std::clamp((ImGui::GetIO().MousePos.x - area.Min.x) / slot, 0.0f, static_cast<float>(order.size()) - 1));
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t c = order[i];
        const float left = area.Min.x + slot * static_cast<float>(i);
        const bool chosen = static_cast<int>(c) == ui.state.statistics.channel;
        if (chosen || (action.hovered && i == under))
            list->AddRectFilled({left, area.Min.y}, {left + slot, area.Max.y}, paint(theme.colors.control));
        const auto bar = [&](int place, float value, ImU32 color) {
            const float x = left + width * static_cast<float>(place);
            const float top = std::min(yOf(value), yOf(0));
            list->AddRectFilled({x, top}, {x + width, std::max(std::max(yOf(value), yOf(0)), top + 1)}, paint(color));
        };
        bar(0, (*series.content)[c], theme.colors.textFaint);
        bar(1, (*series.afterA)[c], theme.colors.accent);
        if (series.afterB)
            bar(2, (*series.afterB)[c], theme.colors.warning);
        const float mark = std::round(yOf((*series.style)[c]));
        list->AddRectFilled({left, mark - theme.px(1)}, {left + slot - gap, mark + theme.px(1)},
                            paint(theme.colors.text));
    }
    list->AddLine({area.Min.x, yOf(0)}, {area.Max.x, yOf(0)}, paint(theme.colors.line));
    if (action.pressed)
        ui.state.statistics.channel = static_cast<int>(order[under]);
    const std::string title = fmt::format("Channel {}", order[under]);
    const std::string numbers = numbersOf(statistics, order[under]);
    tooltip(ui, {.title = title, .text = numbers}, action.hovered, true);
}

void drawLegend(Ui& ui, bool split) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 20);
    float x = row.Min.x;
    const auto entry = [&](ImU32 color, std::string_view text, bool mark) {
        const float y = std::round(row.GetCenter().y);
        const float half = theme.px(mark ? 1 : 4);
        ImGui::GetWindowDrawList()->AddRectFilled({x, y - half}, {x + theme.px(8), y + half}, paint(color));
        x += theme.px(12);
        const float width = textWidth(theme.fonts.small, text);
        drawText(theme.fonts.small, {{x, row.Min.y}, {x + width + 1, row.Max.y}}, theme.colors.textDim, text);
        x += width + theme.px(14);
    };
    entry(theme.colors.textFaint, "picture", false);
    entry(theme.colors.accent, split ? "after A" : "after", false);
    if (split)
        entry(theme.colors.warning, "after B", false);
    entry(theme.colors.text, "style", true);
}

void drawDrift(Ui& ui, const app::SiteStatistics& statistics, const std::vector<std::size_t>& channels) {
    const Theme& theme = ui.theme;
    const ImRect area = takeRow(ui, kLinesHeight);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(area.Min, area.Max, paint(theme.colors.control), theme.px(4));
    const std::size_t count = statistics.content.mean.size();
    const std::size_t samples = statistics.driftSeconds.size();
    for (std::size_t place = 0; place < channels.size(); ++place) {
        const std::size_t c = channels[place];
        float lowest = 0;
        float highest = 0;
        for (std::size_t i = 0; i < samples; ++i) {
            const float value = statistics.driftMean[i * count + c];
            lowest = i == 0 ? value : std::min(lowest, value);
            highest = i == 0 ? value : std::max(highest, value);
        }
        // Not blown up beyond a tenth of the channel's own spread.
        const float range = std::max({highest - lowest, 0.1f * statistics.content.sigma[c], 1e-6f});
        const float middle = (highest + lowest) / 2;
        for (std::size_t i = 0; i < samples; ++i) {
            const float x = area.Max.x + statistics.driftSeconds[i] / 10.0f * area.GetWidth();
            const float offset = (statistics.driftMean[i * count + c] - middle) / range;
            list->PathLineTo({x, area.GetCenter().y - offset * (area.GetHeight() - theme.px(8))});
        }
        const float share = static_cast<float>(place) / static_cast<float>(channels.size());
        list->PathStroke(paint(mix(theme.colors.accent, theme.colors.textFaint, share)), 0,
                         theme.px(static_cast<int>(c) == ui.state.statistics.channel ? 2.0f : 1.2f));
    }
}

void drawMostDifferent(Ui& ui, const app::SiteStatistics& statistics, const std::vector<std::size_t>& channels,
                       bool sigma) {
    const Theme& theme = ui.theme;
    const bool split = !statistics.afterB.mean.empty();
    const auto line = [&](std::array<std::string, 5> cells, ImU32 color) {
        const ImRect row = takeRow(ui, 20);
        const float width = row.GetWidth() / static_cast<float>(cells.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const float left = row.Min.x + width * static_cast<float>(i);
            drawText(theme.fonts.small, {{left, row.Min.y}, {left + width - theme.px(4), row.Max.y}}, color, cells[i],
                     i == 0 ? Align::Left : Align::Right);
        }
    };
    const Series series = seriesOf(statistics, sigma);
    const char* symbol = !theme.fonts.hasGreek ? (sigma ? "deviation" : "mean") : sigma ? "σ" : "μ";
    line({fmt::format("channel, {}", symbol), "picture", split ? "A" : "after", split ? "B" : "style", "drift sd"},
         theme.colors.textFaint);
    for (const std::size_t c : channels) {
        line({fmt::format("{}", c), fmt::format("{:.3f}", (*series.content)[c]),
              fmt::format("{:.3f}", (*series.afterA)[c]),
              fmt::format("{:.3f}", split ? (*series.afterB)[c] : (*series.style)[c]),
              fmt::format("{:.4f}", statistics.driftDeviation[c])},
             theme.colors.textDim);
    }
}

void drawHistogram(Ui& ui, const app::SiteStatistics& statistics) {
    const Theme& theme = ui.theme;
    const ImRect area = takeRow(ui, kLinesHeight);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(area.Min, area.Max, paint(theme.colors.control), theme.px(4));
    const app::ChannelHistogram& a = statistics.histogramA;
    const app::ChannelHistogram& b = statistics.histogramB;
    if (a.before.empty())
        return;
    const float low = b.before.empty() ? a.low : std::min(a.low, b.low);
    const float high = b.before.empty() ? a.high : std::max(a.high, b.high);
    const auto draw = [&](const app::ChannelHistogram& histogram, const std::vector<std::uint32_t>& counts, ImU32 color,
                          bool filled) {
        // Densities: bins of two histograms may differ in width.
        std::uint32_t highest = 1;
        for (const std::uint32_t count : counts)
            highest = std::max(highest, count);
        const float bin = (histogram.high - histogram.low) / static_cast<float>(counts.size());
        const auto xOf = [&](float value) { return area.Min.x + (value - low) / (high - low) * area.GetWidth(); };
        for (std::size_t i = 0; i < counts.size(); ++i) {
            const float share = static_cast<float>(counts[i]) / static_cast<float>(highest);
            const float y = area.Max.y - share * (area.GetHeight() - theme.px(6));
            const float left = xOf(histogram.low + bin * static_cast<float>(i));
            const float right = xOf(histogram.low + bin * static_cast<float>(i + 1));
            if (filled) {
                list->AddRectFilled({left, y}, {right, area.Max.y}, paint(color));
            } else {
                list->PathLineTo({left, y});
                list->PathLineTo({right, y});
            }
        }
        if (!filled)
            list->PathStroke(paint(color), 0, theme.px(1.5f));
    };
    draw(a, a.before, theme.colors.textFaint, true);
    draw(a, a.after, theme.colors.accent, false);
    if (!b.before.empty())
        draw(b, b.after, theme.colors.warning, false);
}

}  // namespace impasto::ui
