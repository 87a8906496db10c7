// SPDX-License-Identifier: MIT
#include "ui/explain.h"

#include <fmt/format.h>

namespace impasto::ui {

Explanation explain(StatisticsSource source) {
    switch (source) {
        case StatisticsSource::None:
            return {.title = "Normalize by: none",
                    .text = "Features pass as they are; only the scale and shift of the column act.",
                    .formula = "y = γ·x + β"};
        case StatisticsSource::Batch:
            return {.title = "Normalize by: batch",
                    .text =
                        "Mean and deviation of each channel over many pictures: those stored with the network, or the "
                        "last N frames. One picture's own contrast stays visible.",
                    .formula = "μ, σ per channel, over N·H·W"};
        case StatisticsSource::Layer:
            return {.title = "Normalize by: layer",
                    .text =
                        "One mean and one deviation for all channels of this picture. Channels keep their proportions "
                        "to each other.",
                    .formula = "μ, σ over C·H·W"};
        case StatisticsSource::Group:
            return {.title = "Normalize by: group",
                    .text = "Channels are taken G groups at a time: G = 1 is layer, G = C is instance.",
                    .formula = "μ, σ over (C/G)·H·W"};
        case StatisticsSource::Instance:
            return {.title = "Normalize by: instance",
                    .text =
                        "Each channel of this picture by its own mean and deviation. Removes the picture's contrast "
                        "and colour mood, which is what a style then replaces.",
                    .formula = "μ, σ per channel, over H·W"};
    }
    return {};
}

Explanation explain(AffineSource source) {
    switch (source) {
        case AffineSource::Identity:
            return {.title = "Re-scale by: identity",
                    .text = "Nothing is put back: every channel leaves with the same weight.",
                    .formula = "γ = 1, β = 0"};
        case AffineSource::Learned:
            return {.title = "Re-scale by: learned",
                    .text = "One scale and shift per channel, trained and stored with the network, for one look.",
                    .formula = "γ, β from the weights"};
        case AffineSource::Conditional:
            return {.title = "Re-scale by: conditional",
                    .text =
                        "A trained table with one row per style; rows are blended by the weights. A style without a "
                        "row uses its own statistics.",
                    .formula = "γ = Σ wₖ·γₖ,  β = Σ wₖ·βₖ"};
        case AffineSource::Adaptive:
            return {.title = "Re-scale by: adaptive",
                    .text =
                        "Mean and deviation of the style pictures at this very site, blended by the weights. Works "
                        "with any picture as a style.",
                    .formula = "γ = Σ wₖ·σₖ,  β = Σ wₖ·μₖ"};
    }
    return {};
}

std::string cellFormula(const Normalization& cell) {
    const std::string_view input = cell.statistics == StatisticsSource::None ? "x" : "(x − μ) / √(σ² + ε)";
    if (cell.affine == AffineSource::Identity)
        return fmt::format("y = {}", input);
    const std::string_view source = cell.affine == AffineSource::Learned       ? "weights"
                                    : cell.affine == AffineSource::Conditional ? "table"
                                                                               : "style";
    return fmt::format("y = γ·{} + β,  γ, β: {}", input, source);
}

std::string_view cellEffect(StatisticsSource statistics, AffineSource affine) {
    if (statistics == StatisticsSource::None && affine == AffineSource::Identity)
        return "The sites do nothing: the network's own reconstruction of the picture.";
    if (statistics == StatisticsSource::Instance && affine == AffineSource::Adaptive)
        return "The picture's statistics are replaced by the style's: arbitrary style transfer.";
    if (statistics == StatisticsSource::Instance && affine == AffineSource::Conditional)
        return "The picture's statistics are replaced by a trained row per style.";
    if (statistics == StatisticsSource::Instance && affine == AffineSource::Learned)
        return "The picture's statistics are replaced by one trained look.";
    if (statistics == StatisticsSource::None)
        return "The style scales features that were never normalized: contrast of picture and style multiply.";
    if (affine == AffineSource::Identity)
        return "Normalized and left so: what remains is structure without a style.";
    if (statistics == StatisticsSource::Batch)
        return "The picture keeps how it differs from the average one; the style comes on top.";
    if (statistics == StatisticsSource::Layer)
        return "Only the overall level is normalized; the balance between channels stays the picture's.";
    if (statistics == StatisticsSource::Group)
        return "Between layer and instance: balance within a group stays the picture's.";
    return "";
}

}  // namespace impasto::ui
