// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "app/settings.h"
#include "app/stats.h"

namespace impasto::ui {

/// Edits of the blend as the gallery makes them.

/// The style's entry in the blend, or null.
app::StyleChoice* findChoice(app::Settings& settings, std::string_view id);

/// This style alone, at weight 1.
void chooseAlone(app::Settings& settings, const std::string& id);

/// Adds the style at `weight`; nothing when it is there already. False when the blend is full.
bool addChoice(app::Settings& settings, const std::string& id, float weight = 1.0f);

/// Takes the style out of the blend, unless it is the last one.
void removeChoice(app::Settings& settings, std::string_view id);

/// What the weights come to, 0..1: divided by their sum when they are normalized.
float effectiveWeight(const app::Settings& settings, const app::StyleChoice& choice);

/// The gallery's style of this id, or null.
const app::GalleryStyle* findStyle(const app::Stats& stats, std::string_view id);

/// A name for people: the gallery's label, else the file's stem.
std::string styleLabel(const app::Stats& stats, const std::string& id);

}  // namespace impasto::ui
