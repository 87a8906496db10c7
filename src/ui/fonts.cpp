// SPDX-License-Identifier: MIT
#include <filesystem>
#include <initializer_list>
#include <string>

#include "base/log.h"
#include "ui/theme.h"

namespace impasto::ui {
namespace {

// Latin with accents, Greek for the formulas, and the few signs the panel uses.
constexpr ImWchar kGlyphs[] = {0x0020, 0x024F, 0x0370, 0x03FF, 0x2010, 0x2027, 0x2030, 0x205E, 0x2070, 0x209C,
                               0x20AC, 0x20AC, 0x2190, 0x2193, 0x2200, 0x2265, 0x2713, 0x2713, 0};

struct Family {
    const char* regular;
    const char* strong;
};
constexpr Family kFamilies[] = {
    {"/usr/share/fonts/opentype/inter/Inter-Regular.otf", "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf"},
    {"/usr/share/fonts/truetype/inter/Inter-Regular.ttf", "/usr/share/fonts/truetype/inter/Inter-SemiBold.ttf"},
    {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"},
};

bool exists(const char* path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
}

ImFont* add(ImFontAtlas& atlas, const char* path, float size) {
    ImFontConfig config;
    config.OversampleH = 2;
    config.PixelSnapH = size < 28.0f;
    return atlas.AddFontFromFileTTF(path, std::round(size), &config, kGlyphs);
}

Fonts builtIn(ImFontAtlas& atlas, float pixelScale) {
    spdlog::warn("neither Inter nor DejaVu Sans is installed (Debian: fonts-inter): using ImGui's own font");
    ImFontConfig config;
    config.SizePixels = std::round(13.0f * pixelScale);
    Fonts fonts;
    fonts.body = fonts.strong = fonts.small = atlas.AddFontDefault(&config);
    config.SizePixels = std::round(26.0f * pixelScale);
    fonts.large = atlas.AddFontDefault(&config);
    return fonts;
}

}  // namespace

Fonts loadFonts(ImFontAtlas& atlas, float pixelScale) {
    atlas.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
    Fonts fonts;
    for (const Family& family : kFamilies) {
        if (!exists(family.regular) || !exists(family.strong))
            continue;
        fonts.body = add(atlas, family.regular, 14.0f * pixelScale);
        fonts.strong = add(atlas, family.strong, 14.0f * pixelScale);
        fonts.small = add(atlas, family.regular, 12.0f * pixelScale);
        fonts.large = add(atlas, family.strong, 24.0f * pixelScale);
        fonts.hasGreek = true;
        break;
    }
    // A file that is there but broken is no reason to stop.
    if (!fonts.body || !fonts.strong || !fonts.small || !fonts.large || !atlas.Build()) {
        atlas.Clear();
        fonts = builtIn(atlas, pixelScale);
        atlas.Build();
    }
    return fonts;
}

}  // namespace impasto::ui
