// SPDX-License-Identifier: MIT
// The split and the statistics policy: what stands around the normalization grid.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "ui/shortcuts.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

const Explanation kSplitHelp{
    .title = "Two settings side by side",
    .text =
        "Left of the line is A, right of it B, each with its own cell of the grid and its own policy. The encoder "
        "runs once for both.",
    .shortcut = keysOf(Action::Split)};
constexpr Explanation kSideHelp{.title = "Side",
                                .text = "Which side of the line the grid below edits. Drag the line over the picture."};
constexpr Explanation kPolicyHelp{
    .title = "Statistics policy",
    .text =
        "How mean and deviation are come by. Everything but 'exact' is an approximation: the line below measures "
        "how far it is off and what it saves."};

struct PolicyText {
    StatisticsPolicy policy;
    std::string_view label;
    Explanation explanation;
};

constexpr std::array<PolicyText, kStatisticsPolicyCount> kPolicies{{
    {StatisticsPolicy::Exact,
     "exact",
     {.title = "Exact", .text = "Every pixel of every channel of this frame.", .formula = "μ = Σx / HW"}},
    {StatisticsPolicy::Temporal,
     "temporal",
     {.title = "Temporal",
      .text = "Averages the statistics over time, not the picture: textures flicker less and nothing ghosts. Begins "
              "anew at a cut and when the source changes.",
      .formula = "μₜ = (1−w)·μₜ₋₁ + w·μ,  w = 1 − exp(−Δt/τ); same for E[x²]"}},
    {StatisticsPolicy::Frozen,
     "frozen",
     {.title = "Frozen",
      .text = "Keeps the statistics of the moment it is switched on: the picture's own contrast shows again when "
              "light or scene change.",
      .formula = "μₜ = μ₀,  σₜ = σ₀"}},
    {StatisticsPolicy::LastFrames,
     "last N",
     {.title = "Last N frames",
      .text = "Pools the last N frames as if they were one batch.",
      .formula = "μ = mean μₙ,  σ² = mean(σₙ² + (μₙ − μ)²)"}},
    {StatisticsPolicy::Sparse,
     "sparse",
     {.title = "Sparse",
      .text = "Reads one pixel of every k. Cheaper, and a little noisy.",
      .formula = "μ ≈ Σ x(i) / (HW/k)"}},
    {StatisticsPolicy::Thumbnail,
     "thumb",
     {.title = "Thumbnail",
      .text = "Statistics of the feature map reduced by k in both directions. The mean stays, the deviation comes out "
              "too small: the style gets too strong.",
      .formula = "σ² = var(mean over k×k)"}},
    {StatisticsPolicy::Channels,
     "channels",
     {.title = "Channel subset",
      .text = "Every k-th channel stands for its group or the layer.",
      .formula = "μ = mean μ(c), c = 0, k, 2k …"}},
    {StatisticsPolicy::LowRank,
     "low-rank",
     {.title = "Low-rank whitening and colouring",
      .text = "Beside each channel's deviation also the correlations between channels, along the r strongest "
              "directions. r = 0 is AdaIN, all of them the full transform.",
      .formula = "y = Us√Λs Usᵀ·Uc Λc^(−½) Ucᵀ(x−μ) + diag(a)(I − Uc Ucᵀ)(x−μ) + μs"}},
}};

std::string seconds(float value) {
    return fmt::format("{:.2f} s", value);
}
std::string count(float value) {
    return fmt::format("{:.0f}", value);
}
std::string everyNth(float value) {
    return fmt::format("1/{:.0f}", value);
}

struct StepSpec {
    std::string_view name;
    std::string_view label;
    int most;
    int normal;
    int least = 1;
    bool logarithmic = true;
    std::string (*format)(float) = everyNth;
};

void stepSlider(Ui& ui, const StepSpec& spec, int& value) {
    float number = static_cast<float>(value);
    if (slider(ui,
               {.name = spec.name,
                .label = spec.label,
                .min = static_cast<float>(spec.least),
                .max = static_cast<float>(spec.most),
                .defaultValue = static_cast<float>(spec.normal),
                .logarithmic = spec.logarithmic,
                .wholeNumbers = true,
                .format = spec.format},
               number))
        value = std::clamp(static_cast<int>(std::lround(number)), spec.least, spec.most);
}

void drawParameter(Ui& ui, Normalization& cell) {
    const Normalization normal;
    switch (cell.policy) {
        case StatisticsPolicy::Temporal:
            slider(ui,
                   {.name = "policy.seconds",
                    .label = "Time constant",
                    .min = kMinTimeConstantSeconds,
                    .max = kMaxTimeConstantSeconds,
                    .defaultValue = normal.timeConstantSeconds,
                    .logarithmic = true,
                    .format = seconds},
                   cell.timeConstantSeconds);
            break;
        case StatisticsPolicy::Sparse:
            stepSlider(ui, {"policy.pixels", "Pixels read", kMaxPixelStep, normal.pixelStep}, cell.pixelStep);
            break;
        case StatisticsPolicy::Thumbnail:
            stepSlider(ui, {"policy.thumbnail", "Reduced to", kMaxThumbnailStep, normal.thumbnailStep},
                       cell.thumbnailStep);
            break;
        case StatisticsPolicy::Channels:
            stepSlider(ui, {"policy.channels", "Channels read", kMaxChannelStep, normal.channelStep}, cell.channelStep);
            break;
        case StatisticsPolicy::LowRank:
            stepSlider(ui, {"policy.rank", "Rank r", kMaxRank, normal.rank, 0, false, count}, cell.rank);
            break;
        case StatisticsPolicy::LastFrames:
            stepSlider(ui, {"policy.frames", "Frames", kMaxLastFrames, normal.policyFrames, 1, false, count},
                       cell.policyFrames);
            break;
        case StatisticsPolicy::Exact:
        case StatisticsPolicy::Frozen:
            break;
    }
}

/// What the policy of side A is off by, in the place of one line, or why it does nothing.
void drawPolicyError(Ui& ui, const Normalization& cell) {
    const Theme& theme = ui.theme;
    if (cell.policy == StatisticsPolicy::Exact)
        return;
    const std::string_view obstacle = policyObstacle(cell, cell.policy);
    const app::PolicyError& error = ui.stats.laboratory.policy;
    std::string text;
    if (!obstacle.empty())
        text = fmt::format("Not in force: {}.", obstacle);
    else if (ui.settings.split && ui.state.side == 1)
        text = "Measured for side A; put the policy there to see its error.";
    else if (!error.valid)
        text = "Measuring against exact statistics";
    else
        text = fmt::format("Against exact: statistics {:.2f} % off, picture {} dB, {:.2f} ms {}",
                           100 * error.statistics, std::isfinite(error.psnr) ? fmt::format("{:.1f}", error.psnr) : "∞",
                           std::abs(error.timeSavedMs), error.timeSavedMs >= 0 ? "saved" : "lost");
    const ImRect row = takeRow(ui, 34);
    ImGui::GetWindowDrawList()->AddText(theme.fonts.small, theme.fonts.small->FontSize * ImGui::GetIO().FontGlobalScale,
                                        row.Min, paint(theme.colors.textDim), text.data(), text.data() + text.size(),
                                        row.GetWidth());
}

}  // namespace

void drawSplitButton(Ui& ui, const ImRect& rect) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, "split", rect);
    bool& split = ui.settings.split;
    if (action.pressed)
        split = !split;
    if (split || action.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled(
            rect.Min, rect.Max, paint(split ? theme.colors.accentSoft : theme.colors.controlHover), theme.px(6));
    const ImU32 color = split ? theme.colors.accent : action.hovered ? theme.colors.text : theme.colors.textDim;
    drawText(theme.fonts.strong, rect, color, "A|B", Align::Center);
    tooltip(ui, kSplitHelp, action.hovered);
}

void drawSides(Ui& ui) {
    if (!ui.settings.split)
        return;
    const Segment items[] = {{.name = "side.a", .label = "A  left"}, {.name = "side.b", .label = "B  right"}};
    const int clicked = segmentRow(ui, "Side", items, ui.state.side, kSideHelp);
    if (clicked >= 0)
        ui.state.side = clicked;
    takeGap(ui);
}

void drawPolicy(Ui& ui, Normalization& cell) {
    label(ui, "Statistics are", kPolicyHelp);
    std::array<std::string, kStatisticsPolicyCount> names;
    std::array<std::string, kStatisticsPolicyCount> texts;
    std::array<Segment, kStatisticsPolicyCount> items;
    int active = -1;
    for (std::size_t i = 0; i < kPolicies.size(); ++i) {
        const PolicyText& text = kPolicies[i];
        names[i] = fmt::format("policy.{}", name(text.policy));
        const std::string_view obstacle = policyObstacle(cell, text.policy);
        texts[i] = std::string(text.explanation.text);
        if (!obstacle.empty())
            texts[i] += fmt::format(" Not here: {}.", obstacle);
        items[i] = {.name = names[i], .label = text.label, .faint = !obstacle.empty(), .explanation = text.explanation};
        items[i].explanation.text = texts[i];
        if (cell.policy == text.policy)
            active = static_cast<int>(i);
    }
    const std::span<const Segment> all(items);
    constexpr std::size_t kPerRow = 4;
    for (std::size_t first = 0; first < all.size(); first += kPerRow) {
        const auto part = all.subspan(first, kPerRow);
        const int clicked = segments(ui, takeRow(ui), part, active - static_cast<int>(first));
        takeGap(ui, 3);
        if (clicked < 0)
            continue;
        const StatisticsPolicy chosen = kPolicies[first + static_cast<std::size_t>(clicked)].policy;
        if (policyObstacle(cell, chosen).empty())
            cell.policy = chosen;
    }
    drawParameter(ui, cell);
    drawPolicyError(ui, cell);
}

}  // namespace impasto::ui
