// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "ui/shortcuts.h"
#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kButton = 32.0f;

/// Places square buttons from left to right or from right to left.
struct Strip {
    const Theme& theme;
    float x;
    float middle;
    bool fromRight;

    ImRect take(float width) {
        const float w = theme.px(width);
        const float h = theme.px(kButton);
        const float left = fromRight ? x - w : x;
        x = fromRight ? x - w - theme.px(4) : x + w + theme.px(4);
        return {{left, std::round(middle - h / 2)}, {left + w, std::round(middle + h / 2)}};
    }
};

Icon sourceIcon(const Ui& ui) {
    if (ui.stats.live)
        return Icon::Camera;
    return isImagePath(ui.settings.source) ? Icon::Image : Icon::Film;
}

void drawSourceButton(Ui& ui, const ImRect& rect) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, "source", rect);
    const ImU32 fill = action.hovered ? theme.colors.controlHover : theme.colors.control;
    ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, paint(fill), theme.px(6));
    drawIcon(ui, sourceIcon(ui), {rect.Min.x + theme.px(17), rect.GetCenter().y}, theme.px(15), theme.colors.textDim);
    drawIcon(ui, Icon::Chevron, {rect.Max.x - theme.px(14), rect.GetCenter().y}, theme.px(14), theme.colors.textDim);
    const std::string_view name =
        ui.stats.sourceName.empty() ? std::string_view("Choose a source") : ui.stats.sourceName;
    drawText(theme.fonts.body, {{rect.Min.x + theme.px(34), rect.Min.y}, {rect.Max.x - theme.px(26), rect.Max.y}},
             theme.colors.text, name);
    tooltip(ui,
            {.title = "Source",
             .text = "Camera, file, folder or URL. Or drop one on the picture.",
             .shortcut = keysOf(Action::Sources)},
            action.hovered);
    if (action.pressed || std::exchange(ui.state.openSources, false))
        ImGui::OpenPopup("source menu");
    ImGui::SetNextWindowPos({rect.Min.x, rect.Max.y + theme.px(6)});
    drawSourceMenu(ui);
}

/// Red with the time while it records.
void drawRecordButton(Ui& ui, Strip& left) {
    const Theme& theme = ui.theme;
    const app::RecordingStats& recording = ui.stats.recording;
    const std::string time = recording.active ? timeText(recording.seconds) : std::string();
    const float width = recording.active ? kButton + 8 + textWidth(theme.fonts.strong, time) / theme.scale : kButton;
    const ImRect rect = left.take(width);
    if (!recording.active) {
        if (iconButton(ui, "record", rect, Icon::Record, false,
                       {.title = "Record", .text = "To the videos folder.", .shortcut = keysOf(Action::Record)}))
            toggleRecording(ui);
        return;
    }
    const Interaction action = interact(ui, "record", rect);
    const ImU32 fill = action.hovered ? mix(theme.colors.error, IM_COL32_WHITE, 0.15f) : theme.colors.error;
    ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, paint(fill), theme.px(6));
    drawIcon(ui, Icon::Record, {rect.Min.x + theme.px(16), rect.GetCenter().y}, theme.px(16), IM_COL32_WHITE);
    drawText(theme.fonts.strong, {{rect.Min.x + theme.px(30), rect.Min.y}, rect.Max}, IM_COL32_WHITE, time);
    tooltip(ui, {.title = "Stop recording", .shortcut = keysOf(Action::Record)}, action.hovered);
    if (action.pressed)
        toggleRecording(ui);
}

void drawRate(Ui& ui, Strip& right, float leftEnd) {
    const Theme& theme = ui.theme;
    const std::string rate = fmt::format("{:.0f} fps", ui.stats.framesPerSecond);
    const std::string what = ui.stats.softwareDevice ? fmt::format("{} on software", ui.stats.model) : ui.stats.model;
    const float rateWidth = textWidth(theme.fonts.strong, rate);
    const float whatWidth = textWidth(theme.fonts.body, what);
    const float top = right.middle - theme.px(kButton / 2);
    const float bottom = right.middle + theme.px(kButton / 2);
    float x = right.x - theme.px(kGap);
    const ImRect whatRect{{x - whatWidth, top}, {x, bottom}};
    if (whatRect.Min.x - rateWidth - theme.px(20) > leftEnd) {
        drawText(theme.fonts.body, whatRect, theme.colors.textDim, what, Align::Right);
        x = whatRect.Min.x - theme.px(10);
    }
    const ImRect rateRect{{x - rateWidth, top}, {x, bottom}};
    if (rateRect.Min.x > leftEnd)
        drawText(theme.fonts.strong, rateRect, theme.colors.text, rate, Align::Right);
    if (ui.stats.softwareDevice)
        tooltip(ui,
                {.title = "Software device",
                 .text = "No graphics card with a Vulkan driver was found: the network runs on the processor."},
                ImGui::IsMouseHoveringRect({rateRect.Min.x, top}, {right.x, bottom}) && ImGui::IsWindowHovered(), true);
}

void drawHistoryButtons(Ui& ui, Strip& left) {
    const Theme& theme = ui.theme;
    left.x += theme.px(4);
    const app::SettingsHistory* history = ui.state.history ? &*ui.state.history : nullptr;
    ImGui::BeginDisabled(!history || !history->canUndo());
    if (iconButton(ui, "undo", left.take(kButton), Icon::Undo, false,
                   {.title = "Undo", .shortcut = keysOf(Action::Undo)}))
        undo(ui);
    ImGui::EndDisabled();
    ImGui::BeginDisabled(!history || !history->canRedo());
    if (iconButton(ui, "redo", left.take(kButton), Icon::Redo, false,
                   {.title = "Redo", .shortcut = keysOf(Action::Redo)}))
        redo(ui);
    ImGui::EndDisabled();
}

}  // namespace

void drawTopBar(Ui& ui) {
    const Theme& theme = ui.theme;
    app::Settings& settings = ui.settings;
    const ImGuiWindow* window = ImGui::GetCurrentWindow();
    const ImRect bar{window->Pos, {window->Pos.x + window->Size.x, window->Pos.y + window->Size.y}};
    const float middle = bar.GetCenter().y;

    Strip left{theme, bar.Min.x + theme.px(kGap), middle, false};
    const float sourceWidth = std::clamp(bar.GetWidth() / theme.scale * 0.3f, 120.0f, 280.0f);
    drawSourceButton(ui, left.take(sourceWidth));
    left.x += theme.px(4);
    if (iconButton(ui, "pause", left.take(kButton), settings.paused ? Icon::Play : Icon::Pause, settings.paused,
                   {.title = settings.paused ? "Go on" : "Pause", .shortcut = keysOf(Action::Pause)}))
        settings.paused = !settings.paused;
    if (iconButton(ui, "compare", left.take(kButton), Icon::Wipe, settings.wipe,
                   {.title = "Before and after",
                    .text = "Drag the line over the picture.",
                    .shortcut = keysOf(Action::Compare)}))
        settings.wipe = !settings.wipe;
    drawSplitButton(ui, left.take(44));
    if (iconButton(ui, "snapshot", left.take(kButton), Icon::Snapshot, false,
                   {.title = "Snapshot", .text = "Saves the picture as a PNG.", .shortcut = keysOf(Action::Snapshot)}))
        requestSnapshot(ui);
    drawRecordButton(ui, left);
    // A narrow window does without: the keys do the same.
    if (left.x + theme.px(5 * (kButton + 4) + 16) < bar.Max.x)
        drawHistoryButtons(ui, left);

    Strip right{theme, bar.Max.x - theme.px(kGap), middle, true};
    if (iconButton(
            ui, "panel", right.take(kButton), Icon::Panel, false,
            {.title = settings.panelVisible ? "Hide the panel" : "Show the panel", .shortcut = keysOf(Action::Panel)}))
        settings.panelVisible = !settings.panelVisible;
    if (iconButton(ui, "theme", right.take(kButton), settings.lightTheme ? Icon::Moon : Icon::Sun, false,
                   {.title = settings.lightTheme ? "Dark theme" : "Light theme", .shortcut = keysOf(Action::Theme)}))
        settings.lightTheme = !settings.lightTheme;
    if (iconButton(ui, "help", right.take(kButton), Icon::Help, ui.state.helpOpen,
                   {.title = "Keys and gestures", .shortcut = keysOf(Action::Help)}))
        ui.state.helpOpen = !ui.state.helpOpen;
    drawRate(ui, right, left.x);
}

}  // namespace impasto::ui
