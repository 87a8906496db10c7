// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "base/check.h"

namespace impasto {

/// Height and width of a picture or a feature map, in pixels.
struct Extent {
    int height = 0;
    int width = 0;
    bool operator==(const Extent&) const = default;
};

/// Shape of a feature map, `[C,H,W]`.
struct Shape {
    int channels = 0;
    int height = 0;
    int width = 0;

    std::size_t planeSize() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
    std::size_t count() const { return static_cast<std::size_t>(channels) * planeSize(); }
    Extent extent() const { return {height, width}; }
    bool operator==(const Shape&) const = default;
};

/// A feature map in host memory: fp32, `[C,H,W]`, x fastest.
class Tensor {
  public:
    Tensor() = default;
    explicit Tensor(Shape shape, float value = 0.0f) : shape_(shape), data_(shape.count(), value) {}
    Tensor(Shape shape, std::vector<float> data) : shape_(shape), data_(std::move(data)) {
        IMPASTO_CHECK(data_.size() == shape_.count());
    }

    const Shape& shape() const { return shape_; }
    std::vector<float>& data() { return data_; }
    const std::vector<float>& data() const { return data_; }

    float& at(int c, int y, int x) { return data_[index(c, y, x)]; }
    float at(int c, int y, int x) const { return data_[index(c, y, x)]; }

    /// First element of channel `c`; `shape().planeSize()` follow.
    float* plane(int c) { return data_.data() + index(c, 0, 0); }
    const float* plane(int c) const { return data_.data() + index(c, 0, 0); }

  private:
    std::size_t index(int c, int y, int x) const {
        return (static_cast<std::size_t>(c) * static_cast<std::size_t>(shape_.height) + static_cast<std::size_t>(y)) *
                   static_cast<std::size_t>(shape_.width) +
               static_cast<std::size_t>(x);
    }

    Shape shape_;
    std::vector<float> data_;
};

}  // namespace impasto
