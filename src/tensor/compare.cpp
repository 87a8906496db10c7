// SPDX-License-Identifier: MIT
#include "tensor/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace impasto {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kWindow = 11;

std::array<double, kWindow> gaussianWindow() {
    std::array<double, kWindow> weights{};
    double sum = 0;
    for (int i = 0; i < kWindow; ++i) {
        const double distance = i - kWindow / 2;
        weights[static_cast<std::size_t>(i)] = std::exp(-distance * distance / (2 * 1.5 * 1.5));
        sum += weights[static_cast<std::size_t>(i)];
    }
    for (double& weight : weights)
        weight /= sum;
    return weights;
}

}  // namespace

double nmse(std::span<const float> a, std::span<const float> b) {
    IMPASTO_CHECK(a.size() == b.size());
    double error = 0;
    double power = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        if (!std::isfinite(difference))
            return kInfinity;
        error += difference * difference;
        power += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    return power > 0 ? error / power : error;
}

double maxAbs(std::span<const float> a, std::span<const float> b) {
    IMPASTO_CHECK(a.size() == b.size());
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
        if (!std::isfinite(difference))
            return kInfinity;
        largest = std::max(largest, difference);
    }
    return largest;
}

double psnr(std::span<const float> a, std::span<const float> b, double peak) {
    IMPASTO_CHECK(a.size() == b.size() && !a.empty());
    double error = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        error += difference * difference;
    }
    if (!std::isfinite(error))
        return -kInfinity;
    if (error == 0)
        return kInfinity;
    return 10 * std::log10(peak * peak * static_cast<double>(a.size()) / error);
}

double ssim(const Tensor& a, const Tensor& b) {
    const Shape shape = a.shape();
    IMPASTO_CHECK(shape == b.shape() && shape.channels == 1 && shape.height >= kWindow && shape.width >= kWindow);
    const auto window = gaussianWindow();
    constexpr double kC1 = 0.01 * 0.01;
    constexpr double kC2 = 0.03 * 0.03;
    double total = 0;
    for (int y = 0; y + kWindow <= shape.height; ++y) {
        for (int x = 0; x + kWindow <= shape.width; ++x) {
            double sumA = 0, sumB = 0, sumAA = 0, sumBB = 0, sumAB = 0;
            for (int dy = 0; dy < kWindow; ++dy) {
                for (int dx = 0; dx < kWindow; ++dx) {
                    const double weight = window[static_cast<std::size_t>(dy)] * window[static_cast<std::size_t>(dx)];
                    const double va = a.at(0, y + dy, x + dx);
                    const double vb = b.at(0, y + dy, x + dx);
                    sumA += weight * va;
                    sumB += weight * vb;
                    sumAA += weight * va * va;
                    sumBB += weight * vb * vb;
                    sumAB += weight * va * vb;
                }
            }
            const double varA = sumAA - sumA * sumA;
            const double varB = sumBB - sumB * sumB;
            const double covariance = sumAB - sumA * sumB;
            total += (2 * sumA * sumB + kC1) * (2 * covariance + kC2) /
                     ((sumA * sumA + sumB * sumB + kC1) * (varA + varB + kC2));
        }
    }
    if (!std::isfinite(total))
        return -kInfinity;
    return total / (static_cast<double>(shape.height - kWindow + 1) * static_cast<double>(shape.width - kWindow + 1));
}

Tensor luma(const Tensor& rgb) {
    const Shape shape = rgb.shape();
    IMPASTO_CHECK(shape.channels == 3);
    Tensor result({1, shape.height, shape.width});
    for (std::size_t i = 0; i < shape.planeSize(); ++i) {
        result.data()[i] = 0.299f * rgb.plane(0)[i] + 0.587f * rgb.plane(1)[i] + 0.114f * rgb.plane(2)[i];
    }
    return result;
}

}  // namespace impasto
