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
#include "nn/plan_runner.h"
#include "nn/stylizer.h"
#include "reference/random_network.h"
#include "reference/reference.h"
#include "tensor/tensor.h"

namespace impasto::nn::test {

using reference::NetworkBuilder;
using reference::randomTensor;

std::vector<std::uint8_t> randomPicture(Extent extent, std::uint32_t seed);
/// RGB in 0..1 as the network sees an RGBA8 picture.
Tensor tensorOf(const std::vector<std::uint8_t>& rgba, Extent extent);

/// Every byte of the pixels of an image in layout GENERAL.
void fillImage(gpu::Device& device, const gpu::Image& image, std::uint8_t value);
/// RGBA8 pixels of an image in layout GENERAL.
std::vector<std::uint8_t> readImage(gpu::Device& device, const gpu::Image& image);

/// The start network and the style statistics of a random picture.
const model::Network& startNetwork();

/// The graph of the shipped networks (weights/train/graph.py) with random weights and these widths.
model::Network threeLevelNetwork(int width1, int width2, int width3);

/// `controls` in the reference's terms.
reference::StyleBlend blendOf(const Controls& controls);
std::vector<reference::SiteSettings> settingsOf(const Controls& controls);

}  // namespace impasto::nn::test
