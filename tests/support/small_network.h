// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/network.h"
#include "tensor/tensor.h"

namespace impasto::test {

using Json = nlohmann::json;

/// Values spread evenly over [low, high), the same for a seed on every machine.
std::vector<float> randomValues(std::size_t count, std::uint32_t seed, float low = -1.0f, float high = 1.0f);
Tensor randomTensor(Shape shape, std::uint32_t seed, float low = -1.0f, float high = 1.0f);

/// The graph of a complete network of a few hundred weights: two sites s1 [4,H/2,W/2] and s2 [6,H/4,W/4], a skip, an
/// upsampling convolution, multiple 4, conditional styles "waves" and "ink".
Json smallGraph();

/// A file with `graph` in its metadata and random weights for `smallGraph()`.
model::SafetensorsFile smallFile(const Json& graph);

/// `smallFile(smallGraph())` as bytes of F32 or F16, and parsed.
std::vector<std::byte> smallBytes(model::StoredType type = model::StoredType::F32);
model::Network smallNetwork();

/// A .safetensors file from a header as text, valid or not, and its data.
std::vector<std::byte> fileOf(std::string_view header, std::size_t dataBytes);

}  // namespace impasto::test
