// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "base/error.h"
#include "ui/shortcuts.h"
#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kPresetsHelp{
    .title = "Presets",
    .text =
        "The look of the picture under a name: styles, normalization, strength. Click one, or press its number; "
        "source and window stay as they are. They are files in the configuration folder."};

app::PresetStore& storeOf(Ui& ui) {
    std::optional<app::PresetStore>& store = ui.state.studio.presets;
    if (!store) {
        store.emplace(app::PresetStore::defaultFolder());
        for (const std::string& problem : store->problems())
            say(ui.state, app::Message::Kind::Warning, problem);
    }
    return *store;
}

void recall(Ui& ui, const std::string& name) {
    try {
        ui.settings = app::recalled(storeOf(ui).load(name), ui.settings);
        ui.state.studio.recalled = name;
        ui.state.studio.recalledLook = ui.settings;
        say(ui.state, app::Message::Kind::Info, fmt::format("Preset: {}", name));
    } catch (const Error& error) {
        say(ui.state, app::Message::Kind::Error, error.what());
    }
}

void save(Ui& ui) {
    StudioState& studio = ui.state.studio;
    const std::string name = studio.presetName.empty() ? storeOf(ui).freeName() : studio.presetName;
    try {
        storeOf(ui).save(name, ui.settings);
        studio.recalled = name;
        studio.recalledLook = ui.settings;
        studio.presetName.clear();
        say(ui.state, app::Message::Kind::Info, fmt::format("Saved as {}", name));
    } catch (const Error& error) {
        say(ui.state, app::Message::Kind::Error, error.what());
    }
}

void remove(Ui& ui, const std::string& name) {
    try {
        storeOf(ui).remove(name);
        say(ui.state, app::Message::Kind::Info, fmt::format("Removed preset {}", name));
    } catch (const Error& error) {
        say(ui.state, app::Message::Kind::Error, error.what());
    }
}

/// A preset's row: its number, its name and, under the mouse, what it can do besides. What was asked for.
enum class Asked { Nothing, Recall, First, Remove };
Asked drawRow(Ui& ui, const std::string& name, std::size_t slot) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 28);
    const bool hovered = ImGui::IsMouseHoveringRect(row.Min, row.Max) &&
                         ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    const StudioState& studio = ui.state.studio;
    const bool current = studio.recalled == name && app::recalled(studio.recalledLook, ui.settings) == ui.settings;
    if (hovered || current)
        ImGui::GetWindowDrawList()->AddRectFilled(
            row.Min, row.Max, paint(hovered ? theme.colors.controlHover : theme.colors.control), theme.px(5));
    Asked asked = Asked::Nothing;
    float right = row.Max.x;
    if (hovered) {
        const ImRect cross{{right - theme.px(28), row.Min.y}, {right, row.Max.y}};
        if (iconButton(ui, "preset.remove." + name, cross, Icon::Close, false, {.title = "Remove the preset"}))
            asked = Asked::Remove;
        right = cross.Min.x;
        if (slot > 0) {
            const ImRect first{{right - theme.px(44), row.Min.y + theme.px(3)}, {right, row.Max.y - theme.px(3)}};
            if (textButton(ui, "preset.first." + name, first, "1st",
                           {.title = "Put it first", .text = "Key 1 recalls it then."}))
                asked = Asked::First;
            right = first.Min.x - theme.px(4);
        }
    }
    const Interaction action = interact(ui, "preset." + name, {row.Min, {right, row.Max.y}});
    if (slot < 9)
        drawText(theme.fonts.body, {{row.Min.x + theme.px(8), row.Min.y}, {row.Min.x + theme.px(26), row.Max.y}},
                 theme.colors.textFaint, std::to_string(slot + 1));
    drawText(theme.fonts.body, {{row.Min.x + theme.px(28), row.Min.y}, {right - theme.px(4), row.Max.y}},
             current ? theme.colors.accent : theme.colors.text, name);
    return action.pressed ? Asked::Recall : asked;
}

void drawSave(Ui& ui) {
    const Theme& theme = ui.theme;
    StudioState& studio = ui.state.studio;
    const ImRect row = takeRow(ui, 30);
    const float button = theme.px(72);
    const bool entered = textField(ui, "preset.name", {row.Min, {row.Max.x - button - theme.px(kGap), row.Max.y}},
                                   storeOf(ui).freeName(), studio.presetName, ImGuiInputTextFlags_EnterReturnsTrue);
    const bool replaces = std::ranges::find(storeOf(ui).names(), studio.presetName) != storeOf(ui).names().end();
    if (textButton(ui, "preset.save", {{row.Max.x - button, row.Min.y}, row.Max}, replaces ? "Replace" : "Save",
                   {.title = "Save the look as a preset"}) ||
        entered)
        save(ui);
}

}  // namespace

void recallPreset(Ui& ui, std::size_t slot) {
    const std::vector<std::string>& names = storeOf(ui).names();
    if (slot < names.size())
        recall(ui, std::string(names[slot]));
    else
        say(ui.state, app::Message::Kind::Info,
            fmt::format("There is no preset {} yet: save one under Presets. Ctrl+{} chooses a style.", slot + 1,
                        slot + 1));
}

void drawPresets(Ui& ui) {
    if (!sectionHeader(ui, "Presets", kPresetsHelp))
        return;
    drawSave(ui);
    takeGap(ui, 4);
    const std::vector<std::string> names = storeOf(ui).names();
    for (std::size_t slot = 0; slot < names.size(); ++slot) {
        switch (drawRow(ui, names[slot], slot)) {
            case Asked::Nothing:
                break;
            case Asked::Recall:
                recall(ui, names[slot]);
                break;
            case Asked::First:
                storeOf(ui).move(names[slot], 0);
                break;
            case Asked::Remove:
                remove(ui, names[slot]);
                break;
        }
    }
}

}  // namespace impasto::ui
