// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "app/stats.h"
#include "ui/ui.h"

namespace impasto::ui {

struct Ui;

/// Edits of the blend as the gallery makes them.

/// The style's entry in the blend, or null.
app::StyleChoice* findChoice(app::Settings& settings, std::string_view id);

/// This style alone, at weight 1.
void chooseAlone(app::Settings& settings, const std::string& id);

/// Adds the style at `weight`; nothing when it is there already. False when the blend is full.
bool addChoice(app::Settings& settings, const std::string& id, float weight = 1.0f);

/// Takes the style out of the blend, unless it is the last one.
void removeChoice(app::Settings& settings, std::string_view id);

/// The usable style of the gallery `by` places after the first chosen one, alone; round and round.
void stepStyle(Ui& ui, int by);

/// Two or three styles of the gallery at random weights.
void surprise(Ui& ui);

/// What the weights come to, one per style: solo and mute applied, divided by their sum when they are normalized.
std::vector<float> effectiveWeights(const app::Settings& settings);

/// Weights from a seed, the largest 1.
void randomMix(app::Settings& settings, std::uint32_t seed);

/// Divides the weights by their sum, where there is one.
void normalizeNow(app::Settings& settings);

/// Makes the weights a drift has come to those that are set: before they are edited, so that nothing jumps.
void holdDrift(app::StyleMix& mix, std::span<const float> drifted);

/// Starts a drift, or ends it and keeps the weights it has come to.
void toggleDrift(Ui& ui);

/// The weights to show, one per style: as set, or where a drift has brought them.
std::vector<float> shownWeights(const Ui& ui);

/// Where a drift has brought the weights of the region in hand; empty without one.
std::span<const float> driftOf(const Ui& ui);

/// The gallery's style of this id, or null.
const app::GalleryStyle* findStyle(const app::Stats& stats, std::string_view id);

/// A name for people: the gallery's label, else the file's stem.
std::string styleLabel(const app::Stats& stats, const std::string& id);

}  // namespace impasto::ui
