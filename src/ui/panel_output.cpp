// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/shortcuts.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kOutputHelp{.title = "Output",
                                  .text =
                                      "What the network is and how large a picture it is given. Smaller is faster and "
                                      "coarser."};
constexpr Explanation kPrecisionHelp{
    .title = "Precision",
    .text = "How features are stored between operations. Arithmetic and statistics are 32-bit either way."};
constexpr Explanation kSizeHelp{
    .title = "Resolution",
    .text =
        "Short side of the network's input, in pixels; the long side follows the source. Auto keeps a frame "
        "rate."};

constexpr Explanation kRateHelp{
    .title = "Frame rate to keep",
    .text = "The network's resolution moves in steps of 32 so that this many pictures a second are reached."};
constexpr Explanation kGuidanceHelp{
    .title = "Sharp edges",
    .text = "Where the picture is shown larger than the network saw it, its edges follow those of the full source."};

std::string percent(float value) {
    return fmt::format("{:.0f} %", 100 * value);
}

void drawNetworks(Ui& ui) {
    std::vector<std::string> models = ui.stats.models;
    if (std::ranges::find(models, ui.settings.model) == models.end())
        models.push_back(ui.settings.model);
    std::vector<std::string> names;
    for (const std::string& model : models)
        names.push_back("model." + model);
    std::vector<Segment> items;
    int active = -1;
    for (std::size_t i = 0; i < models.size(); ++i) {
        if (models[i] == ui.settings.model)
            active = static_cast<int>(i);
        items.push_back({.name = names[i], .label = models[i]});
    }
    const int clicked = segmentRow(ui, "Network", items, active, {});
    if (clicked >= 0)
        ui.settings.model = models[static_cast<std::size_t>(clicked)];
    if (!ui.stats.modelLoading.empty()) {
        const ImRect row = takeRow(ui, 20);
        drawText(ui.theme.fonts.small, row, ui.theme.colors.textDim, fmt::format("Loading {} …", ui.stats.modelLoading),
                 Align::Right);
    }
}

std::vector<int> sizesToOffer(const Ui& ui) {
    std::vector<int> sizes = ui.stats.preferredSizes;
    for (const int size : {128, 192, 256, 384, 512}) {
        if (sizes.size() < 5)
            sizes.push_back(size);
    }
    std::ranges::sort(sizes);
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

/// What the automatic size aims at, and what it does about it.
void drawTargetRate(Ui& ui) {
    constexpr int kRates[] = {15, 24, 30, 60};
    std::vector<std::string> labels, names;
    std::vector<Segment> items;
    for (const int rate : kRates) {
        labels.push_back(std::to_string(rate));
        names.push_back("rate." + labels.back());
    }
    int active = -1;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (static_cast<float>(kRates[i]) == ui.settings.targetRate)
            active = static_cast<int>(i);
        items.push_back({.name = names[i], .label = labels[i]});
    }
    const int clicked = segmentRow(ui, "Keep, fps", items, active, kRateHelp);
    if (clicked >= 0)
        ui.settings.targetRate = static_cast<float>(kRates[static_cast<std::size_t>(clicked)]);
    const app::Stats::Governed& governed = ui.stats.governed;
    if (governed.targetRate > 0)
        valueRow(ui, "Automatic size", fmt::format("{}, {}", governed.shortSide, governed.state));
}

void drawSizes(Ui& ui) {
    const std::vector<int> sizes = sizesToOffer(ui);
    const int preferred = ui.stats.preferredSizes.empty() ? 0 : ui.stats.preferredSizes.front();
    const bool exact = ui.settings.exactSize.height > 0;
    const bool governed = !exact && ui.settings.shortSide == 0 && ui.settings.targetRate > 0;
    const int current = exact || governed ? 0 : ui.settings.shortSide > 0 ? ui.settings.shortSide : preferred;
    std::vector<std::string> labels;
    std::vector<std::string> names;
    for (const int size : sizes) {
        labels.push_back(std::to_string(size));
        names.push_back("size." + labels.back());
    }
    std::vector<Segment> items;
    int active = -1;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] == current)
            active = static_cast<int>(i);
        items.push_back({.name = names[i], .label = labels[i]});
    }
    items.insert(items.begin(), {.name = "size.auto", .label = "Auto"});
    const int clicked = segmentRow(ui, "Resolution", items, governed ? 0 : active + (active >= 0 ? 1 : 0), kSizeHelp);
    if (clicked == 0 && ui.settings.targetRate <= 0)
        ui.settings.targetRate = app::Settings{}.targetRate;
    if (clicked >= 0) {
        ui.settings.shortSide = clicked == 0 ? 0 : sizes[static_cast<std::size_t>(clicked - 1)];
        ui.settings.exactSize = {};
    }
    if (governed)
        drawTargetRate(ui);
}

std::string extentText(Extent extent) {
    return extent.width > 0 ? fmt::format("{} × {}", extent.width, extent.height) : std::string("–");
}

}  // namespace

void drawOutput(Ui& ui) {
    if (!sectionHeader(ui, "Output", kOutputHelp))
        return;
    app::Settings& settings = ui.settings;
    drawDevice(ui);
    drawNetworks(ui);
    drawSizes(ui);
    const Segment precisions[] = {{.name = "precision.fp16", .label = "fp16"},
                                  {.name = "precision.fp32", .label = "fp32"}};
    const int clicked =
        segmentRow(ui, "Precision", precisions, settings.precision == nn::Precision::Fp16 ? 0 : 1, kPrecisionHelp);
    if (clicked >= 0)
        settings.precision = clicked == 0 ? nn::Precision::Fp16 : nn::Precision::Fp32;
    slider(ui,
           {.name = "guidance",
            .label = "Sharp edges",
            .defaultValue = app::Settings{}.guidance,
            .format = percent,
            .explanation = kGuidanceHelp,
            .typedFactor = 100},
           settings.guidance);
    toggleRow(ui, "wipe", "Compare with the source", settings.wipe,
              {.title = "Before and after",
               .text = "The source is left of the line; drag the line.",
               .shortcut = keysOf(Action::Compare)});
    toggleRow(
        ui, "mirror", "Mirror", settings.mirror,
        {.title = "Mirror", .text = "As one expects of a camera facing oneself.", .shortcut = keysOf(Action::Mirror)});
    if (ui.stats.durationSeconds > 0)
        toggleRow(ui, "loop", "Loop", settings.loop, {});
    takeGap(ui, 4);
    valueRow(ui, "Source",
             ui.stats.sourceRate > 0
                 ? fmt::format("{}, {:.4g} fps", extentText(ui.stats.sourceExtent), ui.stats.sourceRate)
                 : extentText(ui.stats.sourceExtent));
    valueRow(ui, "Network input", extentText(ui.stats.networkExtent));
}

}  // namespace impasto::ui
