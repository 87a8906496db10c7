// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

namespace impasto {

/// Eigenvalues in descending order and eigenvectors of a symmetric n×n matrix.
struct Eigen {
    int size = 0;
    std::vector<double> values;
    std::vector<double> vectors;  ///< [n][n]; row k is the unit vector of values[k]
};

/// Cyclic Jacobi rotations (Golub, Van Loan: Matrix Computations, 8.5); `matrix` is row by row, its upper half counts.
Eigen eigenSymmetric(std::span<const float> matrix, int size);

}  // namespace impasto
