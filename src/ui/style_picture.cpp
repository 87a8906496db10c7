// SPDX-License-Identifier: MIT
#include "ui/style_picture.h"

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {

void drawStylePicture(Ui& ui, const app::GalleryStyle* style, const ImRect& rect, float rounding) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImTextureID texture = style && ui.thumbnail ? ui.thumbnail(*style) : nullptr;
    if (!texture || !style->thumbnail) {
        list->AddRectFilled(rect.Min, rect.Max, paint(ui.theme.colors.control), rounding);
        if (style && style->id == app::kSourceStyle)
            drawIcon(ui, Icon::Image, rect.GetCenter(), std::min(ui.theme.px(18), rect.GetWidth() * 0.6f),
                     ui.theme.colors.textDim);
        return;
    }
    const float pictureAspect =
        static_cast<float>(style->thumbnail->width) / static_cast<float>(std::max(1, style->thumbnail->height));
    const float aspect = rect.GetWidth() / rect.GetHeight();
    ImVec2 crop{1, 1};
    if (pictureAspect > aspect)
        crop.x = aspect / pictureAspect;
    else
        crop.y = pictureAspect / aspect;
    const ImVec2 low{(1 - crop.x) / 2, (1 - crop.y) / 2};
    list->AddImageRounded(texture, rect.Min, rect.Max, low, {1 - low.x, 1 - low.y}, paint(IM_COL32_WHITE), rounding);
}

}  // namespace impasto::ui
