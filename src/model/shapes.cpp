// SPDX-License-Identifier: MIT
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "model/graph.h"
#include "model/input_size.h"
#include "model/limits.h"

namespace impasto::model {
namespace {

/// Why an operation cannot take its inputs; becomes an Error once the node is known.
struct Misfit {
    std::string reason;
};

void require(bool condition, const char* reason) {
    if (!condition)
        throw Misfit{reason};
}

int convolvedSide(int side, int kernel, int stride, int dilation) {
    const int room = side - dilation * (kernel - 1) - 1;
    require(room >= 0, "the kernel is larger than the padded input");
    return room / stride + 1;
}

Shape shapeOf(const Conv2d& op, Shape x) {
    require(x.channels == op.inChannels, "the input has not the channels its weight expects");
    const int height = x.height * op.upsample;
    const int width = x.width * op.upsample;
    if (op.padMode == PadMode::Reflect)
        require(op.pad[0] < height && op.pad[1] < height && op.pad[2] < width && op.pad[3] < width,
                "reflection padding is not smaller than the input");
    return {op.outChannels, convolvedSide(height + op.pad[0] + op.pad[1], op.kernel[0], op.stride[0], op.dilation[0]),
            convolvedSide(width + op.pad[2] + op.pad[3], op.kernel[1], op.stride[1], op.dilation[1])};
}

Shape shapeOf(const ConvTranspose2d& op, Shape x) {
    require(x.channels == op.inChannels, "the input has not the channels its weight expects");
    const auto side = [&op](int input, std::size_t axis) {
        return (input - 1) * op.stride[axis] - 2 * op.pad[axis] + op.kernel[axis] + op.outputPad[axis];
    };
    const Shape result{op.outChannels, side(x.height, 0), side(x.width, 1)};
    require(result.height >= 1 && result.width >= 1, "the output would be empty");
    return result;
}

int pooledSide(int side, int kernel, int stride, bool ceilMode) {
    const int room = side - kernel + (ceilMode ? stride - 1 : 0);
    require(room >= 0, "the input is smaller than the kernel");
    const int count = room / stride + 1;
    // As in PyTorch, a window must start inside the input.
    return (count - 1) * stride >= side ? count - 1 : count;
}

Shape shapeOf(const MaxPool& op, Shape x) {
    return {x.channels, pooledSide(x.height, op.kernel[0], op.stride[0], op.ceilMode),
            pooledSide(x.width, op.kernel[1], op.stride[1], op.ceilMode)};
}

Shape shapeOf(const Resize& op, Shape x) {
    const Shape result{x.channels, x.height * op.numerator / op.denominator, x.width * op.numerator / op.denominator};
    require(result.height >= 1 && result.width >= 1, "the output would be empty");
    return result;
}

Shape shapeOf(const PixelUnshuffle& op, Shape x) {
    require(x.height % op.factor == 0 && x.width % op.factor == 0, "the factor does not divide the input's sides");
    return {x.channels * op.factor * op.factor, x.height / op.factor, x.width / op.factor};
}

Shape shapeOf(const PixelShuffle& op, Shape x) {
    require(x.channels % (op.factor * op.factor) == 0, "the factor's square does not divide the input's channels");
    return {x.channels / (op.factor * op.factor), x.height * op.factor, x.width * op.factor};
}

Shape shapeOf(const ScaleShift&, Shape x) {
    return x;
}
Shape shapeOf(const Activate&, Shape x) {
    return x;
}
Shape shapeOf(const Normalize&, Shape x) {
    return x;
}

Shape outputShape(const Operation& operation, std::span<const Shape> inputs) {
    if (std::holds_alternative<Add>(operation) || std::holds_alternative<Mul>(operation)) {
        require(inputs[0] == inputs[1], "the inputs differ in shape");
        return inputs[0];
    }
    if (std::holds_alternative<Concat>(operation)) {
        Shape result = inputs[0];
        for (const Shape& shape : inputs.subspan(1)) {
            require(shape.extent() == result.extent(), "the inputs differ in height or width");
            result.channels += shape.channels;
        }
        return result;
    }
    return std::visit(
        [&](const auto& op) -> Shape {
            if constexpr (requires { shapeOf(op, inputs[0]); })
                return shapeOf(op, inputs[0]);
            else
                return {};
        },
        operation);
}

void checkSize(Shape shape) {
    require(shape.channels <= limits::kChannels, "the output has too many channels");
    require(shape.height <= limits::kSide && shape.width <= limits::kSide, "a side of the output is too long");
    require(static_cast<std::int64_t>(shape.height) * shape.width <= limits::kElements / shape.channels,
            "the output has too many elements");
}

[[noreturn]] void fail(const Graph& graph, Extent extent, const std::string& reason) {
    throw Error({"cannot run network",
                 graph.name + " at " + std::to_string(extent.width) + "x" + std::to_string(extent.height), reason,
                 "use another size"});
}

std::int64_t macsOf(const Operation& operation, Shape input, Shape output) {
    const auto count = [](std::array<int, 2> kernel, std::size_t pixels, int channelsIn, int channelsOut, int groups) {
        return static_cast<std::int64_t>(pixels) * kernel[0] * kernel[1] * channelsOut * (channelsIn / groups);
    };
    if (const auto* conv = std::get_if<Conv2d>(&operation))
        return count(conv->kernel, output.planeSize(), conv->inChannels, conv->outChannels, conv->groups);
    if (const auto* conv = std::get_if<ConvTranspose2d>(&operation))
        return count(conv->kernel, input.planeSize(), conv->inChannels, conv->outChannels, conv->groups);
    return 0;
}

}  // namespace

std::vector<Shape> inferShapes(const Graph& graph, Extent extent) {
    if (extent.height < 1 || extent.width < 1 || extent.height % graph.multiple != 0 ||
        extent.width % graph.multiple != 0)
        fail(graph, extent, "the sides are not multiples of " + std::to_string(graph.multiple));
    std::vector<Shape> shapes{{graph.inputChannels, extent.height, extent.width}};
    shapes.reserve(graph.nodes.size() + 1);
    std::vector<Shape> inputs;
    std::string at = "input";
    try {
        checkSize(shapes[0]);
        for (const Node& node : graph.nodes) {
            at = "node '" + node.output + "'";
            inputs.clear();
            for (const int input : node.inputs)
                inputs.push_back(shapes[static_cast<std::size_t>(input)]);
            shapes.push_back(outputShape(node.operation, inputs));
            checkSize(shapes.back());
        }
    } catch (const Misfit& misfit) {
        fail(graph, extent, at + ": " + misfit.reason);
    }
    return shapes;
}

std::vector<Site> sites(const Graph& graph) {
    const std::vector<Shape> shapes = inferShapes(graph, paddedExtent({1, 1}, graph.multiple));
    std::vector<Site> result;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (const auto* normalize = std::get_if<Normalize>(&node.operation))
            result.push_back({normalize->site, static_cast<int>(i), node.inputs[0], shapes[i + 1].channels});
    }
    return result;
}

std::int64_t multiplyAccumulates(const Graph& graph, Extent extent) {
    const std::vector<Shape> shapes = inferShapes(graph, extent);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        total += macsOf(node.operation, shapes[static_cast<std::size_t>(node.inputs[0])], shapes[i + 1]);
    }
    return total;
}

}  // namespace impasto::model
