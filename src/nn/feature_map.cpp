// SPDX-License-Identifier: MIT
#include "nn/feature_map.h"

#include <cstring>

#include "base/half.h"

namespace impasto::nn {
namespace {

std::size_t elementIndex(const Shape& shape, int channel, std::size_t pixel) {
    const auto block = static_cast<std::size_t>(channel / 8);
    return (block * shape.planeSize() + pixel) * 8 + static_cast<std::size_t>(channel % 8);
}

}  // namespace

void packFeatures(const Tensor& tensor, const FeatureMap& map, std::span<std::byte> bytes) {
    IMPASTO_CHECK(tensor.shape() == map.shape && bytes.size() == map.sizeBytes());
    std::memset(bytes.data(), 0, bytes.size());
    for (int c = 0; c < map.shape.channels; ++c) {
        const float* plane = tensor.plane(c);
        for (std::size_t pixel = 0; pixel < map.shape.planeSize(); ++pixel) {
            const std::size_t index = elementIndex(map.shape, c, pixel);
            if (map.precision == Precision::Fp16) {
                const std::uint16_t half = toHalf(plane[pixel]);
                std::memcpy(bytes.data() + index * 2, &half, 2);
            } else {
                std::memcpy(bytes.data() + index * 4, plane + pixel, 4);
            }
        }
    }
}

Tensor unpackFeatures(const FeatureMap& map, std::span<const std::byte> bytes) {
    IMPASTO_CHECK(bytes.size() == map.sizeBytes());
    Tensor tensor(map.shape);
    for (int c = 0; c < map.shape.channels; ++c) {
        float* plane = tensor.plane(c);
        for (std::size_t pixel = 0; pixel < map.shape.planeSize(); ++pixel) {
            const std::size_t index = elementIndex(map.shape, c, pixel);
            if (map.precision == Precision::Fp16) {
                std::uint16_t half = 0;
                std::memcpy(&half, bytes.data() + index * 2, 2);
                plane[pixel] = fromHalf(half);
            } else {
                std::memcpy(plane + pixel, bytes.data() + index * 4, 4);
            }
        }
    }
    return tensor;
}

}  // namespace impasto::nn
