// SPDX-License-Identifier: MIT
#include "reference/random_network.h"

#include <cmath>
#include <random>
#include <utility>

namespace impasto::reference {

Tensor randomTensor(Shape shape, std::uint32_t seed, float low, float high) {
    std::mt19937 generator(seed);
    Tensor tensor(shape);
    for (float& value : tensor.data())
        value = low + (high - low) * static_cast<float>(generator() >> 8) / static_cast<float>(1u << 24);
    return tensor;
}

NetworkBuilder::NetworkBuilder(int inputChannels, std::uint32_t seed) : seed_(seed) {
    network_.graph.name = "random";
    network_.graph.inputName = "input";
    network_.graph.inputChannels = inputChannels;
    network_.graph.preferredSizes = {256};
    network_.source = "random";
}

std::vector<float> NetworkBuilder::random(std::size_t count, float low, float high) {
    return randomTensor({1, 1, static_cast<int>(count)}, ++seed_, low, high).data();
}

int NetworkBuilder::add(model::Operation operation, std::vector<int> inputs) {
    auto& nodes = network_.graph.nodes;
    nodes.push_back({std::move(operation), std::move(inputs), "t" + std::to_string(nodes.size() + 1)});
    return static_cast<int>(nodes.size());
}

int NetworkBuilder::conv(model::Conv2d conv, int input, int residual) {
    const std::string name = "conv" + std::to_string(network_.weights.size());
    const int inGroup = conv.inChannels / conv.groups;
    const auto count = static_cast<std::size_t>(conv.outChannels * inGroup * conv.kernel[0] * conv.kernel[1]);
    // Keeps outputs around 1 whatever the number of terms, so that absolute bounds mean the same for all shapes.
    const float spread = std::sqrt(3.0f / static_cast<float>(inGroup * conv.kernel[0] * conv.kernel[1]));
    conv.weight = name + ".weight";
    conv.bias = name + ".bias";
    network_.weights[conv.weight] = {{conv.outChannels, inGroup, conv.kernel[0], conv.kernel[1]},
                                     random(count, -spread, spread)};
    network_.weights[conv.bias] = {{conv.outChannels}, random(static_cast<std::size_t>(conv.outChannels), -0.5f, 0.5f)};
    const int output = add(conv, {input});
    return residual < 0 ? output : add(model::Add{}, {output, residual});
}

int NetworkBuilder::site(int input, int channels) {
    const std::string name = "s" + std::to_string(++sites_);
    const auto count = static_cast<std::size_t>(channels);
    network_.weights[name + ".batch.mean"] = {{channels}, random(count, -1, 1)};
    network_.weights[name + ".batch.var"] = {{channels}, random(count, 0.1f, 2)};
    network_.weights[name + ".learned.gamma"] = {{channels}, random(count, 0.2f, 2)};
    network_.weights[name + ".learned.beta"] = {{channels}, random(count, -1, 1)};
    network_.weights[name + ".conditional.gamma"] = {{2, channels}, random(2 * count, 0.2f, 2)};
    network_.weights[name + ".conditional.beta"] = {{2, channels}, random(2 * count, -1, 1)};
    network_.graph.conditionalStyles = {"first", "second"};
    return add(model::Normalize{name, sites_ - 1}, {input});
}

}  // namespace impasto::reference
