// SPDX-License-Identifier: MIT
#pragma once

#include "ui/ui.h"

namespace impasto::ui {

/// A style's picture covering `rect`, cropped to its shape; a plain area with a symbol while there is none. `preview`:
/// the current picture in the style, where there is one and the settings want it.
void drawStylePicture(Ui& ui, const app::GalleryStyle* style, const ImRect& rect, float rounding, bool preview = false);

}  // namespace impasto::ui
