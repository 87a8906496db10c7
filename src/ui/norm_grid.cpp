// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kRowNameWidth = 60.0f;
constexpr float kCellHeight = 30.0f;
constexpr float kCellGap = 3.0f;

std::string cellName(StatisticsSource statistics, AffineSource affine) {
    return fmt::format("{}+{}", name(statistics), name(affine));
}

/// The preset that is this cell, or null.
const NormalizationPreset* presetAt(StatisticsSource statistics, AffineSource affine) {
    for (const NormalizationPreset& preset : normalizationPresets()) {
        if (preset.cell.statistics == statistics && preset.cell.affine == affine)
            return &preset;
    }
    return nullptr;
}

bool isTrained(const Ui& ui, const std::string& cell) {
    const auto& trained = ui.stats.trainedCells;
    return trained.empty() || std::ranges::find(trained, cell) != trained.end();
}

/// Numbers of the sites that sit in this cell, when each has its own.
std::string sitesAt(const Ui& ui, StatisticsSource statistics, AffineSource affine) {
    std::string text;
    if (!ui.settings.perSite)
        return text;
    const bool right = ui.settings.split && ui.state.side == 1;
    const auto& cells = right ? ui.settings.siteNormalizationB : ui.settings.siteNormalization;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Normalization& cell = cells[i];
        if (cell.statistics == statistics && cell.affine == affine)
            text += fmt::format("{}{}", text.empty() ? "" : " ", i + 1);
    }
    return text;
}

/// Which sides of a split are in this cell: "A", "B" or "A B".
std::string sidesAt(const Ui& ui, StatisticsSource statistics, AffineSource affine) {
    const app::Settings& settings = ui.settings;
    if (!settings.split)
        return {};
    const auto site = static_cast<std::size_t>(ui.state.site);
    const auto isAt = [&](const Normalization& all, const std::vector<Normalization>& perSite) {
        const Normalization& cell = settings.perSite && site < perSite.size() ? perSite[site] : all;
        return cell.statistics == statistics && cell.affine == affine;
    };
    std::string text = isAt(settings.normalization, settings.siteNormalization) ? "A" : "";
    if (isAt(settings.normalizationB, settings.siteNormalizationB))
        text += text.empty() ? "B" : " B";
    return text;
}

struct Layout {
    ImRect area;
    float left = 0;  ///< of the first cell
    float top = 0;
    float cellWidth = 0;
    float cellHeight = 0;
    float gap = 0;

    ImRect cell(int row, int column) const {
        const float x = left + static_cast<float>(column) * (cellWidth + gap);
        const float y = top + static_cast<float>(row) * (cellHeight + gap);
        return {{std::round(x), y}, {std::round(x + cellWidth), y + cellHeight}};
    }
};

struct Hovered {
    int row = -1;
    int column = -1;
};

Hovered drawCell(Ui& ui, const Layout& layout, int row, int column, Normalization& cell) {
    const Theme& theme = ui.theme;
    const auto statistics = static_cast<StatisticsSource>(row);
    const auto affine = static_cast<AffineSource>(column);
    const std::string cellText = cellName(statistics, affine);
    const ImRect rect = layout.cell(row, column);
    const Interaction action = interact(ui, "norm." + cellText, rect);
    if (action.pressed) {
        cell.statistics = statistics;
        cell.affine = affine;
    }
    const bool active = cell.statistics == statistics && cell.affine == affine;
    const bool trained = isTrained(ui, cellText);
    const NormalizationPreset* preset = presetAt(statistics, affine);
    const std::string sites = sitesAt(ui, statistics, affine);

    ImDrawList* list = ImGui::GetWindowDrawList();
    const float rounding = theme.px(4);
    const float lit = animate(ui, action.id, active);
    const ImU32 resting = action.hovered ? theme.colors.controlHover : theme.colors.control;
    if (trained || action.hovered || lit > 0)
        list->AddRectFilled(rect.Min, rect.Max, paint(mix(resting, theme.colors.accent, lit)), rounding);
    else
        list->AddRect(rect.Min, rect.Max, paint(theme.colors.control), rounding, 0, theme.px(1));

    const ImU32 textColor = active ? theme.colors.onAccent : trained ? theme.colors.text : theme.colors.textFaint;
    if (preset)
        drawText(active ? theme.fonts.strong : theme.fonts.body, rect, textColor, preset->label, Align::Center);
    else if (sites.empty())
        list->AddCircleFilled(rect.GetCenter(), theme.px(active ? 3.0f : 1.5f), paint(textColor), 12);
    if (!sites.empty()) {
        const ImRect corner{rect.Min, {rect.Max.x - theme.px(4), rect.Min.y + theme.px(14)}};
        drawText(theme.fonts.small, corner, active ? theme.colors.onAccent : theme.colors.accent, sites, Align::Right);
    }

    if (const std::string sides = sidesAt(ui, statistics, affine); !sides.empty()) {
        const ImRect corner{{rect.Min.x + theme.px(5), rect.Min.y}, {rect.Max.x, rect.Min.y + theme.px(14)}};
        drawText(theme.fonts.small, corner, active ? theme.colors.onAccent : theme.colors.accent, sides);
    }

    const Normalization shown{.statistics = statistics, .affine = affine, .groups = cell.groups, .lastFrames = 0};
    const std::string title =
        fmt::format("{} + {}{}{}", name(statistics), name(affine), preset ? ": " : "", preset ? preset->label : "");
    std::string text(cellEffect(statistics, affine));
    if (!trained)
        text += " These weights were not trained for this cell.";
    const std::string formula = cellFormula(shown);
    tooltip(ui, {.title = title, .text = text, .formula = formula}, action.hovered);
    return action.hovered ? Hovered{row, column} : Hovered{};
}

void drawHeadings(Ui& ui, const Layout& layout, const Normalization& cell, Hovered hovered) {
    const Theme& theme = ui.theme;
    const float line = theme.px(18);
    drawText(theme.fonts.small, {layout.area.Min, {layout.area.GetCenter().x, layout.area.Min.y + line}},
             theme.colors.textFaint, theme.fonts.hasGreek ? "normalize by ↓" : "normalize by");
    drawText(theme.fonts.small, {{layout.left, layout.area.Min.y}, {layout.area.Max.x, layout.area.Min.y + line}},
             theme.colors.textFaint, theme.fonts.hasGreek ? "re-scale by →" : "re-scale by", Align::Right);
    const auto heading = [&](const ImRect& rect, std::string_view text, bool lit, bool isHovered, Align align,
                             const Explanation& explanation) {
        const bool mouse = ImGui::IsMouseHoveringRect(rect.Min, rect.Max) && ImGui::IsWindowHovered();
        const ImU32 color = lit ? theme.colors.accent : isHovered || mouse ? theme.colors.text : theme.colors.textDim;
        drawText(theme.fonts.small, rect, color, text, align);
        tooltip(ui, explanation, mouse, true);
    };
    for (int column = 0; column < kAffineSourceCount; ++column) {
        const auto affine = static_cast<AffineSource>(column);
        const ImRect below = layout.cell(0, column);
        heading({{below.Min.x, layout.top - line}, {below.Max.x, layout.top}}, name(affine), cell.affine == affine,
                hovered.column == column, Align::Center, explain(affine));
    }
    for (int row = 0; row < kStatisticsSourceCount; ++row) {
        const auto statistics = static_cast<StatisticsSource>(row);
        const ImRect right = layout.cell(row, 0);
        heading({{layout.area.Min.x, right.Min.y}, {layout.left - theme.px(2), right.Max.y}}, name(statistics),
                cell.statistics == statistics, hovered.row == row, Align::Left, explain(statistics));
    }
}

}  // namespace

void drawNormalizationGrid(Ui& ui, Normalization& cell) {
    const Theme& theme = ui.theme;
    constexpr float kHeadingHeight = 38.0f;
    const float height =
        kHeadingHeight + kStatisticsSourceCount * kCellHeight + (kStatisticsSourceCount - 1) * kCellGap;
    Layout layout;
    layout.area = takeRow(ui, height);
    layout.gap = theme.px(kCellGap);
    layout.left = layout.area.Min.x + theme.px(kRowNameWidth);
    layout.top = layout.area.Min.y + theme.px(kHeadingHeight);
    layout.cellHeight = theme.px(kCellHeight);
    layout.cellWidth = (layout.area.Max.x - layout.left - layout.gap * (kAffineSourceCount - 1)) / kAffineSourceCount;

    Hovered hovered;
    for (int row = 0; row < kStatisticsSourceCount; ++row) {
        for (int column = 0; column < kAffineSourceCount; ++column) {
            const Hovered here = drawCell(ui, layout, row, column, cell);
            if (here.row >= 0)
                hovered = here;
        }
    }
    drawHeadings(ui, layout, cell, hovered);
}

}  // namespace impasto::ui
