// SPDX-License-Identifier: MIT
#include "model/graph_parse.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "model/input_size.h"
#include "model/json_reader.h"
#include "model/limits.h"
#include "model/normalization.h"

namespace impasto::model {
namespace {

using Weights = std::map<std::string, WeightTensor>;

constexpr IntRange kKernelRange{1, limits::kKernel};
constexpr IntRange kStrideRange{1, limits::kStride};
constexpr IntRange kPadRange{0, limits::kPad};
constexpr IntRange kChannelRange{1, limits::kChannels};
constexpr FloatRange kScaleRange{-limits::kScale, limits::kScale};

/// Picks the value whose name the field holds, and names the choices when there is none.
template <typename Value>
Value choice(ObjectReader& reader, const std::string& key, const std::vector<std::pair<const char*, Value>>& choices) {
    const std::string text = reader.name(key);
    std::string known;
    for (const auto& [name, value] : choices) {
        if (text == name)
            return value;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    refuse(reader.inside(key), "'" + text + "' is not known (known: " + known + ")");
}

ActivationKind activationKind(ObjectReader& reader, const std::string& key) {
    return choice<ActivationKind>(reader, key,
                                  {{"none", ActivationKind::None},
                                   {"relu", ActivationKind::Relu},
                                   {"leaky_relu", ActivationKind::LeakyRelu},
                                   {"sigmoid", ActivationKind::Sigmoid},
                                   {"tanh", ActivationKind::Tanh}});
}

float slope(ObjectReader& reader) {
    return reader.number("slope", {0.0f, 1.0f}, 0.0f);
}

Activation fusedActivation(ObjectReader& reader) {
    const ActivationKind kind = reader.has("activation") ? activationKind(reader, "activation") : ActivationKind::None;
    return {kind, slope(reader)};
}

PadMode padMode(ObjectReader& reader) {
    if (!reader.has("pad_mode"))
        return PadMode::Zero;
    return choice<PadMode>(reader, "pad_mode",
                           {{"reflect", PadMode::Reflect}, {"zero", PadMode::Zero}, {"replicate", PadMode::Replicate}});
}

/// The weight a field names, refused unless it is `[a, b, kernel height, kernel width]` of usable size.
const WeightTensor& kernelWeight(const Weights& weights, const std::string& name, std::array<int, 2> kernel,
                                 const Place& place) {
    const auto found = weights.find(name);
    if (found == weights.end())
        refuse(place, "the file has no tensor '" + name + "'");
    const auto& shape = found->second.shape;
    if (shape.size() != 4 || shape[2] != kernel[0] || shape[3] != kernel[1])
        refuse(place, "tensor '" + name + "' is not of the shape [.,.," + std::to_string(kernel[0]) + "," +
                          std::to_string(kernel[1]) + "]");
    if (shape[0] > limits::kChannels || shape[1] > limits::kChannels)
        refuse(place, "tensor '" + name + "' has more than " + std::to_string(limits::kChannels) + " channels");
    return found->second;
}

void checkBias(const Weights& weights, const std::string& name, int channels, const Place& place) {
    if (name.empty())
        return;
    const auto found = weights.find(name);
    if (found == weights.end())
        refuse(place, "the file has no tensor '" + name + "'");
    if (found->second.shape != std::vector<std::int64_t>{channels})
        refuse(place, "tensor '" + name + "' is not of the shape [" + std::to_string(channels) + "]");
}

void checkGroups(std::int64_t inChannels, std::int64_t outChannels, int groups, const Place& place) {
    if (inChannels > limits::kChannels || outChannels > limits::kChannels)
        refuse(place, "more than " + std::to_string(limits::kChannels) + " channels");
    if (inChannels % groups != 0 || outChannels % groups != 0)
        refuse(place, "channels " + std::to_string(inChannels) + " to " + std::to_string(outChannels) +
                          " cannot be split into " + std::to_string(groups) + " groups");
}

Operation readConv2d(ObjectReader& reader, const Weights& weights) {
    Conv2d op;
    op.weight = reader.name("weight");
    op.bias = reader.text("bias", "");
    op.kernel = reader.integers<2>("kernel", kKernelRange);
    op.stride = reader.integers<2>("stride", kStrideRange, {1, 1});
    op.dilation = reader.integers<2>("dilation", {1, limits::kDilation}, {1, 1});
    op.groups = reader.integer("groups", kChannelRange, 1);
    op.pad = reader.integers<4>("pad", kPadRange, {0, 0, 0, 0});
    op.padMode = padMode(reader);
    op.activation = fusedActivation(reader);
    op.upsample = reader.integer("upsample", {1, limits::kUpsample}, 1);
    const auto& shape = kernelWeight(weights, op.weight, op.kernel, reader.inside("weight")).shape;
    checkGroups(shape[1] * op.groups, shape[0], op.groups, reader.place());
    op.inChannels = static_cast<int>(shape[1]) * op.groups;
    op.outChannels = static_cast<int>(shape[0]);
    checkBias(weights, op.bias, op.outChannels, reader.inside("bias"));
    return op;
}

Operation readConvTranspose2d(ObjectReader& reader, const Weights& weights) {
    ConvTranspose2d op;
    op.weight = reader.name("weight");
    op.bias = reader.text("bias", "");
    op.kernel = reader.integers<2>("kernel", kKernelRange);
    op.stride = reader.integers<2>("stride", kStrideRange, {1, 1});
    op.pad = reader.integers<2>("pad", kPadRange, {0, 0});
    op.outputPad = reader.integers<2>("output_pad", {0, limits::kStride - 1}, {0, 0});
    op.groups = reader.integer("groups", kChannelRange, 1);
    op.activation = fusedActivation(reader);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        if (op.outputPad[axis] >= op.stride[axis])
            refuse(reader.inside("output_pad"), "is not smaller than the stride");
        if (op.pad[axis] >= op.kernel[axis])
            refuse(reader.inside("pad"), "is not smaller than the kernel");
    }
    const auto& shape = kernelWeight(weights, op.weight, op.kernel, reader.inside("weight")).shape;
    checkGroups(shape[0], shape[1] * op.groups, op.groups, reader.place());
    op.inChannels = static_cast<int>(shape[0]);
    op.outChannels = static_cast<int>(shape[1]) * op.groups;
    checkBias(weights, op.bias, op.outChannels, reader.inside("bias"));
    return op;
}

Operation readMaxPool(ObjectReader& reader) {
    MaxPool op;
    op.kernel = reader.integers<2>("kernel", kKernelRange);
    op.stride = reader.integers<2>("stride", kStrideRange);
    op.ceilMode = reader.boolean("ceil_mode", false);
    return op;
}

Operation readResize(ObjectReader& reader) {
    Resize op;
    op.mode = choice<Resize::Mode>(reader, "mode",
                                   {{"nearest", Resize::Mode::Nearest}, {"bilinear", Resize::Mode::Bilinear}});
    op.numerator = reader.integer("numerator", {1, limits::kResizeFactor});
    op.denominator = reader.integer("denominator", {1, limits::kResizeFactor});
    return op;
}

Operation readOperation(const std::string& op, ObjectReader& reader, const Weights& weights) {
    if (op == "conv2d")
        return readConv2d(reader, weights);
    if (op == "conv_transpose2d")
        return readConvTranspose2d(reader, weights);
    if (op == "scale_shift")
        return ScaleShift{reader.number("scale", kScaleRange), reader.number("shift", kScaleRange)};
    if (op == "pixel_unshuffle")
        return PixelUnshuffle{reader.integer("factor", {2, limits::kShuffleFactor})};
    if (op == "pixel_shuffle")
        return PixelShuffle{reader.integer("factor", {2, limits::kShuffleFactor})};
    if (op == "max_pool")
        return readMaxPool(reader);
    if (op == "resize")
        return readResize(reader);
    if (op == "add")
        return Add{};
    if (op == "mul")
        return Mul{};
    if (op == "concat")
        return Concat{};
    if (op == "activation")
        return Activate{{activationKind(reader, "kind"), slope(reader)}};
    if (op == "normalize")
        return Normalize{reader.name("site"), 0};
    refuse(reader.inside("op"), "operation '" + op + "' is not known");
}

void checkInputCount(const std::string& op, std::size_t count, const Place& place) {
    const bool isBinary = op == "add" || op == "mul";
    const std::size_t min = isBinary || op == "concat" ? 2 : 1;
    const std::size_t max = op == "concat" ? limits::kConcatInputs : min;
    if (count < min || count > max)
        refuse(place, op + " takes " + std::to_string(min) + (max > min ? " or more inputs" : " input(s)") + ", not " +
                          std::to_string(count));
}

/// Turns the file's tensor names into numbers, as nodes define them one after the other.
class NodeList {
  public:
    NodeList(Graph& graph, const Weights& weights) : graph_(graph), weights_(weights) {
        numbers_[graph.inputName] = 0;
        used_.push_back(false);
    }

    void read(const Json& json, const Place& place) {
        ObjectReader reader(json, place);
        const std::string op = reader.name("op");
        Node node;
        for (const std::string& input : reader.names("inputs", limits::kConcatInputs))
            node.inputs.push_back(use(input, reader.inside("inputs")));
        node.output = reader.name("output");
        node.operation = readOperation(op, reader, weights_);
        checkInputCount(op, node.inputs.size(), reader.inside("inputs"));
        reader.finish();
        numberSite(node, reader.inside("site"));
        if (!numbers_.emplace(node.output, static_cast<int>(graph_.nodes.size()) + 1).second)
            refuse(reader.inside("output"), "tensor '" + node.output + "' is defined twice");
        used_.push_back(false);
        graph_.nodes.push_back(std::move(node));
    }

    void checkEnd(const std::string& output, const Place& place) const {
        if (graph_.nodes.empty())
            refuse(place, "there are no nodes");
        if (graph_.nodes.back().output != output)
            refuse(place, "the last node's output is '" + graph_.nodes.back().output + "', not '" + output + "'");
        for (std::size_t i = 0; i + 1 < used_.size(); ++i) {
            if (!used_[i])
                refuse(place,
                       "tensor '" + (i == 0 ? graph_.inputName : graph_.nodes[i - 1].output) + "' is never used");
        }
    }

  private:
    int use(const std::string& name, const Place& place) {
        const auto found = numbers_.find(name);
        if (found == numbers_.end())
            refuse(place, "tensor '" + name + "' is not defined before it is used");
        used_[static_cast<std::size_t>(found->second)] = true;
        return found->second;
    }

    void numberSite(Node& node, const Place& place) {
        auto* site = std::get_if<Normalize>(&node.operation);
        if (!site)
            return;
        site->index = static_cast<int>(siteNames_.size());
        if (!siteNames_.insert(site->site).second)
            refuse(place, "site '" + site->site + "' is defined twice");
        if (siteNames_.size() > limits::kSites)
            refuse(place, "more than " + std::to_string(limits::kSites) + " sites");
    }

    Graph& graph_;
    const Weights& weights_;
    std::map<std::string, int> numbers_;
    std::vector<bool> used_;
    std::set<std::string> siteNames_;
};

void readInput(Graph& graph, const Json& json, const Place& place) {
    ObjectReader reader(json, place);
    graph.inputName = reader.name("tensor");
    graph.inputChannels = reader.integer("channels", {3, 3});
    graph.multiple = reader.integer("multiple", {1, limits::kMultiple});
    if (reader.integers<2>("range", {0, 1}) != std::array<int, 2>{0, 1})
        refuse(reader.inside("range"), "is not [0,1]");
    for (const Json& size : reader.array("sizes", limits::kPreferredSizes))
        graph.preferredSizes.push_back(
            integerFrom(size, {limits::kMinPreferredSize, limits::kMaxPreferredSize}, reader.inside("sizes")));
    if (graph.preferredSizes.empty())
        refuse(reader.inside("sizes"), "is empty");
    reader.finish();
}

void checkTrainedCells(const Graph& graph, const Place& place) {
    for (const std::string& cell : graph.trainedCells) {
        if (cell.find('+') == std::string::npos)
            refuse(place, "'" + cell + "' is not of the form STATISTICS+AFFINE");
        try {
            parseNormalization(cell);
        } catch (const Error& problem) {
            refuse(place, problem.parts().reason);
        }
    }
}

/// A wrong `multiple`, channel count or skip shows at one of these sizes: the smallest, its neighbours, and the
/// preferred ones.
void checkRuns(const Graph& graph, const Place& place) {
    const int smallest = paddedExtent({1, 1}, graph.multiple).height;
    std::vector<Extent> extents{{smallest, smallest},
                                {smallest + graph.multiple, smallest},
                                {smallest, smallest + graph.multiple},
                                {smallest + graph.multiple, smallest + 2 * graph.multiple}};
    for (const int size : graph.preferredSizes)
        extents.push_back(paddedExtent({size, size}, graph.multiple));
    for (const Extent extent : extents) {
        const std::string at = "at " + std::to_string(extent.width) + "x" + std::to_string(extent.height) + ": ";
        Shape output;
        try {
            output = inferShapes(graph, extent).back();
        } catch (const Error& problem) {
            refuse(place, at + problem.parts().reason);
        }
        if (output != Shape{3, extent.height, extent.width})
            refuse(place, at + "the output is not of the input's size with 3 channels");
    }
}

}  // namespace

Graph parseGraph(std::string_view json, const Weights& weights, const std::string& source) {
    const Place place{source, "graph"};
    const Json root = parseJson(json, place);
    ObjectReader reader(root, place);
    reader.integer("version", {1, 1});
    Graph graph;
    graph.name = reader.name("name");
    readInput(graph, reader.field("input"), reader.inside("input"));
    graph.epsilon = reader.number("epsilon", {limits::kMinEpsilon, limits::kMaxEpsilon});
    if (reader.has("conditional_styles"))
        graph.conditionalStyles = reader.names("conditional_styles", limits::kConditionalStyles);
    const std::set<std::string> unique(graph.conditionalStyles.begin(), graph.conditionalStyles.end());
    if (unique.size() != graph.conditionalStyles.size())
        refuse(reader.inside("conditional_styles"), "names a style twice");
    graph.learnedStyle = reader.text("learned_style", "");
    if (reader.has("trained_cells"))
        graph.trainedCells = reader.names("trained_cells", limits::kTrainedCells);
    checkTrainedCells(graph, reader.inside("trained_cells"));
    NodeList nodes(graph, weights);
    std::size_t index = 0;
    for (const Json& node : reader.array("nodes", limits::kNodes))
        nodes.read(node, {source, "graph.nodes[" + std::to_string(index++) + "]"});
    nodes.checkEnd(reader.name("output"), place);
    reader.finish();
    checkRuns(graph, place);
    return graph;
}

}  // namespace impasto::model
