// SPDX-License-Identifier: MIT
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ui/gallery_tools.h"
#include "ui/style_picture.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kBrowserWidth = 372.0f;
constexpr float kListHeight = 320.0f;
constexpr int kColumns = 4;

std::filesystem::path startFolder() {
    std::error_code ignored;
    const char* home = std::getenv("HOME");
    const std::filesystem::path folder = home && *home ? home : ".";
    for (const char* name : {"Pictures", ""}) {
        if (std::filesystem::is_directory(folder / name, ignored))
            return folder / name;
    }
    return std::filesystem::current_path(ignored);
}

void openFolder(FileList& files, const std::filesystem::path& folder) {
    listFolder(files, folder);
    std::erase_if(files.entries, [](const FileEntry& entry) { return !entry.folder && !isImagePath(entry.name); });
    files.path = folder.string();
}

void choose(Ui& ui, const std::string& path) {
    takeStyles(ui, {path});
    ImGui::CloseCurrentPopup();
}

void drawPathField(Ui& ui) {
    FileList& files = ui.state.gallery.browser;
    ImGui::SetNextItemWidth(-1);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool entered = ImGui::InputTextWithHint("##stylePath", "Picture or folder, then Enter", &files.path,
                                                  ImGuiInputTextFlags_EnterReturnsTrue);
    ui.state.placed["browser.path"] = {{at, ImGui::GetItemRectMax()}, ImGui::GetFrameCount()};
    if (!entered || files.path.empty())
        return;
    std::error_code ignored;
    if (std::filesystem::is_directory(files.path, ignored))
        openFolder(files, files.path);
    else if (std::filesystem::is_regular_file(files.path, ignored))
        choose(ui, files.path);
    else
        files.error = files.path + ": there is no such file or folder";
}

bool folderLine(Ui& ui, std::string_view name, std::string_view text) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 28);
    const Interaction action = interact(ui, name, row);
    if (!action.visible)
        return false;
    if (action.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(row.Min, row.Max, paint(theme.colors.controlHover), theme.px(5));
    drawIcon(ui, Icon::Folder, {row.Min.x + theme.px(14), row.GetCenter().y}, theme.px(14), theme.colors.textDim);
    drawText(theme.fonts.body, {{row.Min.x + theme.px(30), row.Min.y}, row.Max}, theme.colors.text, text);
    return action.pressed;
}

void drawPictureCell(Ui& ui, const FileEntry& entry, const ImRect& cell) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, "browse." + entry.name, cell);
    if (!action.visible)
        return;
    app::GalleryStyle shown{.id = entry.path.string(), .label = entry.name};
    if (ui.filePicture)
        shown.thumbnail = ui.filePicture(entry.path);
    if (!shown.thumbnail)
        ui.state.animating = true;
    const ImRect picture{cell.Min, {cell.Max.x, cell.Min.y + cell.GetWidth()}};
    drawStylePicture(ui, &shown, picture, theme.px(5));
    if (action.hovered)
        ImGui::GetWindowDrawList()->AddRect(picture.Min, picture.Max, paint(theme.colors.accent), theme.px(5), 0,
                                            theme.px(2));
    drawText(theme.fonts.small, {{cell.Min.x, picture.Max.y}, cell.Max},
             action.hovered ? theme.colors.text : theme.colors.textDim, entry.name, Align::Center);
    if (action.pressed)
        choose(ui, entry.path.string());
}

void drawEntries(Ui& ui) {
    FileList& files = ui.state.gallery.browser;
    const Theme& theme = ui.theme;
    std::filesystem::path next;
    const std::filesystem::path parent = files.folder.parent_path();
    if (!parent.empty() && parent != files.folder && folderLine(ui, "browse.up", "Up to " + parent.string()))
        next = parent;
    std::vector<const FileEntry*> pictures;
    for (const FileEntry& entry : files.entries) {
        if (!entry.folder)
            pictures.push_back(&entry);
        else if (folderLine(ui, "browse." + entry.name, entry.name))
            next = entry.path;
    }
    const float gap = theme.px(kGap);
    const float width = std::floor((ImGui::GetContentRegionAvail().x - gap * (kColumns - 1)) / kColumns);
    for (std::size_t first = 0; first < pictures.size(); first += kColumns) {
        const ImRect row = takeRow(ui, (width + theme.px(20)) / theme.scale);
        for (std::size_t i = first; i < std::min(pictures.size(), first + kColumns); ++i) {
            const float x = row.Min.x + static_cast<float>(i - first) * (width + gap);
            drawPictureCell(ui, *pictures[i], {{x, row.Min.y}, {x + width, row.Max.y}});
        }
        takeGap(ui, 4);
    }
    if (!files.error.empty())
        paragraph(ui, theme.fonts.small, theme.colors.warning, files.error);
    else if (files.entries.empty())
        drawText(theme.fonts.body, takeRow(ui, 30), theme.colors.textFaint, "No pictures here", Align::Center);
    if (!next.empty())
        openFolder(files, next);
}

}  // namespace

void drawStyleBrowser(Ui& ui) {
    const Theme& theme = ui.theme;
    ImGui::SetNextWindowSize({theme.px(kBrowserWidth), 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(kGap), theme.px(kGap)});
    if (ImGui::BeginPopup("style browser")) {
        if (ImGui::IsWindowAppearing() && ui.state.gallery.browser.folder.empty())
            openFolder(ui.state.gallery.browser, startFolder());
        drawPathField(ui);
        takeGap(ui, 4);
        ImGui::BeginChild("style files", {0, theme.px(kListHeight)});
        drawEntries(ui);
        ImGui::EndChild();
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
}

}  // namespace impasto::ui
