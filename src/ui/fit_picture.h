// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace impasto::ui {

/// A picture as large as it fits into `area`, centred, on whole pixels.
inline ImRect fitPicture(const ImRect& area, int width, int height) {
    const float w = static_cast<float>(std::max(1, width));
    const float h = static_cast<float>(std::max(1, height));
    const float scale = std::min(area.GetWidth() / w, area.GetHeight() / h);
    const ImVec2 size{std::max(1.0f, std::round(w * scale)), std::max(1.0f, std::round(h * scale))};
    const ImVec2 center = area.GetCenter();
    const ImVec2 min{std::round(center.x - size.x / 2), std::round(center.y - size.y / 2)};
    return {min, {min.x + size.x, min.y + size.y}};
}

}  // namespace impasto::ui
