// SPDX-License-Identifier: MIT
#include "ui/gallery_tools.h"

#include <imgui.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "ui/blend.h"

namespace impasto::ui {
namespace {

constexpr float kDragThreshold = 6.0f;
constexpr Explanation kPreviewHelp{
    .title = "Previews",
    .text =
        "Shows the current picture in each style, made while there is nothing else to do. Off: the styles' own "
        "pictures."};

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

bool matches(const std::string& search, const app::GalleryStyle& style) {
    const std::string name = lower(style.label + " " + style.id);
    std::istringstream words(lower(search));
    for (std::string word; words >> word;) {
        if (name.find(word) == std::string::npos)
            return false;
    }
    return true;
}

bool menuLine(Ui& ui, std::string_view name, std::string_view text) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 28);
    const Interaction action = interact(ui, name, row);
    if (action.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(row.Min, row.Max, paint(theme.colors.controlHover), theme.px(5));
    drawText(theme.fonts.body, {{row.Min.x + theme.px(8), row.Min.y}, row.Max}, theme.colors.text, text);
    if (action.pressed)
        ImGui::CloseCurrentPopup();
    return action.pressed;
}

void drawCardMenu(Ui& ui) {
    ImGui::SetNextWindowSize({ui.theme.px(200), 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.theme.px(6), ui.theme.px(6)});
    if (ImGui::BeginPopup("style menu")) {
        const app::GalleryStyle* style = findStyle(ui.stats, ui.state.gallery.menuOf);
        if (!style) {
            ImGui::CloseCurrentPopup();
        } else {
            if (menuLine(ui, "menu.alone", "Choose alone"))
                chooseAlone(ui.settings, style->id);
            if (menuLine(ui, "menu.remove", style->bundled ? "Hide" : "Remove from the gallery"))
                ui.requests.galleryEdits.push_back({app::GalleryEdit::Kind::Remove, style->id});
            if (menuLine(ui, "menu.first", "Move to the front") && !ui.stats.gallery.empty())
                ui.requests.galleryEdits.push_back(
                    {app::GalleryEdit::Kind::MoveBefore, style->id, ui.stats.gallery.front().id});
        }
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
}

}  // namespace

std::vector<const app::GalleryStyle*> shownStyles(const Ui& ui) {
    std::vector<const app::GalleryStyle*> styles;
    if (matches(ui.state.gallery.search, ui.stats.sourceStyle))
        styles.push_back(&ui.stats.sourceStyle);
    for (const app::GalleryStyle& style : ui.stats.gallery) {
        if (matches(ui.state.gallery.search, style))
            styles.push_back(&style);
    }
    return styles;
}

void drawGallerySearch(Ui& ui) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 28);
    const float button = theme.px(28);
    textField(ui, "style.search", {row.Min, {row.Max.x - button - theme.px(4), row.Max.y}}, "Search styles",
              ui.state.gallery.search);
    if (iconButton(ui, "style.previews", {{row.Max.x - button, row.Min.y}, row.Max}, Icon::Image,
                   ui.settings.stylePreviews, kPreviewHelp))
        ui.settings.stylePreviews = !ui.settings.stylePreviews;
    takeGap(ui, 4);
}

bool handleCard(Ui& ui, const app::GalleryStyle& style, const ImRect& card, const Interaction& action) {
    GalleryTools& gallery = ui.state.gallery;
    if (style.id == app::kSourceStyle)
        return false;
    if (action.resetAsked) {
        gallery.menuOf = style.id;
        ImGui::OpenPopup("style menu");
    }
    const ImGuiIO& io = ImGui::GetIO();
    const ImVec2 from = io.MouseClickedPos[0];
    const float distance = std::hypot(io.MousePos.x - from.x, io.MousePos.y - from.y);
    if (action.held && !findChoice(ui.settings, style.id) && gallery.search.empty() &&
        distance > ui.theme.px(kDragThreshold))
        gallery.dragged = style.id;
    if (gallery.dragged.empty())
        return false;
    const ImRect reach{{card.Min.x - ui.theme.px(kGap) / 2, card.Min.y - ui.theme.px(kGap) / 2},
                       {card.Max.x + ui.theme.px(kGap) / 2, card.Max.y + ui.theme.px(kGap) / 2}};
    if (reach.Contains(io.MousePos)) {
        const bool after = io.MousePos.x > card.GetCenter().x;
        gallery.dropAt = after ? ImRect{{reach.Max.x, card.Min.y}, {reach.Max.x, card.Max.y}}
                               : ImRect{{reach.Min.x, card.Min.y}, {reach.Min.x, card.Max.y}};
        gallery.dropBefore = style.id;
        if (after) {
            const auto found = std::ranges::find(ui.stats.gallery, style.id, &app::GalleryStyle::id);
            const auto next = found == ui.stats.gallery.end() ? found : found + 1;
            gallery.dropBefore = next == ui.stats.gallery.end() ? "" : next->id;
        }
        gallery.dropValid = true;
    }
    return gallery.dragged == style.id;
}

void endCards(Ui& ui) {
    GalleryTools& gallery = ui.state.gallery;
    if (!gallery.dragged.empty()) {
        ImDrawList* list = ImGui::GetForegroundDrawList();
        if (gallery.dropValid)
            list->AddLine(gallery.dropAt.Min, gallery.dropAt.Max, paint(ui.theme.colors.accent), ui.theme.px(3));
        const ImVec2 at = ImGui::GetIO().MousePos;
        const float half = ui.theme.px(20);
        list->AddRectFilled({at.x - half, at.y - half}, {at.x + half, at.y + half}, IM_COL32(255, 255, 255, 60),
                            ui.theme.px(6));
        ui.state.animating = true;
        if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
            if (gallery.dropValid && gallery.dropBefore != gallery.dragged)
                ui.requests.galleryEdits.push_back(
                    {app::GalleryEdit::Kind::MoveBefore, gallery.dragged, gallery.dropBefore});
            gallery.dragged.clear();
        }
    }
    gallery.dropValid = false;
    if (ui.stats.hiddenStyles > 0 && gallery.search.empty()) {
        const ImRect row = takeRow(ui, 24);
        const Interaction action = interact(ui, "style.showAll", row);
        if (action.pressed)
            ui.requests.galleryEdits.push_back({app::GalleryEdit::Kind::ShowAll});
        const std::string text = "Show " + std::to_string(ui.stats.hiddenStyles) + " hidden";
        drawText(ui.theme.fonts.small, row, action.hovered ? ui.theme.colors.text : ui.theme.colors.textDim, text,
                 Align::Center);
    }
    drawCardMenu(ui);
}

void takeStyles(Ui& ui, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        std::error_code code;
        const std::filesystem::path whole = std::filesystem::absolute(path, code).lexically_normal();
        ui.requests.addStyles.push_back(code ? path : whole.string());
    }
    if (!paths.empty())
        chooseAlone(ui.settings, ui.requests.addStyles.back());
}

}  // namespace impasto::ui
