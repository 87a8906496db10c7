// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kLabelWidth = 112.0f;
constexpr float kValueWidth = 56.0f;

float toFraction(const SliderSpec& spec, float value) {
    if (spec.logarithmic)
        return std::clamp(std::log(std::max(value, spec.min) / spec.min) / std::log(spec.max / spec.min), 0.0f, 1.0f);
    return std::clamp((value - spec.min) / (spec.max - spec.min), 0.0f, 1.0f);
}

float fromFraction(const SliderSpec& spec, float fraction) {
    const float value = spec.logarithmic ? spec.min * std::pow(spec.max / spec.min, fraction)
                                         : spec.min + fraction * (spec.max - spec.min);
    const float rounded = spec.wholeNumbers ? std::round(value) : value;
    return std::clamp(rounded, spec.min, spec.max);
}

/// What is typed, or nothing when it is no number.
std::optional<float> parseTyped(const SliderSpec& spec, std::string text) {
    std::ranges::replace(text, ',', '.');
    char* end = nullptr;
    const float typed = std::strtof(text.c_str(), &end) / spec.typedFactor;
    if (end == text.c_str() || !std::isfinite(typed))
        return std::nullopt;
    return std::clamp(spec.wholeNumbers ? std::round(typed) : typed, spec.min, spec.max);
}

/// The number being typed: opens when `begin`, stays until Enter or a click elsewhere (taken) or Escape (not).
bool typeValue(Ui& ui, const SliderSpec& spec, const ImRect& rect, bool begin, float& value) {
    UiState& state = ui.state;
    const std::string label = "##" + std::string(spec.name) + ".typed";
    ImGuiWindow* window = ImGui::GetCurrentWindow();
    const ImGuiID id = window->GetID(label.c_str());
    if (!begin && state.typedInto != id)
        return false;
    const std::string initial = fmt::format("{:.5g}", value * spec.typedFactor);
    const ImVec2 cursor = window->DC.CursorPos;
    if (!ImGui::ItemAdd(rect, id)) {
        state.typedInto = 0;
        return false;
    }
    if (begin) {
        state.typed = initial;
        state.typedInto = id;
        ImGui::GetCurrentContext()->NavActivateInputId = id;
    }
    std::array<char, 32> text{};
    state.typed.copy(text.data(), text.size() - 1);
    ImGui::TempInputText(rect, id, label.c_str(), text.data(), static_cast<int>(text.size()),
                         ImGuiInputTextFlags_AutoSelectAll);
    state.typed = text.data();
    window->DC.CursorPos = cursor;
    if (!ImGui::TempInputIsActive(id)) {
        if (state.typed != initial)
            value = parseTyped(spec, state.typed).value_or(value);
        state.typedInto = 0;
    }
    return true;
}

}  // namespace

bool sliderTrack(Ui& ui, std::string_view name, const ImRect& rect, float& value, Interaction* out) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, name, rect);
    if (out)
        *out = action;
    const float radius = theme.px(6);
    const float left = rect.Min.x + radius;
    const float width = std::max(1.0f, rect.GetWidth() - 2 * radius);
    const bool dragging = action.held && !ImGui::GetIO().KeyCtrl;
    if (dragging)
        value = std::clamp((ImGui::GetIO().MousePos.x - left) / width, 0.0f, 1.0f);

    ImDrawList* list = ImGui::GetWindowDrawList();
    const float y = std::round(rect.GetCenter().y);
    const float half = theme.px(2);
    const float x = left + value * width;
    const float lit = animate(ui, action.id, action.hovered || action.held);
    list->AddRectFilled({rect.Min.x, y - half}, {rect.Max.x, y + half}, paint(theme.colors.track), half);
    list->AddRectFilled({rect.Min.x, y - half}, {x, y + half}, paint(theme.colors.accent), half);
    list->AddCircleFilled({x, y}, radius * (0.8f + 0.2f * lit) + theme.px(1), paint(IM_COL32(0, 0, 0, 70)), 20);
    list->AddCircleFilled({x, y}, radius * (0.8f + 0.2f * lit), paint(theme.colors.knob), 20);
    return dragging;
}

bool numberControl(Ui& ui, const SliderSpec& spec, const ImRect& track, const ImRect& number, float& value) {
    const Theme& theme = ui.theme;
    const float before = value;
    float fraction = toFraction(spec, value);
    Interaction action;
    if (sliderTrack(ui, spec.name, track, fraction, &action))
        value = fromFraction(spec, fraction);
    Interaction onNumber;
    if (!typeValue(ui, spec, number, action.began && ImGui::GetIO().KeyCtrl, value)) {
        onNumber = interact(ui, std::string(spec.name) + ".value", number);
        if (onNumber.hovered)
            ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
        const std::string text = spec.shown.empty() ? spec.format(value) : std::string(spec.shown);
        drawText(theme.fonts.body, number, spec.faint ? theme.colors.textFaint : theme.colors.text, text, Align::Right);
        if (onNumber.pressed)
            typeValue(ui, spec, number, true, value);
    }
    if (action.resetAsked || onNumber.resetAsked)
        value = spec.defaultValue;
    const std::string note = fmt::format("{} … {}, at first {}\nDrag, Ctrl+click to type, right click to reset",
                                         spec.format(spec.min), spec.format(spec.max), spec.format(spec.defaultValue));
    Explanation explanation = spec.explanation;
    if (explanation.title.empty())
        explanation.title = spec.label;
    explanation.note = note;
    tooltip(ui, explanation, action.hovered || onNumber.hovered);
    return value != before;
}

bool slider(Ui& ui, const SliderSpec& spec, float& value) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui);
    const NumberPlaces places = numberPlaces(ui, row);
    drawText(theme.fonts.body, {row.Min, {places.track.Min.x, row.Max.y}}, theme.colors.textDim, spec.label);
    helpMark(ui, row.Min.x + textWidth(theme.fonts.body, spec.label) + theme.px(4), row, spec.explanation);
    return numberControl(ui, spec, places.track, places.number, value);
}

NumberPlaces numberPlaces(Ui& ui, const ImRect& row) {
    const Theme& theme = ui.theme;
    const float valueStart = row.Max.x - theme.px(kValueWidth);
    return {{{row.Min.x + theme.px(kLabelWidth), row.Min.y}, {valueStart - theme.px(kGap), row.Max.y}},
            {{valueStart, row.Min.y + theme.px(2)}, {row.Max.x, row.Max.y - theme.px(2)}}};
}

namespace {

struct SegmentLook {
    bool lit = false;
    bool hovered = false;
    bool accented = false;
};

void drawSegment(Ui& ui, const ImRect& cell, const Segment& item, const SegmentLook& look) {
    const Theme& theme = ui.theme;
    const float inset = look.accented ? 0.0f : theme.px(2);
    const ImRect fill{{cell.Min.x + inset, cell.Min.y + inset}, {cell.Max.x - inset, cell.Max.y - inset}};
    const float rounding = theme.px(look.accented ? 5 : 4);
    const ImU32 litColor = look.accented ? theme.colors.accent : theme.colors.selected;
    if (look.lit || look.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(fill.Min, fill.Max,
                                                  paint(look.lit ? litColor : theme.colors.controlHover), rounding);
    const ImU32 color = look.lit && look.accented ? theme.colors.onAccent
                        : look.lit                ? theme.colors.text
                        : item.faint              ? theme.colors.textFaint
                                                  : theme.colors.textDim;
    ImFont* font = look.lit && look.accented ? theme.fonts.strong : theme.fonts.body;
    const bool fits = textWidth(font, item.label) <= cell.GetWidth() - theme.px(4);
    drawText(fits ? font : theme.fonts.small, cell, color, item.label, Align::Center);
}

}  // namespace

int segments(Ui& ui, const ImRect& rect, std::span<const Segment> items, int active, bool accented) {
    const Theme& theme = ui.theme;
    if (items.empty())
        return -1;
    ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, paint(theme.colors.control), theme.px(5));
    const float width = rect.GetWidth() / static_cast<float>(items.size());
    int clicked = -1;
    for (int i = 0; i < static_cast<int>(items.size()); ++i) {
        const Segment& item = items[static_cast<std::size_t>(i)];
        const ImRect cell{{std::round(rect.Min.x + width * static_cast<float>(i)), rect.Min.y},
                          {std::round(rect.Min.x + width * static_cast<float>(i + 1)), rect.Max.y}};
        ImGui::BeginDisabled(!item.enabled);
        const Interaction action = interact(ui, item.name, cell);
        if (action.pressed)
            clicked = i;
        const bool lit = i == active;
        drawSegment(ui, cell, item, {.lit = lit, .hovered = action.hovered, .accented = accented});
        ImGui::EndDisabled();
        tooltip(ui, item.explanation, action.hovered);
    }
    return clicked;
}

int segmentRow(Ui& ui, std::string_view text, std::span<const Segment> items, int active,
               const Explanation& explanation) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui);
    const float labelEnd = row.Min.x + theme.px(kLabelWidth);
    drawText(theme.fonts.body, {row.Min, {labelEnd, row.Max.y}}, theme.colors.textDim, text);
    helpMark(ui, row.Min.x + textWidth(theme.fonts.body, text) + theme.px(4), row, explanation);
    return segments(ui, {{labelEnd, row.Min.y + theme.px(2)}, {row.Max.x, row.Max.y - theme.px(2)}}, items, active);
}

bool toggleRow(Ui& ui, std::string_view name, std::string_view text, bool& value, const Explanation& explanation) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui);
    const Interaction action = interact(ui, name, row);
    if (action.pressed)
        value = !value;
    drawText(theme.fonts.body, row, action.hovered ? theme.colors.text : theme.colors.textDim, text);
    helpMark(ui, row.Min.x + textWidth(theme.fonts.body, text) + theme.px(4), row, explanation);

    const float on = animate(ui, action.id, value);
    const ImVec2 size{theme.px(30), theme.px(18)};
    const ImRect pill{{row.Max.x - size.x, std::round(row.GetCenter().y - size.y / 2)},
                      {row.Max.x, std::round(row.GetCenter().y + size.y / 2)}};
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(pill.Min, pill.Max, paint(mix(theme.colors.track, theme.colors.accent, on)), size.y / 2);
    const float radius = size.y / 2 - theme.px(3);
    const float x = ImLerp(pill.Min.x, pill.Max.x - size.y, on) + size.y / 2;
    list->AddCircleFilled({x, pill.GetCenter().y}, radius, paint(theme.colors.knob), 20);
    return action.pressed;
}

bool textField(Ui& ui, std::string_view name, const ImRect& rect, const std::string& hint, std::string& text,
               ImGuiInputTextFlags flags) {
    const ImVec2 after = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos(rect.Min);
    ImGui::SetNextItemWidth(rect.GetWidth());
    const float padding = std::max(0.0f, (rect.GetHeight() - ImGui::GetFontSize()) / 2);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ImGui::GetStyle().FramePadding.x, padding});
    const std::string label = fmt::format("##{}", name);
    const bool changed = ImGui::InputTextWithHint(label.c_str(), hint.c_str(), &text, flags);
    ImGui::PopStyleVar();
    ui.state.placed[std::string(name)] = {rect, ImGui::GetFrameCount()};
    ImGui::SetCursorScreenPos(after);
    return changed;
}

bool textButton(Ui& ui, std::string_view name, const ImRect& rect, std::string_view text,
                const Explanation& explanation) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, name, rect);
    ImGui::GetWindowDrawList()->AddRectFilled(
        rect.Min, rect.Max, paint(action.hovered ? theme.colors.controlHover : theme.colors.control), theme.px(5));
    drawText(theme.fonts.body, rect, theme.colors.text, text, Align::Center);
    tooltip(ui, explanation, action.hovered);
    return action.pressed;
}

bool letterButton(Ui& ui, std::string_view name, const ImRect& rect, std::string_view letter, bool lit, ImU32 color,
                  const Explanation& explanation) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, name, rect);
    if (lit || action.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, paint(lit ? color : theme.colors.controlHover),
                                                  theme.px(4));
    drawText(theme.fonts.small, rect, lit ? theme.colors.onAccent : theme.colors.textFaint, letter, Align::Center);
    tooltip(ui, explanation, action.hovered);
    return action.pressed;
}

bool iconButton(Ui& ui, std::string_view name, const ImRect& rect, Icon icon, bool lit,
                const Explanation& explanation) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, name, rect);
    if (lit)
        ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, paint(theme.colors.accentSoft), theme.px(6));
    else if (action.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, paint(theme.colors.controlHover), theme.px(6));
    const ImU32 color = lit ? theme.colors.accent : action.hovered ? theme.colors.text : theme.colors.textDim;
    drawIcon(ui, icon, rect.GetCenter(), theme.px(16), color);
    tooltip(ui, explanation, action.hovered);
    return action.pressed;
}

}  // namespace impasto::ui
