// SPDX-License-Identifier: MIT
#include "ui/blend.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <random>

#include "app/style_mixer.h"
#include "ui/ui.h"

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

std::vector<float> effectiveWeights(const app::Settings& settings) {
    std::vector<float> weights = app::audibleWeights(settings.styles);
    const float sum = std::accumulate(weights.begin(), weights.end(), 0.0f);
    if (settings.normalizeWeights && sum > 0) {
        for (float& weight : weights)
            weight /= sum;
    }
    return weights;
}

void randomMix(app::Settings& settings, std::uint32_t seed) {
    const std::vector<float> weights = app::randomWeights(seed, settings.styles.size());
    const float largest = weights.empty() ? 1.0f : *std::ranges::max_element(weights);
    for (std::size_t i = 0; i < weights.size(); ++i)
        settings.styles[i].weight = weights[i] / largest;
}

void normalizeNow(app::Settings& settings) {
    const float sum =
        std::accumulate(settings.styles.begin(), settings.styles.end(), 0.0f,
                        [](float total, const app::StyleChoice& choice) { return total + choice.weight; });
    if (sum <= 0)
        return;
    for (app::StyleChoice& choice : settings.styles)
        choice.weight /= sum;
}

void holdDrift(app::StyleMix& mix, std::span<const float> drifted) {
    if (drifted.size() != mix.size())
        return;
    const std::vector<float> set = app::audibleWeights(mix);
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (set[i] > 0 || drifted[i] > 0)
            mix[i].weight = drifted[i];
    }
}

void toggleDrift(Ui& ui) {
    if (ui.settings.drift) {
        // The mixes of the other regions have drifted as well.
        const auto region = static_cast<std::size_t>(ui.state.region);
        for (std::size_t r = 0; r < ui.stats.driftWeights.size() && r <= ui.settings.regionMixes.size(); ++r) {
            app::StyleMix& mix = r == region ? ui.settings.styles : ui.settings.regionMixes[(r == 0 ? region : r) - 1];
            holdDrift(mix, ui.stats.driftWeights[r]);
        }
    }
    ui.settings.drift = !ui.settings.drift;
}

std::span<const float> driftOf(const Ui& ui) {
    const auto region = static_cast<std::size_t>(ui.state.region);
    if (!ui.settings.drift || region >= ui.stats.driftWeights.size())
        return {};
    return ui.stats.driftWeights[region];
}

std::vector<float> shownWeights(const Ui& ui) {
    if (const auto drifted = driftOf(ui); drifted.size() == ui.settings.styles.size() && !drifted.empty())
        return {drifted.begin(), drifted.end()};
    std::vector<float> weights;
    for (const app::StyleChoice& choice : ui.settings.styles)
        weights.push_back(choice.weight);
    return weights;
}

namespace {

std::vector<std::string> usableStyles(const app::Stats& stats) {
    std::vector<std::string> ids;
    for (const app::GalleryStyle& style : stats.gallery) {
        if (style.error.empty())
            ids.push_back(style.id);
    }
    return ids;
}

}  // namespace

void stepStyle(Ui& ui, int by) {
    const std::vector<std::string> ids = usableStyles(ui.stats);
    if (ids.empty())
        return;
    const int count = static_cast<int>(ids.size());
    int at = by > 0 ? -1 : count;
    if (!ui.settings.styles.empty()) {
        const auto found = std::ranges::find(ids, ui.settings.styles.front().id);
        at = found == ids.end() ? at : static_cast<int>(found - ids.begin());
    }
    chooseAlone(ui.settings, ids[static_cast<std::size_t>(((at + by) % count + count) % count)]);
}

void surprise(Ui& ui) {
    std::vector<std::string> ids = usableStyles(ui.stats);
    if (ids.empty())
        return;
    std::mt19937 random(static_cast<std::uint32_t>(ImGui::GetTime() * 1e3) ^ std::random_device{}());
    std::ranges::shuffle(ids, random);
    ids.resize(std::min<std::size_t>(ids.size(), random() % 2 == 0 ? 2 : 3));
    ui.settings.styles.clear();
    for (const std::string& id : ids)
        ui.settings.styles.push_back({id, 0.25f + 0.05f * static_cast<float>(random() % 16)});
}

const app::GalleryStyle* findStyle(const app::Stats& stats, std::string_view id) {
    if (id == app::kSourceStyle)
        return &stats.sourceStyle;
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
