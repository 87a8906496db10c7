// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

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
    bool wideStores = false;  ///< see canStoreWide

    gpu::BindingKind input() const;
    /// A kernel that only reads feature maps: `base` with the suffix of the variant, as in shaders/variants.cmake.
    std::string shader(const std::string& base) const;
    /// The same of a kernel that writes one.
    std::string writingShader(const std::string& base) const;
};

/// Whether feature texels of `precision` are better stored as two 64-bit words than as one vector: where the device is
/// a processor, which stores word by word.
bool canStoreWide(Precision precision, Access access, const gpu::Device& device);

enum class ConvKernel {
    Direct,        ///< any convolution, one pixel at a time
    Tiled3x3,      ///< see shaders/conv/tiled.comp
    Tiled3x3Rows,  ///< the same by Winograd's F(2, 3) along x
    Tiled3x3Stride2,
    Tiled1x1,
    TiledPhases,      ///< 3×3 on the ×2 enlarged input, as four 2×2 convolutions
    TiledPhasePairs,  ///< the same, two phases of a row at once by three products for two pixels
    Uniform,          ///< see shaders/conv/uniform.comp
    Shared,           ///< 3×3, see shaders/conv/shared.comp
    Winograd2x2,      ///< 3×3 by F(2×2, 3×3) in three dispatches, see shaders/conv/winograd_*.comp
    Winograd4x4,      ///< the same by F(4×4, 3×3)
    WinogradPhases,   ///< what TiledPhases does, its four convolutions by F(3×3, 2×2)
    Matrix,           ///< 3×3 of fp16 by cooperative matrices, see shaders/conv/matrix.comp
    MatrixByHand,     ///< the same without the extension: for tests, never a candidate
};

/// A kernel as it is built for one convolution.
struct ConvChoice {
    ConvKernel kernel = ConvKernel::Direct;
    std::uint32_t subgroupSize = 0;  ///< lanes to ask for; 0: what the device likes
    auto operator<=>(const ConvChoice&) const = default;
};

/// The kernels that can run `conv` in `precision` on a device with `capabilities`, the safe one first: the one to take
/// before any was measured.
std::vector<ConvChoice> convCandidates(const model::Conv2d& conv, Precision precision,
                                       const gpu::Capabilities& capabilities);

/// The shader that does the multiply-adds, without storage suffix.
std::string shaderOf(ConvKernel kernel);

/// True for the kernels of shaders/conv/tiled.comp.
bool isTiled(ConvKernel kernel);

/// HALF_TURNS of shaders/conv/tiled.comp.
bool takesHalfTurns(ConvKernel kernel, const KernelSet& kernels);

/// True for the kernels of shaders/conv/matrix.comp, which run in fp16 only.
bool isMatrix(ConvKernel kernel);

/// Convolutions that `kernel` makes of one: of an enlarged picture 4 where it computes each phase by itself and 2 where
/// it computes those of a row together, else 1.
int phasesOf(ConvKernel kernel);

/// Pixels along either axis of a tile of Winograd's kernels (of one phase), 0 for the others.
int winogradOutputs(ConvKernel kernel);

/// Values along either axis of a transformed tile of Winograd's kernels.
int winogradSide(ConvKernel kernel);

/// Tiles {across, down} of an output of `out` with one of Winograd's kernels. Those of WinogradPhases lie on the
/// corners between the source's pixels, of which there is one more than pixels: every phase reads the same tiles then.
std::array<int, 2> winogradTiles(ConvKernel kernel, const Shape& out);

/// Rows of a tiled kernel's workgroup, so that its subgroups are whole.
int tiledRows(const ConvChoice& choice, const gpu::Capabilities& capabilities);

/// Workgroups along x and y over `pixels`: of the output, or of the input where phasesOf is not 1.
std::array<std::uint32_t, 2> workgroupsOver(const Extent& pixels, const ConvChoice& choice, const KernelSet& kernels,
                                            const gpu::Capabilities& capabilities);

/// shaders::kActivation…
int activationOf(const model::Activation& activation);

/// Multiply-adds `kernel` executes for one output of `out`, all padding of channels left out.
std::int64_t multiplyAddsOf(ConvKernel kernel, const model::Conv2d& conv, const Shape& out);

/// How many fewer these are by Winograd's algorithms and phase pairs than in a sum over the kernel's taps (of an
/// enlarged picture, over each phase's four); 0 for the other kernels.
std::int64_t multiplyAddsSaved(ConvKernel kernel, const model::Conv2d& conv, const Shape& out);

}  // namespace impasto::nn
