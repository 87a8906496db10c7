// SPDX-License-Identifier: MIT
#include "model/normalization.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>

#include "base/check.h"
#include "base/error.h"

namespace impasto {
namespace {

constexpr std::array<std::string_view, kStatisticsSourceCount> kStatisticsNames{"none", "batch", "layer", "group",
                                                                                "instance"};
constexpr std::array<std::string_view, kAffineSourceCount> kAffineNames{"identity", "learned", "conditional",
                                                                        "adaptive"};

[[noreturn]] void unknown(std::string_view text, const std::string& reason) {
    throw Error({"cannot use normalization", std::string(text.substr(0, 64)), reason,
                 "use none, bn, ln, gn, in, cin, adain or STATISTICS+AFFINE with STATISTICS none, batch, batch:FRAMES, "
                 "layer, group:COUNT, instance and AFFINE identity, learned, conditional, adaptive"});
}

template <std::size_t Count>
std::optional<int> indexIn(const std::array<std::string_view, Count>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<int>(found - names.begin());
}

std::optional<int> integerFrom(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

void readParameter(Normalization& cell, std::string_view parameter, std::string_view text) {
    const std::optional<int> value = integerFrom(parameter);
    if (cell.statistics == StatisticsSource::Group) {
        if (!value || *value < 1 || *value > kMaxGroups || !std::has_single_bit(static_cast<unsigned>(*value)))
            unknown(text, "the group count is not a power of two in 1.." + std::to_string(kMaxGroups));
        cell.groups = *value;
    } else if (cell.statistics == StatisticsSource::Batch) {
        if (!value || *value < 1 || *value > kMaxLastFrames)
            unknown(text, "the number of frames is not in 1.." + std::to_string(kMaxLastFrames));
        cell.lastFrames = *value;
    } else {
        unknown(text, "only batch and group take a number");
    }
}

bool sameCell(const Normalization& a, const Normalization& b) {
    return a.statistics == b.statistics && a.affine == b.affine &&
           (a.statistics != StatisticsSource::Group || a.groups == b.groups) &&
           (a.statistics != StatisticsSource::Batch || a.lastFrames == b.lastFrames);
}

}  // namespace

const std::vector<NormalizationPreset>& normalizationPresets() {
    using enum StatisticsSource;
    using enum AffineSource;
    static const std::vector<NormalizationPreset> presets{
        {"none", "none", {.statistics = None, .affine = Identity}},
        {"bn", "BN", {.statistics = Batch, .affine = Learned}},
        {"ln", "LN", {.statistics = Layer, .affine = Learned}},
        {"gn", "GN", {.statistics = Group, .affine = Learned}},
        {"in", "IN", {.statistics = Instance, .affine = Learned}},
        {"cin", "CIN", {.statistics = Instance, .affine = Conditional}},
        {"adain", "AdaIN", {.statistics = Instance, .affine = Adaptive}},
    };
    return presets;
}

Normalization parseNormalization(std::string_view text) {
    for (const NormalizationPreset& preset : normalizationPresets()) {
        if (text == preset.name)
            return preset.cell;
    }
    const std::size_t plus = text.find('+');
    if (plus == std::string_view::npos)
        unknown(text, "it is neither a preset nor of the form STATISTICS+AFFINE");
    const std::string_view left = text.substr(0, plus);
    const std::size_t colon = left.find(':');
    const std::optional<int> statistics = indexIn(kStatisticsNames, left.substr(0, colon));
    const std::optional<int> affine = indexIn(kAffineNames, text.substr(plus + 1));
    if (!statistics)
        unknown(text, "its statistics are not known");
    if (!affine)
        unknown(text, "its affine source is not known");
    Normalization cell{static_cast<StatisticsSource>(*statistics), static_cast<AffineSource>(*affine)};
    if (colon != std::string_view::npos)
        readParameter(cell, left.substr(colon + 1), text);
    return cell;
}

std::string toString(const Normalization& cell) {
    for (const NormalizationPreset& preset : normalizationPresets()) {
        if (sameCell(preset.cell, cell))
            return std::string(preset.name);
    }
    std::string text(name(cell.statistics));
    if (cell.statistics == StatisticsSource::Group)
        text += ":" + std::to_string(cell.groups);
    if (cell.statistics == StatisticsSource::Batch && cell.lastFrames > 0)
        text += ":" + std::to_string(cell.lastFrames);
    return text + "+" + std::string(name(cell.affine));
}

std::string_view name(StatisticsSource source) {
    return kStatisticsNames.at(static_cast<std::size_t>(source));
}
std::string_view name(AffineSource source) {
    return kAffineNames.at(static_cast<std::size_t>(source));
}

int groupCount(int groups, int channels) {
    return std::min(groups, channels);
}

int groupBegin(int group, int groups, int channels) {
    IMPASTO_CHECK(group >= 0 && group <= groups && groups >= 1 && groups <= channels);
    return static_cast<int>(static_cast<long long>(group) * channels / groups);
}

}  // namespace impasto
