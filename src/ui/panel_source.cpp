// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/shortcuts.h"
#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kSourceHelp{.title = "Source",
                                  .text = "How the source is played, turned and cut, and what a camera is asked for."};
constexpr Explanation kFormatHelp{
    .title = "Format",
    .text =
        "What the camera offers: layout of the pixels, size, frames per second. Chosen means the size nearest to "
        "1280 × 720 that reaches 30 a second."};
constexpr Explanation kSpeedHelp{.title = "Speed", .text = "Of files. A recording of another speed has no sound."};
constexpr Explanation kIntervalHelp{.title = "Interval", .text = "How long each picture of a folder is shown."};
constexpr Explanation kTurnHelp{.title = "Turn", .text = "Clockwise, before anything is cut."};
constexpr Explanation kCropHelp{.title = "Crop", .text = "What is cut off at each side of the picture."};

std::string percent(float value) {
    return fmt::format("{:.0f} %", 100 * value);
}
std::string times(float value) {
    return fmt::format("{:.2f} ×", value);
}
std::string secondsText(float value) {
    return fmt::format("{:.1f} s", value);
}

std::string formatLabel(const std::string& format) {
    std::string text = format;
    if (const std::size_t cross = text.find('x', text.find(' ')); cross != std::string::npos)
        text.replace(cross, 1, " × ");
    return text + " fps";
}

void drawFormats(Ui& ui) {
    if (ui.stats.capture.empty())
        return;
    const Theme& theme = ui.theme;
    valueRow(ui, "Agreed on", formatLabel(ui.stats.capture));
    valueRow(ui, "Measured", fmt::format("{:.1f} fps", ui.stats.measuredRate));
    if (ui.stats.cameraFormats.empty())
        return;
    const ImRect row = takeRow(ui, 30);
    drawText(theme.fonts.body, row, theme.colors.textDim, "Format");
    helpMark(ui, row.Min.x + textWidth(theme.fonts.body, "Format") + theme.px(4), row, kFormatHelp);
    const ImRect button{{row.Min.x + theme.px(112), row.Min.y}, row.Max};
    const std::string shown = ui.settings.cameraFormat.empty() ? "Chosen" : formatLabel(ui.settings.cameraFormat);
    if (textButton(ui, "camera.format", button, shown, {}))
        ImGui::OpenPopup("camera formats");
    ImGui::SetNextWindowPos({button.Min.x, button.Max.y + theme.px(2)});
    ImGui::SetNextWindowSizeConstraints({button.GetWidth(), 0}, {button.GetWidth(), theme.px(320)});
    if (!ImGui::BeginPopup("camera formats"))
        return;
    const auto entry = [&](const std::string& format, const std::string& text) {
        const ImRect line = takeRow(ui, 26);
        const Interaction action = interact(ui, "format." + format, line);
        if (action.hovered)
            ImGui::GetWindowDrawList()->AddRectFilled(line.Min, line.Max, paint(theme.colors.controlHover),
                                                      theme.px(4));
        const bool active = ui.settings.cameraFormat == format;
        drawText(theme.fonts.body, {{line.Min.x + theme.px(8), line.Min.y}, line.Max},
                 active ? theme.colors.accent : theme.colors.text, text);
        if (action.pressed) {
            ui.settings.cameraFormat = format;
            ImGui::CloseCurrentPopup();
        }
    };
    entry("", "Chosen");
    for (const std::string& format : ui.stats.cameraFormats)
        entry(format, formatLabel(format));
    ImGui::EndPopup();
}

void drawPlayback(Ui& ui) {
    app::Settings& settings = ui.settings;
    if (ui.stats.live || ui.stats.still || ui.stats.durationSeconds <= 0)
        return;
    std::error_code ignored;
    if (std::filesystem::is_directory(settings.source, ignored))
        slider(ui,
               {.name = "source.interval",
                .label = "Interval",
                .min = 0.1f,
                .max = 60,
                .defaultValue = app::Settings{}.secondsPerImage,
                .logarithmic = true,
                .format = secondsText,
                .explanation = kIntervalHelp},
               settings.secondsPerImage);
    else
        slider(ui,
               {.name = "source.speed",
                .label = "Speed",
                .min = 0.25f,
                .max = 4,
                .defaultValue = 1,
                .logarithmic = true,
                .format = times,
                .explanation = kSpeedHelp},
               settings.speed);
    const ImRect row = takeRow(ui, 30);
    drawText(ui.theme.fonts.body, row, ui.theme.colors.textDim, "Frame");
    const float left = row.Min.x + ui.theme.px(112);
    const float middle = std::round((left + row.Max.x) / 2);
    const float gap = ui.theme.px(2);
    if (textButton(ui, "source.back", {{left, row.Min.y}, {middle - gap, row.Max.y}}, "Before",
                   {.title = "The frame before", .shortcut = keysOf(Action::StepBack)}))
        stepFrame(ui, -1);
    if (textButton(ui, "source.next", {{middle + gap, row.Min.y}, row.Max}, "Next",
                   {.title = "The next frame", .shortcut = keysOf(Action::Step)}))
        stepFrame(ui, 1);
    takeGap(ui, 4);
}

void drawCrop(Ui& ui) {
    struct Side {
        const char* name;
        const char* label;
        float media::Crop::*cut;
    };
    static constexpr Side kSides[] = {{"crop.left", "Crop left", &media::Crop::left},
                                      {"crop.right", "Crop right", &media::Crop::right},
                                      {"crop.top", "Crop top", &media::Crop::top},
                                      {"crop.bottom", "Crop bottom", &media::Crop::bottom}};
    for (const Side& side : kSides)
        slider(ui,
               {.name = side.name,
                .label = side.label,
                .max = 0.45f,
                .format = percent,
                .explanation = kCropHelp,
                .typedFactor = 100},
               ui.settings.crop.*side.cut);
}

}  // namespace

void stepFrame(Ui& ui, int by) {
    if (ui.stats.live)
        return;
    ui.settings.paused = true;
    (by > 0 ? ui.requests.step : ui.requests.stepBack) = true;
}

void drawSource(Ui& ui) {
    if (!sectionHeader(ui, "Source", kSourceHelp, false))
        return;
    drawFormats(ui);
    drawPlayback(ui);
    const Segment turns[] = {{.name = "turn.0", .label = "0°"},
                             {.name = "turn.90", .label = "90°"},
                             {.name = "turn.180", .label = "180°"},
                             {.name = "turn.270", .label = "270°"}};
    if (const int clicked = segmentRow(ui, "Turn", turns, ui.settings.rotation, kTurnHelp); clicked >= 0)
        ui.settings.rotation = clicked;
    drawCrop(ui);
}

}  // namespace impasto::ui
