// SPDX-License-Identifier: MIT
#include "ui/shortcuts.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>

#include "ui/blend.h"

namespace impasto::ui {
namespace {

constexpr double kSeekStepSeconds = 2.0;
constexpr float kStrengthStep = 0.05f;

void seekBy(Ui& ui, double seconds) {
    if (ui.stats.seekable)
        ui.requests.seekSeconds = std::clamp(ui.stats.positionSeconds + seconds, 0.0, ui.stats.durationSeconds);
}

void changeStrength(Ui& ui, float by) {
    ui.settings.strength = std::clamp(ui.settings.strength + by, 0.0f, 1.0f);
}

constexpr Shortcut kShortcuts[] = {
    {GLFW_KEY_SPACE, "Space", "Pause or go on", [](Ui& ui) { ui.settings.paused = !ui.settings.paused; }},
    {GLFW_KEY_PERIOD, ".", "One frame, while paused", [](Ui& ui) { ui.requests.step = ui.settings.paused; }},
    {GLFW_KEY_LEFT, "←", "Two seconds back", [](Ui& ui) { seekBy(ui, -kSeekStepSeconds); }},
    {GLFW_KEY_RIGHT, "→", "Two seconds on", [](Ui& ui) { seekBy(ui, kSeekStepSeconds); }},
    {GLFW_KEY_W, "W", "Compare with the source", [](Ui& ui) { ui.settings.wipe = !ui.settings.wipe; }},
    {GLFW_KEY_B, "B", "Two settings side by side", [](Ui& ui) { ui.settings.split = !ui.settings.split; }},
    {GLFW_KEY_S, "S", "Snapshot", [](Ui& ui) { ui.requests.snapshot = true; }},
    {GLFW_KEY_M, "M", "Mirror", [](Ui& ui) { ui.settings.mirror = !ui.settings.mirror; }},
    {GLFW_KEY_P, "P", "The arrow keys move the pad's point", [](Ui& ui) { ui.state.padFocused = !ui.state.padFocused; }},
    {GLFW_KEY_R, "R", "Random mix", [](Ui& ui) { randomMix(ui.settings, ++ui.state.randomSeed); }},
    {GLFW_KEY_D, "D", "Let the weights drift", [](Ui& ui) { toggleDrift(ui.settings, ui.stats); }},
    {GLFW_KEY_LEFT_BRACKET, "[", "Less strength", [](Ui& ui) { changeStrength(ui, -kStrengthStep); }},
    {GLFW_KEY_RIGHT_BRACKET, "]", "More strength", [](Ui& ui) { changeStrength(ui, kStrengthStep); }},
    {GLFW_KEY_TAB, "Tab", "Hide or show the panel",
     [](Ui& ui) { ui.settings.panelVisible = !ui.settings.panelVisible; }},
    {GLFW_KEY_T, "T", "Dark or light theme", [](Ui& ui) { ui.settings.lightTheme = !ui.settings.lightTheme; }},
    {GLFW_KEY_F11, "F11", "Full screen", [](Ui& ui) { ui.state.fullscreen = !ui.state.fullscreen; }},
    {GLFW_KEY_F1, "F1", "This page", [](Ui& ui) { ui.state.helpOpen = !ui.state.helpOpen; }},
};

bool pressed(int key, bool repeat) {
    return ImGui::IsKeyPressed(key, repeat);
}

bool repeats(int key) {
    return key == GLFW_KEY_LEFT || key == GLFW_KEY_RIGHT || key == GLFW_KEY_LEFT_BRACKET ||
           key == GLFW_KEY_RIGHT_BRACKET || key == GLFW_KEY_PERIOD;
}

/// 1…9 choose the style of that place in the gallery, with Shift they add it to the blend or take it out.
void handleDigits(Ui& ui) {
    for (int i = 0; i < 9 && i < static_cast<int>(ui.stats.gallery.size()); ++i) {
        if (!pressed(GLFW_KEY_1 + i, false))
            continue;
        const app::GalleryStyle& style = ui.stats.gallery[static_cast<std::size_t>(i)];
        if (!style.error.empty())
            continue;
        if (!ImGui::GetIO().KeyShift)
            chooseAlone(ui.settings, style.id);
        else if (findChoice(ui.settings, style.id))
            removeChoice(ui.settings, style.id);
        else
            addChoice(ui.settings, style.id);
    }
}

}  // namespace

std::span<const Shortcut> shortcuts() {
    return kShortcuts;
}

void handleShortcuts(Ui& ui) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.WantTextInput || io.KeyCtrl || io.KeyAlt || io.KeySuper)
        return;
    for (const Shortcut& shortcut : kShortcuts) {
        const bool arrow = shortcut.key == GLFW_KEY_LEFT || shortcut.key == GLFW_KEY_RIGHT;
        if (arrow && ui.state.padFocused)
            continue;
        if (pressed(shortcut.key, repeats(shortcut.key)))
            shortcut.run(ui);
    }
    if (pressed(GLFW_KEY_ESCAPE, false)) {
        ui.state.helpOpen = false;
        ui.state.padFocused = false;
        ui.state.fullscreen = false;
    }
    handleDigits(ui);
}

}  // namespace impasto::ui
