// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/graph.h"
#include "model/normalization.h"
#include "model/safetensors.h"

namespace impasto::model {

/// A network as data: topology and weights. Immutable once loaded; may be read from any thread.
struct Network {
    Graph graph;
    std::map<std::string, WeightTensor> weights;
    std::string licence;
    std::string trainingNote;
    std::string source;  ///< the file it came from

    /// Asserts that the tensor exists: the loader has checked every name the graph uses.
    const WeightTensor& weight(const std::string& name) const;

    /// Stored parameters of one site; all vectors have the site's channel count.
    struct SiteParameters {
        ChannelStatistics batch;
        std::vector<float> learnedGamma;
        std::vector<float> learnedBeta;
        std::vector<std::vector<float>> conditionalGamma;  ///< one row per conditional style
        std::vector<std::vector<float>> conditionalBeta;
    };
    SiteParameters siteParameters(const Site& site) const;

    bool trainedFor(const Normalization& cell) const;
};

/// Reads a file of the form docs/model-format.md. Everything is checked before use: header length, JSON depth, dtypes,
/// shapes, offsets, gaps, overlaps, duplicate keys, trailing bytes, every name and shape the graph refers to, and that
/// no weight is NaN or infinite. Throws Error naming the file and the field.
Network loadNetwork(const std::filesystem::path& path);
Network parseNetwork(std::span<const std::byte> bytes, const std::string& source);

/// `NAME` is looked for as weights/NAME.safetensors in the data folder, anything with a '/' or '.' is a path.
Network loadNetworkByName(const std::string& nameOrPath);

}  // namespace impasto::model
