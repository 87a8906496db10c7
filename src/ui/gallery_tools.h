// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ui/ui.h"
#include "ui/widgets.h"

namespace impasto::ui {

/// The styles the gallery shows, the source itself first: those whose name has every word that is searched for.
std::vector<const app::GalleryStyle*> shownStyles(const Ui& ui);

/// The search field, and whether cards show the current picture.
void drawGallerySearch(Ui& ui);

/// A card that is not in the mix may be dragged to another place, and any may be right-clicked for its menu. True while
/// it is dragged.
bool handleCard(Ui& ui, const app::GalleryStyle& style, const ImRect& card, const Interaction& action);

/// After all cards: the place a dragged card would go to, the drop, the menu.
void endCards(Ui& ui);

/// Adds pictures as styles and chooses the last of them.
void takeStyles(Ui& ui, const std::vector<std::string>& paths);

}  // namespace impasto::ui
