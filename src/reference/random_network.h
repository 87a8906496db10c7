// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/network.h"
#include "tensor/tensor.h"

namespace impasto::reference {

/// Values in [low, high), the same for the same seed everywhere.
Tensor randomTensor(Shape shape, std::uint32_t seed, float low = -1, float high = 1);

/// A small network around given nodes, to compare kernels on: random weights that keep values around 1, sites with
/// random parameters and two conditional styles.
class NetworkBuilder {
  public:
    explicit NetworkBuilder(int inputChannels, std::uint32_t seed = 1);

    /// Adds a node; returns the number of its output.
    int add(model::Operation operation, std::vector<int> inputs);
    /// Adds a convolution with weights of the shape it asks for, and adds `residual` to its output unless that is −1.
    int conv(model::Conv2d conv, int input, int residual = -1);
    int site(int input, int channels);
    const model::Network& build() const { return network_; }

  private:
    std::vector<float> random(std::size_t count, float low, float high);

    model::Network network_;
    std::uint32_t seed_;
    int sites_ = 0;
};

}  // namespace impasto::reference
