// SPDX-License-Identifier: MIT
#pragma once

#include "ui/ui.h"

namespace impasto::ui {

/// A style's picture covering `rect`, cropped to its shape; a plain area with a symbol while there is none.
void drawStylePicture(Ui& ui, const app::GalleryStyle* style, const ImRect& rect, float rounding);

}  // namespace impasto::ui
