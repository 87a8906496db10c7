// SPDX-License-Identifier: MIT
#include "app/style_mixer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace impasto::app {
namespace {

/// One step of SplitMix64 (Steele, Lea, Flood 2014): every state gives an unrelated number, on every platform the same.
std::uint64_t scramble(std::uint64_t state) {
    state += 0x9e3779b97f4a7c15u;
    state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9u;
    state = (state ^ (state >> 27)) * 0x94d049bb133111ebu;
    return state ^ (state >> 31);
}

bool takesPart(const StyleChoice& choice, bool anySolo) {
    return !choice.muted && (choice.solo || !anySolo);
}

bool anySolo(const StyleMix& mix) {
    return std::ranges::any_of(mix, [](const StyleChoice& choice) { return choice.solo && !choice.muted; });
}

}  // namespace

std::vector<float> audibleWeights(const StyleMix& mix) {
    const bool solo = anySolo(mix);
    std::vector<float> weights;
    weights.reserve(mix.size());
    for (const StyleChoice& choice : mix)
        weights.push_back(takesPart(choice, solo) ? choice.weight : 0.0f);
    return weights;
}

std::vector<float> randomWeights(std::uint32_t seed, std::size_t count) {
    std::vector<double> raw(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bits = scramble(scramble(seed) + i);
        const double uniform = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;
        // Exponential variates give a uniform point of the simplex; their square favours its corners and edges.
        raw[i] = std::pow(-std::log(uniform), 2.0);
    }
    const double sum = std::accumulate(raw.begin(), raw.end(), 0.0);
    std::vector<float> weights(count);
    for (std::size_t i = 0; i < count; ++i)
        weights[i] = static_cast<float>(raw[i] / sum);
    return weights;
}

std::vector<float> driftedWeights(const StyleMix& mix, const DriftWay& way, double seconds) {
    const std::vector<float> set = audibleWeights(mix);
    const bool solo = anySolo(mix);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < mix.size(); ++i) {
        if (takesPart(mix[i], solo))
            places.push_back(i);
    }
    const float total = std::accumulate(set.begin(), set.end(), 0.0f);
    if (places.size() < 2 || total <= 0)
        return set;

    const double parts = std::max(0.0, seconds) / way.partSeconds;
    const double part = std::floor(parts);
    const auto fraction = static_cast<float>(parts - part);
    const float eased = fraction * fraction * (3 - 2 * fraction);
    const auto weightsAt = [&](double index) {
        std::vector<float> weights = set;
        if (index < 1)
            return weights;
        const auto number = static_cast<std::uint32_t>(static_cast<std::uint64_t>(index));
        const std::vector<float> random = randomWeights(way.seed * 7919u + number, places.size());
        for (std::size_t i = 0; i < places.size(); ++i)
            weights[places[i]] = total * random[i];
        return weights;
    };
    std::vector<float> from = weightsAt(part);
    const std::vector<float> to = weightsAt(part + 1);
    for (std::size_t i = 0; i < from.size(); ++i)
        from[i] += eased * (to[i] - from[i]);
    return from;
}

}  // namespace impasto::app
