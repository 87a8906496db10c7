// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cstdlib>

#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kMenuWidth = 340.0f;
constexpr float kListHeight = 232.0f;

struct Item {
    std::string name;
    Icon icon = Icon::Film;
    std::string_view text;
    bool active = false;
    bool dim = false;
};

bool menuItem(Ui& ui, const Item& item) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 30);
    const Interaction action = interact(ui, item.name, row);
    if (!action.visible)
        return false;
    if (action.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(row.Min, row.Max, paint(theme.colors.controlHover), theme.px(5));
    const ImU32 color = item.active ? theme.colors.accent : item.dim ? theme.colors.textDim : theme.colors.text;
    drawIcon(ui, item.icon, {row.Min.x + theme.px(16), row.GetCenter().y}, theme.px(14), color);
    drawText(theme.fonts.body, {{row.Min.x + theme.px(34), row.Min.y}, {row.Max.x - theme.px(6), row.Max.y}}, color,
             item.text);
    return action.pressed;
}

void choose(Ui& ui, std::string source) {
    ui.settings.source = std::move(source);
    ui.settings.paused = false;
    ImGui::CloseCurrentPopup();
}

std::filesystem::path startFolder(const Ui& ui) {
    std::error_code ignored;
    const std::filesystem::path source = std::filesystem::absolute(ui.settings.source, ignored);
    if (source.has_parent_path() && std::filesystem::is_directory(source.parent_path(), ignored))
        return source.parent_path();
    const char* home = std::getenv("HOME");
    return home && *home ? std::filesystem::path(home) : std::filesystem::current_path(ignored);
}

void drawCameras(Ui& ui) {
    for (const std::string& camera : ui.stats.cameras) {
        const std::size_t tab = camera.find('\t');
        const std::string input = camera.substr(0, tab);
        const std::string text = tab == std::string::npos ? input : camera.substr(tab + 1);
        if (menuItem(
                ui,
                {.name = "source." + input, .icon = Icon::Camera, .text = text, .active = ui.settings.source == input}))
            choose(ui, input);
    }
    if (ui.stats.cameras.empty())
        drawText(ui.theme.fonts.body, takeRow(ui, 30), ui.theme.colors.textFaint, "No camera found", Align::Center);
}

void drawScreens(Ui& ui) {
    if (menuItem(ui, {.name = "source.screen",
                      .icon = Icon::Fullscreen,
                      .text = "Screen",
                      .active = ui.settings.source == "screen"}))
        choose(ui, "screen");
    if (menuItem(ui, {.name = "source.region",
                      .icon = Icon::Fullscreen,
                      .text = "Part of the screen, or a window …",
                      .active = ui.settings.source.starts_with("screen:")})) {
        chooseScreenRegion(ui);
        ImGui::CloseCurrentPopup();
    }
}

/// The last part of a path, the title of a window; else the whole.
std::string recentText(const std::string& input) {
    constexpr std::string_view kWindow = "screen:window=";
    if (const auto title = input.find(':', kWindow.size()); input.starts_with(kWindow) && title != std::string::npos)
        return input.substr(title + 1);
    const std::string file = std::filesystem::path(input).filename().string();
    return file.empty() ? input : file;
}

/// Inputs of before, by the last part of their names.
void drawRecent(Ui& ui) {
    constexpr std::size_t kMost = 4;
    std::vector<std::string> recent = ui.state.recentSources;
    std::erase_if(recent, [&](const std::string& input) {
        return input == ui.settings.source || input == ui.stats.bundledClip || input.starts_with("webcam");
    });
    recent.resize(std::min(recent.size(), kMost));
    for (const std::string& input : recent) {
        const std::string text = recentText(input);
        if (menuItem(ui, {.name = "recent." + input,
                          .icon = input.starts_with("screen") ? Icon::Fullscreen
                                  : isImagePath(input)        ? Icon::Image
                                                              : Icon::Film,
                          .text = text}))
            return choose(ui, input);
    }
}

void drawPathField(Ui& ui) {
    FileList& files = ui.state.files;
    ImGui::SetNextItemWidth(-1);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool entered = ImGui::InputTextWithHint("##path", "File, folder, URL or FORMAT:URL, then Enter", &files.path,
                                                  ImGuiInputTextFlags_EnterReturnsTrue);
    ui.state.placed["source.path"] = {{at, ImGui::GetItemRectMax()}, ImGui::GetFrameCount()};
    if (!entered || files.path.empty())
        return;
    std::error_code ignored;
    if (std::filesystem::is_directory(files.path, ignored))
        listFolder(files, files.path);
    else
        choose(ui, files.path);
}

void drawFiles(Ui& ui) {
    FileList& files = ui.state.files;
    ImGui::BeginChild("files", {0, ui.theme.px(kListHeight)});
    std::filesystem::path next;
    const std::filesystem::path parent = files.folder.parent_path();
    if (!parent.empty() && parent != files.folder) {
        const std::string text = "Up to " + parent.string();
        if (menuItem(ui, {.name = "file.up", .icon = Icon::Folder, .text = text, .dim = true}))
            next = parent;
    }
    const auto pictures = std::ranges::count_if(
        files.entries, [](const FileEntry& entry) { return !entry.folder && isImagePath(entry.name); });
    if (pictures > 1) {
        const std::string text = fmt::format("Slideshow of these {} pictures", pictures);
        if (menuItem(ui, {.name = "file.slideshow",
                          .icon = Icon::Play,
                          .text = text,
                          .active = files.folder.string() == ui.settings.source}))
            choose(ui, files.folder.string());
    }
    for (const FileEntry& entry : files.entries) {
        const Icon icon = entry.folder ? Icon::Folder : isImagePath(entry.name) ? Icon::Image : Icon::Film;
        const std::string path = entry.path.string();
        if (!menuItem(ui, {.name = "file." + entry.name,
                           .icon = icon,
                           .text = entry.name,
                           .active = path == ui.settings.source,
                           .dim = entry.folder}))
            continue;
        if (entry.folder)
            next = entry.path;
        else
            choose(ui, path);
    }
    if (!files.error.empty())
        paragraph(ui, ui.theme.fonts.small, ui.theme.colors.warning, files.error);
    else if (files.entries.empty())
        drawText(ui.theme.fonts.body, takeRow(ui, 30), ui.theme.colors.textFaint, "No pictures or videos here",
                 Align::Center);
    ImGui::EndChild();
    if (!next.empty()) {
        listFolder(files, next);
        files.path = next.string();
    }
}

void openSourceMenu(Ui& ui) {
    listFolder(ui.state.files, startFolder(ui));
    ui.requests.lookForDevices = true;
}

}  // namespace

void drawSourceMenu(Ui& ui) {
    const Theme& theme = ui.theme;
    ImGui::SetNextWindowSize({theme.px(kMenuWidth), 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(kGap), theme.px(kGap)});
    if (ImGui::BeginPopup("source menu")) {
        if (ImGui::IsKeyPressed(GLFW_KEY_ESCAPE, false))
            ImGui::CloseCurrentPopup();
        if (ImGui::IsWindowAppearing())
            openSourceMenu(ui);
        if (!ui.stats.bundledClip.empty() && menuItem(ui, {.name = "source.clip",
                                                           .icon = Icon::Film,
                                                           .text = "Bundled clip",
                                                           .active = ui.settings.source == ui.stats.bundledClip}))
            choose(ui, ui.stats.bundledClip);
        drawCameras(ui);
        drawScreens(ui);
        drawRecent(ui);
        takeGap(ui, 4);
        drawPathField(ui);
        drawFiles(ui);
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
}

}  // namespace impasto::ui
