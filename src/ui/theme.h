// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <cmath>

namespace impasto::ui {

/// The colours of the window: neutral greys and one accent.
struct Palette {
    ImU32 canvas = 0;  ///< behind the picture
    ImU32 panel = 0;
    ImU32 control = 0;  ///< a control at rest
    ImU32 controlHover = 0;
    ImU32 selected = 0;  ///< the chosen one of several
    ImU32 track = 0;     ///< the empty part of a slider or bar
    ImU32 line = 0;      ///< hairlines
    ImU32 popup = 0;
    ImU32 text = 0;
    ImU32 textDim = 0;
    ImU32 textFaint = 0;
    ImU32 accent = 0;
    ImU32 accentHover = 0;
    ImU32 accentSoft = 0;  ///< accent as a tint behind text
    ImU32 onAccent = 0;    ///< text on accent
    ImU32 knob = 0;
    ImU32 warning = 0;
    ImU32 error = 0;
};

const Palette& darkPalette();
const Palette& lightPalette();

/// Owned by the font atlas they were loaded into.
struct Fonts {
    ImFont* body = nullptr;
    ImFont* strong = nullptr;  ///< headings and values that matter
    ImFont* small = nullptr;
    ImFont* large = nullptr;  ///< one number at a glance
    bool hasGreek = false;    ///< false: formulas are written with names instead of letters
};

/// How everything is drawn at one content scale. Lengths are given in logical pixels at scale 1.
struct Theme {
    Palette colors;
    Fonts fonts;
    float scale = 1.0f;
    /// Logical to ImGui pixels, whole ones so that edges stay sharp.
    float px(float logical) const { return std::round(logical * scale); }
};

/// Loads the fonts for `pixelScale` (framebuffer pixels per logical pixel) into the empty `atlas` and builds it. Inter
/// where it is installed, else DejaVu Sans, else ImGui's own font.
Fonts loadFonts(ImFontAtlas& atlas, float pixelScale);

/// Sets ImGui's style to `theme`.
void applyTheme(const Theme& theme);

inline constexpr float kRowHeight = 28.0f;
inline constexpr float kGap = 8.0f;
inline constexpr float kMargin = 16.0f;
inline constexpr float kTopBarHeight = 48.0f;
inline constexpr float kStatusHeight = 40.0f;

}  // namespace impasto::ui
