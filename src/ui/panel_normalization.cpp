// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/blend.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr int kDefaultLastFrames = 16;
constexpr int kMaxGroups = 128;

constexpr Explanation kNormalizationHelp{
    .title = "Normalization",
    .text =
        "At a few sites in the network, features are normalized and then re-scaled. Two choices decide how: what they "
        "are normalized by (rows), and where scale and shift come from (columns).",
    .formula = "y = γ·(x − μ)/√(σ² + ε) + β"};
constexpr Explanation kEpsilonHelp{.title = "Epsilon",
                                   .text = "Keeps flat features from being blown up: the larger, the calmer.",
                                   .formula = "x̂ = (x − μ)/√(σ² + ε),  1e-8 … 1"};
constexpr Explanation kGroupsHelp{
    .title = "Groups G",
    .text = "Used by the row 'group'. 1 is layer; a site with fewer channels uses all of them, which is instance."};
constexpr Explanation kBatchHelp{
    .title = "Batch statistics",
    .text =
        "Used by the row 'batch': those of the training pictures, stored with the network, or those of the last N "
        "frames.",
    .formula = "μ = mean μₙ,  σ² = mean(σₙ² + (μₙ − μ)²)"};
constexpr Explanation kSitesHelp{
    .title = "Each site on its own",
    .text = "Gives every normalization site its own cell of the grid. The numbers in the cells are the sites."};

std::string powerOfTen(float value) {
    const int exponent = static_cast<int>(std::floor(std::log10(value) + 1e-4f));
    const float mantissa = value / std::pow(10.0f, static_cast<float>(exponent));
    if (std::abs(mantissa - 1.0f) < 0.05f)
        return fmt::format("1e{}", exponent);
    return fmt::format("{:.1f}e{}", mantissa, exponent);
}
std::string frames(float value) {
    return fmt::format("{:.0f}", value);
}

bool isPreset(const Normalization& cell, const Normalization& preset) {
    if (cell.statistics != preset.statistics || cell.affine != preset.affine)
        return false;
    if (cell.statistics == StatisticsSource::Group)
        return cell.groups == preset.groups;
    return cell.statistics != StatisticsSource::Batch || cell.lastFrames == preset.lastFrames;
}

void applyPreset(Normalization& cell, const Normalization& preset) {
    cell.statistics = preset.statistics;
    cell.affine = preset.affine;
    if (preset.statistics == StatisticsSource::Group)
        cell.groups = preset.groups;
    if (preset.statistics == StatisticsSource::Batch)
        cell.lastFrames = preset.lastFrames;
}

void drawPresets(Ui& ui, Normalization& cell) {
    std::vector<Segment> items;
    std::vector<std::string> names;
    std::vector<std::string> formulas;
    const auto& presets = normalizationPresets();
    names.reserve(presets.size());
    formulas.reserve(presets.size());
    int active = -1;
    for (const NormalizationPreset& preset : presets) {
        if (isPreset(cell, preset.cell))
            active = static_cast<int>(items.size());
        names.push_back("preset." + std::string(preset.name));
        formulas.push_back(cellFormula(preset.cell));
        items.push_back({.name = names.back(),
                         .label = preset.label,
                         .explanation = {.title = preset.label,
                                         .text = cellEffect(preset.cell.statistics, preset.cell.affine),
                                         .formula = formulas.back()}});
    }
    const int clicked = segments(ui, takeRow(ui), items, active, true);
    if (clicked >= 0)
        applyPreset(cell, presets[static_cast<std::size_t>(clicked)].cell);
}

/// What the active cell does, and what to know about it with these weights and styles.
std::string cellNote(const Ui& ui, const Normalization& cell) {
    const std::string key = fmt::format("{}+{}", name(cell.statistics), name(cell.affine));
    const auto& trained = ui.stats.trainedCells;
    std::string note;
    if (cell.affine == AffineSource::Conditional) {
        for (const app::StyleChoice& choice : ui.settings.styles) {
            const app::GalleryStyle* style = findStyle(ui.stats, choice.id);
            if (style && !style->hasConditionalRow) {
                note = fmt::format("{} has no trained row: its own statistics are used. ", style->label);
                break;
            }
        }
    } else if (cell.affine == AffineSource::Learned && !ui.stats.learnedStyle.empty()) {
        note = fmt::format("Trained for {}. ", styleLabel(ui.stats, ui.stats.learnedStyle));
    }
    if (!trained.empty() && std::ranges::find(trained, key) == trained.end())
        return note + "These weights were not trained for this cell.";
    return note + std::string(cellEffect(cell.statistics, cell.affine));
}

void drawCaption(Ui& ui, const Normalization& cell) {
    const Theme& theme = ui.theme;
    takeGap(ui, 4);
    if (theme.fonts.hasGreek)
        drawText(theme.fonts.body, takeRow(ui, 24), theme.colors.text, cellFormula(cell));
    // The place of two lines is kept, so that nothing below moves when the note changes.
    const ImRect place = takeRow(ui, 36);
    const std::string note = cellNote(ui, cell);
    ImGui::GetWindowDrawList()->AddText(theme.fonts.small, theme.fonts.small->FontSize * ImGui::GetIO().FontGlobalScale,
                                        place.Min, paint(theme.colors.textDim), note.data(), note.data() + note.size(),
                                        place.GetWidth());
}

void drawGroups(Ui& ui, Normalization& cell) {
    int largest = 64;
    for (const app::Stats::SiteInfo& site : ui.stats.sites)
        largest = std::min(kMaxGroups, std::max(largest, site.channels));
    std::vector<std::string> texts;
    std::vector<std::string> names;
    for (int groups = 1; groups <= largest; groups *= 2) {
        texts.push_back(std::to_string(groups));
        names.push_back("groups." + texts.back());
    }
    std::vector<Segment> items;
    int active = -1;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (cell.groups == 1 << i)
            active = static_cast<int>(i);
        items.push_back({.name = names[i], .label = texts[i]});
    }
    ImGui::BeginDisabled(cell.statistics != StatisticsSource::Group);
    const int clicked = segmentRow(ui, "Groups", items, active, kGroupsHelp);
    ImGui::EndDisabled();
    if (clicked >= 0)
        cell.groups = 1 << clicked;
}

void drawBatch(Ui& ui, Normalization& cell) {
    const Segment items[] = {{.name = "batch.stored", .label = "training set"},
                             {.name = "batch.frames", .label = "last N frames"}};
    ImGui::BeginDisabled(cell.statistics != StatisticsSource::Batch);
    const int clicked = segmentRow(ui, "Batch", items, cell.lastFrames > 0 ? 1 : 0, kBatchHelp);
    if (clicked == 0)
        cell.lastFrames = 0;
    if (clicked == 1 && cell.lastFrames == 0)
        cell.lastFrames = kDefaultLastFrames;
    ImGui::EndDisabled();
    if (cell.lastFrames == 0 || cell.statistics != StatisticsSource::Batch)
        return;
    float count = static_cast<float>(cell.lastFrames);
    if (slider(ui,
               {.name = "batch.count",
                .label = "Frames",
                .min = 1,
                .max = static_cast<float>(kMaxLastFrames),
                .defaultValue = kDefaultLastFrames,
                .wholeNumbers = true,
                .format = frames},
               count))
        cell.lastFrames = std::clamp(static_cast<int>(count), 1, kMaxLastFrames);
}

/// The switch between one grid for all sites and one per site; the cell that is edited.
Normalization& chooseCell(Ui& ui) {
    app::Settings& settings = ui.settings;
    const bool right = settings.split && ui.state.side == 1;
    Normalization& all = right ? settings.normalizationB : settings.normalization;
    if (!settings.perSite || ui.stats.sites.empty())
        return all;
    settings.siteNormalization.resize(ui.stats.sites.size(), settings.normalization);
    settings.siteNormalizationB.resize(ui.stats.sites.size(), settings.normalizationB);
    const int count = static_cast<int>(ui.stats.sites.size());
    ui.state.site = std::clamp(ui.state.site, 0, count - 1);
    std::vector<std::string> labels;
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
        const app::Stats::SiteInfo& site = ui.stats.sites[static_cast<std::size_t>(i)];
        labels.push_back(fmt::format("{}  {} ch", i + 1, site.channels));
        names.push_back(fmt::format("site.{}", i));
    }
    std::vector<Segment> items;
    for (std::size_t i = 0; i < labels.size(); ++i)
        items.push_back({.name = names[i], .label = labels[i], .explanation = {.title = ui.stats.sites[i].name}});
    const int clicked = segmentRow(ui, "Site", items, ui.state.site, {});
    if (clicked >= 0)
        ui.state.site = clicked;
    takeGap(ui);
    auto& cells = right ? settings.siteNormalizationB : settings.siteNormalization;
    return cells[static_cast<std::size_t>(ui.state.site)];
}

}  // namespace

void drawNormalization(Ui& ui) {
    if (!sectionHeader(ui, "Normalization", kNormalizationHelp))
        return;
    app::Settings& settings = ui.settings;
    drawSides(ui);
    Normalization& cell = chooseCell(ui);
    drawNormalizationGrid(ui, cell);
    takeGap(ui);
    drawPresets(ui, cell);
    drawCaption(ui, cell);
    const app::Settings defaults;
    slider(ui,
           {.name = "epsilon",
            .label = ui.theme.fonts.hasGreek ? "ε" : "epsilon",
            .min = 1e-8f,
            .max = 1.0f,
            .defaultValue = defaults.epsilon,
            .logarithmic = true,
            .format = powerOfTen,
            .explanation = kEpsilonHelp},
           settings.epsilon);
    drawGroups(ui, cell);
    drawBatch(ui, cell);
    drawPolicy(ui, cell);
    if (toggleRow(ui, "perSite", "Each site on its own", settings.perSite, kSitesHelp) && settings.perSite) {
        settings.siteNormalization.assign(ui.stats.sites.size(), settings.normalization);
        settings.siteNormalizationB.assign(ui.stats.sites.size(), settings.normalizationB);
    }
}

}  // namespace impasto::ui
