// SPDX-License-Identifier: MIT
#include "nn/kernels.h"

#include <algorithm>

#include "common/shared.h"
#include "conv/tiles.h"
#include "conv/winograd.h"
#include "nn/dispatch_helpers.h"

namespace impasto::nn {

gpu::BindingKind KernelSet::input() const {
    return access == Access::Texel ? gpu::BindingKind::UniformTexel : gpu::BindingKind::StorageBuffer;
}

std::string KernelSet::shader(const std::string& base) const {
    return base + (precision == Precision::Fp16 ? ".fp16" : ".fp32") + (access == Access::Texel ? "" : ".storage");
}

std::string KernelSet::writingShader(const std::string& base) const {
    return shader(base) + (wideStores ? ".wide" : "");
}

bool canStoreWide(Precision precision, Access access, const gpu::Device& device) {
    return precision == Precision::Fp16 && access == Access::Texel && device.isSoftware() &&
           device.capabilities().integer64;
}

namespace {

bool isPlain(const model::Conv2d& conv) {
    return conv.groups == 1 && conv.dilation == std::array<int, 2>{1, 1};
}

/// The tiled kernel for `conv`; Direct where there is none.
ConvKernel tiledKernel(const model::Conv2d& conv) {
    const bool padded = conv.pad != std::array<int, 4>{0, 0, 0, 0};
    const bool readable = !padded || conv.padMode != model::PadMode::Zero;
    if (!readable || !isPlain(conv))
        return ConvKernel::Direct;
    const bool is3x3 = conv.kernel == std::array<int, 2>{3, 3};
    const bool stride1 = conv.stride == std::array<int, 2>{1, 1};
    if (conv.upsample == 2) {
        const bool padsOne = conv.pad == std::array<int, 4>{1, 1, 1, 1};
        return is3x3 && stride1 && padsOne ? ConvKernel::TiledPhases : ConvKernel::Direct;
    }
    if (conv.upsample != 1)
        return ConvKernel::Direct;
    if (is3x3 && stride1)
        return ConvKernel::Tiled3x3;
    if (is3x3 && conv.stride == std::array<int, 2>{2, 2})
        return ConvKernel::Tiled3x3Stride2;
    if (conv.kernel == std::array<int, 2>{1, 1} && stride1)
        return ConvKernel::Tiled1x1;
    return ConvKernel::Direct;
}

bool suitsTiles(std::uint32_t lanes) {
    return lanes == 8 || lanes == 16 || lanes == 32 || lanes == 64;
}

/// Subgroup sizes to ask for with a tiled kernel, what the device likes first.
std::vector<std::uint32_t> tiledSubgroupSizes(const gpu::Capabilities& capabilities) {
    std::vector<std::uint32_t> sizes;
    if (!capabilities.subgroupShuffle)
        return sizes;
    if (suitsTiles(capabilities.subgroupSize))
        sizes.push_back(0);
    for (const std::uint32_t lanes : {8u, 16u, 32u, 64u}) {
        if (capabilities.subgroupSizeControl && lanes >= capabilities.minSubgroupSize &&
            lanes <= capabilities.maxSubgroupSize && lanes != capabilities.subgroupSize)
            sizes.push_back(lanes);
    }
    return sizes;
}

constexpr std::uint32_t kSharedKernelBytes = 12'064;  // shaders/conv/shared.comp
constexpr std::uint32_t kMatrixKernelBytes = 14'464;  // shaders/conv/matrix.comp

bool runsMatrix(const gpu::Capabilities& capabilities) {
    return capabilities.cooperativeMatrix && capabilities.maxSharedMemoryBytes >= kMatrixKernelBytes &&
           capabilities.maxWorkgroupInvocations >= shaders::kMatrixSubgroups * capabilities.subgroupSize;
}

}  // namespace

bool isTiled(ConvKernel kernel) {
    return kernel == ConvKernel::Tiled3x3 || kernel == ConvKernel::Tiled3x3Rows ||
           kernel == ConvKernel::Tiled3x3Stride2 || kernel == ConvKernel::Tiled1x1 ||
           kernel == ConvKernel::TiledPhases || kernel == ConvKernel::TiledPhasePairs;
}

bool takesHalfTurns(ConvKernel kernel, const KernelSet& kernels) {
    return kernels.wideStores && (kernel == ConvKernel::Tiled3x3 || kernel == ConvKernel::Tiled3x3Rows ||
                                  kernel == ConvKernel::Tiled3x3Stride2);
}

bool isMatrix(ConvKernel kernel) {
    return kernel == ConvKernel::Matrix || kernel == ConvKernel::MatrixByHand;
}

std::vector<ConvChoice> convCandidates(const model::Conv2d& conv, Precision precision,
                                       const gpu::Capabilities& capabilities) {
    std::vector<ConvChoice> candidates;
    if (const ConvKernel tiled = tiledKernel(conv); tiled != ConvKernel::Direct) {
        for (const std::uint32_t lanes : tiledSubgroupSizes(capabilities))
            candidates.push_back({tiled, lanes});
        if (tiled == ConvKernel::Tiled3x3) {
            for (const std::uint32_t lanes : tiledSubgroupSizes(capabilities))
                candidates.push_back({ConvKernel::Tiled3x3Rows, lanes});
        }
    }
    if (tiledKernel(conv) == ConvKernel::TiledPhases) {
        for (const ConvKernel kernel : {ConvKernel::TiledPhasePairs, ConvKernel::WinogradPhases}) {
            for (const std::uint32_t lanes : tiledSubgroupSizes(capabilities))
                candidates.push_back({kernel, lanes});
        }
    }
    if (isPlain(conv)) {
        const bool is3x3 =
            conv.kernel == std::array<int, 2>{3, 3} && conv.stride == std::array<int, 2>{1, 1} && conv.upsample == 1;
        candidates.push_back({ConvKernel::Uniform});
        if (is3x3) {
            for (const ConvKernel kernel : {ConvKernel::Winograd2x2, ConvKernel::Winograd4x4}) {
                for (const std::uint32_t lanes : tiledSubgroupSizes(capabilities))
                    candidates.push_back({kernel, lanes});
            }
        }
        if (is3x3 && capabilities.maxSharedMemoryBytes >= kSharedKernelBytes &&
            capabilities.maxWorkgroupInvocations >= 64)
            candidates.push_back({ConvKernel::Shared});
        if (is3x3 && precision == Precision::Fp16 && runsMatrix(capabilities))
            candidates.push_back({ConvKernel::Matrix});
    }
    if (candidates.empty())
        candidates.push_back({ConvKernel::Direct});
    return candidates;
}

int phasesOf(ConvKernel kernel) {
    if (kernel == ConvKernel::TiledPhasePairs)
        return 2;
    return kernel == ConvKernel::TiledPhases || kernel == ConvKernel::WinogradPhases ? 4 : 1;
}

int winogradOutputs(ConvKernel kernel) {
    switch (kernel) {
        case ConvKernel::Winograd2x2:
            return 2;
        case ConvKernel::Winograd4x4:
            return 4;
        case ConvKernel::WinogradPhases:
            return 3;
        default:
            return 0;
    }
}

int winogradSide(ConvKernel kernel) {
    return winogradOutputs(kernel) + (kernel == ConvKernel::WinogradPhases ? 1 : 2);
}

std::array<int, 2> winogradTiles(ConvKernel kernel, const Shape& out) {
    const int outputs = winogradOutputs(kernel);
    const auto tilesOf = [&](int size) {
        const int positions = kernel == ConvKernel::WinogradPhases ? size / 2 + 1 : size;
        return (positions + outputs - 1) / outputs;
    };
    return {tilesOf(out.width), tilesOf(out.height)};
}

int tiledRows(const ConvChoice& choice, const gpu::Capabilities& capabilities) {
    const std::uint32_t lanes = choice.subgroupSize > 0 ? choice.subgroupSize : capabilities.subgroupSize;
    // A row of Winograd's products takes so many tiles that a small picture has no more.
    const int least = winogradOutputs(choice.kernel) > 0 ? 1 : shaders::kConvRows;
    return std::max(least, static_cast<int>(lanes) / shaders::kConvLanes);
}

namespace {

/// Pixels of one workgroup, {width, height}.
std::array<int, 2> workgroupPixels(ConvKernel kernel) {
    switch (kernel) {
        case ConvKernel::Uniform:
            return {2 * shaders::kUniformSide, shaders::kUniformSide};
        case ConvKernel::Shared:
            return {shaders::kSharedWidth, shaders::kSharedHeight};
        case ConvKernel::Matrix:
        case ConvKernel::MatrixByHand:
            return {shaders::kMatrixSide, shaders::kMatrixSide};
        default:
            return {shaders::kConvLanes, shaders::kConvRows};
    }
}

}  // namespace

std::array<std::uint32_t, 2> workgroupsOver(const Extent& pixels, const ConvChoice& choice, const KernelSet& kernels,
                                            const gpu::Capabilities& capabilities) {
    if (isTiled(choice.kernel)) {
        const int perRun = choice.kernel == ConvKernel::TiledPhases ? shaders::kPhasePixels
                           : takesHalfTurns(choice.kernel, kernels) ? shaders::kTurnPixels
                                                                    : shaders::kTiledPixels;
        const auto runs = static_cast<std::int64_t>(groupsFor(pixels.width, perRun)) * pixels.height;
        const int runsPerGroup = shaders::kConvLanes * tiledRows(choice, capabilities);
        const std::uint32_t groups = groupsFor(runs, runsPerGroup);
        return {std::min(groups, std::uint32_t{shaders::kTiledGroupsAcross}),
                groupsFor(groups, shaders::kTiledGroupsAcross)};
    }
    const auto [width, height] = workgroupPixels(choice.kernel);
    return {groupsFor(pixels.width, width), groupsFor(pixels.height, height)};
}

std::string shaderOf(ConvKernel kernel) {
    switch (kernel) {
        case ConvKernel::Direct:
            return "conv/direct";
        case ConvKernel::Tiled3x3:
            return "conv/tiled.k3";
        case ConvKernel::Tiled3x3Rows:
            return "conv/tiled.k3.rows";
        case ConvKernel::Tiled3x3Stride2:
            return "conv/tiled.k3.stride2";
        case ConvKernel::Tiled1x1:
            return "conv/tiled.k1";
        case ConvKernel::TiledPhases:
            return "conv/tiled.phases";
        case ConvKernel::TiledPhasePairs:
            return "conv/tiled.phases.pairs";
        case ConvKernel::Uniform:
            return "conv/uniform";
        case ConvKernel::Shared:
            return "conv/shared";
        case ConvKernel::Winograd2x2:
        case ConvKernel::Winograd4x4:
        case ConvKernel::WinogradPhases:
            return "conv/winograd_multiply";
        case ConvKernel::Matrix:
            return "conv/matrix";
        case ConvKernel::MatrixByHand:
            return "conv/matrix.by_hand";
    }
    IMPASTO_CHECK(false);
}

int activationOf(const model::Activation& activation) {
    switch (activation.kind) {
        case model::ActivationKind::None:
            return shaders::kActivationNone;
        case model::ActivationKind::Relu:
            return shaders::kActivationRelu;
        case model::ActivationKind::LeakyRelu:
            return shaders::kActivationLeakyRelu;
        case model::ActivationKind::Sigmoid:
            return shaders::kActivationSigmoid;
        case model::ActivationKind::Tanh:
            return shaders::kActivationTanh;
    }
    IMPASTO_CHECK(false);
}

std::int64_t multiplyAddsOf(ConvKernel kernel, const model::Conv2d& conv, const Shape& out) {
    if (winogradOutputs(kernel) > 0) {
        const auto [across, down] = winogradTiles(kernel, out);
        const std::int64_t values = winogradSide(kernel) * winogradSide(kernel);
        return static_cast<std::int64_t>(across) * down * values * phasesOf(kernel) * out.channels * conv.inChannels;
    }
    if (kernel == ConvKernel::Tiled3x3Rows) {
        const std::int64_t pairs = static_cast<std::int64_t>((out.width + 1) / 2) * out.height;
        return pairs * 4 * 3 * out.channels * conv.inChannels;
    }
    const int taps = kernel == ConvKernel::TiledPhases       ? 4
                     : kernel == ConvKernel::TiledPhasePairs ? 3
                                                             : conv.kernel[0] * conv.kernel[1];
    return static_cast<std::int64_t>(out.count()) * taps * (conv.inChannels / conv.groups);
}

std::int64_t multiplyAddsSaved(ConvKernel kernel, const model::Conv2d& conv, const Shape& out) {
    const ConvKernel plain = phasesOf(kernel) > 1 ? ConvKernel::TiledPhases : ConvKernel::Direct;
    return multiplyAddsOf(plain, conv, out) - multiplyAddsOf(kernel, conv, out);
}

}  // namespace impasto::nn
