// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/blend.h"
#include "ui/shortcuts.h"
#include "ui/style_pad.h"
#include "ui/style_picture.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kPadHeight = 148.0f;
constexpr float kLetterSize = 18.0f;

std::string percent(float value) {
    return fmt::format("{:.0f} %", value * 100.0f);
}
std::string plainWeight(float value) {
    return fmt::format("{:.2f}", value);
}
std::string seconds(float value) {
    return fmt::format("{:.0f} s", value);
}

constexpr Explanation kNormalizeHelp{
    .title = "Normalize weights",
    .text =
        "On: weights are divided by their sum, so the blend keeps its strength. Off: they are used as they are; all at "
        "zero leaves the features untouched.",
    .formula = "γ = Σ wₖ·σₖ / Σ wₖ"};
constexpr Explanation kSoloHelp{.title = "Solo",
                                .text = "Only the styles that are solo take part. Ctrl+click: just this one."};
constexpr Explanation kMuteHelp{.title = "Mute", .text = "Leaves the style out and keeps its weight."};
const Explanation kRandomHelp{
    .title = "Random mix", .text = "Other weights for these styles.", .shortcut = keysOf(Action::RandomMix)};
constexpr Explanation kEqualHelp{.title = "Equal", .text = "All styles at the same weight."};
constexpr Explanation kSumHelp{.title = "To a sum of one",
                               .text = "Divides the weights by their sum, once: what you see is what is used."};
const Explanation kDriftHelp{.title = "Drift",
                             .text =
                                 "The weights wander slowly between these styles by themselves. Touch one and it "
                                 "goes on from there; pause stops it. The same seed gives the same way.",
                             .shortcut = keysOf(Action::Drift)};
constexpr Explanation kDriftSecondsHelp{.title = "Drift time", .text = "From one mix to the next."};

/// Solo as on a mixing desk; with Ctrl for this style alone.
void pressSolo(app::Settings& settings, app::StyleChoice& choice) {
    const bool solo = !choice.solo;
    if (ImGui::GetIO().KeyCtrl) {
        for (app::StyleChoice& other : settings.styles)
            other.solo = false;
    }
    choice.solo = solo;
}

struct WeightRow {
    float shown = 0;      ///< the weight as set or drifted
    float effective = 0;  ///< what it comes to
    bool several = false;
};

/// The picture in front of a weight takes its style out of the blend; it says so under the mouse.
bool drawRemove(Ui& ui, const app::StyleChoice& choice, const ImRect& row, const ImRect& picture) {
    const Theme& theme = ui.theme;
    const Interaction remove = interact(ui, "remove." + choice.id, picture);
    if (ImGui::IsMouseHoveringRect(row.Min, row.Max) && ImGui::IsWindowHovered()) {
        ImGui::GetWindowDrawList()->AddRectFilled(picture.Min, picture.Max,
                                                  remove.hovered ? paint(theme.colors.accent) : IM_COL32(0, 0, 0, 130),
                                                  theme.px(4));
        drawIcon(ui, Icon::Close, picture.GetCenter(), theme.px(10), IM_COL32_WHITE);
    }
    tooltip(ui, {.text = "Take out of the blend"}, remove.hovered);
    return remove.pressed;
}

/// One row per chosen style: small picture, name, weight, solo, mute. True when it is to be removed.
bool drawWeightRow(Ui& ui, app::StyleChoice& choice, const WeightRow& values) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 32);
    const float side = theme.px(24);
    const float middle = row.GetCenter().y;
    const ImRect picture{{row.Min.x, std::round(middle - side / 2)}, {row.Min.x + side, std::round(middle + side / 2)}};
    drawStylePicture(ui, findStyle(ui.stats, choice.id), picture, theme.px(4));

    const bool silent = values.effective == 0;
    NumberPlaces places = numberPlaces(ui, row);
    const std::string label = styleLabel(ui.stats, choice.id);
    const ImRect name{{picture.Max.x + theme.px(kGap), row.Min.y}, {places.track.Min.x - theme.px(4), row.Max.y}};
    drawText(theme.fonts.body, name, silent ? theme.colors.textFaint : theme.colors.text, label);

    bool removed = false;
    if (values.several) {
        removed = drawRemove(ui, choice, row, picture);
        const float half = theme.px(kLetterSize) / 2;
        const auto letterAt = [&](float x) {
            return ImRect{{x, std::round(middle - half)}, {x + 2 * half, std::round(middle + half)}};
        };
        if (letterButton(ui, "mute." + choice.id, letterAt(places.track.Max.x - theme.px(16)), "M", choice.muted,
                         theme.colors.warning, kMuteHelp))
            choice.muted = !choice.muted;
        if (letterButton(ui, "solo." + choice.id, letterAt(places.track.Max.x - theme.px(36)), "S", choice.solo,
                         theme.colors.accent, kSoloHelp))
            pressSolo(ui.settings, choice);
        places.track.Max.x -= theme.px(42);
    }
    float weight = std::clamp(values.shown, 0.0f, 1.0f);
    const std::string control = "weight." + choice.id;
    const std::string shown = ui.settings.normalizeWeights ? percent(values.effective) : plainWeight(values.effective);
    if (numberControl(ui,
                      {.name = control,
                       .label = label,
                       .defaultValue = 1.0f,
                       .format = plainWeight,
                       .explanation = {.title = label, .text = "Weight in the blend."},
                       .faint = silent,
                       .shown = shown},
                      places.track, places.number, weight)) {
        holdDrift(ui.settings.styles, driftOf(ui));
        choice.weight = weight;
    }
    return removed;
}

/// What sets all weights at once, in the column beside the pad.
void drawMixTools(Ui& ui, const ImRect& column) {
    const Theme& theme = ui.theme;
    const float height = theme.px(28);
    float y = column.Min.y + theme.px(2);
    const auto next = [&] {
        const ImRect rect{{column.Min.x, y}, {column.Max.x, y + height}};
        y += height + theme.px(6);
        return rect;
    };
    if (textButton(ui, "mix.random", next(), "Random mix", kRandomHelp))
        randomMix(ui.settings, ++ui.state.randomSeed);
    const ImRect pair = next();
    const float middle = std::round(pair.GetCenter().x);
    if (textButton(ui, "mix.equal", {pair.Min, {middle - theme.px(3), pair.Max.y}}, "Equal", kEqualHelp)) {
        for (app::StyleChoice& choice : ui.settings.styles)
            choice.weight = 1.0f;
    }
    if (textButton(ui, "mix.sum", {{middle + theme.px(3), pair.Min.y}, pair.Max}, "Sum 1", kSumHelp)) {
        holdDrift(ui.settings.styles, driftOf(ui));
        normalizeNow(ui.settings);
    }
    const ImRect drift = next();
    if (textButton(ui, "mix.drift", drift, ui.settings.drift ? "Stop drifting" : "Drift", kDriftHelp))
        toggleDrift(ui);
    if (!ui.settings.drift)
        return;
    const ImRect row = next();
    const ImRect number{{row.Max.x - theme.px(44), row.Min.y + theme.px(2)}, {row.Max.x, row.Max.y - theme.px(2)}};
    const ImRect track{row.Min, {number.Min.x - theme.px(4), row.Max.y}};
    float driftSeconds = ui.settings.driftSeconds;
    if (numberControl(ui,
                      {.name = "mix.driftSeconds",
                       .label = "Drift time",
                       .min = 1,
                       .max = 120,
                       .defaultValue = app::Settings{}.driftSeconds,
                       .logarithmic = true,
                       .wholeNumbers = true,
                       .format = seconds,
                       .explanation = kDriftSecondsHelp},
                      track, number, driftSeconds)) {
        holdDrift(ui.settings.styles, driftOf(ui));
        ui.settings.driftSeconds = driftSeconds;
    }
}

}  // namespace

void drawMix(Ui& ui) {
    const bool several = ui.settings.styles.size() > 1;
    if (several) {
        const ImRect area = takeRow(ui, kPadHeight);
        const float edge = area.Min.x + area.GetHeight() + ui.theme.px(8);
        drawStylePad(ui, {area.Min, {edge - ui.theme.px(8), area.Max.y}});
        drawMixTools(ui, {{edge + ui.theme.px(8), area.Min.y}, area.Max});
        takeGap(ui);
    } else {
        ui.state.padFocused = false;
    }
    const std::vector<float> shown = shownWeights(ui);
    app::Settings drifted;
    drifted.styles = ui.settings.styles;
    drifted.normalizeWeights = ui.settings.normalizeWeights;
    for (std::size_t i = 0; i < shown.size(); ++i)
        drifted.styles[i].weight = shown[i];
    const std::vector<float> effective = effectiveWeights(drifted);
    std::string removed;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        app::StyleChoice& choice = ui.settings.styles[i];
        if (drawWeightRow(ui, choice, {shown[i], effective[i], several}))
            removed = choice.id;
    }
    if (!removed.empty())
        removeChoice(ui.settings, removed);
    if (several)
        toggleRow(ui, "normalizeWeights", "Normalize weights", ui.settings.normalizeWeights, kNormalizeHelp);
}

}  // namespace impasto::ui
