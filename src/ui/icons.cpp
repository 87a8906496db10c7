// SPDX-License-Identifier: MIT
#include <cmath>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

/// A pen on a 16×16 board centred on `center`.
struct Pen {
    ImDrawList* list;
    ImVec2 origin;
    float unit;
    ImU32 color;
    float width;

    ImVec2 at(float x, float y) const { return {origin.x + x * unit, origin.y + y * unit}; }
    void line(std::initializer_list<ImVec2> points, bool closed = false) const {
        for (const ImVec2& point : points)
            list->PathLineTo(at(point.x, point.y));
        list->PathStroke(color, closed ? ImDrawFlags_Closed : 0, width);
    }
    void rect(float x0, float y0, float x1, float y1, float rounding = 1.5f) const {
        list->AddRect(at(x0, y0), at(x1, y1), color, rounding * unit, 0, width);
    }
    void fill(float x0, float y0, float x1, float y1, float rounding = 0.5f) const {
        list->AddRectFilled(at(x0, y0), at(x1, y1), color, rounding * unit);
    }
    void circle(float x, float y, float radius) const { list->AddCircle(at(x, y), radius * unit, color, 24, width); }
    void disc(float x, float y, float radius) const { list->AddCircleFilled(at(x, y), radius * unit, color, 24); }
};

void drawSun(const Pen& pen) {
    pen.circle(8, 8, 3);
    for (int i = 0; i < 8; ++i) {
        const float angle = static_cast<float>(i) * IM_PI / 4.0f;
        const float x = std::cos(angle);
        const float y = std::sin(angle);
        pen.line({{8 + 5.2f * x, 8 + 5.2f * y}, {8 + 7 * x, 8 + 7 * y}});
    }
}

void drawMoon(const Pen& pen) {
    pen.list->PathArcTo(pen.at(8, 8), 5.8f * pen.unit, 0.1f * IM_PI, 1.4f * IM_PI, 24);
    pen.list->PathArcTo(pen.at(10.6f, 5.6f), 4.3f * pen.unit, 1.22f * IM_PI, 0.28f * IM_PI, 18);
    pen.list->PathStroke(pen.color, ImDrawFlags_Closed, pen.width);
}

/// An arrow that turns back, to the left; mirrored for redo.
void drawTurn(const Pen& pen, bool back) {
    const auto x = [back](float value) { return back ? value : 16 - value; };
    pen.line({{x(5.5f), 2.5f}, {x(2), 6}, {x(5.5f), 9.5f}});
    pen.line({{x(2), 6}, {x(9.5f), 6}});
    const float quarter = IM_PI / 2;
    if (back)
        pen.list->PathArcTo(pen.at(9.5f, 9.75f), 3.75f * pen.unit, -quarter, quarter, 16);
    else
        pen.list->PathArcTo(pen.at(6.5f, 9.75f), 3.75f * pen.unit, -quarter, -3 * quarter, 16);
    pen.list->PathLineTo(pen.at(x(6), 13.5f));
    pen.list->PathStroke(pen.color, 0, pen.width);
}

void drawMedia(const Pen& pen, Icon icon) {
    switch (icon) {
        case Icon::Camera:
            pen.rect(1, 4, 10.5f, 12);
            pen.line({{10.5f, 8}, {15, 5}, {15, 11}}, true);
            break;
        case Icon::Film:
            pen.rect(1.5f, 3, 14.5f, 13);
            pen.line({{4.5f, 3}, {4.5f, 13}});
            pen.line({{11.5f, 3}, {11.5f, 13}});
            break;
        case Icon::Folder:
            pen.line({{1.5f, 13}, {1.5f, 3.5f}, {6, 3.5f}, {7.5f, 5.5f}, {14.5f, 5.5f}, {14.5f, 13}}, true);
            break;
        case Icon::Image:
            pen.rect(1.5f, 2.5f, 14.5f, 13.5f);
            pen.line({{2, 12}, {6, 7.5f}, {9, 11}, {11, 9}, {14, 12}});
            pen.disc(10.6f, 5.8f, 1.2f);
            break;
        default:
            pen.rect(1, 4, 15, 13.5f, 2);
            pen.line({{5, 4}, {6, 2.2f}, {10, 2.2f}, {11, 4}});
            pen.circle(8, 8.6f, 2.7f);
            break;
    }
}

void drawSign(const Pen& pen, Icon icon) {
    switch (icon) {
        case Icon::Pause:
            pen.fill(4, 3, 6.6f, 13);
            pen.fill(9.4f, 3, 12, 13);
            break;
        case Icon::Play:
            pen.list->AddTriangleFilled(pen.at(4.5f, 2.5f), pen.at(13, 8), pen.at(4.5f, 13.5f), pen.color);
            break;
        case Icon::Wipe:
            pen.rect(1.5f, 3, 14.5f, 13);
            pen.fill(8, 3, 14.5f, 13, 0);
            pen.line({{8, 1}, {8, 15}});
            break;
        case Icon::Panel:
            pen.rect(1.5f, 2.5f, 14.5f, 13.5f);
            pen.line({{10, 2.5f}, {10, 13.5f}});
            break;
        case Icon::Close:
            pen.line({{4, 4}, {12, 12}});
            pen.line({{12, 4}, {4, 12}});
            break;
        case Icon::Plus:
            pen.line({{8, 3}, {8, 13}});
            pen.line({{3, 8}, {13, 8}});
            break;
        case Icon::Chevron:
            pen.line({{4.5f, 6.5f}, {8, 10}, {11.5f, 6.5f}});
            break;
        case Icon::Warning:
            pen.line({{8, 2}, {15, 14}, {1, 14}}, true);
            pen.line({{8, 6.2f}, {8, 10}});
            pen.disc(8, 12, 0.8f);
            break;
        default:
            pen.line({{2, 6}, {2, 2}, {6, 2}});
            pen.line({{10, 2}, {14, 2}, {14, 6}});
            pen.line({{14, 10}, {14, 14}, {10, 14}});
            pen.line({{6, 14}, {2, 14}, {2, 10}});
            break;
    }
}

}  // namespace

void drawIcon(Ui& ui, Icon icon, ImVec2 center, float size, ImU32 color) {
    const Pen pen{.list = ImGui::GetWindowDrawList(),
                  .origin = {std::round(center.x - size / 2), std::round(center.y - size / 2)},
                  .unit = size / 16.0f,
                  .color = paint(color),
                  .width = std::max(1.0f, 1.4f * size / 16.0f)};
    switch (icon) {
        case Icon::Sun:
            return drawSun(pen);
        case Icon::Moon:
            return drawMoon(pen);
        case Icon::Camera:
        case Icon::Film:
        case Icon::Folder:
        case Icon::Image:
        case Icon::Snapshot:
            return drawMedia(pen, icon);
        case Icon::Record:
            pen.list->AddCircleFilled(pen.at(8, 8), 4 * pen.unit, pen.color, 24);
            return pen.list->AddCircle(pen.at(8, 8), 6.6f * pen.unit, pen.color, 32, pen.width);
        case Icon::Undo:
        case Icon::Redo:
            return drawTurn(pen, icon == Icon::Undo);
        case Icon::Help:
            return drawText(ui.theme.fonts.strong,
                            {{center.x - size, center.y - size}, {center.x + size, center.y + size}}, color, "?",
                            Align::Center);
        default:
            return drawSign(pen, icon);
    }
}

}  // namespace impasto::ui
