// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "ui/mask_tools.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

using Tool = MaskTools::Tool;

/// Quads of the overlay along each side.
constexpr int kOverlayQuads = 64;
constexpr float kOverlayAlpha = 0.45f;
constexpr float kWheelStep = 1.12f;
constexpr float kMinRadius = 0.01f;
constexpr float kMaxRadius = 0.6f;

app::MaskPoint placeOf(const ImRect& image, ImVec2 at) {
    return {(at.x - image.Min.x) / image.GetWidth(), (at.y - image.Min.y) / image.GetHeight()};
}

ImU32 overlayColor(const nn::RegionMask& mask, float u, float v) {
    const auto cell = [](float position) {
        return std::clamp(static_cast<int>(position * nn::RegionMask::kSide), 0, nn::RegionMask::kSide - 1);
    };
    const nn::RegionMask::Cell& weights = mask.at(cell(u), cell(v));
    ImVec4 sum{0, 0, 0, 0};
    for (int region = 1; region < nn::kMaxRegions; ++region) {
        const float weight = static_cast<float>(weights[static_cast<std::size_t>(region)]) / 255.0f;
        const ImVec4 color = ImGui::ColorConvertU32ToFloat4(regionColor(region));
        sum.x += weight * color.x;
        sum.y += weight * color.y;
        sum.z += weight * color.z;
        sum.w += weight;
    }
    if (sum.w <= 0)
        return IM_COL32(0, 0, 0, 0);
    return ImGui::ColorConvertFloat4ToU32({sum.x / sum.w, sum.y / sum.w, sum.z / sum.w, kOverlayAlpha * sum.w});
}

/// A mesh with the mask's colours at its points.
void drawOverlay(const nn::RegionMask& mask, const ImRect& image) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    for (int row = 0; row < kOverlayQuads; ++row) {
        const int vertices = 2 * (kOverlayQuads + 1);
        list->PrimReserve(6 * kOverlayQuads, vertices);
        const auto first = list->_VtxCurrentIdx;
        for (int column = 0; column <= kOverlayQuads; ++column) {
            const float u = static_cast<float>(column) / kOverlayQuads;
            for (int below = 0; below < 2; ++below) {
                const float v = static_cast<float>(row + below) / kOverlayQuads;
                list->PrimWriteVtx({ImLerp(image.Min.x, image.Max.x, u), ImLerp(image.Min.y, image.Max.y, v)}, white,
                                   overlayColor(mask, u, v));
            }
        }
        for (int column = 0; column < kOverlayQuads; ++column) {
            const unsigned corner = first + 2 * static_cast<unsigned>(column);
            for (const unsigned offset : {0u, 1u, 3u, 0u, 3u, 2u})
                list->PrimWriteIdx(static_cast<ImDrawIdx>(corner + offset));
        }
    }
}

void drawBrushCircle(Ui& ui, const ImRect& image, ImVec2 at) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const app::Brush& brush = ui.state.mask.brush;
    const float radius = brush.radius * std::min(image.GetWidth(), image.GetHeight());
    const float width = ui.theme.px(1.5f);
    list->AddCircle(at, radius + width, IM_COL32(0, 0, 0, 120), 48, width);
    list->AddCircle(at, radius, IM_COL32_WHITE, 48, width);
    if (brush.softness > 0.02f)
        list->AddCircle(at, radius * (1 - brush.softness), IM_COL32(255, 255, 255, 110), 48, ui.theme.px(1));
}

void drawShape(Ui& ui, const ImRect& image, ImVec2 to) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const MaskTools& tools = ui.state.mask;
    const ImVec2 from{ImLerp(image.Min.x, image.Max.x, tools.from.x), ImLerp(image.Min.y, image.Max.y, tools.from.y)};
    if (tools.tool == Tool::Gradient) {
        list->AddLine(from, to, IM_COL32_WHITE, ui.theme.px(1.5f));
        list->AddCircleFilled(from, ui.theme.px(4), regionColor(ui.state.region), 16);
        list->AddCircle(to, ui.theme.px(4), IM_COL32_WHITE, 16, ui.theme.px(1.5f));
    } else {
        list->AddRect({std::min(from.x, to.x), std::min(from.y, to.y)},
                      {std::max(from.x, to.x), std::max(from.y, to.y)}, IM_COL32(255, 255, 255, 150), 0, 0,
                      ui.theme.px(1));
    }
}

void beginStroke(Ui& ui, const ImRect& image, ImVec2 at) {
    MaskTools& tools = ui.state.mask;
    tools.before = ui.settings.mask.mask ? ui.settings.mask.mask : std::make_shared<nn::RegionMask>();
    tools.from = placeOf(image, at);
    if (tools.tool == Tool::Brush || tools.tool == Tool::Eraser)
        tools.stroke.emplace(tools.before, tools.tool == Tool::Eraser ? 0 : ui.state.region, tools.brush,
                             image.GetWidth() / image.GetHeight());
}

void goOn(Ui& ui, const ImRect& image, ImVec2 at) {
    MaskTools& tools = ui.state.mask;
    if (!tools.before)
        return;
    const app::MaskPoint to = placeOf(image, at);
    nn::RegionMask mask;
    if (tools.stroke) {
        tools.stroke->moveTo(to);
        mask = tools.stroke->result();
    } else if (tools.tool == Tool::Gradient) {
        mask = app::gradientMask(*tools.before, ui.state.region, tools.from, to, image.GetWidth() / image.GetHeight());
    } else {
        mask = app::ellipseMask(*tools.before, ui.state.region, tools.from, to, tools.brush.softness);
    }
    ui.settings.mask = {std::make_shared<const nn::RegionMask>(std::move(mask))};
}

}  // namespace

ImU32 regionColor(int region) {
    static constexpr ImU32 kColors[nn::kMaxRegions] = {IM_COL32(150, 150, 155, 255), IM_COL32(255, 138, 60, 255),
                                                       IM_COL32(70, 180, 255, 255), IM_COL32(120, 215, 95, 255)};
    return kColors[std::clamp(region, 0, nn::kMaxRegions - 1)];
}

void drawMaskCanvas(Ui& ui, const ImRect& image) {
    MaskTools& tools = ui.state.mask;
    if (ui.settings.regionMixes.empty() || tools.tool == Tool::None) {
        tools.stroke.reset();
        tools.before.reset();
        return;
    }
    const Interaction action = interact(ui, "mask canvas", image);
    const ImVec2 at = ImGui::GetIO().MousePos;
    const bool moved = ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0;
    if (action.began)
        beginStroke(ui, image, at);
    if (action.held && (action.began || moved))
        goOn(ui, image, at);
    if (!action.held) {
        tools.stroke.reset();
        tools.before.reset();
    }
    if (tools.visible && ui.settings.mask.mask)
        drawOverlay(*ui.settings.mask.mask, image);
    if (!action.hovered && !action.held)
        return;
    ui.state.animating = true;
    const bool brushes = tools.tool == Tool::Brush || tools.tool == Tool::Eraser;
    if (brushes && ImGui::GetIO().MouseWheel != 0)
        tools.brush.radius =
            std::clamp(tools.brush.radius * std::pow(kWheelStep, ImGui::GetIO().MouseWheel), kMinRadius, kMaxRadius);
    if (brushes)
        drawBrushCircle(ui, image, at);
    else if (action.held)
        drawShape(ui, image, at);
}

}  // namespace impasto::ui
