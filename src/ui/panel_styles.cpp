// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/blend.h"
#include "ui/gallery_tools.h"
#include "ui/style_picture.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr float kWeightBandHeight = 20.0f;
constexpr float kCornerSize = 22.0f;
constexpr float kDragThreshold = 3.0f;

std::string percent(float value) {
    return fmt::format("{:.0f} %", value * 100.0f);
}
std::string scale(float value) {
    return fmt::format("{:.2f} ×", value);
}

constexpr Explanation kStylesHelp{
    .title = "Styles",
    .text =
        "Click a picture to paint in its style. Shift+click or + blends it in; drag along a chosen picture to set its "
        "weight. A style is only the mean and deviation of its features, so blending costs nothing."};
constexpr std::string_view kSourceText =
    "The picture's own statistics as a style: alone it leaves the features as they are, in a mix it takes the others "
    "back.";
constexpr Explanation kStrengthHelp{
    .title = "Strength α",
    .text = "Between the features as they are and as restyled, at every normalization site.",
    .formula = "a' = α·a + 1 − α,  b' = α·b"};
constexpr Explanation kColourHelp{
    .title = "Colours",
    .text =
        "The style's; the source's, kept pixel by pixel, so that only brightness is restyled; or the style's, moved "
        "so that their mean and spread are the source's."};
constexpr Explanation kScaleHelp{
    .title = "Style scale", .text = "Size of the style pictures before they are encoded: larger gives larger marks."};

/// The weight as a bar along the picture's lower edge.
void drawWeight(Ui& ui, const ImRect& card, float weight, bool hovered) {
    const Theme& theme = ui.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImRect band{{card.Min.x, card.Max.y - theme.px(kWeightBandHeight)}, card.Max};
    const float rounding = theme.px(6);
    list->AddRectFilled(band.Min, band.Max, IM_COL32(0, 0, 0, 150), rounding, ImDrawFlags_RoundCornersBottom);
    const float width = std::clamp(weight, 0.0f, 1.0f) * band.GetWidth();
    list->PushClipRect(band.Min, {band.Min.x + width, band.Max.y}, true);
    list->AddRectFilled(band.Min, band.Max, paint(hovered ? theme.colors.accentHover : theme.colors.accent), rounding,
                        ImDrawFlags_RoundCornersBottom);
    list->PopClipRect();
    ImRect text = band;
    text.Min.x += theme.px(6);
    drawText(theme.fonts.small, text, IM_COL32_WHITE, percent(weight));
}

float shownWeight(const Ui& ui, const app::StyleChoice& choice) {
    return shownWeights(ui)[static_cast<std::size_t>(&choice - ui.settings.styles.data())];
}

void drawCorner(Ui& ui, const ImRect& corner, Icon icon, bool hovered) {
    const ImVec2 center = corner.GetCenter();
    ImGui::GetWindowDrawList()->AddCircleFilled(center, ui.theme.px(9),
                                                hovered ? paint(ui.theme.colors.accent) : IM_COL32(0, 0, 0, 160), 24);
    drawIcon(ui, icon, center, ui.theme.px(10), IM_COL32_WHITE);
}

/// Dragging along a chosen picture sets its weight: in the band at once, elsewhere once the mouse has moved.
bool dragWeight(Ui& ui, const ImRect& card, const Interaction& action, app::StyleChoice& choice) {
    if (!action.held)
        return false;
    if (action.began)
        holdDrift(ui.settings.styles, driftOf(ui));
    const ImGuiIO& io = ImGui::GetIO();
    const ImVec2 from = io.MouseClickedPos[0];
    const bool inBand = from.y >= card.Max.y - ui.theme.px(kWeightBandHeight);
    const bool moved = std::abs(io.MousePos.x - from.x) > ui.theme.px(kDragThreshold);
    if (inBand)
        choice.weight = std::clamp((io.MousePos.x - card.Min.x) / card.GetWidth(), 0.0f, 1.0f);
    else if (moved)
        choice.weight = std::clamp(choice.weight + io.MouseDelta.x / card.GetWidth(), 0.0f, 1.0f);
    return inBand || moved;
}

void clickCard(Ui& ui, const app::GalleryStyle& style) {
    const ImGuiIO& io = ImGui::GetIO();
    if (!(io.KeyShift || io.KeyCtrl)) {
        chooseAlone(ui.settings, style.id);
    } else if (findChoice(ui.settings, style.id)) {
        removeChoice(ui.settings, style.id);
    } else if (!addChoice(ui.settings, style.id)) {
        say(ui.state, app::Message::Kind::Warning, fmt::format("A blend takes {} styles at most", kMaxBlendedStyles));
    }
}

void drawCard(Ui& ui, const app::GalleryStyle& style, const ImRect& card) {
    const Theme& theme = ui.theme;
    const float rounding = theme.px(6);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool usable = style.error.empty();

    const Interaction action = interact(ui, "style." + style.id, card);
    if (!action.visible)
        return;
    app::StyleChoice* choice = findChoice(ui.settings, style.id);
    // A drag that began on the card keeps it from being a click, wherever it ends.
    const ImGuiID draggedKey = action.id ^ 0x9e3779b9u;
    ImGuiStorage* storage = ImGui::GetStateStorage();
    if (action.began)
        storage->SetBool(draggedKey, false);
    if (choice && dragWeight(ui, card, action, *choice))
        storage->SetBool(draggedKey, true);

    if (handleCard(ui, style, card, action))
        storage->SetBool(draggedKey, true);
    const float corner = theme.px(kCornerSize);
    const ImRect cornerRect{{card.Max.x - corner, card.Min.y}, {card.Max.x, card.Min.y + corner}};
    const bool removable = choice && ui.settings.styles.size() > 1;
    const bool onCorner = action.hovered && cornerRect.Contains(ImGui::GetIO().MousePos) && (!choice || removable);
    if (action.pressed && usable && !storage->GetBool(draggedKey)) {
        if (onCorner && choice)
            removeChoice(ui.settings, style.id);
        else if (onCorner)
            addChoice(ui.settings, style.id);
        else
            clickCard(ui, style);
        choice = findChoice(ui.settings, style.id);
    }

    drawStylePicture(ui, &style, card, rounding, true);
    if (action.hovered && style.preview && ui.settings.stylePreviews && style.thumbnail)
        drawStylePicture(ui, &style,
                         {card.Min, {card.Min.x + 0.36f * card.GetWidth(), card.Min.y + 0.36f * card.GetHeight()}},
                         rounding);
    if (!usable)
        list->AddRectFilled(card.Min, card.Max, IM_COL32(0, 0, 0, 150), rounding);
    if (choice) {
        drawWeight(ui, card, shownWeight(ui, *choice), action.hovered || action.held);
        const float inset = theme.px(1);
        list->AddRect({card.Min.x + inset, card.Min.y + inset}, {card.Max.x - inset, card.Max.y - inset},
                      paint(theme.colors.accent), rounding, 0, theme.px(2));
    } else if (action.hovered) {
        list->AddRect(card.Min, card.Max, paint(IM_COL32(255, 255, 255, 130)), rounding, 0, theme.px(1.5f));
    }
    if (action.hovered && usable && (!choice || removable))
        drawCorner(ui, cornerRect, choice ? Icon::Close : Icon::Plus, onCorner);
    if (!usable)
        drawIcon(ui, Icon::Warning, card.GetCenter(), theme.px(20), theme.colors.warning);
    const std::string title = styleLabel(ui.stats, style.id);
    const std::string_view text = style.id == app::kSourceStyle ? kSourceText : std::string_view{};
    tooltip(ui, {.title = title, .text = usable ? text : std::string_view{style.error}},
            action.hovered && !action.held);
}

/// The place after the last style: where a picture of one's own goes.
void drawDropPlace(Ui& ui, const ImRect& card) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, "style.add", card);
    const ImU32 color = action.hovered ? theme.colors.textDim : theme.colors.textFaint;
    ImGui::GetWindowDrawList()->AddRect(card.Min, card.Max, paint(theme.colors.control), theme.px(6), 0, theme.px(1));
    drawIcon(ui, Icon::Plus, card.GetCenter(), theme.px(14), color);
    if (action.pressed)
        ImGui::OpenPopup("style browser");
    tooltip(ui, {.title = "Your own style", .text = "Click to choose a picture, or drop one anywhere on this panel."},
            action.hovered, true);
    drawStyleBrowser(ui);
}

/// Rows of the gallery that leave the normalization grid in sight.
int rowsInSight(const Ui& ui, float cardSide) {
    constexpr float kBelow = 530.0f;  // headings, search, region, weights, strength, colours, and the grid
    constexpr float kPad = 184.0f;    // and, with several styles, the pad and a row for each
    constexpr float kWeightRow = 32.0f;
    const auto more = static_cast<float>(ui.settings.styles.size()) - 1;
    const float mix = more > 0 ? kPad + more * kWeightRow : 0;
    const float height = ImGui::GetIO().DisplaySize.y - ui.theme.px(kBelow + mix);
    return std::max(2, static_cast<int>(height / (cardSide + ui.theme.px(kGap))));
}

/// The last place of a gallery that shows only some of its styles.
void drawMorePlace(Ui& ui, const ImRect& card, int hidden) {
    const Theme& theme = ui.theme;
    const Interaction action = interact(ui, "style.more", card);
    if (action.pressed)
        ui.state.isOpen("gallery", false) = true;
    ImGui::GetWindowDrawList()->AddRectFilled(
        card.Min, card.Max, paint(action.hovered ? theme.colors.controlHover : theme.colors.control), theme.px(6));
    drawText(theme.fonts.strong, card, theme.colors.text, fmt::format("+{}", hidden), Align::Center);
    tooltip(ui, {.text = "Show all styles"}, action.hovered);
}

void drawFewer(Ui& ui) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 24);
    const Interaction action = interact(ui, "style.fewer", row);
    if (action.pressed)
        ui.state.isOpen("gallery", false) = false;
    drawText(theme.fonts.small, row, action.hovered ? theme.colors.text : theme.colors.textDim, "Show fewer",
             Align::Center);
}

void drawGallery(Ui& ui) {
    const Theme& theme = ui.theme;
    const float gap = theme.px(kGap);
    const float width = ImGui::GetContentRegionAvail().x;
    const int columns = std::max(4, static_cast<int>((width + gap) / (theme.px(112) + gap)));
    const float side = std::floor((width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
    const std::vector<const app::GalleryStyle*> styles = shownStyles(ui);
    const int count = static_cast<int>(styles.size());
    const int places = count + 1;  // one for dropping
    const int placesInSight = rowsInSight(ui, side) * columns;
    const bool foldable = places > placesInSight;
    const bool folded = foldable && !ui.state.isOpen("gallery", false);
    const int shown = folded ? placesInSight : places;
    for (int first = 0; first < shown; first += columns) {
        const ImRect row = takeRow(ui, side / theme.scale);
        for (int i = first; i < std::min(shown, first + columns); ++i) {
            const float x = row.Min.x + static_cast<float>(i - first) * (side + gap);
            const ImRect card{{x, row.Min.y}, {x + side, row.Min.y + side}};
            if (folded && i == shown - 1)
                drawMorePlace(ui, card, count - i);
            else if (i < count)
                drawCard(ui, *styles[static_cast<std::size_t>(i)], card);
            else
                drawDropPlace(ui, card);
        }
        takeGap(ui);
    }
    if (foldable && !folded)
        drawFewer(ui);
    endCards(ui);
}

}  // namespace

void drawStyles(Ui& ui) {
    if (!sectionHeader(ui, "Styles", kStylesHelp))
        return;
    drawRegions(ui);
    {
        const RegionInHand inHand(ui.settings, ui.state.region);
        drawGallerySearch(ui);
        drawGallery(ui);
        drawMix(ui);
    }
    const app::Settings defaults;
    slider(ui,
           {.name = "strength",
            .label = "Strength",
            .defaultValue = defaults.strength,
            .format = percent,
            .explanation = kStrengthHelp,
            .typedFactor = 100},
           ui.settings.strength);
    const Segment colours[] = {{.name = "colour.styled", .label = "style's"},
                               {.name = "colour.luma", .label = "kept"},
                               {.name = "colour.matched", .label = "matched"}};
    const int colour = segmentRow(ui, "Colours", colours, static_cast<int>(ui.settings.colour), kColourHelp);
    if (colour >= 0)
        ui.settings.colour = static_cast<nn::ColourMode>(colour);
    slider(ui,
           {.name = "styleScale",
            .label = "Scale",
            .min = 0.5f,
            .max = 2.0f,
            .defaultValue = defaults.styleScale,
            .logarithmic = true,
            .format = scale,
            .explanation = kScaleHelp},
           ui.settings.styleScale);
}

}  // namespace impasto::ui
