// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <string_view>
#include <tuple>

#include "app/dirty.h"
#include "app/settings.h"

namespace impasto::app {

/// One member of Settings: its name in presets, what a change of it makes dirty, and the range of its numbers.
template <typename T>
struct Field {
    std::string_view name;
    T Settings::*member;
    Rung rung;
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
};
template <typename T>
Field(std::string_view, T Settings::*, Rung) -> Field<T>;
template <typename T>
Field(std::string_view, T Settings::*, Rung, double, double) -> Field<T>;

inline constexpr int kMaxNetworkSide = 4096;
inline constexpr int kMaxDriftSeed = 999999;

/// The one table of all settings: presets, change propagation and their tests walk it.
inline constexpr auto kFields = std::make_tuple(
    Field{"source", &Settings::source, Rung::None}, Field{"paused", &Settings::paused, Rung::None},
    Field{"loop", &Settings::loop, Rung::None}, Field{"mirror", &Settings::mirror, Rung::Uniforms},
    Field{"rotation", &Settings::rotation, Rung::None, 0, 3}, Field{"crop", &Settings::crop, Rung::None, 0, 0.45},
    Field{"speed", &Settings::speed, Rung::None, 0.25, 4},
    Field{"seconds_per_image", &Settings::secondsPerImage, Rung::None, 0.1, 60},
    Field{"camera_format", &Settings::cameraFormat, Rung::None}, Field{"model", &Settings::model, Rung::Model},
    Field{"precision", &Settings::precision, Rung::Plan},
    Field{"short_side", &Settings::shortSide, Rung::Plan, 0, kMaxNetworkSide},
    Field{"exact_size", &Settings::exactSize, Rung::Plan, 0, kMaxNetworkSide},
    Field{"target_rate", &Settings::targetRate, Rung::None, 0, 240},
    Field{"styles", &Settings::styles, Rung::Uniforms, 0, 100},
    Field{"normalize_weights", &Settings::normalizeWeights, Rung::Uniforms},
    Field{"region_mixes", &Settings::regionMixes, Rung::Uniforms, 0, 100},
    Field{"mask", &Settings::mask, Rung::Uniforms}, Field{"drift", &Settings::drift, Rung::Uniforms},
    Field{"drift_seconds", &Settings::driftSeconds, Rung::Uniforms, 1, 120},
    Field{"drift_seed", &Settings::driftSeed, Rung::Uniforms, 0, kMaxDriftSeed},
    Field{"style_scale", &Settings::styleScale, Rung::Uniforms, 0.5, 2},
    Field{"strength", &Settings::strength, Rung::Uniforms, 0, 1},
    Field{"normalization", &Settings::normalization, Rung::Uniforms},
    Field{"per_site", &Settings::perSite, Rung::Uniforms},
    Field{"site_normalization", &Settings::siteNormalization, Rung::Uniforms},
    Field{"epsilon", &Settings::epsilon, Rung::Uniforms, 1e-8, 1}, Field{"split", &Settings::split, Rung::Uniforms},
    Field{"normalization_b", &Settings::normalizationB, Rung::Uniforms},
    Field{"site_normalization_b", &Settings::siteNormalizationB, Rung::Uniforms},
    Field{"gate", &Settings::gate, Rung::Uniforms},
    Field{"gate_threshold", &Settings::gateThreshold, Rung::Uniforms, 0, 32},
    Field{"colour", &Settings::colour, Rung::Uniforms}, Field{"guidance", &Settings::guidance, Rung::Uniforms, 0, 1},
    Field{"wipe", &Settings::wipe, Rung::Uniforms},
    Field{"wipe_position", &Settings::wipePosition, Rung::Uniforms, 0, 1},
    Field{"record_format", &Settings::recordFormat, Rung::None},
    Field{"record_quality", &Settings::recordQuality, Rung::None},
    Field{"record_sound", &Settings::recordSound, Rung::None},
    Field{"snapshot_format", &Settings::snapshotFormat, Rung::None},
    Field{"snapshot_as_shown", &Settings::snapshotAsShown, Rung::None},
    Field{"style_previews", &Settings::stylePreviews, Rung::None},
    Field{"light_theme", &Settings::lightTheme, Rung::None},
    Field{"panel_visible", &Settings::panelVisible, Rung::None});

/// Calls `visit(field)` for every field, in the order of the struct.
template <typename Visitor>
constexpr void forEachField(Visitor&& visit) {
    std::apply([&](const auto&... fields) { (visit(fields), ...); }, kFields);
}

}  // namespace impasto::app
