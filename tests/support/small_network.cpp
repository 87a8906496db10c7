// SPDX-License-Identifier: MIT
#include "support/small_network.h"

#include <cstring>
#include <random>

namespace impasto::test {
namespace {

using model::SafetensorsFile;

void addRandom(SafetensorsFile& file, const std::string& name, std::vector<std::int64_t> shape, float low, float high) {
    std::size_t count = 1;
    for (const std::int64_t side : shape)
        count *= static_cast<std::size_t>(side);
    const auto seed = static_cast<std::uint32_t>(file.tensors.size() + 1);
    file.tensors[name] = {std::move(shape), randomValues(count, seed, low, high)};
}

void addConvolution(SafetensorsFile& file, const std::string& name, std::int64_t in, std::int64_t out) {
    addRandom(file, name + ".weight", {out, in, 3, 3}, -0.3f, 0.3f);
    addRandom(file, name + ".bias", {out}, -0.1f, 0.1f);
}

void addSite(SafetensorsFile& file, const std::string& name, std::int64_t channels, std::int64_t rows) {
    addRandom(file, name + ".batch.mean", {channels}, -0.5f, 0.5f);
    addRandom(file, name + ".batch.var", {channels}, 0.1f, 1.0f);
    addRandom(file, name + ".learned.gamma", {channels}, 0.5f, 1.5f);
    addRandom(file, name + ".learned.beta", {channels}, -0.5f, 0.5f);
    if (rows == 0)
        return;
    addRandom(file, name + ".conditional.gamma", {rows, channels}, 0.5f, 1.5f);
    addRandom(file, name + ".conditional.beta", {rows, channels}, -0.5f, 0.5f);
}

constexpr const char* kGraph = R"({
  "version": 1, "name": "small",
  "input": {"tensor": "rgb", "channels": 3, "range": [0, 1], "multiple": 4, "sizes": [16, 32]},
  "output": "rgb_out", "epsilon": 1e-5, "conditional_styles": ["waves", "ink"], "learned_style": "waves",
  "trained_cells": ["instance+adaptive", "batch+learned"],
  "nodes": [
    {"op": "scale_shift", "inputs": ["rgb"], "output": "x", "scale": 2.0, "shift": -1.0},
    {"op": "pixel_unshuffle", "inputs": ["x"], "output": "x0", "factor": 2},
    {"op": "conv2d", "inputs": ["x0"], "output": "f1", "weight": "e1.weight", "bias": "e1.bias", "kernel": [3, 3],
     "pad": [1, 1, 1, 1], "pad_mode": "reflect", "activation": "leaky_relu", "slope": 0.1},
    {"op": "conv2d", "inputs": ["f1"], "output": "f2", "weight": "e2.weight", "bias": "e2.bias", "kernel": [3, 3],
     "stride": [2, 2], "pad": [1, 1, 1, 1], "pad_mode": "reflect", "activation": "leaky_relu", "slope": 0.1},
    {"op": "normalize", "inputs": ["f1"], "output": "n1", "site": "s1"},
    {"op": "normalize", "inputs": ["f2"], "output": "n2", "site": "s2"},
    {"op": "conv2d", "inputs": ["n2"], "output": "u", "weight": "d1.weight", "bias": "d1.bias", "kernel": [3, 3],
     "pad": [1, 1, 1, 1], "pad_mode": "reflect", "upsample": 2},
    {"op": "add", "inputs": ["u", "n1"], "output": "sum"},
    {"op": "activation", "kind": "relu", "inputs": ["sum"], "output": "y"},
    {"op": "conv2d", "inputs": ["y"], "output": "head", "weight": "h.weight", "bias": "h.bias", "kernel": [3, 3],
     "pad": [1, 1, 1, 1], "pad_mode": "reflect", "activation": "sigmoid"},
    {"op": "pixel_shuffle", "inputs": ["head"], "output": "rgb_out", "factor": 2}
  ]})";

}  // namespace

std::vector<float> randomValues(std::size_t count, std::uint32_t seed, float low, float high) {
    // std::uniform_real_distribution differs between standard libraries; the engine does not.
    std::mt19937 engine(seed);
    std::vector<float> values(count);
    for (float& value : values)
        value = low + (high - low) * static_cast<float>(engine() >> 8) * 0x1p-24f;
    return values;
}

Tensor randomTensor(Shape shape, std::uint32_t seed, float low, float high) {
    return Tensor(shape, randomValues(shape.count(), seed, low, high));
}

Json smallGraph() {
    return Json::parse(kGraph);
}

SafetensorsFile smallFile(const Json& graph) {
    SafetensorsFile file;
    file.metadata = {{"name", "small"},
                     {"format", "impasto-graph-1"},
                     {"licence", "MIT"},
                     {"training_note", "random"},
                     {"graph", graph.dump()}};
    addConvolution(file, "e1", 12, 4);
    addConvolution(file, "e2", 4, 6);
    addConvolution(file, "d1", 6, 4);
    addConvolution(file, "h", 4, 12);
    addSite(file, "s1", 4, 2);
    addSite(file, "s2", 6, 2);
    return file;
}

std::vector<std::byte> smallBytes(model::StoredType type) {
    return model::writeSafetensors(smallFile(smallGraph()), type);
}

model::Network smallNetwork() {
    return model::parseNetwork(smallBytes(), "small");
}

std::vector<std::byte> fileOf(std::string_view header, std::size_t dataBytes) {
    const std::uint64_t length = header.size();
    std::vector<std::byte> bytes(8 + header.size() + dataBytes, std::byte{0});
    std::memcpy(bytes.data(), &length, 8);
    std::memcpy(bytes.data() + 8, header.data(), header.size());
    return bytes;
}

}  // namespace impasto::test
