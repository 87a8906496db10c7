// SPDX-License-Identifier: MIT
#include "nn/kernels.h"

#include "common/shared.h"

namespace impasto::nn {

gpu::BindingKind KernelSet::input() const {
    return access == Access::Texel ? gpu::BindingKind::UniformTexel : gpu::BindingKind::StorageBuffer;
}

std::string KernelSet::shader(const std::string& base) const {
    return base + (precision == Precision::Fp16 ? ".fp16" : ".fp32") + (access == Access::Texel ? "" : ".storage");
}

ConvKernel chooseConvKernel(const model::Conv2d& conv, const gpu::Capabilities& capabilities) {
    const bool spreads = capabilities.subgroupShuffle && capabilities.subgroupSize == shaders::kConvLanes;
    const bool padded = conv.pad != std::array<int, 4>{0, 0, 0, 0};
    const bool readable = !padded || conv.padMode != model::PadMode::Zero;
    const bool plain = conv.groups == 1 && conv.dilation == std::array<int, 2>{1, 1};
    if (!spreads || !readable || !plain)
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

std::string shaderOf(ConvKernel kernel) {
    switch (kernel) {
        case ConvKernel::Direct:
            return "conv/direct";
        case ConvKernel::Tiled3x3:
            return "conv/tiled.k3";
        case ConvKernel::Tiled3x3Stride2:
            return "conv/tiled.k3.stride2";
        case ConvKernel::Tiled1x1:
            return "conv/tiled.k1";
        case ConvKernel::TiledPhases:
            return "conv/tiled.phases";
    }
    IMPASTO_CHECK(false);
}

std::int64_t multiplyAddsOf(ConvKernel kernel, const model::Conv2d& conv, const Shape& out) {
    const int taps = kernel == ConvKernel::TiledPhases ? 4 : conv.kernel[0] * conv.kernel[1];
    return static_cast<std::int64_t>(out.count()) * taps * (conv.inChannels / conv.groups);
}

}  // namespace impasto::nn
