// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "reference/reference.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

struct Moments {
    Vector mean{};
    Matrix covariance{};
};

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix result{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            for (std::size_t k = 0; k < 3; ++k)
                result[i][j] += a[i][k] * b[k][j];
        }
    }
    return result;
}

Moments momentsOf(const Tensor& rgb, Extent content, bool clamped) {
    const auto value = [&](int c, int y, int x) {
        const double v = rgb.at(c, y, x);
        return clamped ? std::clamp(v, 0.0, 1.0) : v;
    };
    const double count = static_cast<double>(content.height) * content.width;
    Moments moments;
    for (int y = 0; y < content.height; ++y) {
        for (int x = 0; x < content.width; ++x) {
            for (int c = 0; c < 3; ++c)
                moments.mean[static_cast<std::size_t>(c)] += value(c, y, x) / count;
        }
    }
    for (int y = 0; y < content.height; ++y) {
        for (int x = 0; x < content.width; ++x) {
            for (std::size_t i = 0; i < 3; ++i) {
                for (std::size_t j = 0; j < 3; ++j)
                    moments.covariance[i][j] += (value(static_cast<int>(i), y, x) - moments.mean[i]) *
                                                (value(static_cast<int>(j), y, x) - moments.mean[j]) / count;
            }
        }
    }
    return moments;
}

/// A symmetric positive definite matrix to a power, through its eigenvalues (cyclic Jacobi).
Matrix power(Matrix a, double exponent) {
    Matrix v{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    for (int sweep = 0; sweep < 12; ++sweep) {
        for (const auto& [row, column] : {std::pair<std::size_t, std::size_t>{0, 1}, {0, 2}, {1, 2}}) {
            if (std::abs(a[row][column]) < 1e-300)
                continue;
            const double angle = 0.5 * std::atan2(2 * a[row][column], a[column][column] - a[row][row]);
            Matrix rotation{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
            rotation[row][row] = rotation[column][column] = std::cos(angle);
            rotation[row][column] = std::sin(angle);
            rotation[column][row] = -std::sin(angle);
            Matrix transposed = rotation;
            std::swap(transposed[row][column], transposed[column][row]);
            a = product(transposed, product(a, rotation));
            v = product(v, rotation);
        }
    }
    Matrix result{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            for (std::size_t k = 0; k < 3; ++k)
                result[i][j] += v[i][k] * std::pow(a[k][k], exponent) * v[j][k];
        }
    }
    return result;
}

}  // namespace

Tensor keepColours(const Tensor& styled, const Tensor& source) {
    IMPASTO_CHECK(styled.shape() == source.shape() && styled.shape().channels == 3);
    const Tensor brightness = impasto::luma(styled);
    const Tensor own = impasto::luma(source);
    Tensor result(styled.shape());
    for (std::size_t pixel = 0; pixel < styled.shape().planeSize(); ++pixel) {
        const double y = brightness.data()[pixel];
        double scale = 1;
        for (int c = 0; c < 3; ++c) {
            const double chroma = double{source.plane(c)[pixel]} - own.data()[pixel];
            const double room = chroma > 0 ? 1 - y : y;
            if (chroma != 0)
                scale = std::min(scale, room / std::abs(chroma));
        }
        for (int c = 0; c < 3; ++c)
            result.plane(c)[pixel] =
                static_cast<float>(y + scale * (double{source.plane(c)[pixel]} - own.data()[pixel]));
    }
    return result;
}

ColourMap colourMatch(const Tensor& styled, const Tensor& picture, Extent content, double leastVariance) {
    Moments from = momentsOf(styled, content, true);
    Moments to = momentsOf(picture, content, false);
    for (std::size_t i = 0; i < 3; ++i) {
        from.covariance[i][i] += leastVariance;
        to.covariance[i][i] += leastVariance;
    }
    const Matrix root = power(from.covariance, 0.5);
    const Matrix inverseRoot = power(from.covariance, -0.5);
    const Matrix middle = power(product(root, product(to.covariance, root)), 0.5);
    ColourMap map{product(inverseRoot, product(middle, inverseRoot)), to.mean};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j)
            map.offset[i] -= map.matrix[i][j] * from.mean[j];
    }
    return map;
}

Tensor applyColourMap(const Tensor& rgb, const ColourMap& map) {
    Tensor result(rgb.shape());
    for (std::size_t pixel = 0; pixel < rgb.shape().planeSize(); ++pixel) {
        for (int row = 0; row < 3; ++row) {
            const auto i = static_cast<std::size_t>(row);
            double value = map.offset[i];
            for (int column = 0; column < 3; ++column)
                value += map.matrix[i][static_cast<std::size_t>(column)] * rgb.plane(column)[pixel];
            result.plane(row)[pixel] = static_cast<float>(std::clamp(value, 0.0, 1.0));
        }
    }
    return result;
}

}  // namespace impasto::reference
