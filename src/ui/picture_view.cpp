// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/fit_picture.h"
#include "ui/shortcuts.h"
#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

void drawTag(Ui& ui, ImVec2 corner, std::string_view text, Align align) {
    const Theme& theme = ui.theme;
    const float width = textWidth(theme.fonts.small, text) + theme.px(16);
    const float share = align == Align::Left ? 0.0f : align == Align::Center ? 0.5f : 1.0f;
    const float left = std::round(corner.x - share * width);
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

/// "A  AdaIN, temporal": what a side of the split is normalized by.
std::string sideLabel(const Ui& ui, int side) {
    const app::Settings& settings = ui.settings;
    const std::string_view letter = side == 0 ? "A" : "B";
    if (settings.perSite)
        return fmt::format("{}  per site", letter);
    const Normalization& cell = side == 0 ? settings.normalization : settings.normalizationB;
    std::string text = fmt::format("{} + {}", name(cell.statistics), name(cell.affine));
    for (const NormalizationPreset& preset : normalizationPresets()) {
        if (preset.cell.statistics == cell.statistics && preset.cell.affine == cell.affine)
            text = preset.label;
    }
    const StatisticsPolicy policy = effectivePolicy(cell);
    return fmt::format("{}  {}{}{}", letter, text, policy == StatisticsPolicy::Exact ? "" : ", ",
                       policy == StatisticsPolicy::Exact ? "" : name(policy));
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
    const bool split = ui.settings.split;
    list->AddImage(split ? picture.stylized : picture.source, image.Min, {x, image.Max.y}, {0, 0}, {position, 1});
    list->AddImage(split ? picture.other : picture.stylized, {x, image.Min.y}, image.Max, {position, 0}, {1, 1});
    drawHandle(ui, image, x, action.hovered || action.held);
    const float inset = theme.px(12);
    if (x - image.Min.x > theme.px(110))
        drawTag(ui, {image.Min.x + inset, image.Min.y + inset}, split ? sideLabel(ui, 0) : "Source", Align::Left);
    if (image.Max.x - x > theme.px(110))
        drawTag(ui, {image.Max.x - inset, image.Min.y + inset}, split ? sideLabel(ui, 1) : "Stylized", Align::Right);
}

/// Three dots that come and go while something is being waited for.
void drawWaiting(Ui& ui, ImVec2 center) {
    const Theme& theme = ui.theme;
    for (int i = 0; i < 3; ++i) {
        const double phase = ImGui::GetTime() * 3 - i * 0.7;
        const float glow = 0.5f + 0.5f * static_cast<float>(std::sin(phase));
        ImGui::GetWindowDrawList()->AddCircleFilled({center.x + theme.px(12) * static_cast<float>(i - 1), center.y},
                                                    theme.px(3),
                                                    paint(mix(theme.colors.control, theme.colors.accent, glow)), 16);
    }
    ui.state.animating = true;
}

/// `text` in lines of at most `width`, centred below `top`; where it ends.
float drawCentred(ImFont* font, ImU32 color, std::string_view text, ImVec2 top, float width) {
    const float size = font->FontSize * ImGui::GetIO().FontGlobalScale;
    const char* line = text.data();
    const char* const end = text.data() + text.size();
    while (line < end) {
        const char* next = font->CalcWordWrapPositionA(size / font->FontSize, line, end, width);
        next = next == line ? line + 1 : next;
        const ImRect row{{top.x - width / 2, top.y}, {top.x + width / 2, top.y + size * 1.4f}};
        drawText(font, row, color, {line, static_cast<std::size_t>(next - line)}, Align::Center);
        top.y = row.Max.y;
        for (line = next; line < end && (*line == ' ' || *line == '\n'); ++line) {
        }
    }
    return top.y;
}

/// What can be done where there is no source: two buttons, centred at `top`.
void drawWaysOn(Ui& ui, ImVec2 top) {
    const Theme& theme = ui.theme;
    const ImVec2 size{theme.px(150), theme.px(32)};
    const float gap = theme.px(kGap);
    const bool hasClip = !ui.stats.bundledClip.empty() && ui.settings.source != ui.stats.bundledClip;
    const float left = std::round(hasClip ? top.x - size.x - gap / 2 : top.x - size.x / 2);
    if (textButton(ui, "empty.sources", {{left, top.y}, {left + size.x, top.y + size.y}}, "Choose a source",
                   {.title = "Camera, file, folder or URL", .shortcut = keysOf(Action::Sources)}))
        ui.state.openSources = true;
    const float second = left + size.x + gap;
    if (hasClip &&
        textButton(ui, "empty.clip", {{second, top.y}, {second + size.x, top.y + size.y}}, "Play the bundled clip", {}))
        ui.settings.source = ui.stats.bundledClip;
}

std::string_view whatIsAwaited(const Ui& ui) {
    return ui.stats.networkExtent.width > 0 ? "Waiting for the first picture"
                                            : "Making the network ready: a first start takes some seconds";
}

/// The source in the picture's place, and what it waits for. It moves by itself: nothing else has to.
void drawSourcePreview(Ui& ui, const PictureTextures& picture, const ImRect& area) {
    const ImRect image = fitPicture(area, picture.width, picture.height);
    const float left = ui.settings.mirror ? 1.0f : 0.0f;
    ImGui::GetWindowDrawList()->AddImage(picture.source, image.Min, image.Max, {left, 0}, {1 - left, 1});
    drawTag(ui, {image.Min.x + ui.theme.px(12), image.Min.y + ui.theme.px(12)}, "Source", Align::Left);
    drawTag(ui, {image.GetCenter().x, image.Max.y - ui.theme.px(40)}, whatIsAwaited(ui), Align::Center);
}

void drawNoPicture(Ui& ui, const ImRect& area) {
    const Theme& theme = ui.theme;
    const ImVec2 center = area.GetCenter();
    const float width = std::min(theme.px(460), area.GetWidth() - 2 * theme.px(kMargin));
    if (ui.stats.sourceProblem.empty()) {
        drawWaiting(ui, {center.x, center.y - theme.px(32)});
        const ImRect line{{area.Min.x, center.y - theme.px(12)}, {area.Max.x, center.y + theme.px(12)}};
        drawText(theme.fonts.body, line, theme.colors.textDim, whatIsAwaited(ui), Align::Center);
        return;
    }
    drawIcon(ui, Icon::Warning, {center.x, center.y - theme.px(64)}, theme.px(28), theme.colors.warning);
    float y = drawCentred(theme.fonts.strong, theme.colors.text, "The source shows nothing",
                          {center.x, center.y - theme.px(40)}, width);
    y = drawCentred(theme.fonts.body, theme.colors.textDim, ui.stats.sourceProblem, {center.x, y + theme.px(4)}, width);
    drawWaysOn(ui, {center.x, std::round(y + theme.px(12))});
    drawText(theme.fonts.small, {{area.Min.x, y + theme.px(52)}, {area.Max.x, y + theme.px(72)}},
             theme.colors.textFaint, "or drop an image or a video here", Align::Center);
}

/// A line of text in a pill, centred at `at`; true when it was clicked.
bool drawPill(Ui& ui, std::string_view name, ImVec2 at, std::string_view text, Icon icon, ImU32 color, float maxWidth) {
    const Theme& theme = ui.theme;
    const float width = std::min(maxWidth, textWidth(theme.fonts.body, text) + theme.px(46));
    const ImRect pill{{std::round(at.x - width / 2), at.y - theme.px(15)},
                      {std::round(at.x + width / 2), at.y + theme.px(15)}};
    const Interaction action = interact(ui, name, pill);
    ImGui::GetWindowDrawList()->AddRectFilled(pill.Min, pill.Max, paint(theme.colors.popup), theme.px(15));
    ImGui::GetWindowDrawList()->AddRect(pill.Min, pill.Max, paint(theme.colors.line), theme.px(15));
    drawIcon(ui, icon, {pill.Min.x + theme.px(18), pill.GetCenter().y}, theme.px(13), color);
    drawText(theme.fonts.body, {{pill.Min.x + theme.px(32), pill.Min.y}, {pill.Max.x - theme.px(12), pill.Max.y}},
             theme.colors.text, text);
    tooltip(ui, {.text = text}, action.hovered && width >= maxWidth);
    return action.pressed;
}

/// What lies over the picture: why it stands still, what to try, what has happened.
void drawOverlays(Ui& ui, const ImRect& area) {
    const Theme& theme = ui.theme;
    const float maxWidth = area.GetWidth() - 2 * theme.px(kMargin);
    if (!ui.stats.sourceProblem.empty() &&
        drawPill(ui, "source problem", {area.GetCenter().x, area.Min.y + theme.px(28)}, ui.stats.sourceProblem,
                 Icon::Warning, theme.colors.warning, maxWidth))
        ui.state.openSources = true;
    constexpr std::string_view kHint = "Try another style, then a cell of the grid. W compares, F1 shows all keys";
    const bool hinting = ui.state.hint && (!ui.state.fullscreen || panelShown(ui));
    if (hinting && drawPill(ui, "hint", {area.GetCenter().x, area.Max.y - theme.px(28)}, kHint, Icon::Close,
                            theme.colors.textDim, maxWidth))
        ui.state.hint = false;
    ImRect toasts = area;
    toasts.Max.y -= hinting ? theme.px(44) : 0;
    drawToasts(ui, toasts);
}

}  // namespace

void drawPicture(Ui& ui, const PictureTextures& picture) {
    const ImGuiWindow* window = ImGui::GetCurrentWindow();
    const ImRect area{window->Pos, {window->Pos.x + window->Size.x, window->Pos.y + window->Size.y}};
    ui.state.pictureArea = area;
    if (!picture.stylized) {
        if (picture.source)
            drawSourcePreview(ui, picture, area);
        else
            drawNoPicture(ui, area);
        drawToasts(ui, area);
        return;
    }
    // The overlays come first so that they get the mouse, and are drawn last.
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->ChannelsSplit(2);
    list->ChannelsSetCurrent(1);
    drawOverlays(ui, area);
    list->ChannelsSetCurrent(0);
    const ImRect image = fitPicture(area, picture.width, picture.height);
    ui.state.studio.pictureRect = image;
    if (ui.state.peek && picture.source) {
        list->AddImage(picture.source, image.Min, image.Max);
        drawTag(ui, {image.Min.x + ui.theme.px(12), image.Min.y + ui.theme.px(12)}, "Source", Align::Left);
    } else if (ui.settings.split ? picture.other != nullptr : ui.settings.wipe && picture.source != nullptr) {
        drawWipe(ui, picture, image);
    } else {
        list->AddImage(picture.stylized, image.Min, image.Max);
    }
    drawMaskCanvas(ui, image);
    list->ChannelsMerge();
    if (ImGui::IsWindowHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !ImGui::IsAnyItemActive())
        ui.state.fullscreen = !ui.state.fullscreen;
}

}  // namespace impasto::ui
