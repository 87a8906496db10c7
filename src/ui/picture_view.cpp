// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

/// The picture as large as it fits into `area`, on whole pixels.
ImRect fit(const ImRect& area, int width, int height) {
    const float w = static_cast<float>(std::max(1, width));
    const float h = static_cast<float>(std::max(1, height));
    const float scale = std::min(area.GetWidth() / w, area.GetHeight() / h);
    const ImVec2 size{std::max(1.0f, std::round(w * scale)), std::max(1.0f, std::round(h * scale))};
    const ImVec2 center = area.GetCenter();
    const ImVec2 min{std::round(center.x - size.x / 2), std::round(center.y - size.y / 2)};
    return {min, {min.x + size.x, min.y + size.y}};
}

void drawTag(Ui& ui, ImVec2 corner, std::string_view text, Align align) {
    const Theme& theme = ui.theme;
    const float width = textWidth(theme.fonts.small, text) + theme.px(16);
    const float left = align == Align::Left ? corner.x : corner.x - width;
    const ImRect rect{{left, corner.y}, {left + width, corner.y + theme.px(22)}};
    ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, IM_COL32(0, 0, 0, 130), theme.px(11));
    drawText(theme.fonts.small, rect, IM_COL32(255, 255, 255, 235), text, Align::Center);
}

void drawHandle(Ui& ui, const ImRect& image, float x, bool lit) {
    const Theme& theme = ui.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float half = theme.px(1);
    list->AddRectFilled({x - half - 1, image.Min.y}, {x + half + 1, image.Max.y}, IM_COL32(0, 0, 0, 70));
    list->AddRectFilled({x - half, image.Min.y}, {x + half, image.Max.y}, IM_COL32_WHITE);
    const ImVec2 center{x, std::round(image.GetCenter().y)};
    const float radius = theme.px(lit ? 17 : 15);
    list->AddCircleFilled({center.x, center.y + theme.px(1)}, radius + theme.px(1), IM_COL32(0, 0, 0, 70), 32);
    list->AddCircleFilled(center, radius, lit ? paint(theme.colors.accent) : IM_COL32_WHITE, 32);
    const ImU32 ink = lit ? IM_COL32_WHITE : IM_COL32(40, 40, 42, 255);
    for (const float side : {-1.0f, 1.0f}) {
        const float tip = center.x + side * theme.px(8);
        list->PathLineTo({tip - side * theme.px(4), center.y - theme.px(4)});
        list->PathLineTo({tip, center.y});
        list->PathLineTo({tip - side * theme.px(4), center.y + theme.px(4)});
        list->PathStroke(ink, 0, theme.px(1.6f));
    }
}

void drawWipe(Ui& ui, const PictureTextures& picture, const ImRect& image) {
    const Theme& theme = ui.theme;
    float& position = ui.settings.wipePosition;
    const float lineX = image.Min.x + position * image.GetWidth();
    const float reach = theme.px(18);
    const ImRect grip{{lineX - reach, image.Min.y}, {lineX + reach, image.Max.y}};
    const Interaction action = interact(ui, "wipe line", grip);
    if (action.held)
        position = std::clamp((ImGui::GetIO().MousePos.x - image.Min.x) / image.GetWidth(), 0.0f, 1.0f);
    if (action.resetAsked)
        position = 0.5f;
    if (action.hovered || action.held)
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);

    const float x = std::round(image.Min.x + position * image.GetWidth());
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddImage(picture.source, image.Min, {x, image.Max.y}, {0, 0}, {position, 1});
    list->AddImage(picture.stylized, {x, image.Min.y}, image.Max, {position, 0}, {1, 1});
    drawHandle(ui, image, x, action.hovered || action.held);
    const float inset = theme.px(12);
    if (x - image.Min.x > theme.px(110))
        drawTag(ui, {image.Min.x + inset, image.Min.y + inset}, "Source", Align::Left);
    if (image.Max.x - x > theme.px(110))
        drawTag(ui, {image.Max.x - inset, image.Min.y + inset}, "Stylized", Align::Right);
}

void drawNoPicture(Ui& ui, const ImRect& area) {
    const Theme& theme = ui.theme;
    const float middle = area.GetCenter().y;
    const ImRect first{{area.Min.x, middle - theme.px(28)}, {area.Max.x, middle - theme.px(4)}};
    const ImRect second{{area.Min.x, middle - theme.px(2)}, {area.Max.x, middle + theme.px(22)}};
    const bool starting = ui.stats.model.empty() && ui.state.toast.kind != app::Message::Kind::Error;
    drawText(theme.fonts.strong, first, theme.colors.textDim, starting ? "Starting" : "No picture yet", Align::Center);
    drawText(theme.fonts.body, second, theme.colors.textFaint,
             starting ? "The network is being made ready for this device" : "Drop an image or a video here",
             Align::Center);
}

}  // namespace

void drawPicture(Ui& ui, const PictureTextures& picture) {
    const ImGuiWindow* window = ImGui::GetCurrentWindow();
    const ImRect area{window->Pos, {window->Pos.x + window->Size.x, window->Pos.y + window->Size.y}};
    ui.state.pictureArea = area;
    if (!picture.stylized) {
        drawNoPicture(ui, area);
        return;
    }
    const ImRect image = fit(area, picture.width, picture.height);
    ui.state.studio.pictureRect = image;
    if (ui.settings.wipe && picture.source)
        drawWipe(ui, picture, image);
    else
        ImGui::GetWindowDrawList()->AddImage(picture.stylized, image.Min, image.Max);
    if (ImGui::IsWindowHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !ImGui::IsAnyItemActive())
        ui.state.fullscreen = !ui.state.fullscreen;
}

}  // namespace impasto::ui
