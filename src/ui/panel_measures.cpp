// SPDX-License-Identifier: MIT
// Flicker, the gate against it, and the scores.
#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr std::string_view kMeasuresTitle = "Flicker and scores";

constexpr float kMeterFull = 16.0f;

constexpr Explanation kMeasuresHelp{
    .title = "Flicker",
    .text = "How much the stylized picture changes from frame to frame beyond what the source does. Switch the "
            "statistics to 'temporal', or the gate on, and watch it fall."};
constexpr Explanation kDifferenceHelp{
    .title = "Frame difference",
    .text = "Mean over the last two seconds, in steps of 0..255, of the output o against its source c.",
    .formula = "mean |(oₜ − oₜ₋₁) − (cₜ − cₜ₋₁)|"};
constexpr Explanation kNoiseHelp{
    .title = "Still parts",
    .text = "Deviation over two seconds of the pixels whose source stands still: what a camera's noise turns into.",
    .formula = "√(mean oₜ² − (mean oₜ)²)"};
constexpr Explanation kGateHelp{
    .title = "Similarity gate",
    .text = "Where the source changes by less than the threshold, the shown picture is held. The edge is soft, and a part "
            "that moved is let go of slowly."};
constexpr Explanation kThresholdHelp{
    .title = "Threshold",
    .text = "Mean absolute difference over blocks of 16×16 pixels, 0..255. Below it a block is held, at twice it is all "
            "new."};
std::string steps(float value) {
    return fmt::format("{:.1f}", value);
}

/// `known`: there were enough pictures in the window to say something.
void drawMeter(Ui& ui, std::string_view name, double value, bool known, ImU32 color, const Explanation& explanation) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 24);
    const float labelEnd = row.Min.x + theme.px(112);
    drawText(theme.fonts.body, {row.Min, {labelEnd, row.Max.y}}, theme.colors.textDim, name);
    helpMark(ui, row.Min.x + textWidth(theme.fonts.body, name) + theme.px(3), row, explanation);
    const float valueStart = row.Max.x - theme.px(48);
    const float y = std::round(row.GetCenter().y);
    const float half = theme.px(3);
    const float length = (valueStart - theme.px(kGap) - labelEnd) *
                         std::clamp(static_cast<float>(value) / kMeterFull, 0.0f, 1.0f);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled({labelEnd, y - half}, {valueStart - theme.px(kGap), y + half}, paint(theme.colors.track), half);
    list->AddRectFilled({labelEnd, y - half}, {labelEnd + length, y + half}, paint(color), half);
    drawText(theme.fonts.body, {{valueStart, row.Min.y}, row.Max}, theme.colors.text,
             known ? fmt::format("{:.2f}", value) : "–", Align::Right);
}

constexpr Explanation kScoresHelp{
    .title = "Scores",
    .text = "On the network's own encoder, every few seconds. Content: 0 is the source's features, 2 nothing of them. "
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
        valueRow(ui, name, fmt::format("content {:.2f}   style {:.2f}   SSIM {:.2f}", scores.content, scores.style,
                                       scores.ssim));
    };
    line(ui.settings.split ? "A" : "", measured.scoresA);
    if (measured.scoresB.valid)
        line("B", measured.scoresB);
}

}  // namespace

void drawMeasures(Ui& ui) {
    if (!sectionHeader(ui, kMeasuresTitle, kMeasuresHelp, false))
        return;
    const app::LaboratoryStats& measured = ui.stats.laboratory;
    const Theme& theme = ui.theme;
    const bool split = ui.settings.split;
    const bool knownA = measured.flickerA.frames > 1;
    const bool knownB = measured.flickerB.frames > 1;
    drawMeter(ui, split ? "A, frames" : "Frames", measured.flickerA.frameDifference, knownA, theme.colors.accent,
              kDifferenceHelp);
    if (split)
        drawMeter(ui, "B, frames", measured.flickerB.frameDifference, knownB, theme.colors.warning, kDifferenceHelp);
    else if (measured.flickerWithoutPolicy > 0)
        drawMeter(ui, "when exact", measured.flickerWithoutPolicy, true, theme.colors.textFaint,
                  {.title = "When exact",
                   .text = "The last value with exact statistics and without the gate, to compare with."});
    drawMeter(ui, split ? "A, still parts" : "Still parts", measured.flickerA.noise, knownA, theme.colors.accent, kNoiseHelp);
    if (split)
        drawMeter(ui, "B, still parts", measured.flickerB.noise, knownB, theme.colors.warning, kNoiseHelp);
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
    watch.policy = panel && state.isOpen("Normalization", true) && !right && effectivePolicy(cell) != StatisticsPolicy::Exact;
    watch.flicker = open(kMeasuresTitle);
    watch.scores = open(kMeasuresTitle);
    if (watch == state.statistics.asked)
        return;
    ui.state.statistics.asked = watch;
    ui.requests.watch = watch;
}

}  // namespace impasto::ui
