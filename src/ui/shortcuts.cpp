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

void goToBeginning(Ui& ui) {
    if (ui.stats.seekable)
        ui.requests.seekSeconds = 0;
}

void changeStrength(Ui& ui, float by) {
    ui.settings.strength = std::clamp(ui.settings.strength + by, 0.0f, 1.0f);
}

/// The named normalization `by` places after the present one.
void stepNormalization(Ui& ui, int by) {
    const auto& presets = normalizationPresets();
    const int count = static_cast<int>(presets.size());
    app::Settings& settings = ui.settings;
    const bool own = settings.perSite && static_cast<std::size_t>(ui.state.site) < settings.siteNormalization.size();
    Normalization& cell =
        own ? settings.siteNormalization[static_cast<std::size_t>(ui.state.site)] : settings.normalization;
    int at = by > 0 ? -1 : count;
    for (int i = 0; i < count; ++i) {
        const Normalization& preset = presets[static_cast<std::size_t>(i)].cell;
        if (preset.statistics == cell.statistics && preset.affine == cell.affine)
            at = i;
    }
    const Normalization& next = presets[static_cast<std::size_t>(((at + by) % count + count) % count)].cell;
    cell.statistics = next.statistics;
    cell.affine = next.affine;
}

void togglePainting(Ui& ui) {
    using Tool = MaskTools::Tool;
    Tool& tool = ui.state.mask.tool;
    tool = tool != Tool::None ? Tool::None : ui.state.region > 0 ? Tool::Brush : Tool::Eraser;
}

constexpr Shortcut kShortcuts[] = {
    {Action::Sources, "Source", GLFW_KEY_O, Modifier::Ctrl, "Ctrl+O", "Choose a source",
     [](Ui& ui) { ui.state.openSources = true; }},
    {Action::Pause, "Source", GLFW_KEY_SPACE, Modifier::None, "Space", "Pause or go on",
     [](Ui& ui) { ui.settings.paused = !ui.settings.paused; }},
    {Action::Step, "Source", GLFW_KEY_PERIOD, Modifier::None, ".", "One frame, while paused",
     [](Ui& ui) { ui.requests.step = ui.settings.paused; }, true},
    {Action::StepBack, "Source", GLFW_KEY_COMMA, Modifier::None, ",", "One frame back",
     [](Ui& ui) { stepFrame(ui, -1); }, true},
    {Action::Back, "Source", GLFW_KEY_LEFT, Modifier::None, "←", "Two seconds back",
     [](Ui& ui) { seekBy(ui, -kSeekStepSeconds); }, true},
    {Action::On, "Source", GLFW_KEY_RIGHT, Modifier::None, "→", "Two seconds on",
     [](Ui& ui) { seekBy(ui, kSeekStepSeconds); }, true},
    {Action::Beginning, "Source", GLFW_KEY_HOME, Modifier::None, "Home", "To the beginning", goToBeginning},
    {Action::Mirror, "Source", GLFW_KEY_M, Modifier::None, "M", "Mirror",
     [](Ui& ui) { ui.settings.mirror = !ui.settings.mirror; }},

    {Action::NextStyle, "Style", GLFW_KEY_N, Modifier::None, "N", "Next style", [](Ui& ui) { stepStyle(ui, 1); }, true},
    {Action::PreviousStyle, "Style", GLFW_KEY_N, Modifier::Shift, "Shift+N", "Style before",
     [](Ui& ui) { stepStyle(ui, -1); }, true},
    {Action::RandomMix, "Style", GLFW_KEY_R, Modifier::None, "R", "Random mix of the chosen ones",
     [](Ui& ui) { randomMix(ui.settings, ++ui.state.randomSeed); }},
    {Action::Surprise, "Style", GLFW_KEY_R, Modifier::Shift, "Shift+R", "Surprise: a random blend", surprise},
    {Action::Drift, "Style", GLFW_KEY_D, Modifier::None, "D", "Let the weights drift", toggleDrift},
    {Action::Pad, "Style", GLFW_KEY_P, Modifier::None, "P", "Arrow keys move the pad's point",
     [](Ui& ui) { ui.state.padFocused = !ui.state.padFocused; }},
    {Action::LessStrength, "Style", GLFW_KEY_LEFT_BRACKET, Modifier::None, "[", "Less strength",
     [](Ui& ui) { changeStrength(ui, -kStrengthStep); }, true},
    {Action::MoreStrength, "Style", GLFW_KEY_RIGHT_BRACKET, Modifier::None, "]", "More strength",
     [](Ui& ui) { changeStrength(ui, kStrengthStep); }, true},

    {Action::NextNormalization, "Normalization", GLFW_KEY_G, Modifier::None, "G", "Next preset: BN, LN, …",
     [](Ui& ui) { stepNormalization(ui, 1); }},
    {Action::PreviousNormalization, "Normalization", GLFW_KEY_G, Modifier::Shift, "Shift+G", "Preset before",
     [](Ui& ui) { stepNormalization(ui, -1); }},

    {Action::Compare, "Picture", GLFW_KEY_W, Modifier::None, "W", "Compare with the source",
     [](Ui& ui) { ui.settings.wipe = !ui.settings.wipe; }},
    {Action::Split, "Picture", GLFW_KEY_C, Modifier::None, "C", "Two settings side by side",
     [](Ui& ui) { ui.settings.split = !ui.settings.split; }},
    {Action::Peek, "Picture", GLFW_KEY_B, Modifier::None, "B, held", "Look at the source", nullptr},
    {Action::Paint, "Picture", GLFW_KEY_K, Modifier::None, "K", "Paint the region, or no more", togglePainting},
    {Action::Snapshot, "Picture", GLFW_KEY_S, Modifier::None, "S", "Snapshot", requestSnapshot},
    {Action::Record, "Picture", GLFW_KEY_R, Modifier::Ctrl, "Ctrl+R", "Record, or stop recording", toggleRecording},
    {Action::Copy, "Picture", GLFW_KEY_C, Modifier::Ctrl, "Ctrl+C", "Copy the picture", copyPicture},
    {Action::Paste, "Picture", GLFW_KEY_V, Modifier::Ctrl, "Ctrl+V", "Paste a picture as a style", pasteFromClipboard},

    {Action::Undo, "Changes", GLFW_KEY_Z, Modifier::Ctrl, "Ctrl+Z", "Take a change back", undo, true},
    {Action::Redo, "Changes", GLFW_KEY_Z, Modifier::CtrlShift, "Ctrl+Shift+Z", "Do it again", redo, true},
    {Action::Redo, "Changes", GLFW_KEY_Y, Modifier::Ctrl, "Ctrl+Y", "Do it again", redo, true, false},

    {Action::Panel, "Window", GLFW_KEY_TAB, Modifier::None, "Tab", "Hide or show the panel", togglePanel},
    {Action::Theme, "Window", GLFW_KEY_T, Modifier::None, "T", "Dark or light theme",
     [](Ui& ui) { ui.settings.lightTheme = !ui.settings.lightTheme; }},
    {Action::Fullscreen, "Window", GLFW_KEY_F11, Modifier::None, "F11", "Full screen",
     [](Ui& ui) { ui.state.fullscreen = !ui.state.fullscreen; }},
    {Action::OutputWindow, "Window", GLFW_KEY_F11, Modifier::Shift, "Shift+F11", "Second window, the picture alone",
     [](Ui& ui) { ui.state.studio.outputWindow = !ui.state.studio.outputWindow; }},
    {Action::Help, "Window", GLFW_KEY_F1, Modifier::None, "F1", "This page",
     [](Ui& ui) { ui.state.helpOpen = !ui.state.helpOpen; }},
};

Modifier heldModifier(const ImGuiIO& io) {
    if (io.KeyCtrl)
        return io.KeyShift ? Modifier::CtrlShift : Modifier::Ctrl;
    return io.KeyShift ? Modifier::Shift : Modifier::None;
}

/// 1…9 recall presets; with Ctrl they choose the style of that place in the gallery, with Shift they add it to the mix
/// or take it out.
void handleDigits(Ui& ui) {
    const ImGuiIO& io = ImGui::GetIO();
    for (int i = 0; i < 9; ++i) {
        const auto place = static_cast<std::size_t>(i);
        if (!ImGui::IsKeyPressed(GLFW_KEY_1 + i, false))
            continue;
        if (!io.KeyCtrl && !io.KeyShift) {
            recallPreset(ui, place);
            continue;
        }
        if (place >= ui.stats.gallery.size() || !ui.stats.gallery[place].error.empty())
            continue;
        const RegionInHand inHand(ui.settings, ui.state.region);
        const std::string& id = ui.stats.gallery[place].id;
        if (io.KeyCtrl)
            chooseAlone(ui.settings, id);
        else if (findChoice(ui.settings, id))
            removeChoice(ui.settings, id);
        else
            addChoice(ui.settings, id);
    }
}

}  // namespace

std::span<const Shortcut> shortcuts() {
    return kShortcuts;
}

std::string_view keysOf(Action action) {
    const auto found = std::ranges::find(kShortcuts, action, &Shortcut::action);
    return found == std::end(kShortcuts) ? std::string_view{} : found->keys;
}

void handleShortcuts(Ui& ui) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool typing = io.WantTextInput;
    ui.state.peek = !typing && !io.KeyCtrl && !io.KeyAlt && !io.KeySuper && ImGui::IsKeyDown(GLFW_KEY_B);
    if (io.KeyAlt || io.KeySuper)
        return;
    const Modifier held = heldModifier(io);
    for (const Shortcut& shortcut : kShortcuts) {
        // Function keys type nothing.
        if (typing && (shortcut.key < GLFW_KEY_F1 || shortcut.key > GLFW_KEY_F25))
            continue;
        if (!shortcut.run || shortcut.modifier != held || !ImGui::IsKeyPressed(shortcut.key, shortcut.repeats))
            continue;
        const bool arrow = shortcut.key == GLFW_KEY_LEFT || shortcut.key == GLFW_KEY_RIGHT;
        if (arrow && ui.state.padFocused)
            continue;
        // The others may replace all settings.
        const RegionInHand inHand(ui.settings, shortcut.group == "Style" ? ui.state.region : 0);
        shortcut.run(ui);
    }
    if (typing)
        return;
    const bool escaped = ImGui::IsKeyPressed(GLFW_KEY_ESCAPE, false);
    if (escaped && ImGui::GetCurrentContext()->OpenPopupStack.Size > 0) {
        ImGui::ClosePopupToLevel(0, true);
    } else if (escaped) {
        ui.state.helpOpen = false;
        ui.state.padFocused = false;
        ui.state.mask.tool = MaskTools::Tool::None;
        ui.state.fullscreen = false;
    }
    handleDigits(ui);
}

}  // namespace impasto::ui
