// SPDX-License-Identifier: MIT
#include "model/normalization.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/check.h"
#include "base/error.h"

namespace impasto {
namespace {

constexpr std::array<std::string_view, kStatisticsSourceCount> kStatisticsNames{"none", "batch", "layer", "group",
                                                                                "instance"};
constexpr std::array<std::string_view, kAffineSourceCount> kAffineNames{"identity", "learned", "conditional",
                                                                        "adaptive"};

constexpr std::array<std::string_view, kStatisticsPolicyCount> kPolicyNames{
    "exact", "temporal", "frozen", "sparse", "thumbnail", "channels", "rank", "frames"};

[[noreturn]] void unknown(std::string_view text, const std::string& reason) {
    throw Error({"cannot use normalization", std::string(text.substr(0, 64)), reason,
                 "use none, bn, ln, gn, in, cin, adain or STATISTICS+AFFINE with STATISTICS none, batch, batch:FRAMES, "
                 "layer, group:COUNT, instance and AFFINE identity, learned, conditional, adaptive; then, if wanted, "
                 ":exact, :temporal=SECONDS, :frozen, :sparse=K, "
                 ":thumbnail=K, :channels=K, :rank=R or :frames=N"});
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

std::optional<float> numberFrom(std::string_view text) {
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

struct PolicyNumber {
    StatisticsPolicy policy;
    int Normalization::*value;
    int least;
    int most;
};
constexpr PolicyNumber kPolicyNumbers[] = {
    {StatisticsPolicy::Sparse, &Normalization::pixelStep, 1, kMaxPixelStep},
    {StatisticsPolicy::Thumbnail, &Normalization::thumbnailStep, 1, kMaxThumbnailStep},
    {StatisticsPolicy::Channels, &Normalization::channelStep, 1, kMaxChannelStep},
    {StatisticsPolicy::LowRank, &Normalization::rank, 0, kMaxRank},
    {StatisticsPolicy::LastFrames, &Normalization::policyFrames, 1, kMaxLastFrames},
};

const PolicyNumber* numberOf(StatisticsPolicy policy) {
    for (const PolicyNumber& number : kPolicyNumbers) {
        if (number.policy == policy)
            return &number;
    }
    return nullptr;
}

/// `policy` is what follows the colon: NAME or NAME=NUMBER.
void readPolicy(Normalization& cell, std::string_view policy, std::string_view text) {
    const std::size_t equals = policy.find('=');
    const std::optional<int> index = indexIn(kPolicyNames, policy.substr(0, equals));
    if (!index)
        unknown(text, "its policy is not known");
    cell.policy = static_cast<StatisticsPolicy>(*index);
    if (equals != std::string_view::npos) {
        const std::string_view given = policy.substr(equals + 1);
        if (cell.policy == StatisticsPolicy::Temporal) {
            const std::optional<float> seconds = numberFrom(given);
            if (!seconds || *seconds < kMinTimeConstantSeconds || *seconds > kMaxTimeConstantSeconds)
                unknown(text, "the time constant is not in 0.05..10 seconds");
            cell.timeConstantSeconds = *seconds;
        } else if (const PolicyNumber* number = numberOf(cell.policy)) {
            const std::optional<int> value = integerFrom(given);
            if (!value || *value < number->least || *value > number->most)
                unknown(text, "the policy's number is not in " + std::to_string(number->least) + ".." +
                                  std::to_string(number->most));
            cell.*number->value = *value;
        } else {
            unknown(text, "this policy takes no number");
        }
    }
}

std::string policyText(const Normalization& cell) {
    if (cell.policy == StatisticsPolicy::Exact)
        return {};
    std::string text = ":" + std::string(name(cell.policy));
    if (cell.policy == StatisticsPolicy::Temporal) {
        char digits[32];
        const auto written = std::to_chars(digits, digits + sizeof digits, cell.timeConstantSeconds);
        text += "=" + std::string(digits, written.ptr);
    } else if (const PolicyNumber* number = numberOf(cell.policy)) {
        text += "=" + std::to_string(cell.*number->value);
    }
    return text;
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
    const std::size_t plus = text.find('+');
    // A colon before the plus belongs to the statistics, one after it, or behind a preset's name, begins the policy.
    const std::size_t policy = text.find(':', plus == std::string_view::npos ? 0 : plus);
    if (policy != std::string_view::npos) {
        const std::string_view before = text.substr(0, policy);
        const bool isPreset =
            std::ranges::any_of(normalizationPresets(), [&](const auto& p) { return p.name == before; });
        if (plus == std::string_view::npos && !isPreset)
            unknown(text, "it is neither a preset nor of the form STATISTICS+AFFINE");
        Normalization cell = parseNormalization(before);
        readPolicy(cell, text.substr(policy + 1), text);
        return cell;
    }
    for (const NormalizationPreset& preset : normalizationPresets()) {
        if (text == preset.name)
            return preset.cell;
    }
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
            return std::string(preset.name) + policyText(cell);
    }
    std::string text(name(cell.statistics));
    if (cell.statistics == StatisticsSource::Group)
        text += ":" + std::to_string(cell.groups);
    if (cell.statistics == StatisticsSource::Batch && cell.lastFrames > 0)
        text += ":" + std::to_string(cell.lastFrames);
    return text + "+" + std::string(name(cell.affine)) + policyText(cell);
}

std::string_view policyObstacle(const Normalization& cell, StatisticsPolicy policy) {
    using enum StatisticsPolicy;
    const bool isBatch = cell.statistics == StatisticsSource::Batch;
    if (policy == Exact)
        return {};
    if (cell.statistics == StatisticsSource::None)
        return "this row takes no statistics";
    if (isBatch && cell.lastFrames == 0)
        return "the training set's statistics are stored, none are taken of the picture";
    if (isBatch && (policy == Temporal || policy == Frozen || policy == LastFrames))
        return "this row already pools the last frames";
    if (policy == Channels && cell.statistics != StatisticsSource::Layer && cell.statistics != StatisticsSource::Group)
        return "only layer and group share statistics between channels; here every channel needs its own";
    if (policy == LowRank && (cell.statistics != StatisticsSource::Instance || cell.affine != AffineSource::Adaptive))
        return "covariances are kept of the picture and of style pictures: only instance + adaptive has both";
    return {};
}

StatisticsPolicy effectivePolicy(const Normalization& cell) {
    return policyObstacle(cell, cell.policy).empty() ? cell.policy : StatisticsPolicy::Exact;
}

PixelSampling samplingOf(const Normalization& cell) {
    switch (effectivePolicy(cell)) {
        case StatisticsPolicy::Sparse:
            return {PixelSampling::Kind::Sparse, cell.pixelStep};
        case StatisticsPolicy::Thumbnail:
            return {PixelSampling::Kind::Thumbnail, cell.thumbnailStep};
        default:
            return {};
    }
}

int sampleCount(const PixelSampling& sampling, int height, int width) {
    const int step = sampling.step;
    switch (sampling.kind) {
        case PixelSampling::Kind::Sparse:
            return (height * width + step - 1) / step;
        case PixelSampling::Kind::Thumbnail:
            return ((height + step - 1) / step) * ((width + step - 1) / step);
        case PixelSampling::Kind::All:
            break;
    }
    return height * width;
}

int sparsePixel(int index, int step, int pixels) {
    const std::uint32_t hash = static_cast<std::uint32_t>(index) * 2654435761u >> 16;
    const auto place = static_cast<int>(hash % static_cast<std::uint32_t>(step));
    return std::min(index * step + place, pixels - 1);
}

std::string_view name(StatisticsSource source) {
    return kStatisticsNames.at(static_cast<std::size_t>(source));
}
std::string_view name(AffineSource source) {
    return kAffineNames.at(static_cast<std::size_t>(source));
}

std::string_view name(StatisticsPolicy policy) {
    return kPolicyNames.at(static_cast<std::size_t>(policy));
}

int groupCount(int groups, int channels) {
    return std::min(groups, channels);
}

int groupBegin(int group, int groups, int channels) {
    IMPASTO_CHECK(group >= 0 && group <= groups && groups >= 1 && groups <= channels);
    return static_cast<int>(static_cast<long long>(group) * channels / groups);
}

}  // namespace impasto
