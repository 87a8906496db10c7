// SPDX-License-Identifier: MIT
#include "tensor/eigen.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace impasto {
namespace {

constexpr int kMaxSweeps = 30;
/// Off-diagonal part, relative to the whole, at which rotating ends: below what fp32 input resolves.
constexpr double kConverged = 1e-10;

/// Row and column updates of one rotation keep to rows: the matrix is symmetric and held whole.
class Jacobi {
  public:
    Jacobi(std::span<const float> matrix, int size)
        : n_(static_cast<std::size_t>(size)), a_(n_ * n_), v_(n_ * n_, 0.0) {
        for (std::size_t i = 0; i < n_; ++i) {
            v_[i * n_ + i] = 1;
            for (std::size_t j = 0; j < n_; ++j)
                a_[i * n_ + j] = matrix[std::min(i, j) * n_ + std::max(i, j)];
        }
    }

    void run() {
        for (int sweep = 0; sweep < kMaxSweeps && !converged(); ++sweep) {
            for (std::size_t p = 0; p < n_; ++p) {
                for (std::size_t q = p + 1; q < n_; ++q)
                    rotate(p, q);
            }
        }
    }
    double value(std::size_t k) const { return a_[k * n_ + k]; }
    const double* vector(std::size_t k) const { return v_.data() + k * n_; }

  private:
    bool converged() const {
        double off = 0;
        double all = 0;
        for (std::size_t i = 0; i < n_; ++i) {
            for (std::size_t j = 0; j < n_; ++j) {
                const double square = a_[i * n_ + j] * a_[i * n_ + j];
                all += square;
                off += i == j ? 0 : square;
            }
        }
        return off <= kConverged * kConverged * all;
    }

    void rotate(std::size_t p, std::size_t q) {
        double* rowP = a_.data() + p * n_;
        double* rowQ = a_.data() + q * n_;
        const double off = rowP[q];
        if (off == 0)
            return;
        const double theta = (rowQ[q] - rowP[p]) / (2 * off);
        const double t = (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1);
        const double s = t * c;
        const double pp = rowP[p] - t * off;
        const double qq = rowQ[q] + t * off;
        for (std::size_t k = 0; k < n_; ++k) {
            const double x = rowP[k];
            const double y = rowQ[k];
            rowP[k] = c * x - s * y;
            rowQ[k] = s * x + c * y;
        }
        for (std::size_t k = 0; k < n_; ++k) {
            a_[k * n_ + p] = rowP[k];
            a_[k * n_ + q] = rowQ[k];
        }
        rowP[p] = pp;
        rowQ[q] = qq;
        rowP[q] = 0;
        rowQ[p] = 0;
        double* vectorP = v_.data() + p * n_;
        double* vectorQ = v_.data() + q * n_;
        for (std::size_t k = 0; k < n_; ++k) {
            const double x = vectorP[k];
            const double y = vectorQ[k];
            vectorP[k] = c * x - s * y;
            vectorQ[k] = s * x + c * y;
        }
    }

    std::size_t n_;
    std::vector<double> a_;
    std::vector<double> v_;
};

}  // namespace

Eigen eigenSymmetric(std::span<const float> matrix, int size) {
    const auto n = static_cast<std::size_t>(size);
    IMPASTO_CHECK(size > 0 && matrix.size() == n * n);
    Jacobi jacobi(matrix, size);
    jacobi.run();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return jacobi.value(a) > jacobi.value(b); });
    Eigen result{size, {}, {}};
    for (const std::size_t k : order) {
        result.values.push_back(jacobi.value(k));
        result.vectors.insert(result.vectors.end(), jacobi.vector(k), jacobi.vector(k) + n);
    }
    return result;
}

}  // namespace impasto
