// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gpu/device.h"
#include "gpu/image.h"
#include "gpu/pipeline.h"
#include "model/network.h"
#include "nn/controls.h"
#include "nn/plan.h"
#include "nn/stylizer.h"
#include "reference/reference.h"
#include "tensor/tensor.h"

namespace impasto::nn::test {

/// Largest error against the CPU reference that a kernel may have; values around 1.
struct Bound {
    double nmse;
    double maxAbs;
};

/// Values in [low, high], the same for the same seed everywhere.
Tensor randomTensor(Shape shape, std::uint32_t seed, float low = -1, float high = 1);
std::vector<std::uint8_t> randomPicture(Extent extent, std::uint32_t seed);
/// RGB in 0..1 as the network sees an RGBA8 picture.
Tensor tensorOf(const std::vector<std::uint8_t>& rgba, Extent extent);

/// A network around given nodes: `channels` of input; weights are random, sites get random parameters.
class NetworkBuilder {
  public:
    explicit NetworkBuilder(int channels, std::uint32_t seed = 1);

    /// Adds a node; returns the number of its output.
    int add(model::Operation operation, std::vector<int> inputs);
    /// Adds a convolution with random weights of the shape it asks for.
    int conv(model::Conv2d conv, int input, int residual = -1);
    int site(int input, int channels);
    model::Network build() const { return network_; }

  private:
    std::vector<float> random(std::size_t count, float low, float high);

    model::Network network_;
    std::uint32_t seed_;
    int sites_ = 0;
};

struct RunOptions {
    Precision precision = Precision::Fp32;
    std::optional<Access> access = {};
    bool keepTensors = false;
    bool plainKernels = false;
};

/// Runs a plan on an input tensor, every buffer of features poisoned with NaN before.
class PlanRunner {
  public:
    PlanRunner(gpu::Device& device, gpu::PipelineLibrary& pipelines, const model::Network& network, Extent input,
               const RunOptions& options = {});

    /// The network's output. `controls` may be empty for graphs without sites.
    Tensor run(const Tensor& input, const Controls& controls = {});
    /// Any tensor of the last run; needs keepTensors for those in between.
    Tensor read(int tensor);
    Plan& plan() { return plan_; }
    StyleStatistics statistics();

  private:
    gpu::Device& device_;
    Plan plan_;
};

/// RGBA8 pixels of an image in layout GENERAL.
std::vector<std::uint8_t> readImage(gpu::Device& device, const gpu::Image& image);

/// The start network and the style statistics of a random picture.
const model::Network& startNetwork();

/// `controls` in the reference's terms.
reference::StyleBlend blendOf(const Controls& controls);
std::vector<reference::SiteSettings> settingsOf(const Controls& controls);

}  // namespace impasto::nn::test
