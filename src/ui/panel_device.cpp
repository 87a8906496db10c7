// SPDX-License-Identifier: MIT
// The row of the output section that chooses the Vulkan device.
#include <fmt/format.h>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kDeviceHelp{
    .title = "Device",
    .text =
        "What computes and draws. Automatic: a graphics card before one built into the processor, software last. "
        "The dot marks the one in use. Another one closes the window and opens it there, with everything as it is "
        "set; not while something is recorded, restyled to files or shown to other programs."};

struct Line {
    std::string_view name;
    std::string text;
    std::string_view kind;
    std::string_view about;
    bool enabled = true;
    bool chosen = false;  ///< by hand, or automatic
    bool inUse = false;
};

/// True when it was clicked.
bool drawLine(Ui& ui, const Line& entry) {
    const Theme& theme = ui.theme;
    ImGui::BeginDisabled(!entry.enabled);
    const ImRect line = takeRow(ui, 26);
    const Interaction action = interact(ui, entry.name, line);
    if (action.hovered && entry.enabled)
        ImGui::GetWindowDrawList()->AddRectFilled(line.Min, line.Max, paint(theme.colors.controlHover), theme.px(4));
    const float right = line.Max.x - theme.px(8);
    drawText(theme.fonts.body, {line.Min, {right, line.Max.y}}, paint(theme.colors.textDim), entry.kind, Align::Right);
    drawText(theme.fonts.body,
             {{line.Min.x + theme.px(20), line.Min.y},
              {right - textWidth(theme.fonts.body, entry.kind) - theme.px(8), line.Max.y}},
             paint(entry.chosen ? theme.colors.accent : theme.colors.text), entry.text);
    if (entry.inUse)
        ImGui::GetWindowDrawList()->AddCircleFilled({line.Min.x + theme.px(9), line.GetCenter().y}, theme.px(3),
                                                    paint(theme.colors.accent), 16);
    tooltip(ui, {.title = entry.text, .text = entry.about}, ImGui::IsMouseHoveringRect(line.Min, line.Max));
    ImGui::EndDisabled();
    return action.pressed && entry.enabled;
}

void drawList(Ui& ui) {
    DeviceChoices& devices = ui.state.devices;
    std::optional<std::string> chosen;
    if (drawLine(ui, {.name = "device.auto",
                      .text = "Automatic",
                      .kind = "",
                      .about = "The best device there is at each start.",
                      .enabled = devices.best >= 0,
                      .chosen = devices.wanted.empty()}))
        chosen = "";
    for (int i = 0; i < static_cast<int>(devices.entries.size()); ++i) {
        const DeviceChoices::Entry& entry = devices.entries[static_cast<std::size_t>(i)];
        const std::string name = "device." + entry.title;
        if (drawLine(ui, {.name = name,
                          .text = entry.title,
                          .kind = entry.kind,
                          .about = entry.about,
                          .enabled = entry.usable,
                          .chosen = entry.title == devices.wanted,
                          .inUse = i == devices.current}))
            chosen = entry.title;
    }
    if (!chosen)
        return;
    devices.choose(*chosen);
    ImGui::CloseCurrentPopup();
}

}  // namespace

void drawDevice(Ui& ui) {
    const Theme& theme = ui.theme;
    const DeviceChoices& devices = ui.state.devices;
    if (devices.current < 0)
        return;
    const ImRect row = takeRow(ui, 28);
    drawText(theme.fonts.body, row, theme.colors.textDim, "Device");
    helpMark(ui, row.Min.x + textWidth(theme.fonts.body, "Device") + theme.px(4), row, kDeviceHelp);
    const ImRect button{{row.Min.x + theme.px(112), row.Min.y + theme.px(2)}, {row.Max.x, row.Max.y - theme.px(2)}};
    const DeviceChoices::Entry& current = devices.entries[static_cast<std::size_t>(devices.current)];
    const app::Stats& stats = ui.stats;
    ImGui::BeginDisabled(stats.recording.active || stats.batch.active || !stats.virtualCamera.device.empty());
    if (textButton(ui, "device", button, current.title, {.title = current.title, .text = current.about}))
        ImGui::OpenPopup("devices");
    ImGui::EndDisabled();
    ImGui::SetNextWindowPos({row.Min.x, button.Max.y + theme.px(2)});
    ImGui::SetNextWindowSizeConstraints({row.GetWidth(), 0}, {row.GetWidth(), theme.px(320)});
    if (!ImGui::BeginPopup("devices"))
        return;
    drawList(ui);
    ImGui::EndPopup();
}

}  // namespace impasto::ui
