// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "gpu/device.h"
#include "gpu/pipeline.h"
#include "model/graph.h"
#include "nn/precision.h"

namespace impasto::nn {

/// How kernels read feature maps: texel buffers are fastest where measured, storage buffers take larger maps. They
/// always write through storage buffers.
enum class Access { Texel, Storage };

/// What a set of kernels is built for.
struct KernelSet {
    Precision precision = Precision::Fp16;
    Access access = Access::Texel;

    gpu::BindingKind input() const;
    /// `base` with the suffix of the variant, as in shaders/variants.cmake.
    std::string shader(const std::string& base) const;
};

enum class ConvKernel {
    Direct,    ///< any convolution, one pixel at a time
    Tiled3x3,  ///< see shaders/conv/tiled.comp
    Tiled3x3Stride2,
    Tiled1x1,
    TiledPhases,  ///< 3×3 on the ×2 enlarged input, as four 2×2 convolutions
};

/// The fastest kernel that can run `conv` on a device with `capabilities`.
ConvKernel chooseConvKernel(const model::Conv2d& conv, const gpu::Capabilities& capabilities);

/// The kernel's shader without storage suffix.
std::string shaderOf(ConvKernel kernel);

/// Multiply-adds `kernel` executes for one output of `out`, all padding of channels left out.
std::int64_t multiplyAddsOf(ConvKernel kernel, const model::Conv2d& conv, const Shape& out);

}  // namespace impasto::nn
