// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "ui/shortcuts.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

struct Line {
    std::string_view keys;  ///< empty: a heading
    std::string_view text;
};

std::vector<Line> linesOf(std::initializer_list<std::string_view> groups) {
    std::vector<Line> lines;
    for (const std::string_view group : groups) {
        lines.push_back({{}, group});
        for (const Shortcut& shortcut : shortcuts()) {
            if (shortcut.group == group && shortcut.listed)
                lines.push_back({shortcut.keys, shortcut.text});
        }
        if (group == "Style")
            for (const Line& line : {Line{"1 … 9", "Preset of that number"}, Line{"Ctrl+1 … 9", "Style alone"},
                                     Line{"Shift+1 … 9", "Blend a style in or out"}})
                lines.push_back(line);
    }
    return lines;
}

std::vector<Line> gestures() {
    return {{{}, "Mouse"},
            {"Drag", "A slider, or along a chosen style"},
            {"Ctrl+click", "Type a number"},
            {"Right click", "A number back to its default"},
            {"Shift+click", "Blend a style in or out"},
            {"Double click", "Full screen, on the picture"},
            {"Drop on picture", "Source; a snapshot: its settings"},
            {"Drop on panel", "A style of your own"}};
}

void drawColumn(Ui& ui, const std::vector<Line>& lines, const ImRect& column) {
    const Theme& theme = ui.theme;
    float y = column.Min.y;
    for (const Line& line : lines) {
        if (line.keys.empty() && y > column.Min.y)
            y += theme.px(8);
        const float height = theme.px(line.keys.empty() ? 26 : 22);
        const ImRect row{{column.Min.x, y}, {column.Max.x, y + height}};
        if (line.keys.empty()) {
            drawText(theme.fonts.small, row, theme.colors.accent, line.text);
        } else {
            const float text = row.Min.x + theme.px(104);
            drawText(theme.fonts.strong, {row.Min, {text - theme.px(4), row.Max.y}}, theme.colors.text, line.keys);
            drawText(theme.fonts.body, {{text, row.Min.y}, row.Max}, theme.colors.textDim, line.text);
        }
        y += height;
    }
}

float heightOf(const Theme& theme, const std::vector<Line>& lines) {
    float height = 0;
    for (const Line& line : lines)
        height += theme.px(line.keys.empty() ? 34 : 22);
    return height;
}

}  // namespace

void drawHelp(Ui& ui) {
    const Theme& theme = ui.theme;
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const std::vector<Line> left = linesOf({"Source", "Style", "Normalization"});
    std::vector<Line> right = linesOf({"Picture", "Changes", "Window"});
    for (const Line& line : gestures())
        right.push_back(line);

    const float padding = theme.px(24);
    const float width = std::min(theme.px(720), screen.x - 2 * theme.px(kMargin));
    const float content = std::max(heightOf(theme, left), heightOf(theme, right));
    const float height = std::min(content + theme.px(44) + padding, screen.y - 2 * theme.px(kMargin));
    // Everything behind is dimmed, and a click anywhere closes the page.
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(screen);
    ImGui::SetNextWindowFocus();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, IM_COL32(0, 0, 0, 120));
    ImGui::Begin("help", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoNav);
    if (interact(ui, "help.page", {{0, 0}, screen}).pressed)
        ui.state.helpOpen = false;
    const ImVec2 corner{std::round((screen.x - width) / 2), std::round((screen.y - height) / 2)};
    const ImRect card{corner, {corner.x + width, corner.y + height}};
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(card.Min, card.Max, paint(theme.colors.popup), theme.px(10));
    list->AddRect(card.Min, card.Max, paint(theme.colors.line), theme.px(10));
    list->PushClipRect(card.Min, card.Max, true);
    const ImRect title{{card.Min.x + padding, card.Min.y + theme.px(12)},
                       {card.Max.x - padding, card.Min.y + theme.px(40)}};
    drawText(theme.fonts.strong, title, theme.colors.text, "Keys and gestures");
    drawText(theme.fonts.small, title, theme.colors.textFaint, "F1, Esc or a click closes this", Align::Right);
    const float middle = std::round(card.GetCenter().x);
    drawColumn(ui, left, {{title.Min.x, title.Max.y + theme.px(4)}, {middle - theme.px(12), card.Max.y}});
    drawColumn(ui, right, {{middle + theme.px(12), title.Max.y + theme.px(4)}, {title.Max.x, card.Max.y}});
    list->PopClipRect();
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar();
}

}  // namespace impasto::ui
