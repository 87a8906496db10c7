// SPDX-License-Identifier: MIT
#include "model/network.h"

#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "model/graph_parse.h"
#include "model/json_reader.h"
#include "model/limits.h"

namespace impasto::model {
namespace {

constexpr const char* kFormat = "impasto-graph-1";

std::string metadataField(const SafetensorsFile& file, const std::string& key, const Place& place) {
    const auto found = file.metadata.find(key);
    if (found == file.metadata.end())
        refuse(place, "__metadata__ has no '" + key + "'");
    return found->second;
}

void checkFinite(const std::map<std::string, WeightTensor>& weights, const Place& place) {
    for (const auto& [name, tensor] : weights) {
        for (const float value : tensor.data) {
            if (!std::isfinite(value))
                refuse(place, "tensor '" + name + "' holds NaN or infinity");
        }
    }
}

/// Checks the tensors the graph uses and refuses any it does not: a misspelt name must not pass unnoticed.
class TensorCheck {
  public:
    TensorCheck(const Network& network, Place place) : network_(network), place_(std::move(place)) {}

    void run() {
        for (const Node& node : network_.graph.nodes) {
            if (const auto* conv = std::get_if<Conv2d>(&node.operation))
                useConvolution(conv->weight, conv->bias);
            if (const auto* conv = std::get_if<ConvTranspose2d>(&node.operation))
                useConvolution(conv->weight, conv->bias);
        }
        for (const Site& site : sites(network_.graph))
            useSite(site);
        for (const auto& [name, tensor] : network_.weights) {
            if (!used_.contains(name))
                refuse(place_, "the graph does not use tensor '" + name + "'");
        }
    }

  private:
    void useConvolution(const std::string& weight, const std::string& bias) {
        used_.insert(weight);
        if (!bias.empty())
            used_.insert(bias);
    }

    const WeightTensor& use(const std::string& name, const std::vector<std::int64_t>& shape) {
        const auto found = network_.weights.find(name);
        if (found == network_.weights.end())
            refuse(place_, "the file has no tensor '" + name + "'");
        if (found->second.shape != shape)
            refuse(place_, "tensor '" + name + "' has not the shape its site needs");
        used_.insert(name);
        return found->second;
    }

    void useSite(const Site& site) {
        const std::vector<std::int64_t> channels{site.channels};
        use(site.name + ".batch.mean", channels);
        for (const float variance : use(site.name + ".batch.var", channels).data) {
            if (variance < 0)
                refuse(place_, "tensor '" + site.name + ".batch.var' has a negative variance");
        }
        use(site.name + ".learned.gamma", channels);
        use(site.name + ".learned.beta", channels);
        const auto rows = static_cast<std::int64_t>(network_.graph.conditionalStyles.size());
        if (rows == 0)
            return;
        use(site.name + ".conditional.gamma", {rows, site.channels});
        use(site.name + ".conditional.beta", {rows, site.channels});
    }

    const Network& network_;
    Place place_;
    std::set<std::string> used_;
};

std::vector<std::vector<float>> rowsOf(const WeightTensor& table) {
    const auto width = static_cast<std::size_t>(table.shape[1]);
    std::vector<std::vector<float>> rows;
    for (std::size_t begin = 0; begin < table.data.size(); begin += width) {
        const float* row = table.data.data() + begin;
        rows.emplace_back(row, row + width);
    }
    return rows;
}

}  // namespace

const WeightTensor& Network::weight(const std::string& name) const {
    const auto found = weights.find(name);
    IMPASTO_CHECK(found != weights.end());
    return found->second;
}

Network::SiteParameters Network::siteParameters(const Site& site) const {
    SiteParameters parameters;
    parameters.batch = {weight(site.name + ".batch.mean").data, weight(site.name + ".batch.var").data};
    parameters.learnedGamma = weight(site.name + ".learned.gamma").data;
    parameters.learnedBeta = weight(site.name + ".learned.beta").data;
    if (!graph.conditionalStyles.empty()) {
        parameters.conditionalGamma = rowsOf(weight(site.name + ".conditional.gamma"));
        parameters.conditionalBeta = rowsOf(weight(site.name + ".conditional.beta"));
    }
    return parameters;
}

bool Network::trainedFor(const Normalization& cell) const {
    for (const std::string& text : graph.trainedCells) {
        if (toString(parseNormalization(text)) == toString(cell))
            return true;
    }
    return false;
}

Network parseNetwork(std::span<const std::byte> bytes, const std::string& source) {
    SafetensorsFile file = parseSafetensors(bytes, source);
    const Place place{source, ""};
    if (const std::string format = metadataField(file, "format", place); format != kFormat)
        refuse(place, "its format is '" + format + "', not '" + kFormat + "'");
    Network network;
    network.source = source;
    network.licence = metadataField(file, "licence", place);
    network.trainingNote = metadataField(file, "training_note", place);
    network.graph = parseGraph(metadataField(file, "graph", place), file.tensors, source);
    if (metadataField(file, "name", place) != network.graph.name)
        refuse(place, "the names in __metadata__ and in the graph differ");
    network.weights = std::move(file.tensors);
    checkFinite(network.weights, place);
    TensorCheck(network, place).run();
    return network;
}

Network loadNetwork(const std::filesystem::path& path) {
    return parseNetwork(readFile(path, limits::kFileBytes), path.string());
}

Network loadNetworkByName(const std::string& nameOrPath) {
    if (nameOrPath.find_first_of("/.") != std::string::npos)
        return loadNetwork(nameOrPath);
    return loadNetwork(dataFolder() / "weights" / (nameOrPath + ".safetensors"));
}

}  // namespace impasto::model
