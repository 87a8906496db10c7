// SPDX-License-Identifier: MIT
#pragma once

#include "ui/ui.h"

namespace impasto::ui {

/// When it was asked for, leaves all charts of the watched site in `StatisticsView::picture` and its size in
/// `pictureSize`. Between ImGui's NewFrame and Render; nothing of it shows.
void takeStatisticsPicture(Ui& ui);

}  // namespace impasto::ui
