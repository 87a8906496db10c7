// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <functional>

#include "reference/activation.h"
#include "reference/reference.h"

namespace impasto::reference {
namespace {

template <typename Combine>
Tensor combined(const Tensor& a, const Tensor& b, Combine combine) {
    IMPASTO_CHECK(a.shape() == b.shape());
    Tensor result(a.shape());
    std::transform(a.data().begin(), a.data().end(), b.data().begin(), result.data().begin(), combine);
    return result;
}

}  // namespace

double activated(double x, const model::Activation& activation) {
    switch (activation.kind) {
        case model::ActivationKind::None:
            return x;
        case model::ActivationKind::Relu:
            return x > 0 ? x : 0;
        case model::ActivationKind::LeakyRelu:
            return x > 0 ? x : x * activation.slope;
        case model::ActivationKind::Sigmoid:
            return 1 / (1 + std::exp(-x));
        case model::ActivationKind::Tanh:
            return std::tanh(x);
    }
    IMPASTO_CHECK(false);
}

Tensor activate(const Tensor& x, const model::Activation& activation) {
    Tensor result(x.shape());
    std::transform(x.data().begin(), x.data().end(), result.data().begin(),
                   [&activation](float value) { return static_cast<float>(activated(value, activation)); });
    return result;
}

Tensor scaleShift(const Tensor& x, const model::ScaleShift& op) {
    Tensor result(x.shape());
    std::transform(x.data().begin(), x.data().end(), result.data().begin(),
                   [&op](float value) { return static_cast<float>(double{op.scale} * value + op.shift); });
    return result;
}

Tensor add(const Tensor& a, const Tensor& b) {
    return combined(a, b, std::plus<float>());
}
Tensor mul(const Tensor& a, const Tensor& b) {
    return combined(a, b, std::multiplies<float>());
}

Tensor concat(std::span<const Tensor* const> parts) {
    IMPASTO_CHECK(!parts.empty());
    Shape shape = parts[0]->shape();
    std::vector<float> data;
    shape.channels = 0;
    for (const Tensor* part : parts) {
        IMPASTO_CHECK(part->shape().extent() == shape.extent());
        shape.channels += part->shape().channels;
        data.insert(data.end(), part->data().begin(), part->data().end());
    }
    return Tensor(shape, std::move(data));
}

Tensor pixelUnshuffle(const Tensor& x, int factor) {
    const Shape shape = x.shape();
    IMPASTO_CHECK(factor >= 1 && shape.height % factor == 0 && shape.width % factor == 0);
    Tensor result({shape.channels * factor * factor, shape.height / factor, shape.width / factor});
    for (int c = 0; c < shape.channels; ++c) {
        for (int y = 0; y < shape.height; ++y) {
            for (int column = 0; column < shape.width; ++column) {
                const int channel = (c * factor + y % factor) * factor + column % factor;
                result.at(channel, y / factor, column / factor) = x.at(c, y, column);
            }
        }
    }
    return result;
}

Tensor pixelShuffle(const Tensor& x, int factor) {
    const Shape shape = x.shape();
    IMPASTO_CHECK(factor >= 1 && shape.channels % (factor * factor) == 0);
    Tensor result({shape.channels / (factor * factor), shape.height * factor, shape.width * factor});
    for (int c = 0; c < result.shape().channels; ++c) {
        for (int y = 0; y < result.shape().height; ++y) {
            for (int column = 0; column < result.shape().width; ++column) {
                const int channel = (c * factor + y % factor) * factor + column % factor;
                result.at(c, y, column) = x.at(channel, y / factor, column / factor);
            }
        }
    }
    return result;
}

}  // namespace impasto::reference
