// SPDX-License-Identifier: MIT
#include "ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace impasto::ui {
namespace {

constexpr float kTooltipDelaySeconds = 0.5f;
constexpr float kAnimationSeconds = 0.1f;

void note(Ui& ui, std::string_view name, const ImRect& rect) {
    auto found = ui.state.placed.find(name);
    if (found == ui.state.placed.end())
        found = ui.state.placed.emplace(std::string(name), UiState::Placed{}).first;
    found->second = {rect, ImGui::GetFrameCount()};
}

const char* end(std::string_view text) {
    return text.data() + text.size();
}

}  // namespace

ImU32 paint(ImU32 color) {
    return ImGui::GetColorU32(color);
}

ImU32 mix(ImU32 a, ImU32 b, float amount) {
    const ImVec4 from = ImGui::ColorConvertU32ToFloat4(a);
    const ImVec4 to = ImGui::ColorConvertU32ToFloat4(b);
    return ImGui::ColorConvertFloat4ToU32(ImLerp(from, to, std::clamp(amount, 0.0f, 1.0f)));
}

Interaction interact(Ui& ui, std::string_view name, const ImRect& rect) {
    ImGuiWindow* window = ImGui::GetCurrentWindow();
    Interaction result;
    result.id = window->GetID(name.data(), end(name));
    if (!ImGui::ItemAdd(rect, result.id))
        return result;
    note(ui, name, rect);
    result.visible = true;
    const bool wasActive = ImGui::GetActiveID() == result.id;
    result.pressed = ImGui::ButtonBehavior(rect, result.id, &result.hovered, &result.held);
    result.began = !wasActive && ImGui::GetActiveID() == result.id;
    result.resetAsked = result.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right);
    return result;
}

ImRect takeRow(Ui& ui, float height) {
    ImGuiWindow* window = ImGui::GetCurrentWindow();
    const ImVec2 at = window->DC.CursorPos;
    const ImVec2 size{ImGui::GetContentRegionAvail().x, ui.theme.px(height)};
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::ItemSize(size);
    ImGui::PopStyleVar();
    return {at, {at.x + size.x, at.y + size.y}};
}

void takeGap(Ui& ui, float height) {
    takeRow(ui, height);
}

float textWidth(ImFont* font, std::string_view text) {
    return font->CalcTextSizeA(font->FontSize * ImGui::GetIO().FontGlobalScale, FLT_MAX, 0.0f, text.data(), end(text))
        .x;
}

void drawText(ImFont* font, const ImRect& rect, ImU32 color, std::string_view text, Align align) {
    const float size = font->FontSize * ImGui::GetIO().FontGlobalScale;
    std::string shortened;
    float width = textWidth(font, text);
    if (width > rect.GetWidth() + 0.5f) {
        std::size_t keep = text.size();
        while (keep > 0 && width > rect.GetWidth()) {
            --keep;
            while (keep > 0 && (static_cast<unsigned char>(text[keep]) & 0xC0u) == 0x80u)
                --keep;
            shortened = std::string(text.substr(0, keep)) + "…";
            width = textWidth(font, shortened);
        }
        text = shortened;
    }
    const float space = rect.GetWidth() - width;
    const float x = align == Align::Left ? 0.0f : align == Align::Center ? space * 0.5f : space;
    const ImVec2 at{std::round(rect.Min.x + x), std::round(rect.Min.y + (rect.GetHeight() - size) * 0.5f)};
    ImGui::GetWindowDrawList()->AddText(font, size, at, paint(color), text.data(), end(text));
}

float animate(Ui& ui, ImGuiID id, bool target) {
    ImGuiStorage* storage = ImGui::GetStateStorage();
    const float goal = target ? 1.0f : 0.0f;
    float* value = storage->GetFloatRef(id ^ 0x5bd1e995u, goal);
    const float step = ImGui::GetIO().DeltaTime / kAnimationSeconds;
    *value = *value < goal ? std::min(goal, *value + step) : std::max(goal, *value - step);
    if (*value != goal)
        ui.state.animating = true;
    return *value;
}

void tooltip(Ui& ui, const Explanation& explanation, bool hovered, bool immediately) {
    if (!hovered || explanation.empty() || ImGui::IsAnyMouseDown())
        return;
    if (!immediately && ImGui::GetCurrentContext()->HoveredIdTimer < kTooltipDelaySeconds) {
        ui.state.animating = true;
        return;
    }
    const Theme& theme = ui.theme;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(12), theme.px(10)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(6)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0f);
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(theme.px(300));
    const auto line = [](ImFont* font, ImU32 color, std::string_view text) {
        if (text.empty())
            return;
        ImGui::PushFont(font);
        ImGui::PushStyleColor(ImGuiCol_Text, color);
        ImGui::TextUnformatted(text.data(), end(text));
        ImGui::PopStyleColor();
        ImGui::PopFont();
    };
    line(theme.fonts.strong, theme.colors.text, explanation.title);
    if (!explanation.shortcut.empty()) {
        if (!explanation.title.empty())
            ImGui::SameLine();
        line(theme.fonts.body, theme.colors.textFaint, explanation.shortcut);
    }
    line(theme.fonts.body, theme.colors.textDim, explanation.text);
    if (theme.fonts.hasGreek)
        line(theme.fonts.body, theme.colors.accent, explanation.formula);
    line(theme.fonts.small, theme.colors.textFaint, explanation.note);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
    ImGui::PopStyleVar(4);
}

void helpMark(Ui& ui, float left, const ImRect& row, const Explanation& explanation) {
    if (explanation.empty())
        return;
    const Theme& theme = ui.theme;
    const float radius = theme.px(7);
    const ImVec2 center{left + radius, std::round(row.GetCenter().y)};
    const ImRect rect{{center.x - radius - 2, row.Min.y}, {center.x + radius + 2, row.Max.y}};
    const bool hovered = ImGui::IsMouseHoveringRect(rect.Min, rect.Max) && ImGui::IsWindowHovered();
    const ImU32 color = hovered ? theme.colors.text : theme.colors.textFaint;
    drawText(theme.fonts.small, {{center.x - radius, row.Min.y}, {center.x + radius, row.Max.y}}, color, "?",
             Align::Center);
    tooltip(ui, explanation, hovered, true);
}

bool sectionHeader(Ui& ui, std::string_view title, const Explanation& explanation, bool openAtFirst) {
    const Theme& theme = ui.theme;
    bool& open = ui.state.isOpen(title, openAtFirst);
    const bool first = ImGui::GetCursorPosY() <= theme.px(kGap);
    if (!first) {
        takeGap(ui, 12);
        const ImRect hairline = takeRow(ui, 1);
        ImGui::GetWindowDrawList()->AddRectFilled(hairline.Min, hairline.Max, paint(theme.colors.line));
        takeGap(ui, 4);
    }
    const ImRect row = takeRow(ui, 36);
    const Interaction action = interact(ui, "section." + std::string(title), row);
    if (action.pressed)
        open = !open;
    drawText(theme.fonts.strong, row, theme.colors.text, title);
    helpMark(ui, row.Min.x + textWidth(theme.fonts.strong, title) + theme.px(6), row, explanation);
    const ImU32 color = action.hovered ? theme.colors.text : theme.colors.textFaint;
    const ImVec2 center{row.Max.x - theme.px(8), row.GetCenter().y};
    const float s = theme.px(4);
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (open) {
        list->PathLineTo({center.x - s, center.y - s * 0.5f});
        list->PathLineTo({center.x, center.y + s * 0.5f});
        list->PathLineTo({center.x + s, center.y - s * 0.5f});
    } else {
        list->PathLineTo({center.x - s * 0.5f, center.y - s});
        list->PathLineTo({center.x + s * 0.5f, center.y});
        list->PathLineTo({center.x - s * 0.5f, center.y + s});
    }
    list->PathStroke(paint(color), 0, theme.px(1.5f));
    return open;
}

void label(Ui& ui, std::string_view text, const Explanation& explanation) {
    const ImRect row = takeRow(ui, 24);
    drawText(ui.theme.fonts.body, row, ui.theme.colors.textDim, text);
    helpMark(ui, row.Min.x + textWidth(ui.theme.fonts.body, text) + ui.theme.px(4), row, explanation);
}

void valueRow(Ui& ui, std::string_view name, std::string_view value, float height) {
    const ImRect row = takeRow(ui, height);
    drawText(ui.theme.fonts.body, row, ui.theme.colors.textDim, name);
    ImRect right = row;
    right.Min.x += textWidth(ui.theme.fonts.body, name) + ui.theme.px(kMargin);
    drawText(ui.theme.fonts.body, right, ui.theme.colors.text, value, Align::Right);
}

void paragraph(Ui& ui, ImFont* font, ImU32 color, std::string_view text) {
    ImGui::PushFont(font);
    ImGui::PushStyleColor(ImGuiCol_Text, color);
    ImGui::PushTextWrapPos(0.0f);
    ImGui::TextUnformatted(text.data(), end(text));
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    ImGui::PopFont();
    (void)ui;
}

}  // namespace impasto::ui
