// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/blend.h"
#include "ui/mask_tools.h"
#include "ui/shortcuts.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

using Tool = MaskTools::Tool;

constexpr Explanation kRegionsHelp{
    .title = "Regions",
    .text =
        "Up to four mixes in one picture: choose a region, choose its styles, paint where it is. Blended at the "
        "normalization sites, so that there are no seams.",
    .formula = "y = Σ mᵣ·(aᵣ·x + bᵣ)"};
constexpr Explanation kAddHelp{.title = "Another region", .text = "With a mix of its own; then paint where it is."};
const Explanation kBrushHelp{.title = "Brush",
                             .text = "Paints this region on the picture. The mouse wheel sets its size.",
                             .shortcut = keysOf(Action::Paint)};
constexpr Explanation kEraserHelp{.title = "Eraser", .text = "Gives the place back to region 1."};
constexpr Explanation kGradientHelp{.title = "Gradient", .text = "Drag from where the region is to where it is not."};
constexpr Explanation kEllipseHelp{.title = "Ellipse", .text = "Drag from corner to corner."};
constexpr Explanation kFillHelp{.title = "Fill", .text = "This region everywhere."};
constexpr Explanation kClearHelp{.title = "Clear", .text = "This region nowhere."};
constexpr Explanation kInvertHelp{.title = "Invert", .text = "This region where region 1 is, and the other way round."};
constexpr Explanation kShowHelp{.title = "Show mask",
                                .text = "Tints the regions on the picture while a tool is chosen."};
constexpr Explanation kRemoveHelp{.title = "Remove region", .text = "Its place becomes region 1 again."};

std::string percent(float value) {
    return fmt::format("{:.0f} %", 100 * value);
}

/// A style for a new region: the first of the gallery that no region has alone yet.
std::string freshStyle(const Ui& ui) {
    const auto taken = [&](const std::string& id) {
        const auto isIt = [&](const app::StyleMix& mix) { return mix.size() == 1 && mix.front().id == id; };
        return isIt(ui.settings.styles) || std::ranges::any_of(ui.settings.regionMixes, isIt);
    };
    for (const app::GalleryStyle& style : ui.stats.gallery) {
        if (style.error.empty() && !taken(style.id))
            return style.id;
    }
    return std::string(app::kSourceStyle);
}

void setMask(Ui& ui, nn::RegionMask mask) {
    ui.settings.mask = {std::make_shared<const nn::RegionMask>(std::move(mask))};
}

void chooseRegion(Ui& ui) {
    static constexpr std::string_view kNames[] = {"region.1", "region.2", "region.3", "region.4"};
    static constexpr std::string_view kLabels[] = {"1", "2", "3", "4"};
    const int count = 1 + static_cast<int>(ui.settings.regionMixes.size());
    std::vector<Segment> items;
    for (int i = 0; i < count; ++i)
        items.push_back({.name = kNames[i], .label = count == 1 ? "whole picture" : kLabels[i]});
    if (count < nn::kMaxRegions)
        items.push_back({.name = "region.add", .label = "+", .explanation = kAddHelp});
    const int clicked = segmentRow(ui, "Region", items, ui.state.region, kRegionsHelp);
    if (clicked < 0)
        return;
    if (clicked == count) {
        addRegion(ui.settings, {{freshStyle(ui), 1.0f}});
        ui.state.mask.tool = Tool::Brush;
    }
    ui.state.region = clicked;
    if (clicked == 0 && ui.state.mask.tool != Tool::None)
        ui.state.mask.tool = Tool::Eraser;
    else if (ui.state.mask.tool == Tool::Eraser)
        ui.state.mask.tool = Tool::Brush;
}

/// The whole mask at once.
void drawMaskCommands(Ui& ui) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 32);
    const float gap = theme.px(6);
    const float width = (row.GetWidth() - 3 * gap) / 4;
    int place = 0;
    const auto next = [&] {
        const float x = row.Min.x + static_cast<float>(place++) * (width + gap);
        return ImRect{{x, row.Min.y + theme.px(2)}, {x + width, row.Max.y - theme.px(2)}};
    };
    const int region = ui.state.region;
    const nn::RegionMask now = ui.settings.mask.mask ? *ui.settings.mask.mask : nn::RegionMask();
    if (textButton(ui, "mask.fill", next(), "Fill", kFillHelp))
        setMask(ui, app::filledMask(region));
    if (textButton(ui, "mask.clear", next(), "Clear", kClearHelp))
        setMask(ui, app::clearedMask(now, region));
    if (textButton(ui, "mask.invert", next(), "Invert", kInvertHelp))
        setMask(ui, app::invertedMask(now, region));
    if (textButton(ui, "mask.remove", next(), "Remove", kRemoveHelp)) {
        removeRegion(ui.settings, region);
        ui.state.region = 0;
        ui.state.mask.tool = Tool::None;
    }
}

void drawTools(Ui& ui) {
    MaskTools& tools = ui.state.mask;
    const bool first = ui.state.region == 0;
    const Segment items[] = {
        {.name = "tool.none", .label = "off"},
        {.name = "tool.brush", .label = "brush", .enabled = !first, .explanation = kBrushHelp},
        {.name = "tool.eraser", .label = "eraser", .explanation = kEraserHelp},
        {.name = "tool.gradient", .label = "gradient", .enabled = !first, .explanation = kGradientHelp},
        {.name = "tool.ellipse", .label = "ellipse", .enabled = !first, .explanation = kEllipseHelp}};
    const ImRect row = takeRow(ui);
    const int clicked = segments(ui, {{row.Min.x, row.Min.y + ui.theme.px(2)}, {row.Max.x, row.Max.y - ui.theme.px(2)}},
                                 items, static_cast<int>(tools.tool), tools.tool != Tool::None);
    if (clicked >= 0)
        tools.tool = static_cast<Tool>(clicked);
    if (!first)
        drawMaskCommands(ui);
    if (tools.tool == Tool::None)
        return;
    const app::Brush defaults;
    if (tools.tool == Tool::Brush || tools.tool == Tool::Eraser)
        slider(ui,
               {.name = "mask.size",
                .label = "Brush size",
                .min = 0.01f,
                .max = 0.6f,
                .defaultValue = defaults.radius,
                .logarithmic = true,
                .format = percent},
               tools.brush.radius);
    if (tools.tool != Tool::Gradient)
        slider(ui, {.name = "mask.softness", .label = "Softness", .defaultValue = defaults.softness, .format = percent},
               tools.brush.softness);
    toggleRow(ui, "mask.show", "Show mask", tools.visible, kShowHelp);
}

}  // namespace

bool addRegion(app::Settings& settings, app::StyleMix mix) {
    if (static_cast<int>(settings.regionMixes.size()) + 1 >= nn::kMaxRegions)
        return false;
    settings.regionMixes.push_back(std::move(mix));
    if (!settings.mask.mask)
        settings.mask = {std::make_shared<const nn::RegionMask>()};
    return true;
}

void removeRegion(app::Settings& settings, int region) {
    if (region < 1 || region > static_cast<int>(settings.regionMixes.size()))
        return;
    settings.regionMixes.erase(settings.regionMixes.begin() + region - 1);
    if (settings.regionMixes.empty())
        settings.mask = {};
    else if (settings.mask.mask)
        settings.mask = {std::make_shared<const nn::RegionMask>(app::maskWithout(*settings.mask.mask, region))};
}

void drawRegions(Ui& ui) {
    ui.state.region = std::clamp(ui.state.region, 0, static_cast<int>(ui.settings.regionMixes.size()));
    chooseRegion(ui);
    if (!ui.settings.regionMixes.empty())
        drawTools(ui);
    takeGap(ui, 4);
}

}  // namespace impasto::ui
