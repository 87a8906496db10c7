// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/descriptors.h"
#include "model/network.h"
#include "nn/kernels.h"

namespace impasto::nn {

/// The convolutions' weights in device memory, packed as their kernels read them: as halves for the kernels that
/// multiply halves, scaled up as WEIGHT_INPUT of shaders/common/feature.glsl says where `kernels.wideStores`, else as
/// floats.
class DeviceWeights {
  public:
    struct Conv {
        model::Conv2d conv;
        ConvKernel kernel = ConvKernel::Direct;
    };
    /// Uploads and waits. Throws Error when memory runs out.
    DeviceWeights(gpu::Device& device, const model::Network& network, KernelSet kernels,
                  const std::vector<Conv>& convs);

    /// Bindings 1 (weights) and 2 (bias) of the kernel.
    struct Bindings {
        gpu::Binding weights;
        gpu::Binding bias;
        std::int64_t sizeBytes = 0;
    };
    const Bindings& of(const model::Conv2d& conv, ConvKernel kernel) const;

  private:
    std::unique_ptr<gpu::Buffer> buffer_;
    std::vector<vk::raii::BufferView> views_;
    std::map<std::pair<std::string, ConvKernel>, Bindings> bindings_;
};

/// Weights of a tiled kernel as groups of 8 input channels, `[phase][Cout/8][Cin/8][ky][kx][8 outputs]`
/// (shaders/conv/tiled.comp); for Tiled3x3Rows and TiledPhasePairs with the values that these multiply by in place of a
/// row's weights, four and three.
std::vector<float> packTiledWeights(ConvKernel kernel, const model::Conv2d& conv, const std::vector<float>& weight);

/// Weights in Winograd's domain, G·g·Gᵀ, as groups of 8 input channels, `[values][phase][Cout/8][Cin/8][8
/// outputs]` (shaders/conv/winograd_multiply.comp).
std::vector<float> packWinogradWeights(ConvKernel kernel, const model::Conv2d& conv, const std::vector<float>& weight);

/// Weights as `[Cout/8][Cin/8][ky][kx][8 inputs][8 outputs]` (shaders/conv/uniform.comp, shared.comp).
std::vector<float> packOutputsInnermost(const model::Conv2d& conv, const std::vector<float>& weight);

/// Weights as `[Cout/16][Cin/16][ky][kx][16 inputs][16 outputs]` (shaders/conv/matrix.comp).
std::vector<float> packMatrixWeights(const model::Conv2d& conv, const std::vector<float>& weight);

}  // namespace impasto::nn
