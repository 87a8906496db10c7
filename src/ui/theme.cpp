// SPDX-License-Identifier: MIT
#include "ui/theme.h"

namespace impasto::ui {
namespace {

constexpr ImU32 rgb(unsigned value, unsigned alpha = 255) {
    return IM_COL32((value >> 16) & 255u, (value >> 8) & 255u, value & 255u, alpha);
}

ImVec4 vec(ImU32 color) {
    return ImGui::ColorConvertU32ToFloat4(color);
}

}  // namespace

const Palette& darkPalette() {
    static const Palette palette{
        .canvas = rgb(0x0e0e0f),
        .panel = rgb(0x19191b),
        .control = rgb(0x29292c),
        .controlHover = rgb(0x363639),
        .selected = rgb(0x505056),
        .track = rgb(0x343437),
        .line = rgb(0x2a2a2d),
        .popup = rgb(0x232326),
        .text = rgb(0xececee),
        .textDim = rgb(0xa2a2a8),
        .textFaint = rgb(0x6d6d74),
        .accent = rgb(0xf07a3c),
        .accentHover = rgb(0xff9257),
        .accentSoft = rgb(0xf07a3c, 46),
        .onAccent = rgb(0x1b0d05),
        .knob = rgb(0xf4f4f5),
        .warning = rgb(0xe5b93f),
        .error = rgb(0xf2555a),
    };
    return palette;
}

const Palette& lightPalette() {
    static const Palette palette{
        .canvas = rgb(0xebebed),
        .panel = rgb(0xf7f7f8),
        .control = rgb(0xdedee1),
        .controlHover = rgb(0xd2d2d6),
        .selected = rgb(0xffffff),
        .track = rgb(0xd0d0d4),
        .line = rgb(0xdcdcde),
        .popup = rgb(0xfdfdfd),
        .text = rgb(0x1c1c1f),
        .textDim = rgb(0x5d5d63),
        .textFaint = rgb(0x96969c),
        .accent = rgb(0xd95b1a),
        .accentHover = rgb(0xc24c0f),
        .accentSoft = rgb(0xd95b1a, 36),
        .onAccent = rgb(0xffffff),
        .knob = rgb(0xffffff),
        .warning = rgb(0xa87800),
        .error = rgb(0xcb2f36),
    };
    return palette;
}

void applyTheme(const Theme& theme) {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    const Palette& colors = theme.colors;
    style.WindowPadding = {theme.px(kMargin), theme.px(kMargin)};
    style.FramePadding = {theme.px(kGap), theme.px(6)};
    style.ItemSpacing = {theme.px(kGap), theme.px(kGap)};
    style.ItemInnerSpacing = {theme.px(kGap), theme.px(4)};
    style.ScrollbarSize = theme.px(10);
    style.ScrollbarRounding = theme.px(5);
    style.GrabRounding = theme.px(4);
    style.FrameRounding = theme.px(4);
    style.PopupRounding = theme.px(8);
    style.WindowRounding = 0;
    style.WindowBorderSize = 0;
    style.PopupBorderSize = 1;
    style.DisabledAlpha = 0.4f;
    style.WindowMinSize = {1, 1};

    const auto set = [&style](ImGuiCol slot, ImU32 color) { style.Colors[slot] = vec(color); };
    set(ImGuiCol_Text, colors.text);
    set(ImGuiCol_TextDisabled, colors.textDim);
    set(ImGuiCol_WindowBg, colors.panel);
    set(ImGuiCol_ChildBg, 0);
    set(ImGuiCol_PopupBg, colors.popup);
    set(ImGuiCol_Border, colors.line);
    set(ImGuiCol_FrameBg, colors.control);
    set(ImGuiCol_FrameBgHovered, colors.controlHover);
    set(ImGuiCol_FrameBgActive, colors.controlHover);
    set(ImGuiCol_ScrollbarBg, 0);
    set(ImGuiCol_ScrollbarGrab, colors.control);
    set(ImGuiCol_ScrollbarGrabHovered, colors.controlHover);
    set(ImGuiCol_ScrollbarGrabActive, colors.textFaint);
    set(ImGuiCol_TextSelectedBg, colors.accentSoft);
    set(ImGuiCol_Button, colors.control);
    set(ImGuiCol_ButtonHovered, colors.controlHover);
    set(ImGuiCol_ButtonActive, colors.controlHover);
    set(ImGuiCol_Separator, colors.line);
    set(ImGuiCol_NavHighlight, colors.accent);
}

}  // namespace impasto::ui
