// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "tensor/eigen.h"

namespace impasto {

/// Normalization along the leading directions of covariances: whitening and colouring (Li et al. 2017, "Universal Style
/// Transfer via Feature Transforms") in r of C directions, AdaIN in the others:
///   y = Σₖ wₖ·Uₖ√(Λₖ+ε)Uₖᵀ · U_c(Λ_c+ε)^(−½)U_cᵀ (x − μ_c) + diag(a)(I − U_cU_cᵀ)(x − μ_c) + β
/// with the r leading directions of each covariance and a = γ/√(σ²+ε). r = 0 is AdaIN, r = C the whole transform.
struct LowRankStyle {
    const Eigen* covariance = nullptr;
    double weight = 1;
};

/// M `[C,C]` of y = M(x − μ_c) + β. `scale` is a, one per channel; the weights are used as they are.
std::vector<float> lowRankMatrix(const Eigen& content, std::span<const LowRankStyle> styles,
                                 std::span<const float> scale, int rank, double epsilon);

}  // namespace impasto
