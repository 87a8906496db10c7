// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <future>

#include "app/snapshot.h"
#include "base/error.h"
#include "base/file.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

using app::Percentiles;
using Row = app::PerformanceHistory::Row;

constexpr float kColumnWidth = 46.0f;
constexpr std::size_t kFramesShown = 120;

constexpr Explanation kPerformanceHelp{
    .title = "Performance",
    .text = "Pictures per second of wall time; times of the stages on the device. The window draws at its own rate."};
constexpr Explanation kTimesHelp{
    .title = "Milliseconds",
    .text =
        "What half, 95 % and 99 % of the last frames do not exceed. The bars are the newest frames, the line is p50."};

std::string milliseconds(double value) {
    return fmt::format("{:.{}f}", value, value < 10 ? 2 : 1);
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
    drawText(theme.fonts.body, unit, theme.colors.textDim, milliseconds(ui.stats.frameTimeMs) + " ms per frame",
             Align::Right);
}

/// The newest frames as bars, the newest at the right; those slower than p99 stand out.
void drawFrames(Ui& ui, const Percentiles& times) {
    const Theme& theme = ui.theme;
    const ImRect area = takeRow(ui, 44);
    ui.state.placed["frame times"] = {area, ImGui::GetFrameCount()};
    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto& all = ui.stats.recentFrameTimesMs;
    const std::size_t count = std::min(all.size(), kFramesShown);
    // One very slow frame, e.g. the first, does not make all others invisible.
    const float top = static_cast<float>(std::clamp(times.p99 * 1.15, times.p50 * 1.5, times.p50 * 3));
    if (count == 0 || top <= 0)
        return;
    const float step = area.GetWidth() / static_cast<float>(kFramesShown);
    for (std::size_t i = 0; i < count; ++i) {
        const float time = all[all.size() - count + i];
        const float height = std::max(1.0f, area.GetHeight() * std::min(1.0f, time / top));
        const float right = area.Max.x - step * static_cast<float>(count - 1 - i);
        const bool slow = time > static_cast<float>(times.p99);
        list->AddRectFilled({right - step * 0.8f, area.Max.y - height}, {right, area.Max.y},
                            paint(slow ? theme.colors.warning : theme.colors.track));
    }
    const float y = std::round(area.Max.y - area.GetHeight() * static_cast<float>(times.p50) / top);
    list->AddRectFilled({area.Min.x, y}, {area.Max.x, y + theme.px(1)}, paint(theme.colors.accent));
    drawText(theme.fonts.small, {{area.Min.x, y - theme.px(16)}, {area.Max.x, y - theme.px(1)}}, theme.colors.accent,
             fmt::format("{} ms", milliseconds(times.p50)));
}

void drawColumns(Ui& ui, const ImRect& row, ImFont* font, ImU32 color, const std::array<std::string, 3>& texts) {
    const float width = ui.theme.px(kColumnWidth);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const float right = row.Max.x - width * static_cast<float>(texts.size() - 1 - i);
        drawText(font, {{right - width, row.Min.y}, {right, row.Max.y}}, color, texts[i], Align::Right);
    }
}

void drawTimesHeading(Ui& ui) {
    const ImRect row = takeRow(ui, 22);
    drawText(ui.theme.fonts.small, row, ui.theme.colors.textFaint, "milliseconds");
    helpMark(ui, row.Min.x + textWidth(ui.theme.fonts.small, "milliseconds") + ui.theme.px(4), row, kTimesHelp);
    drawColumns(ui, row, ui.theme.fonts.small, ui.theme.colors.textFaint, {"p50", "p95", "p99"});
}

void drawTimes(Ui& ui, const Row& times, float height, bool lit) {
    const ImRect row = takeRow(ui, height);
    drawText(ui.theme.fonts.small, {row.Min, {row.Max.x - 3 * ui.theme.px(kColumnWidth), row.Max.y}},
             lit ? ui.theme.colors.accent : ui.theme.colors.textDim, times.name);
    // What did not run, or was not measured yet, took no 0.00.
    const auto shown = [](double value) { return value > 0 ? milliseconds(value) : std::string("–"); };
    drawColumns(ui, row, ui.theme.fonts.small, lit ? ui.theme.colors.accent : ui.theme.colors.text,
                {shown(times.timeMs.p50), shown(times.timeMs.p95), shown(times.timeMs.p99)});
}

/// The operations one after the other, as long as they take; the one under the mouse, or −1.
int drawTimeline(Ui& ui, const std::vector<Row>& operations) {
    const Theme& theme = ui.theme;
    const ImRect area = takeRow(ui, 26);
    ui.state.placed["timeline"] = {area, ImGui::GetFrameCount()};
    double total = 0;
    for (const Row& operation : operations)
        total += operation.timeMs.p50;
    if (total <= 0)
        return -1;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(area.Min, area.Max, paint(theme.colors.control), theme.px(4));
    const bool inside = ImGui::IsMouseHoveringRect(area.Min, area.Max) && ImGui::IsWindowHovered();
    int hovered = -1;
    double before = 0;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const auto x = [&](double ms) { return area.Min.x + area.GetWidth() * static_cast<float>(ms / total); };
        const double time = operations[i].timeMs.p50;
        const ImRect bar{{x(before), area.Min.y}, {x(before + time), area.Max.y}};
        before += time;
        if (inside && ImGui::GetIO().MousePos.x >= bar.Min.x && ImGui::GetIO().MousePos.x < bar.Max.x)
            hovered = static_cast<int>(i);
        const ImU32 resting = mix(theme.colors.track, theme.colors.accent, i % 2 == 0 ? 0.75f : 0.45f);
        list->AddRectFilled({bar.Min.x, bar.Min.y}, {std::max(bar.Min.x + 1, bar.Max.x - 1), bar.Max.y},
                            paint(hovered == static_cast<int>(i) ? theme.colors.text : resting));
    }
    if (hovered >= 0) {
        const Row& row = operations[static_cast<std::size_t>(hovered)];
        const std::string text =
            fmt::format("{} ms, {:.0f} % of the network. p95 {} ms, p99 {} ms", milliseconds(row.timeMs.p50),
                        100 * row.timeMs.p50 / total, milliseconds(row.timeMs.p95), milliseconds(row.timeMs.p99));
        tooltip(ui, {.title = row.name, .text = text}, true, true);
    }
    return hovered;
}

void drawOperations(Ui& ui) {
    const std::vector<Row> operations = ui.state.performance.operations();
    if (operations.empty())
        return;
    const Theme& theme = ui.theme;
    takeGap(ui, 4);
    const int hovered = drawTimeline(ui, operations);
    const ImRect row = takeRow(ui);
    const Interaction action = interact(ui, "operations", row);
    bool& open = ui.state.isOpen("operations", false);
    if (action.pressed)
        open = !open;
    const ImU32 color = action.hovered ? theme.colors.text : theme.colors.textDim;
    const std::string text = hovered >= 0 ? operations[static_cast<std::size_t>(hovered)].name
                                          : fmt::format("{} operations", operations.size());
    drawText(theme.fonts.body, row, color, text);
    drawText(theme.fonts.body, row, color, open ? "hide" : "show", Align::Right);
    if (!open)
        return;
    for (std::size_t i = 0; i < operations.size(); ++i)
        drawTimes(ui, operations[i], 18, hovered == static_cast<int>(i));
}

/// Writes on a thread of its own: a disk may be slow, the window is not.
void exportJson(Ui& ui) {
    const auto path = app::newSnapshotPath().replace_extension(".json");
    ui.state.exporting =
        std::async(std::launch::async, [path, text = app::performanceJson(ui.stats, ui.state.performance)] {
            try {
                writeFileAtomically(path, std::string_view(text));
                return app::Message{.kind = app::Message::Kind::Info, .text = "wrote " + path.string()};
            } catch (const Error& error) {
                return app::Message{.kind = app::Message::Kind::Error, .text = error.what()};
            }
        });
}

void drawExport(Ui& ui) {
    std::future<app::Message>& exporting = ui.state.exporting;
    takeGap(ui, 4);
    const ImRect row = takeRow(ui, 32);
    ImGui::BeginDisabled(exporting.valid());
    if (textButton(ui, "performance.export", {{row.Max.x - ui.theme.px(112), row.Min.y}, row.Max}, "Export JSON",
                   {.title = "Export", .text = "Device, network and all times above, to the pictures folder."}))
        exportJson(ui);
    ImGui::EndDisabled();
}

}  // namespace

void drawPerformance(Ui& ui) {
    if (!sectionHeader(ui, "Performance", kPerformanceHelp))
        return;
    const app::Stats& stats = ui.stats;
    const Percentiles frame = app::percentilesOf(stats.recentFrameTimesMs);
    drawRate(ui);
    drawFrames(ui, frame);
    drawTimesHeading(ui);
    drawTimes(ui, {"frame, wall time", frame}, 20, false);
    for (const Row& stage : ui.state.performance.stages()) {
        if (stage.name != "frame")
            drawTimes(ui, stage, 20, false);
    }
    drawOperations(ui);
    takeGap(ui, 4);
    valueRow(ui, "Network",
             fmt::format("{} at {} × {}", stats.model, stats.networkExtent.width, stats.networkExtent.height));
    const app::Stats::Governed& governed = stats.governed;
    valueRow(ui, "Governor",
             governed.targetRate > 0
                 ? fmt::format("aims at {:g} fps: {}, {}", governed.targetRate, governed.shortSide, governed.state)
                 : std::string("off, the size is fixed"));
    valueRow(ui, "Feature memory", fmt::format("{:.1f} MiB", static_cast<double>(stats.arenaBytes) / (1 << 20)));
    valueRow(ui, "Frames",
             stats.framesDropped > 0 ? fmt::format("{}, {} skipped", stats.framesDone, stats.framesDropped)
                                     : fmt::format("{}", stats.framesDone));
    if (stats.saturatedValues > 0)
        valueRow(ui, "Saturated values", fmt::format("{}", stats.saturatedValues));
    drawKernels(ui);
    valueRow(ui, "Device", stats.deviceName);
    valueRow(ui, "Driver", stats.driver);
    drawExport(ui);
    if (!stats.softwareDevice)
        return;
    takeGap(ui);
    paragraph(ui, ui.theme.fonts.small, ui.theme.colors.warning,
              "Software device: the network runs on the processor. With a graphics card's Vulkan driver it is many "
              "times faster.");
}

}  // namespace impasto::ui
