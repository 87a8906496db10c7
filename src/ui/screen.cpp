// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>

#include "app/remembered.h"
#include "ui/blend.h"
#include "ui/shortcuts.h"
#include "ui/statistics_picture.h"
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

bool isModifierKey(int key) {
    return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
}

/// Counts presses, so that everything one of them changes is undone at once: a drag, a held key, a number being typed.
void countGesture(Ui& ui) {
    const ImGuiIO& io = ImGui::GetIO();
    bool pressed = false;
    for (int button = 0; button < ImGuiMouseButton_COUNT; ++button)
        pressed |= ImGui::IsMouseClicked(button);
    if (!ImGui::IsAnyMouseDown() && !io.WantTextInput) {
        for (int key = 0; key < IM_ARRAYSIZE(io.KeysDown); ++key)
            pressed |= io.KeysDown[key] && io.KeysDownDuration[key] == 0 && !isModifierKey(key);
    }
    ui.state.gesture += pressed ? 1 : 0;
}

void noteSource(UiState& state, const std::string& source) {
    if (source.empty() || (!state.recentSources.empty() && state.recentSources.front() == source))
        return;
    std::erase(state.recentSources, source);
    state.recentSources.insert(state.recentSources.begin(), source);
    if (state.recentSources.size() > app::Remembered::kMaxRecentSources)
        state.recentSources.pop_back();
}

/// A dropped picture is chosen as soon as the gallery has it.
void choosePendingStyle(Ui& ui) {
    if (ui.state.pendingStyle.empty() || !findStyle(ui.stats, ui.state.pendingStyle))
        return;
    chooseAlone(ui.settings, ui.state.pendingStyle);
    ui.state.pendingStyle.clear();
}

/// The hint goes once another style and another cell were tried.
void followHint(Ui& ui) {
    UiState& state = ui.state;
    if (!state.hint) {
        state.hintStart.reset();
        return;
    }
    const app::Settings& now = ui.settings;
    if (!state.hintStart)
        state.hintStart = now;
    const app::Settings& start = *state.hintStart;
    state.hint = now.styles == start.styles ||
                 (now.normalization == start.normalization && now.siteNormalization == start.siteNormalization);
}

}  // namespace

void drawPanel(Ui& ui) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::Indent(ui.theme.px(kMargin - 6));
    takeGap(ui, 6);
    drawStyles(ui);
    drawPresets(ui);
    drawNormalization(ui);
    drawStatistics(ui);
    drawMeasures(ui);
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
    ui.layerPicture = picture.layer;
    ui.state.drawnFrame = ImGui::GetFrameCount();
    if (!ui.state.history)
        ui.state.history.emplace(ui.settings);
    ui.state.performance.add(ui.stats);
    countGesture(ui);
    ui.state.region = std::clamp(ui.state.region, 0, static_cast<int>(ui.settings.regionMixes.size()));
    {
        const RegionInHand inHand(ui.settings, ui.state.region);
        choosePendingStyle(ui);
    }
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
    takeStatisticsPicture(ui);
    askForMeasures(ui);
    followHint(ui);
    noteSource(ui.state, ui.settings.source);
    ui.state.history->record(ui.settings, ui.state.gesture);
}

}  // namespace impasto::ui
