// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kPerformanceHelp{
    .title = "Performance",
    .text = "Pictures per second of wall time; times of the stages on the device. The window draws at its own rate."};

std::string milliseconds(double value) {
    return fmt::format("{:.{}f} ms", value, value < 10 ? 2 : 1);
}

/// A name, a bar against `longest`, and the time.
void timeRow(Ui& ui, std::string_view name, double timeMs, double longest, float height) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, height);
    const float valueWidth = theme.px(64);
    const float nameWidth = row.GetWidth() * 0.42f;
    drawText(theme.fonts.small, {row.Min, {row.Min.x + nameWidth, row.Max.y}}, theme.colors.textDim, name);
    const ImRect track{{row.Min.x + nameWidth + theme.px(kGap), row.GetCenter().y - theme.px(2)},
                       {row.Max.x - valueWidth, row.GetCenter().y + theme.px(2)}};
    const float share = longest > 0 ? static_cast<float>(std::clamp(timeMs / longest, 0.0, 1.0)) : 0.0f;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(track.Min, track.Max, paint(theme.colors.track), theme.px(2));
    if (share > 0)
        list->AddRectFilled(track.Min, {track.Min.x + std::max(theme.px(2), track.GetWidth() * share), track.Max.y},
                            paint(theme.colors.textFaint), theme.px(2));
    drawText(theme.fonts.small, {{row.Max.x - valueWidth, row.Min.y}, row.Max}, theme.colors.text, milliseconds(timeMs),
             Align::Right);
}

void drawTimes(Ui& ui, const std::vector<app::StageTime>& times, float height) {
    double longest = 0;
    for (const app::StageTime& time : times)
        longest = std::max(longest, time.timeMs);
    for (const app::StageTime& time : times)
        timeRow(ui, time.name, time.timeMs, longest, height);
}

void drawRate(Ui& ui) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 36);
    const std::string rate = fmt::format("{:.1f}", ui.stats.framesPerSecond);
    drawText(theme.fonts.large, row, theme.colors.text, rate);
    ImRect unit = row;
    unit.Min.x += textWidth(theme.fonts.large, rate) + theme.px(5);
    unit.Min.y += theme.px(7);
    drawText(theme.fonts.body, unit, theme.colors.textDim, "fps");
    drawText(theme.fonts.body, unit, theme.colors.textDim, milliseconds(ui.stats.frameTimeMs) + " per frame",
             Align::Right);
}

void drawOperations(Ui& ui) {
    if (ui.stats.operations.empty())
        return;
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui);
    const Interaction action = interact(ui, "operations", row);
    if (action.pressed)
        ui.state.operationsOpen = !ui.state.operationsOpen;
    const ImU32 color = action.hovered ? theme.colors.text : theme.colors.textDim;
    drawText(theme.fonts.body, row, color, fmt::format("{} operations", ui.stats.operations.size()));
    drawText(theme.fonts.body, row, color, ui.state.operationsOpen ? "hide" : "show", Align::Right);
    if (ui.state.operationsOpen)
        drawTimes(ui, ui.stats.operations, 18);
}

}  // namespace

void drawPerformance(Ui& ui) {
    if (!sectionHeader(ui, Section::Performance, "Performance", kPerformanceHelp))
        return;
    const app::Stats& stats = ui.stats;
    drawRate(ui);
    drawTimes(ui, stats.stages, 20);
    drawOperations(ui);
    takeGap(ui, 4);
    valueRow(ui, "On the device", milliseconds(stats.gpuTimeMs));
    valueRow(ui, "Feature memory", fmt::format("{:.1f} MiB", static_cast<double>(stats.arenaBytes) / (1 << 20)));
    valueRow(ui, "Frames",
             stats.framesDropped > 0 ? fmt::format("{}, {} skipped", stats.framesDone, stats.framesDropped)
                                     : fmt::format("{}", stats.framesDone));
    if (stats.saturatedValues > 0)
        valueRow(ui, "Saturated values", fmt::format("{}", stats.saturatedValues));
    valueRow(ui, "Device", stats.deviceName);
    valueRow(ui, "Driver", stats.driver);
    if (!stats.softwareDevice)
        return;
    takeGap(ui);
    paragraph(ui, ui.theme.fonts.small, ui.theme.colors.warning,
              "Software device: the network runs on the processor. With a graphics card's Vulkan driver it is many "
              "times faster.");
}

}  // namespace impasto::ui
