// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "base/error.h"
#include "model/graph.h"
#include "support/small_network.h"

namespace impasto::model {
namespace {

/// The shape one operation makes of one input.
Shape shapeAfter(const Operation& operation, Shape input) {
    Graph graph;
    graph.inputChannels = input.channels;
    graph.nodes.push_back({operation, {0}, "y"});
    return inferShapes(graph, input.extent()).back();
}

TEST(Shapes, ConvolutionsFollowTheirFormula) {
    const Conv2d base{.inChannels = 3, .outChannels = 5};
    EXPECT_EQ(shapeAfter(base, {3, 7, 9}), (Shape{5, 5, 7}));
    Conv2d strided = base;
    strided.stride = {2, 3};
    strided.pad = {1, 1, 1, 0};
    EXPECT_EQ(shapeAfter(strided, {3, 7, 9}), (Shape{5, 4, 3}));
    Conv2d dilated = base;
    dilated.dilation = {2, 3};
    EXPECT_EQ(shapeAfter(dilated, {3, 7, 9}), (Shape{5, 3, 3}));
    Conv2d upsampled = base;
    upsampled.upsample = 2;
    upsampled.kernel = {1, 5};
    EXPECT_EQ(shapeAfter(upsampled, {3, 7, 9}), (Shape{5, 14, 14}));
    EXPECT_THROW(shapeAfter(base, {3, 2, 9}), Error);
    EXPECT_THROW(shapeAfter(base, {4, 7, 9}), Error);
}

TEST(Shapes, ReflectionMustStayInsideTheUpsampledPicture) {
    Conv2d conv{.inChannels = 1, .outChannels = 1, .pad = {1, 1, 1, 1}, .padMode = PadMode::Reflect};
    EXPECT_THROW(shapeAfter(conv, {1, 1, 5}), Error);
    EXPECT_THROW(shapeAfter(conv, {1, 5, 1}), Error);
    EXPECT_EQ(shapeAfter(conv, {1, 2, 2}), (Shape{1, 2, 2}));
    for (std::size_t edge = 0; edge < 4; ++edge) {
        Conv2d oneSided{.inChannels = 1, .outChannels = 1, .kernel = {1, 1}, .padMode = PadMode::Reflect};
        oneSided.pad[edge] = 3;
        EXPECT_THROW(shapeAfter(oneSided, {1, 3, 3}), Error) << edge;
        EXPECT_NO_THROW(shapeAfter(oneSided, {1, 4, 4})) << edge;
    }
    conv.upsample = 2;
    EXPECT_EQ(shapeAfter(conv, {1, 1, 1}), (Shape{1, 2, 2}));
    conv.upsample = 1;
    conv.padMode = PadMode::Replicate;
    EXPECT_EQ(shapeAfter(conv, {1, 1, 1}), (Shape{1, 1, 1}));
}

TEST(Shapes, TransposedConvolutionsInvertStridedOnes) {
    const ConvTranspose2d op{
        .inChannels = 2, .outChannels = 3, .kernel = {3, 4}, .stride = {2, 2}, .pad = {1, 1}, .outputPad = {1, 0}};
    EXPECT_EQ(shapeAfter(op, {2, 5, 7}), (Shape{3, 10, 14}));
    EXPECT_THROW(shapeAfter(op, {3, 5, 7}), Error);
}

TEST(Shapes, PoolingAgreesWithPyTorch) {
    EXPECT_EQ(shapeAfter(MaxPool{{2, 2}, {2, 2}, false}, {1, 5, 7}), (Shape{1, 2, 3}));
    EXPECT_EQ(shapeAfter(MaxPool{{2, 2}, {2, 2}, true}, {1, 5, 7}), (Shape{1, 3, 4}));
    EXPECT_EQ(shapeAfter(MaxPool{{3, 3}, {2, 2}, true}, {1, 5, 7}), (Shape{1, 2, 3}));
    EXPECT_EQ(shapeAfter(MaxPool{{2, 3}, {3, 1}, true}, {1, 5, 7}), (Shape{1, 2, 5}));
    EXPECT_EQ(shapeAfter(MaxPool{{1, 1}, {3, 3}, true}, {1, 5, 7}), (Shape{1, 2, 3}));
    EXPECT_THROW(shapeAfter(MaxPool{{2, 2}, {2, 2}, false}, {1, 1, 7}), Error);
    EXPECT_EQ(shapeAfter(MaxPool{{2, 2}, {2, 2}, true}, {1, 1, 7}), (Shape{1, 1, 4}));
}

TEST(Shapes, ResizingRoundsDownAndIsNeverEmpty) {
    EXPECT_EQ(shapeAfter(Resize{Resize::Mode::Nearest, 3, 2}, {2, 3, 5}), (Shape{2, 4, 7}));
    EXPECT_EQ(shapeAfter(Resize{Resize::Mode::Bilinear, 1, 2}, {2, 3, 5}), (Shape{2, 1, 2}));
    EXPECT_THROW(shapeAfter(Resize{Resize::Mode::Bilinear, 1, 4}, {2, 3, 5}), Error);
}

TEST(Shapes, ShufflesNeedDivisibleShapes) {
    EXPECT_EQ(shapeAfter(PixelUnshuffle{3}, {2, 6, 9}), (Shape{18, 2, 3}));
    EXPECT_EQ(shapeAfter(PixelShuffle{3}, {18, 2, 3}), (Shape{2, 6, 9}));
    EXPECT_THROW(shapeAfter(PixelUnshuffle{2}, {2, 6, 9}), Error);
    EXPECT_THROW(shapeAfter(PixelShuffle{2}, {6, 2, 3}), Error);
}

TEST(Shapes, OfTheSmallNetworkAtItsSizes) {
    const Graph graph = test::smallNetwork().graph;
    const auto shapes = inferShapes(graph, {20, 36});
    ASSERT_EQ(static_cast<int>(shapes.size()), graph.tensorCount());
    EXPECT_EQ(shapes[0], (Shape{3, 20, 36}));
    EXPECT_EQ(shapes[2], (Shape{12, 10, 18}));
    EXPECT_EQ(shapes[4], (Shape{6, 5, 9}));
    EXPECT_EQ(shapes.back(), (Shape{3, 20, 36}));
    EXPECT_THROW(inferShapes(graph, {20, 34}), Error);
    EXPECT_THROW(inferShapes(graph, {0, 0}), Error);
    EXPECT_THROW(inferShapes(graph, {-4, 4}), Error);
    EXPECT_THROW(inferShapes(graph, {65540, 16}), Error);
    EXPECT_THROW(inferShapes(graph, {60000, 60000}), Error);
}

TEST(Shapes, SitesAreNamedNumberedAndMeasured) {
    const Graph graph = test::smallNetwork().graph;
    const auto found = sites(graph);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].name, "s1");
    EXPECT_EQ(found[0].channels, 4);
    EXPECT_EQ(found[1].name, "s2");
    EXPECT_EQ(found[1].channels, 6);
    EXPECT_EQ(graph.nodes[static_cast<std::size_t>(found[1].node)].output, "n2");
    EXPECT_EQ(graph.nodes[static_cast<std::size_t>(found[1].input - 1)].output, "f2");
    EXPECT_EQ(std::get<Normalize>(graph.nodes[static_cast<std::size_t>(found[1].node)].operation).index, 1);
}

TEST(Shapes, MultiplyAccumulatesAreTextbookCounts) {
    const std::int64_t first = 8 * 8 * 9 * 12 * 4;
    const std::int64_t second = 4 * 4 * 9 * 4 * 6;
    const std::int64_t decoder = 8 * 8 * 9 * 6 * 4;
    const std::int64_t head = 8 * 8 * 9 * 4 * 12;
    EXPECT_EQ(multiplyAccumulates(test::smallNetwork().graph, {16, 16}), first + second + decoder + head);
}

}  // namespace
}  // namespace impasto::model
