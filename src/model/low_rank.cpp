// SPDX-License-Identifier: MIT
#include "model/low_rank.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace impasto {
namespace {

using Matrix = std::vector<double>;

/// Σₖ f(λₖ)·uₖuₖᵀ over the leading `rank` directions, times `weight`, added to `sum`.
template <typename Function>
void addSpectrum(Matrix& sum, const Eigen& eigen, int rank, double weight, Function&& function) {
    const auto n = static_cast<std::size_t>(eigen.size);
    for (int k = 0; k < rank; ++k) {
        const double* u = eigen.vectors.data() + static_cast<std::size_t>(k) * n;
        const double value = weight * function(std::max(0.0, eigen.values[static_cast<std::size_t>(k)]));
        for (std::size_t i = 0; i < n; ++i) {
            const double left = value * u[i];
            for (std::size_t j = 0; j < n; ++j)
                sum[i * n + j] += left * u[j];
        }
    }
}

}  // namespace

std::vector<float> lowRankMatrix(const Eigen& content, std::span<const LowRankStyle> styles,
                                 std::span<const float> scale, int rank, double epsilon) {
    const auto n = static_cast<std::size_t>(content.size);
    IMPASTO_CHECK(scale.size() == n);
    const int used = std::min(rank, content.size);
    Matrix colour(n * n, 0.0);
    for (const LowRankStyle& style : styles) {
        IMPASTO_CHECK(style.covariance->size == content.size);
        addSpectrum(colour, *style.covariance, used, style.weight,
                    [epsilon](double value) { return std::sqrt(value + epsilon); });
    }
    Matrix whiten(n * n, 0.0);
    addSpectrum(whiten, content, used, 1, [epsilon](double value) { return 1 / std::sqrt(value + epsilon); });
    Matrix rest(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        rest[i * n + i] = 1;
    addSpectrum(rest, content, used, -1, [](double) { return 1.0; });

    std::vector<float> result(n * n);
    std::vector<double> row(n);
    for (std::size_t i = 0; i < n; ++i) {
        std::fill(row.begin(), row.end(), 0.0);
        for (std::size_t k = 0; used > 0 && k < n; ++k) {
            const double left = colour[i * n + k];
            for (std::size_t j = 0; j < n; ++j)
                row[j] += left * whiten[k * n + j];
        }
        for (std::size_t j = 0; j < n; ++j)
            result[i * n + j] = static_cast<float>(row[j] + scale[i] * rest[i * n + j]);
    }
    return result;
}

}  // namespace impasto
