// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "model/graph.h"

namespace impasto::nn {

/// One step of a plan: a node of the graph, a convolution with what follows it folded in.
struct FusedNode {
    model::Operation operation;
    std::vector<int> inputs;  ///< tensor numbers of the graph
    int output = 0;           ///< tensor number of the last node folded in
    int residual = -1;        ///< convolutions: tensor added after the activation, −1: none
    model::Activation after;  ///< convolutions: activation after the residual
    /// Convolutions: the residual is a normalization site's output, which can also be made on the way from what the
    /// site reads, with the site's coefficients.
    struct ResidualSite {
        int input = 0;  ///< tensor the site reads
        int site = 0;
    };
    std::optional<ResidualSite> residualSite;
    bool readAsResidual = false;  ///< sites: every reader has the output as its residualSite
};

/// Folds `conv → add` and `conv → add → activation` (and `conv → activation`) into the convolution wherever the values
/// between have no other reader. Tensors in `kept` stay written. The result computes the same numbers.
std::vector<FusedNode> fuse(const model::Graph& graph, const std::vector<int>& kept);

/// Leaves out the nodes that none of `wanted` depends on.
std::vector<FusedNode> prune(std::vector<FusedNode> nodes, const std::vector<int>& wanted);

/// Moves every site to where the first of several outputs is read, so that the sites whose features are known by then
/// stand together. The result computes the same numbers.
std::vector<FusedNode> gatherSites(std::vector<FusedNode> nodes);

/// Sets `residualSite` and `readAsResidual`. Tensors in `kept` are read by others than `nodes`.
void findResidualSites(std::vector<FusedNode>& nodes, const std::vector<int>& kept);

/// How a network begins: a picture may be written straight into `tensor`, as `scale·rgb + shift`, unshuffled by
/// `factor`.
struct Entry {
    int tensor = 0;
    int factor = 1;  ///< 1 or 2
    float scale = 1.0f;
    float shift = 0.0f;
};

/// How it ends: the picture may be read straight from `tensor`, shuffled by `factor`.
struct Exit {
    int tensor = 0;
    int factor = 1;  ///< 1 or 2
};

/// Takes leading `scale_shift` and `pixel_unshuffle` and the trailing `pixel_shuffle` out of `nodes`, where nothing
/// else reads the values between, for the picture kernels to do on their way.
Entry takeEntry(const model::Graph& graph, std::vector<FusedNode>& nodes, const std::vector<int>& kept);
Exit takeExit(const model::Graph& graph, std::vector<FusedNode>& nodes);

}  // namespace impasto::nn
