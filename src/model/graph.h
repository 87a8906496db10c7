// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tensor/tensor.h"

namespace impasto::model {

enum class PadMode { Reflect, Zero, Replicate };
enum class ActivationKind { None, Relu, LeakyRelu, Sigmoid, Tanh };

/// An activation; `slope` is the negative slope of LeakyRelu.
struct Activation {
    ActivationKind kind = ActivationKind::None;
    float slope = 0.0f;
    bool operator==(const Activation&) const = default;
};

/// y = scale·x + shift
struct ScaleShift {
    float scale = 1.0f;
    float shift = 0.0f;
};

/// PyTorch's channel order: channel = c·factor² + dy·factor + dx.
struct PixelUnshuffle {
    int factor = 2;
};
struct PixelShuffle {
    int factor = 2;
};

/// `weight` names a tensor `[outChannels, inChannels/groups, kernelHeight, kernelWidth]`, `bias` one of `[outChannels]`
/// or is empty. The input is first enlarged by `upsample` (nearest, 1 or 2), then padded by `pad`
/// {top, bottom, left, right}, then convolved (cross-correlation, as in PyTorch), then activated.
struct Conv2d {
    std::string weight = {};
    std::string bias = {};
    int inChannels = 0;
    int outChannels = 0;
    std::array<int, 2> kernel{3, 3};  ///< {height, width}
    std::array<int, 2> stride{1, 1};
    std::array<int, 2> dilation{1, 1};
    int groups = 1;
    std::array<int, 4> pad{0, 0, 0, 0};
    PadMode padMode = PadMode::Zero;
    Activation activation = {};
    int upsample = 1;
};

/// `weight` is `[inChannels, outChannels/groups, kernelHeight, kernelWidth]`, as in PyTorch's ConvTranspose2d.
struct ConvTranspose2d {
    std::string weight = {};
    std::string bias = {};
    int inChannels = 0;
    int outChannels = 0;
    std::array<int, 2> kernel{3, 3};
    std::array<int, 2> stride{2, 2};
    std::array<int, 2> pad{0, 0};
    std::array<int, 2> outputPad{0, 0};
    int groups = 1;
    Activation activation = {};
};

/// No padding; with `ceilMode` a last window that starts inside the input is clipped to it, as in PyTorch.
struct MaxPool {
    std::array<int, 2> kernel{2, 2};
    std::array<int, 2> stride{2, 2};
    bool ceilMode = false;
};

/// Enlarges or shrinks by numerator/denominator; output sides are floor(side·numerator/denominator). Nearest reads
/// floor(x·denominator/numerator); Bilinear reads at max(0, (x+½)·denominator/numerator − ½) with clamped neighbours
/// (PyTorch's interpolate with this scale_factor, align_corners=False).
struct Resize {
    enum class Mode { Nearest, Bilinear } mode = Mode::Nearest;
    int numerator = 2;
    int denominator = 1;
};

struct Add {};
struct Mul {};
struct Concat {};  ///< along channels

struct Activate {
    Activation activation;
};

/// A normalization site. `site` is its name, e.g. "s1"; `index` its place among the graph's sites; parameters are the
/// tensors site.batch.mean, site.batch.var, site.learned.gamma, site.learned.beta `[C]` and, where the network has
/// conditional styles, site.conditional.gamma and site.conditional.beta `[S,C]`.
struct Normalize {
    std::string site;
    int index = 0;
};

using Operation = std::variant<ScaleShift, PixelUnshuffle, PixelShuffle, Conv2d, ConvTranspose2d, MaxPool, Resize, Add,
                               Mul, Concat, Activate, Normalize>;

/// One operation of the graph. Tensors are numbered: 0 is the network's input, node i writes tensor i+1.
struct Node {
    Operation operation;
    std::vector<int> inputs;  ///< tensor numbers, all smaller than this node's own
    std::string output;       ///< the tensor's name in the file
};

/// A network's topology. Valid by construction: made by `parseGraph`, which checks everything named here, and that the
/// network runs at extents of sides ≥ 16 that are multiples of `multiple`, with an output of the input's shape.
struct Graph {
    std::string name;
    std::string inputName;
    int inputChannels = 3;
    int multiple = 1;                            ///< input height and width are multiples of this
    std::vector<int> preferredSizes;             ///< short sides, the first is the default
    float epsilon = 1e-5f;                       ///< ε the weights were trained with
    std::vector<Node> nodes;                     ///< in order of execution; the last one is the output
    std::vector<std::string> conditionalStyles;  ///< file stems, in the order of the rows of *.conditional.*
    std::string learnedStyle;                    ///< what learned γ, β were trained for; may be empty
    std::vector<std::string> trainedCells;       ///< e.g. "instance+adaptive"

    int tensorCount() const { return static_cast<int>(nodes.size()) + 1; }
    int outputTensor() const { return static_cast<int>(nodes.size()); }
};

/// A normalization site as the graph has it.
struct Site {
    std::string name;
    int node = 0;   ///< index into Graph::nodes
    int input = 0;  ///< tensor number of x
    int channels = 0;
};
std::vector<Site> sites(const Graph& graph);

/// Shape of every tensor for an input of `inputChannels`×`extent`. Throws Error when an operation cannot take its
/// input at this size (e.g. reflection padding wider than the picture, sides that are no multiples of
/// `Graph::multiple`) or a tensor exceeds model/limits.h.
std::vector<Shape> inferShapes(const Graph& graph, Extent extent);

/// Multiply-accumulates of the convolutions for an input of `extent`, counted textbook-wise.
std::int64_t multiplyAccumulates(const Graph& graph, Extent extent);

}  // namespace impasto::model
