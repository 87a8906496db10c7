// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gpu/buffer.h"
#include "nn/precision.h"
#include "tensor/tensor.h"

namespace impasto::nn {

/// How a tensor lies in device memory: `[C/8][H][W]` groups of 8 channels, one 16-byte texel of packed halves or two of
/// floats each. Channels beyond C in the last group are zero. shaders/common/feature.glsl is the other side of this.
struct FeatureMap {
    Shape shape;
    Precision precision = Precision::Fp16;
    std::uint64_t offsetBytes = 0;  ///< in the buffer that holds it

    int blocks() const { return (shape.channels + 7) / 8; }
    /// Groups of 8 channels of one pixel.
    std::int64_t groupCount() const {
        return static_cast<std::int64_t>(blocks()) * static_cast<std::int64_t>(shape.planeSize());
    }
    std::uint64_t texelCount() const {
        return static_cast<std::uint64_t>(groupCount()) * (precision == Precision::Fp16 ? 1 : 2);
    }
    std::uint64_t sizeBytes() const { return texelCount() * 16; }
    /// To allocate, and of a texel view.
    std::uint64_t viewBytes() const { return gpu::texelViewBytes(sizeBytes()); }
    std::uint64_t viewTexels() const { return viewBytes() / 16; }
};

/// Converts between host and device layout; `bytes` has `map.sizeBytes()`. Values beyond ±65504 saturate in fp16.
void packFeatures(const Tensor& tensor, const FeatureMap& map, std::span<std::byte> bytes);
Tensor unpackFeatures(const FeatureMap& map, std::span<const std::byte> bytes);

}  // namespace impasto::nn
