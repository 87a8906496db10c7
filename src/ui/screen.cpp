// SPDX-License-Identifier: MIT
#include <algorithm>

#include "ui/shortcuts.h"
#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kMinPanelWidth = 344.0f;
constexpr float kMaxPanelWidth = 440.0f;
constexpr ImGuiWindowFlags kFixed = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                                    ImGuiWindowFlags_NoNavInputs | ImGuiWindowFlags_NoNavFocus;

/// Opens an area of the screen as an ImGui window without frame and padding.
void beginArea(const char* name, const ImRect& area, ImVec2 padding, ImGuiWindowFlags flags = 0) {
    ImGui::SetNextWindowPos(area.Min);
    ImGui::SetNextWindowSize(area.GetSize());
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
    ImGui::Begin(name, nullptr, (kFixed & ~(flags & ImGuiWindowFlags_NoScrollbar)) | flags);
    ImGui::PopStyleVar();
}

void drawShortcutLine(Ui& ui, std::string_view keys, std::string_view text) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 24);
    drawText(theme.fonts.strong, row, theme.colors.text, keys);
    drawText(theme.fonts.body, {{row.Min.x + theme.px(120), row.Min.y}, row.Max}, theme.colors.textDim, text);
}

}  // namespace

void drawHelp(Ui& ui) {
    const Theme& theme = ui.theme;
    const ImRect& area = ui.state.pictureArea;
    const float width = std::min(theme.px(400), area.GetWidth());
    ImGui::SetNextWindowPos({std::round(area.GetCenter().x - width / 2), area.Min.y + theme.px(kMargin)});
    ImGui::SetNextWindowSizeConstraints({width, 0}, {width, std::max(1.0f, area.GetHeight() - 2 * theme.px(kMargin))});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(24), theme.px(16)});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.colors.popup);
    ImGui::Begin("help", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    drawText(theme.fonts.strong, takeRow(ui, 32), theme.colors.text, "Keys and gestures");
    for (const Shortcut& shortcut : shortcuts())
        drawShortcutLine(ui, shortcut.keys, shortcut.text);
    for (const StudioKey& key : studioKeys())
        drawShortcutLine(ui, key.keys, key.text);
    takeGap(ui);
    drawShortcutLine(ui, "Right click", "A slider back to its default");
    drawShortcutLine(ui, "Ctrl+click", "Type a slider's value");
    drawShortcutLine(ui, "Double click", "Full screen, on the picture");
    drawShortcutLine(ui, "Drop", "On the picture: source; on the panel: style");
    ImGui::PopStyleVar();
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
}

void drawPanel(Ui& ui) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::Indent(ui.theme.px(kMargin - 6));
    takeGap(ui, 6);
    drawStyles(ui);
    drawPresets(ui);
    drawNormalization(ui);
    drawSource(ui);
    drawOutput(ui);
    drawRecord(ui);
    drawBatch(ui);
    drawPerformance(ui);
    takeGap(ui, kMargin);
    ImGui::Unindent(ui.theme.px(kMargin - 6));
    ImGui::PopStyleVar();
}

void drawScreen(Ui& ui, const PictureTextures& picture) {
    const Theme& theme = ui.theme;
    ui.state.animating = false;
    handleShortcuts(ui);
    followStudio(ui);

    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const bool withPanel = panelShown(ui);
    const bool bare = ui.state.fullscreen && !withPanel;
    const float panelWidth = theme.px(std::clamp(0.27f * size.x / theme.scale, kMinPanelWidth, kMaxPanelWidth));
    const float right = withPanel ? std::max(0.0f, size.x - panelWidth) : size.x;
    const float top = bare ? 0 : theme.px(kTopBarHeight);
    const float bottom = bare ? size.y : size.y - theme.px(kStatusHeight);

    ui.state.panelArea = withPanel ? ImRect{{right, 0}, size} : ImRect{{0, 0}, {0, 0}};
    ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.colors.canvas);
    beginArea("picture", {{0, top}, {right, bottom}}, {0, 0}, ImGuiWindowFlags_NoBackground);
    drawPicture(ui, picture);
    ImGui::End();
    if (!bare) {
        beginArea("bar", {{0, 0}, {right, top}}, {0, 0}, ImGuiWindowFlags_NoBackground);
        drawTopBar(ui);
        ImGui::End();
        beginArea("status", {{0, bottom}, {right, size.y}}, {0, 0}, ImGuiWindowFlags_NoBackground);
        drawStatusLine(ui);
        ImGui::End();
    }
    ImGui::PopStyleColor();
    if (withPanel) {
        ImGui::SetNextWindowPos({right, 0});
        ImGui::SetNextWindowSize({size.x - right, size.y});
        // The scrollbar lies in the right margin and keeps its place, so that nothing moves when there is more to show.
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(6), 0});
        ImGui::Begin("panel", nullptr,
                     (kFixed & ~ImGuiWindowFlags_NoScrollbar) | ImGuiWindowFlags_AlwaysVerticalScrollbar);
        ImGui::PopStyleVar();
        drawPanel(ui);
        ImGui::End();
    }
    if (ui.state.helpOpen)
        drawHelp(ui);
}

}  // namespace impasto::ui
