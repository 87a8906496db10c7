// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr double kToastSeconds = 5.0;
constexpr double kErrorSeconds = 12.0;

std::string clock(double seconds) {
    const int whole = static_cast<int>(std::max(0.0, seconds));
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

/// Takes over what the session has said since the last frame; the newest message is the one shown.
void takeMessages(Ui& ui) {
    UiState& state = ui.state;
    for (const app::Message& message : ui.stats.messages) {
        if (message.serial <= state.lastMessage)
            continue;
        state.lastMessage = message.serial;
        const double seconds = message.kind == app::Message::Kind::Info ? kToastSeconds : kErrorSeconds;
        state.toast = {message.kind, message.text, ImGui::GetTime() + seconds};
    }
}

void drawToast(Ui& ui, const ImRect& line) {
    const Theme& theme = ui.theme;
    Toast& toast = ui.state.toast;
    const Interaction action = interact(ui, "toast", line);
    const ImU32 color = toast.kind == app::Message::Kind::Error     ? theme.colors.error
                        : toast.kind == app::Message::Kind::Warning ? theme.colors.warning
                                                                    : theme.colors.accent;
    ImGui::GetWindowDrawList()->AddCircleFilled({line.Min.x + theme.px(4), line.GetCenter().y}, theme.px(4),
                                                paint(color), 16);
    ImRect text = line;
    text.Min.x += theme.px(kMargin);
    drawText(theme.fonts.body, text, theme.colors.text, toast.text);
    tooltip(ui, {.text = toast.text, .shortcut = "Click to dismiss"},
            action.hovered && textWidth(theme.fonts.body, toast.text) > text.GetWidth());
    if (action.pressed)
        toast.text.clear();
}

void drawSeekBar(Ui& ui, const ImRect& line) {
    const Theme& theme = ui.theme;
    const double duration = ui.stats.durationSeconds;
    const bool dragging = ui.state.seekSeconds >= 0;
    const double position = dragging ? ui.state.seekSeconds : ui.stats.positionSeconds;
    const std::string total = clock(duration);
    const float width = textWidth(theme.fonts.body, "00:00") + theme.px(4);
    drawText(theme.fonts.body, {line.Min, {line.Min.x + width, line.Max.y}}, theme.colors.textDim, clock(position));
    drawText(theme.fonts.body, {{line.Max.x - width, line.Min.y}, line.Max}, theme.colors.textFaint, total,
             Align::Right);

    float fraction = static_cast<float>(std::clamp(position / duration, 0.0, 1.0));
    const ImRect track{{line.Min.x + width + theme.px(kGap), line.Min.y},
                       {line.Max.x - width - theme.px(kGap), line.Max.y}};
    if (sliderTrack(ui, "seek", track, fraction)) {
        const double wanted = fraction * duration;
        if (wanted != ui.state.seekSeconds)
            ui.requests.seekSeconds = wanted;
        ui.state.seekSeconds = wanted;
    } else {
        ui.state.seekSeconds = -1;
    }
}

}  // namespace

void drawStatusLine(Ui& ui) {
    const Theme& theme = ui.theme;
    takeMessages(ui);
    const ImGuiWindow* window = ImGui::GetCurrentWindow();
    const ImRect line{{window->Pos.x + theme.px(kMargin), window->Pos.y},
                      {window->Pos.x + window->Size.x - theme.px(kMargin), window->Pos.y + window->Size.y}};
    const bool hasToast = !ui.state.toast.text.empty() && ImGui::GetTime() < ui.state.toast.until;
    if (hasToast && ui.state.seekSeconds < 0)
        drawToast(ui, line);
    else if (ui.stats.seekable && ui.stats.durationSeconds > 0)
        drawSeekBar(ui, line);
    else
        drawText(theme.fonts.body, line, theme.colors.textFaint,
                 "Click a style to paint in it, Shift+click to blend, W to compare with the source. F1: all keys");
}

}  // namespace impasto::ui
