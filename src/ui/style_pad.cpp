// SPDX-License-Identifier: MIT
#include "ui/style_pad.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ui/blend.h"
#include "ui/style_picture.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kPictureSize = 26.0f;
constexpr float kKeyStep = 0.04f;
constexpr float kFastKeyStep = 0.16f;
/// Nearer than this to a corner or an edge is on it.
constexpr double kOn = 1e-5;

constexpr Explanation kPadHelp{
    .title = "Pad",
    .text =
        "Drag the point: the nearer to a style, the more of it. On a picture it is that style alone; the middle is "
        "all of them alike. Double click: the middle.",
    .shortcut = "P, then arrow keys"};

struct Vector {
    double x = 0;
    double y = 0;
    double length() const { return std::hypot(x, y); }
};
Vector between(ImVec2 from, ImVec2 to) {
    return {double{to.x} - from.x, double{to.y} - from.y};
}
double dot(Vector a, Vector b) {
    return a.x * b.x + a.y * b.y;
}
double cross(Vector a, Vector b) {
    return a.x * b.y - a.y * b.x;
}

/// The share of the way from a to b at which the line is nearest to the point.
float shareAlong(ImVec2 a, ImVec2 b, ImVec2 point) {
    const Vector line = between(a, b);
    const double square = dot(line, line);
    return square > 0 ? static_cast<float>(std::clamp(dot(between(a, point), line) / square, 0.0, 1.0)) : 0.0f;
}

}  // namespace

std::vector<ImVec2> padCorners(int count) {
    std::vector<ImVec2> corners;
    const float start = count == 2 ? std::numbers::pi_v<float> : -std::numbers::pi_v<float> / 2;
    for (int i = 0; i < count; ++i) {
        const float angle = start + 2 * std::numbers::pi_v<float> * static_cast<float>(i) / static_cast<float>(count);
        corners.push_back({std::cos(angle), std::sin(angle)});
    }
    return corners;
}

ImVec2 insidePad(std::span<const ImVec2> corners, ImVec2 point) {
    if (corners.size() < 2)
        return corners.empty() ? point : corners[0];
    bool inside = corners.size() > 2;
    ImVec2 nearest = point;
    double best = 1e9;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const ImVec2 a = corners[i];
        const ImVec2 b = corners[(i + 1) % corners.size()];
        inside = inside && cross(between(a, b), between(a, point)) >= 0;
        const ImVec2 candidate = ImLerp(a, b, shareAlong(a, b, point));
        const double distance = between(candidate, point).length();
        if (distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    return inside ? point : nearest;
}

std::vector<float> padWeights(std::span<const ImVec2> corners, ImVec2 point) {
    const std::size_t count = corners.size();
    std::vector<float> weights(count, 0.0f);
    if (count == 0)
        return weights;
    if (count <= 2) {
        const float share = count == 2 ? shareAlong(corners[0], corners[1], point) : 0.0f;
        weights[0] = 1 - share;
        if (count == 2)
            weights[1] = share;
        return weights;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t next = (i + 1) % count;
        const Vector s = between(point, corners[i]);
        const Vector t = between(point, corners[next]);
        if (s.length() < kOn) {
            weights[i] = 1;
            return weights;
        }
        if (std::abs(cross(s, t)) < kOn && dot(s, t) < 0) {
            weights[i] = static_cast<float>(t.length() / (s.length() + t.length()));
            weights[next] = 1 - weights[i];
            return weights;
        }
    }
    std::vector<double> raw(count, 0.0);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        // tan(α/2) of the angles to both neighbours, over the distance.
        const Vector own = between(point, corners[i]);
        for (const std::size_t other : {(i + 1) % count, (i + count - 1) % count}) {
            const Vector side = between(point, corners[other]);
            const double area = std::abs(cross(own, side));
            raw[i] += (own.length() * side.length() - dot(own, side)) / (area * own.length());
        }
        sum += raw[i];
    }
    for (std::size_t i = 0; i < count; ++i)
        weights[i] = static_cast<float>(raw[i] / sum);
    return weights;
}

ImVec2 padPoint(std::span<const ImVec2> corners, std::span<const float> weights) {
    ImVec2 sum{0, 0};
    float total = 0;
    for (std::size_t i = 0; i < corners.size() && i < weights.size(); ++i) {
        sum.x += corners[i].x * weights[i];
        sum.y += corners[i].y * weights[i];
        total += weights[i];
    }
    return total > 0 ? ImVec2{sum.x / total, sum.y / total} : ImVec2{0, 0};
}

namespace {

struct PadPlace {
    ImVec2 center;
    float radius = 1;
    ImVec2 toScreen(ImVec2 p) const { return {center.x + p.x * radius, center.y + p.y * radius}; }
    ImVec2 fromScreen(ImVec2 p) const { return {(p.x - center.x) / radius, (p.y - center.y) / radius}; }
};

void setPoint(Ui& ui, std::span<const ImVec2> corners, ImVec2 point) {
    const std::vector<float> weights = padWeights(corners, insidePad(corners, point));
    for (std::size_t i = 0; i < weights.size(); ++i)
        ui.settings.styles[i].weight = weights[i];
}

ImVec2 arrowKeys(const Ui& ui) {
    if (!ui.state.padFocused || ImGui::GetIO().WantTextInput)
        return {0, 0};
    const float step = ImGui::GetIO().KeyShift ? kFastKeyStep : kKeyStep;
    const auto pressed = [](int key) { return ImGui::IsKeyPressed(key, true) ? 1.0f : 0.0f; };
    return {step * (pressed(GLFW_KEY_RIGHT) - pressed(GLFW_KEY_LEFT)),
            step * (pressed(GLFW_KEY_DOWN) - pressed(GLFW_KEY_UP))};
}

void drawRim(Ui& ui, const PadPlace& place, std::span<const ImVec2> corners, std::span<const float> weights) {
    const Theme& theme = ui.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const ImVec2& corner : corners)
        list->PathLineTo(place.toScreen(corner));
    if (corners.size() > 2) {
        list->PathFillConvex(paint(theme.colors.control));
        for (const ImVec2& corner : corners)
            list->PathLineTo(place.toScreen(corner));
    }
    list->PathStroke(paint(theme.colors.track), ImDrawFlags_Closed, theme.px(1.5f));
    float total = 0;
    for (std::size_t i = 0; i < corners.size(); ++i)
        total += weights[i];
    const ImVec2 point = place.toScreen(padPoint(corners, weights));
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const float share = total > 0 ? weights[i] / total : 0.0f;
        if (share > 0)
            list->AddLine(point, place.toScreen(corners[i]),
                          paint(mix(theme.colors.control, theme.colors.accent, share)), theme.px(1 + 2 * share));
    }
    const float half = theme.px(kPictureSize) / 2;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const ImVec2 at = place.toScreen(corners[i]);
        const ImRect picture{{std::round(at.x - half), std::round(at.y - half)},
                             {std::round(at.x + half), std::round(at.y + half)}};
        drawStylePicture(ui, findStyle(ui.stats, ui.settings.styles[i].id), picture, theme.px(5));
        const float share = total > 0 ? weights[i] / total : 0.0f;
        list->AddRect(picture.Min, picture.Max,
                      paint(mix(theme.colors.line, theme.colors.accent, std::min(1.0f, 2 * share))), theme.px(5), 0,
                      theme.px(1.5f));
    }
}

}  // namespace

void drawStylePad(Ui& ui, const ImRect& rect) {
    const Theme& theme = ui.theme;
    const int count = std::min<int>(kMaxPadStyles, static_cast<int>(ui.settings.styles.size()));
    const std::vector<ImVec2> corners = padCorners(count);
    const float side = std::min(rect.GetWidth(), rect.GetHeight());
    const PadPlace place{rect.GetCenter(), side / 2 - theme.px(kPictureSize) / 2 - theme.px(1)};

    const Interaction action = interact(ui, "pad", rect);
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left))
        ui.state.padFocused = action.hovered;
    std::vector<float> weights = shownWeights(ui);
    const ImVec2 step = arrowKeys(ui);
    if (action.held) {
        setPoint(ui, corners, place.fromScreen(ImGui::GetIO().MousePos));
    } else if (step.x != 0 || step.y != 0) {
        const ImVec2 from = padPoint(corners, weights);
        setPoint(ui, corners, {from.x + step.x, from.y + step.y});
    }
    if (action.resetAsked || (action.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)))
        setPoint(ui, corners, {0, 0});
    if (action.held || step.x != 0 || step.y != 0 || action.resetAsked) {
        for (int i = 0; i < count; ++i)
            weights[static_cast<std::size_t>(i)] = ui.settings.styles[static_cast<std::size_t>(i)].weight;
    }

    drawRim(ui, place, corners, weights);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 at = place.toScreen(padPoint(corners, weights));
    const float radius = theme.px(action.hovered || action.held ? 8.0f : 7.0f);
    list->AddCircleFilled(at, radius + theme.px(1), IM_COL32(0, 0, 0, 90), 24);
    list->AddCircleFilled(at, radius, paint(ui.state.padFocused ? theme.colors.accent : theme.colors.knob), 24);
    if (ui.state.padFocused)
        list->AddCircle(at, radius, paint(theme.colors.knob), 24, theme.px(1.5f));
    tooltip(ui, kPadHelp, action.hovered);
}

}  // namespace impasto::ui
