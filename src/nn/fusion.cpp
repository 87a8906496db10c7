// SPDX-License-Identifier: MIT
#include "nn/fusion.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace impasto::nn {
namespace {

using model::ActivationKind;

class Fuser {
  public:
    Fuser(const model::Graph& graph, const std::vector<int>& kept)
        : graph_(graph), folded_(graph.nodes.size(), false), readers_(static_cast<std::size_t>(graph.tensorCount())) {
        for (int node = 0; node < static_cast<int>(graph.nodes.size()); ++node) {
            for (int input : at(node).inputs)
                readers_[static_cast<std::size_t>(input)].push_back(node);
        }
        kept_.insert(kept.begin(), kept.end());
        kept_.insert(graph.outputTensor());
    }

    std::vector<FusedNode> run() {
        std::vector<FusedNode> result;
        for (int node = 0; node < static_cast<int>(graph_.nodes.size()); ++node) {
            if (folded_[static_cast<std::size_t>(node)])
                continue;
            FusedNode fused{at(node).operation, at(node).inputs, node + 1, -1, {}, {}};
            if (std::holds_alternative<model::Conv2d>(fused.operation))
                fold(fused, node);
            result.push_back(std::move(fused));
        }
        return result;
    }

  private:
    const model::Node& at(int node) const { return graph_.nodes[static_cast<std::size_t>(node)]; }

    /// The only node that reads `tensor`, or −1.
    int onlyReader(int tensor) const {
        const auto& nodes = readers_[static_cast<std::size_t>(tensor)];
        return nodes.size() == 1 && !kept_.contains(tensor) ? nodes.front() : -1;
    }

    void fold(FusedNode& fused, int node) {
        int next = onlyReader(fused.output);
        if (next >= 0 && std::holds_alternative<model::Add>(at(next).operation)) {
            const auto& inputs = at(next).inputs;
            const int other = inputs[0] == fused.output ? inputs[1] : inputs[0];
            // The other operand must exist when the convolution runs: it is older than the convolution itself.
            if (other != fused.output && other <= node) {
                fused.residual = other;
                take(fused, next);
                next = onlyReader(fused.output);
            }
        }
        if (next < 0 || !std::holds_alternative<model::Activate>(at(next).operation))
            return;
        auto& conv = std::get<model::Conv2d>(fused.operation);
        const auto& activation = std::get<model::Activate>(at(next).operation).activation;
        if (fused.residual >= 0)
            fused.after = activation;
        else if (conv.activation.kind == ActivationKind::None)
            conv.activation = activation;
        else
            return;
        take(fused, next);
    }

    void take(FusedNode& fused, int node) {
        folded_[static_cast<std::size_t>(node)] = true;
        fused.output = node + 1;
    }

    const model::Graph& graph_;
    std::vector<bool> folded_;
    std::vector<std::vector<int>> readers_;
    std::set<int> kept_;
};

}  // namespace

std::vector<FusedNode> fuse(const model::Graph& graph, const std::vector<int>& kept) {
    return Fuser(graph, kept).run();
}

namespace {

/// Index of the only node that reads `tensor`, or −1.
int onlyReader(const std::vector<FusedNode>& nodes, int tensor) {
    int reader = -1;
    for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
        const FusedNode& node = nodes[static_cast<std::size_t>(i)];
        const auto reads = std::count(node.inputs.begin(), node.inputs.end(), tensor) + (node.residual == tensor);
        if (reads > 1 || (reads == 1 && reader >= 0))
            return -1;
        if (reads == 1)
            reader = i;
    }
    return reader;
}

}  // namespace

Entry takeEntry(const model::Graph& graph, std::vector<FusedNode>& nodes, const std::vector<int>& kept) {
    Entry entry;
    const auto isKept = [&](int tensor) { return std::find(kept.begin(), kept.end(), tensor) != kept.end(); };
    const auto takeNext = [&](auto accept) {
        const int reader = isKept(entry.tensor) ? -1 : onlyReader(nodes, entry.tensor);
        if (reader < 0 || !accept(nodes[static_cast<std::size_t>(reader)].operation))
            return;
        entry.tensor = nodes[static_cast<std::size_t>(reader)].output;
        nodes.erase(nodes.begin() + reader);
    };
    if (graph.inputChannels != 3)
        return entry;
    takeNext([&](const model::Operation& operation) {
        const auto* scaled = std::get_if<model::ScaleShift>(&operation);
        if (scaled) {
            entry.scale = scaled->scale;
            entry.shift = scaled->shift;
        }
        return scaled != nullptr;
    });
    takeNext([&](const model::Operation& operation) {
        const auto* unshuffled = std::get_if<model::PixelUnshuffle>(&operation);
        const bool fits = unshuffled && unshuffled->factor == 2;
        if (fits)
            entry.factor = 2;
        return fits;
    });
    return entry;
}

Exit takeExit(const model::Graph& graph, std::vector<FusedNode>& nodes) {
    Exit exit{graph.outputTensor(), 1};
    if (nodes.empty() || nodes.back().output != exit.tensor)
        return exit;
    const auto* shuffled = std::get_if<model::PixelShuffle>(&nodes.back().operation);
    if (!shuffled || shuffled->factor != 2 || onlyReader(nodes, nodes.back().inputs[0]) < 0)
        return exit;
    exit = {nodes.back().inputs[0], 2};
    nodes.pop_back();
    return exit;
}

namespace {

bool isSite(const FusedNode& node) {
    return std::holds_alternative<model::Normalize>(node.operation);
}

bool reads(const FusedNode& node, int tensor) {
    return node.residual == tensor || std::find(node.inputs.begin(), node.inputs.end(), tensor) != node.inputs.end();
}

}  // namespace

std::vector<FusedNode> gatherSites(std::vector<FusedNode> nodes) {
    std::vector<FusedNode> result;
    std::vector<FusedNode> waiting;
    const auto release = [&] {
        std::move(waiting.begin(), waiting.end(), std::back_inserter(result));
        waiting.clear();
    };
    for (FusedNode& node : nodes) {
        if (std::any_of(waiting.begin(), waiting.end(),
                        [&](const FusedNode& site) { return reads(node, site.output); }))
            release();
        (isSite(node) ? waiting : result).push_back(std::move(node));
    }
    release();
    return result;
}

void findResidualSites(std::vector<FusedNode>& nodes, const std::vector<int>& kept) {
    for (FusedNode& site : nodes) {
        if (!isSite(site) || std::find(kept.begin(), kept.end(), site.output) != kept.end())
            continue;
        std::vector<FusedNode*> readers;
        for (FusedNode& node : nodes) {
            if (reads(node, site.output))
                readers.push_back(&node);
        }
        const bool asResidual = std::all_of(readers.begin(), readers.end(), [&](const FusedNode* node) {
            return node->residual == site.output &&
                   std::find(node->inputs.begin(), node->inputs.end(), site.output) == node->inputs.end();
        });
        if (readers.empty() || !asResidual)
            continue;
        site.readAsResidual = true;
        for (FusedNode* reader : readers)
            reader->residualSite = {site.inputs[0], std::get<model::Normalize>(site.operation).index};
    }
}

std::vector<FusedNode> prune(std::vector<FusedNode> nodes, const std::vector<int>& wanted) {
    std::set<int> needed(wanted.begin(), wanted.end());
    std::vector<FusedNode> result;
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
        if (!needed.contains(node->output))
            continue;
        needed.insert(node->inputs.begin(), node->inputs.end());
        if (node->residual >= 0)
            needed.insert(node->residual);
        result.push_back(std::move(*node));
    }
    std::reverse(result.begin(), result.end());
    return result;
}

}  // namespace impasto::nn
