// SPDX-License-Identifier: MIT
#include "ui/style_picture.h"

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {

void drawStylePicture(Ui& ui, const app::GalleryStyle* style, const ImRect& rect, float rounding, bool preview) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    app::GalleryStyle shown;
    if (style)
        shown = *style;
    // The source has no other picture.
    if (shown.preview && ((preview && ui.settings.stylePreviews) || shown.id == app::kSourceStyle))
        shown.thumbnail = shown.preview;
    const ImTextureID texture = ui.thumbnail ? ui.thumbnail(shown) : nullptr;
    if (!texture || !shown.thumbnail) {
        list->AddRectFilled(rect.Min, rect.Max, paint(ui.theme.colors.control), rounding);
        if (shown.id == app::kSourceStyle)
            drawIcon(ui, Icon::Image, rect.GetCenter(), std::min(ui.theme.px(18), rect.GetWidth() * 0.6f),
                     ui.theme.colors.textDim);
        return;
    }
    const float pictureAspect =
        static_cast<float>(shown.thumbnail->width) / static_cast<float>(std::max(1, shown.thumbnail->height));
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
