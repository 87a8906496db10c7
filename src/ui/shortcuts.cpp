// SPDX-License-Identifier: MIT
#include "ui/shortcuts.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>

#include "ui/blend.h"
#include "ui/studio.h"

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
    {GLFW_KEY_S, "S", "Snapshot", requestSnapshot},
    {GLFW_KEY_M, "M", "Mirror", [](Ui& ui) { ui.settings.mirror = !ui.settings.mirror; }},
    {GLFW_KEY_P, "P", "The arrow keys move the pad's point",
     [](Ui& ui) { ui.state.padFocused = !ui.state.padFocused; }},
    {GLFW_KEY_R, "R", "Random mix", [](Ui& ui) { randomMix(ui.settings, ++ui.state.randomSeed); }},
    {GLFW_KEY_D, "D", "Let the weights drift", [](Ui& ui) { toggleDrift(ui.settings, ui.stats); }},
    {GLFW_KEY_LEFT_BRACKET, "[", "Less strength", [](Ui& ui) { changeStrength(ui, -kStrengthStep); }},
    {GLFW_KEY_RIGHT_BRACKET, "]", "More strength", [](Ui& ui) { changeStrength(ui, kStrengthStep); }},
    {GLFW_KEY_TAB, "Tab", "Hide or show the panel", togglePanel},
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

}  // namespace

std::span<const Shortcut> shortcuts() {
    return kShortcuts;
}

void handleShortcuts(Ui& ui) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.WantTextInput || io.KeyAlt || io.KeySuper)
        return;
    handleStudioKeys(ui);
    if (io.KeyCtrl)
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
}

}  // namespace impasto::ui
