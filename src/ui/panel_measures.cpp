// SPDX-License-Identifier: MIT
// Flicker, the gate against it, and the scores.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr std::string_view kMeasuresTitle = "Flicker and scores";

/// Where the meter's bar ends, in steps of 0..255.
constexpr float kMeterFull = 32.0f;

constexpr Explanation kMeasuresHelp{
    .title = "Flicker",
    .text =
        "How much the stylized picture changes from frame to frame beyond what the source does. Switch the "
        "statistics to 'temporal', or the gate on, and watch it fall. The second line of each pair is the same frames "
        "otherwise, or the other side of a split."};
constexpr Explanation kDifferenceHelp{
    .title = "Frame difference",
    .text = "Mean over the last two seconds, in steps of 0..255, of the output o against its source c.",
    .formula = "mean |(oₜ − oₜ₋₁) − (cₜ − cₜ₋₁)|"};
constexpr Explanation kNoiseHelp{
    .title = "Still parts",
    .text =
        "Deviation over two seconds of the pixels whose source stands still: what a camera's noise turns into. A dash "
        "where nothing stands still.",
    .formula = "√(mean oₜ² − (mean oₜ)²)"};
constexpr Explanation kTemporalHelp{
    .title = "Temporal statistics",
    .text =
        "Averages the statistics over time, so that the whole picture's colours do not jump when something enters or "
        "leaves it. The same switch as 'temporal' under Normalization, whose time constant is there.",
    .formula = "μₜ = (1−w)·μₜ₋₁ + w·μ,  w = 1 − exp(−Δt/τ)"};
constexpr Explanation kGateHelp{
    .title = "Similarity gate",
    .text =
        "Where the source changes by less than the threshold, the shown picture is held. The edge is soft, and a part "
        "that moved is let go of slowly."};
constexpr Explanation kThresholdHelp{
    .title = "Threshold",
    .text =
        "Mean absolute difference over blocks of 16×16 pixels, 0..255. Below it a block is held, at twice it is all "
        "new."};
std::string steps(float value) {
    return fmt::format("{:.1f}", value);
}

/// One line of the meter.
struct Meter {
    std::string name;
    double value = 0;
    bool known = false;  ///< there were enough pictures in the window to say something
    bool shown = true;   ///< this is what the picture shows now
    ImU32 color = 0;
    double against = 0;  ///< the value that the change is told from; 0: none
};

void drawMeter(Ui& ui, const Meter& meter) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 22);
    const float labelEnd = row.Min.x + theme.px(112);
    drawText(theme.fonts.body, {row.Min, {labelEnd - theme.px(4), row.Max.y}},
             meter.shown ? theme.colors.text : theme.colors.textDim, meter.name);
    const float changeStart = row.Max.x - theme.px(42);
    const float valueStart = changeStart - theme.px(44);
    const float y = std::round(row.GetCenter().y);
    const float half = theme.px(3);
    const float trackEnd = valueStart - theme.px(4);
    const float length = (trackEnd - labelEnd) * std::clamp(static_cast<float>(meter.value) / kMeterFull, 0.0f, 1.0f);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled({labelEnd, y - half}, {trackEnd, y + half}, paint(theme.colors.track), half);
    if (meter.known)
        list->AddRectFilled({labelEnd, y - half}, {labelEnd + length, y + half}, paint(meter.color), half);
    drawText(theme.fonts.body, {{valueStart, row.Min.y}, {changeStart, row.Max.y}}, theme.colors.text,
             meter.known ? fmt::format("{:.2f}", meter.value) : "–", Align::Right);
    if (meter.known && meter.against > 0)
        drawText(theme.fonts.small, {{changeStart, row.Min.y}, row.Max}, theme.colors.textDim,
                 fmt::format("{:+.0f} %", 100 * (meter.value / meter.against - 1)), Align::Right);
}

/// The cells that the meter's switch is for: those of the side whose grid is edited.
std::span<Normalization> editedCells(Ui& ui) {
    app::Settings& settings = ui.settings;
    const bool right = settings.split && ui.state.side == 1;
    auto& perSite = right ? settings.siteNormalizationB : settings.siteNormalization;
    if (settings.perSite && !perSite.empty())
        return perSite;
    return {right ? &settings.normalizationB : &settings.normalization, 1};
}

bool canSmooth(const Normalization& cell) {
    return policyObstacle(cell, StatisticsPolicy::Temporal).empty();
}

/// What the statistics of side A are, in a word or two.
std::string nameOf(Ui& ui) {
    std::string result = "exact";
    const app::Settings& settings = ui.settings;
    const auto take = [&](const Normalization& cell) {
        if (effectivePolicy(cell) != StatisticsPolicy::Exact)
            result = name(effectivePolicy(cell));
    };
    if (settings.perSite && !settings.siteNormalization.empty())
        std::ranges::for_each(settings.siteNormalization, take);
    else
        take(settings.normalization);
    return settings.gate ? result + " + gate" : result;
}

/// Both measures, each of what is shown beside the same frames made otherwise.
void drawMeters(Ui& ui) {
    const app::LaboratoryStats& measured = ui.stats.laboratory;
    const Theme& theme = ui.theme;
    const bool split = ui.settings.split;
    const auto pair = [&](const Explanation& explanation, double app::Flicker::*value, bool ofStill) {
        label(ui, explanation.title, explanation);
        const auto meter = [&](std::string what, const app::Flicker& flicker, bool shown, ImU32 color) {
            return Meter{.name = std::move(what),
                         .value = flicker.*value,
                         .known = flicker.frames > 2 && (!ofStill || flicker.stillShare > 0),
                         .shown = shown,
                         .color = color};
        };
        Meter first;
        Meter second;
        if (split) {
            first = meter("A", measured.flickerA, true, theme.colors.accent);
            second = meter("B", measured.flickerB, true, theme.colors.warning);
        } else if (measured.comparedIsTemporal) {
            first = meter(nameOf(ui), measured.flickerA, true, theme.colors.accent);
            second = meter("temporal", measured.flickerCompared, false, theme.colors.textFaint);
        } else {
            first = meter("exact", measured.flickerCompared, false, theme.colors.textFaint);
            second = meter(nameOf(ui), measured.flickerA, true, theme.colors.accent);
        }
        if (first.known)
            second.against = first.value;
        drawMeter(ui, first);
        drawMeter(ui, second);
    };
    pair(kDifferenceHelp, &app::Flicker::frameDifference, false);
    pair(kNoiseHelp, &app::Flicker::noise, true);
}

void drawSmoothing(Ui& ui) {
    const std::span<Normalization> cells = editedCells(ui);
    const bool can = std::ranges::any_of(cells, canSmooth);
    bool temporal = can && std::ranges::all_of(cells, [](const Normalization& cell) {
                        return !canSmooth(cell) || cell.policy == StatisticsPolicy::Temporal;
                    });
    takeGap(ui, 4);
    ImGui::BeginDisabled(!can);
    const bool flipped = toggleRow(ui, "temporal", "Temporal statistics", temporal, kTemporalHelp);
    ImGui::EndDisabled();
    if (!flipped)
        return;
    for (Normalization& cell : cells) {
        if (canSmooth(cell))
            cell.policy = temporal ? StatisticsPolicy::Temporal : StatisticsPolicy::Exact;
    }
}

constexpr Explanation kScoresHelp{
    .title = "Scores",
    .text =
        "On the network's own encoder, every few seconds. Content: 0 is the source's features, 2 nothing of them. "
        "Style: 1 is as far from the styles' statistics as the source, 0 is there. SSIM rewards doing nothing: read "
        "it beside the style."};

void drawScores(Ui& ui) {
    const app::LaboratoryStats& measured = ui.stats.laboratory;
    const Theme& theme = ui.theme;
    label(ui, "Scores", kScoresHelp);
    if (!measured.scoresA.valid) {
        paragraph(ui, theme.fonts.small, theme.colors.textFaint, "Measured every three seconds while this is open.");
        return;
    }
    const auto line = [&](std::string_view name, const app::Scores& scores) {
        valueRow(ui, name,
                 fmt::format("content {:.2f}   style {:.2f}   SSIM {:.2f}", scores.content, scores.style, scores.ssim));
    };
    line(ui.settings.split ? "A" : "", measured.scoresA);
    if (measured.scoresB.valid)
        line("B", measured.scoresB);
}

}  // namespace

void drawMeasures(Ui& ui) {
    if (!sectionHeader(ui, kMeasuresTitle, kMeasuresHelp, false))
        return;
    drawMeters(ui);
    drawSmoothing(ui);
    toggleRow(ui, "gate", "Similarity gate", ui.settings.gate, kGateHelp);
    if (ui.settings.gate)
        slider(ui,
               {.name = "gate.threshold",
                .label = "Threshold",
                .min = 0,
                .max = 32,
                .defaultValue = app::Settings{}.gateThreshold,
                .format = steps,
                .explanation = kThresholdHelp},
               ui.settings.gateThreshold);
    drawScores(ui);
}

void askForMeasures(Ui& ui) {
    UiState& state = ui.state;
    const bool panel = ui.settings.panelVisible;
    const auto open = [&](std::string_view title) { return panel && state.isOpen(title, false); };
    const bool right = ui.settings.split && state.side == 1;
    const Normalization& cell = right ? ui.settings.normalizationB : ui.settings.normalization;
    app::Watch watch;
    watch.statistics = open("Statistics");
    watch.site = state.statistics.site;
    watch.channel = state.statistics.channel;
    watch.layer = open("Statistics") && state.statistics.layerShown ? state.statistics.layer : -1;
    watch.layerChannel = watch.layer >= 0 ? state.statistics.layerChannel : -1;
    watch.policy =
        panel && state.isOpen("Normalization", true) && !right && effectivePolicy(cell) != StatisticsPolicy::Exact;
    watch.flicker = open(kMeasuresTitle);
    watch.scores = open(kMeasuresTitle);
    if (watch == state.statistics.asked)
        return;
    ui.state.statistics.asked = watch;
    ui.requests.watch = watch;
}

}  // namespace impasto::ui
