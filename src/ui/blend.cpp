// SPDX-License-Identifier: MIT
#include "ui/blend.h"

#include <algorithm>
#include <filesystem>

namespace impasto::ui {

app::StyleChoice* findChoice(app::Settings& settings, std::string_view id) {
    const auto found = std::ranges::find(settings.styles, id, &app::StyleChoice::id);
    return found == settings.styles.end() ? nullptr : &*found;
}

void chooseAlone(app::Settings& settings, const std::string& id) {
    settings.styles = {{id, 1.0f}};
}

bool addChoice(app::Settings& settings, const std::string& id, float weight) {
    if (findChoice(settings, id))
        return true;
    if (settings.styles.size() >= static_cast<std::size_t>(kMaxBlendedStyles))
        return false;
    settings.styles.push_back({id, weight});
    return true;
}

void removeChoice(app::Settings& settings, std::string_view id) {
    if (settings.styles.size() > 1)
        std::erase_if(settings.styles, [id](const app::StyleChoice& choice) { return choice.id == id; });
}

float effectiveWeight(const app::Settings& settings, const app::StyleChoice& choice) {
    if (!settings.normalizeWeights)
        return choice.weight;
    float sum = 0;
    for (const app::StyleChoice& other : settings.styles)
        sum += other.weight;
    return sum > 0 ? choice.weight / sum : 0.0f;
}

const app::GalleryStyle* findStyle(const app::Stats& stats, std::string_view id) {
    const auto found = std::ranges::find(stats.gallery, id, &app::GalleryStyle::id);
    return found == stats.gallery.end() ? nullptr : &*found;
}

std::string styleLabel(const app::Stats& stats, const std::string& id) {
    const app::GalleryStyle* style = findStyle(stats, id);
    if (style && !style->label.empty())
        return style->label;
    return std::filesystem::path(id).stem().string();
}

}  // namespace impasto::ui
