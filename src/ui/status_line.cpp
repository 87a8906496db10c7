// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

std::string clock(double seconds) {
    const int whole = static_cast<int>(std::max(0.0, seconds));
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
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
    const ImGuiWindow* window = ImGui::GetCurrentWindow();
    const ImRect line{{window->Pos.x + theme.px(kMargin), window->Pos.y},
                      {window->Pos.x + window->Size.x - theme.px(kMargin), window->Pos.y + window->Size.y}};
    if (ui.stats.seekable && ui.stats.durationSeconds > 0)
        drawSeekBar(ui, line);
    else
        drawText(theme.fonts.body, line, theme.colors.textFaint,
                 "Click a style to paint in it, Shift+click to blend, W to compare with the source. F1: all keys");
}

}  // namespace impasto::ui
