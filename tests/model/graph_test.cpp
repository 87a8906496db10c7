// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "model/graph_parse.h"
#include "model/limits.h"
#include "support/small_network.h"

namespace impasto::model {
namespace {

using test::Json;
using test::smallGraph;
using testing::HasSubstr;

std::string refusalOfText(const std::string& text) {
    try {
        parseGraph(text, test::smallFile(smallGraph()).tensors, "test.safetensors");
    } catch (const Error& error) {
        EXPECT_EQ(error.parts().input, "test.safetensors");
        return error.parts().reason;
    }
    return "accepted";
}

std::string refusal(const std::function<void(Json&)>& change) {
    Json graph = smallGraph();
    change(graph);
    return refusalOfText(graph.dump());
}

constexpr int kFirstConv = 2;
constexpr int kFirstSite = 4;
constexpr int kAdd = 7;

std::string refusalOfNode(int node, const std::string& field, const Json& value) {
    return refusal([&](Json& graph) { graph["nodes"][static_cast<std::size_t>(node)][field] = value; });
}

std::string refusalOfConv(const std::string& field, const Json& value) {
    return refusalOfNode(kFirstConv, field, value);
}

TEST(Graph, ReadsEveryFieldOfAConvolution) {
    Json json = smallGraph();
    json["nodes"][kFirstConv].update({{"stride", {1, 1}},
                                      {"dilation", {1, 1}},
                                      {"groups", 1},
                                      {"pad", {1, 1, 1, 1}},
                                      {"pad_mode", "replicate"},
                                      {"activation", "tanh"}});
    const Graph graph = parseGraph(json.dump(), test::smallFile(json).tensors, "test");
    const auto& conv = std::get<Conv2d>(graph.nodes[kFirstConv].operation);
    EXPECT_EQ(conv.weight, "e1.weight");
    EXPECT_EQ(conv.bias, "e1.bias");
    EXPECT_EQ(conv.inChannels, 12);
    EXPECT_EQ(conv.outChannels, 4);
    EXPECT_EQ(conv.padMode, PadMode::Replicate);
    EXPECT_EQ(conv.activation, (Activation{ActivationKind::Tanh, 0.1f}));
    EXPECT_EQ(graph.nodes[kFirstConv].inputs, std::vector<int>{2});
    EXPECT_EQ(graph.nodes[kFirstConv].output, "f1");
    EXPECT_EQ(graph.multiple, 4);
    EXPECT_EQ(graph.preferredSizes, (std::vector<int>{16, 32}));
    EXPECT_EQ(graph.epsilon, 1e-5f);
    EXPECT_EQ(graph.conditionalStyles, (std::vector<std::string>{"waves", "ink"}));
    EXPECT_EQ(graph.learnedStyle, "waves");
    EXPECT_EQ(graph.trainedCells.size(), 2u);
}

TEST(Graph, OptionalFieldsHaveTheirDocumentedDefaults) {
    Json json = smallGraph();
    for (const char* field : {"conditional_styles", "learned_style", "trained_cells"})
        json.erase(field);
    for (const char* field : {"bias", "activation", "slope"})
        json["nodes"][kFirstConv].erase(field);
    const Graph graph = parseGraph(json.dump(), test::smallFile(json).tensors, "test");
    const auto& conv = std::get<Conv2d>(graph.nodes[kFirstConv].operation);
    EXPECT_EQ(conv.bias, "");
    EXPECT_EQ(conv.stride, (std::array<int, 2>{1, 1}));
    EXPECT_EQ(conv.dilation, (std::array<int, 2>{1, 1}));
    EXPECT_EQ(conv.groups, 1);
    EXPECT_EQ(conv.upsample, 1);
    EXPECT_EQ(conv.activation, Activation{});
    EXPECT_TRUE(graph.conditionalStyles.empty());
    EXPECT_TRUE(graph.learnedStyle.empty());
    EXPECT_TRUE(graph.trainedCells.empty());
    EXPECT_THAT(refusal([](Json& changed) { changed["nodes"][kFirstConv].erase("pad"); }),
                HasSubstr("not of the input's size"));
}

TEST(Graph, ReadsTheOperationsTheSmallNetworkLacks) {
    const Json nodes = Json::parse(R"([
      {"op":"max_pool","inputs":["rgb"],"output":"p","kernel":[2,2],"stride":[2,2],"ceil_mode":true},
      {"op":"conv_transpose2d","inputs":["p"],"output":"t","weight":"t.weight","kernel":[4,4],"stride":[2,2],
       "pad":[1,1],"activation":"relu"},
      {"op":"resize","inputs":["p"],"output":"r","mode":"bilinear","numerator":2,"denominator":1},
      {"op":"mul","inputs":["t","r"],"output":"m"},
      {"op":"concat","inputs":["m","rgb","r"],"output":"c"},
      {"op":"conv2d","inputs":["c"],"output":"rgb_out","weight":"o.weight","kernel":[1,1]}])");
    Json json = smallGraph();
    json["nodes"] = nodes;
    std::map<std::string, WeightTensor> weights;
    weights["t.weight"] = {{3, 3, 4, 4}, test::randomValues(144, 1)};
    weights["o.weight"] = {{3, 9, 1, 1}, test::randomValues(27, 2)};
    const Graph graph = parseGraph(json.dump(), weights, "test");
    ASSERT_EQ(graph.nodes.size(), 6u);
    EXPECT_TRUE(std::get<MaxPool>(graph.nodes[0].operation).ceilMode);
    EXPECT_EQ(std::get<ConvTranspose2d>(graph.nodes[1].operation).outputPad, (std::array<int, 2>{0, 0}));
    EXPECT_EQ(std::get<Resize>(graph.nodes[2].operation).mode, Resize::Mode::Bilinear);
    EXPECT_EQ(graph.nodes[4].inputs, (std::vector<int>{4, 0, 3}));
    EXPECT_TRUE(sites(graph).empty());
}

TEST(Graph, RefusesJsonThatIsNotStrict) {
    EXPECT_THAT(refusalOfText(""), HasSubstr("parse error"));
    EXPECT_THAT(refusalOfText("[]"), HasSubstr("not an object"));
    EXPECT_THAT(refusalOfText("{} {}"), HasSubstr("parse error"));
    EXPECT_THAT(refusalOfText("\xef\xbb\xbf{}"), HasSubstr("byte order mark"));
    EXPECT_THAT(refusalOfText("{\"version\":1,\"version\":1}"), HasSubstr("duplicate key 'version'"));
    const std::string text = smallGraph().dump();
    std::string twice = text;
    twice.replace(twice.find("\"groups\"") == std::string::npos ? twice.find("\"op\"") : 0, 0, "\"op\":\"add\",");
    EXPECT_THAT(refusalOfText(twice), HasSubstr("duplicate key 'op'"));
    std::string huge = text;
    huge.replace(huge.find("-1.0"), 4, "1e999");
    EXPECT_THAT(refusalOfText(huge), HasSubstr("number overflow"));
}

TEST(Graph, RefusesMissingUnknownAndMistypedFields) {
    for (const char* field : {"version", "name", "input", "output", "epsilon", "nodes"})
        EXPECT_THAT(refusal([&](Json& graph) { graph.erase(field); }), HasSubstr("is missing")) << field;
    for (const char* field : {"tensor", "channels", "range", "multiple", "sizes"})
        EXPECT_THAT(refusal([&](Json& graph) { graph["input"].erase(field); }), HasSubstr("is missing")) << field;
    for (const char* field : {"op", "inputs", "output", "weight", "kernel"})
        EXPECT_THAT(refusal([&](Json& graph) { graph["nodes"][kFirstConv].erase(field); }), HasSubstr("is missing"));
    EXPECT_THAT(refusal([](Json& graph) { graph["extra"] = 1; }), HasSubstr("unknown field 'extra'"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["extra"] = 1; }), HasSubstr("unknown field 'extra'"));
    EXPECT_THAT(refusalOfConv("padding", 1), HasSubstr("graph.nodes[2]: unknown field 'padding'"));
    EXPECT_THAT(refusalOfNode(kAdd, "activation", "relu"), HasSubstr("unknown field"));
    EXPECT_THAT(refusalOfNode(kAdd, "op", "matmul"), HasSubstr("operation 'matmul' is not known"));
    EXPECT_THAT(refusal([](Json& graph) { graph["nodes"] = Json::object(); }), HasSubstr("not an array"));
    EXPECT_THAT(refusal([](Json& graph) { graph["nodes"][0] = 3; }), HasSubstr("not an object"));
    EXPECT_THAT(refusal([](Json& graph) { graph["nodes"] = Json::array(); }), HasSubstr("no nodes"));
}

TEST(Graph, RefusesNumbersThatAreNotWhatTheyShouldBe) {
    EXPECT_THAT(refusal([](Json& graph) { graph["version"] = 2; }), HasSubstr("not in 1..1"));
    EXPECT_THAT(refusal([](Json& graph) { graph["version"] = "1"; }), HasSubstr("not an integer"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["multiple"] = 8.0; }), HasSubstr("not an integer"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["multiple"] = 0; }), HasSubstr("not in 1..256"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["channels"] = 4; }), HasSubstr("not in 3..3"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["range"] = {0, 255}; }), HasSubstr("not in 0..1"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["range"] = {1, 0}; }), HasSubstr("is not [0,1]"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["sizes"] = Json::array(); }), HasSubstr("empty"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["sizes"] = {8}; }), HasSubstr("not in 16..8192"));
    EXPECT_THAT(refusal([](Json& graph) { graph["epsilon"] = 0; }), HasSubstr("epsilon"));
    EXPECT_THAT(refusal([](Json& graph) { graph["epsilon"] = -1e-5; }), HasSubstr("epsilon"));
    EXPECT_THAT(refusalOfConv("groups", -1), HasSubstr("not in 1.."));
    EXPECT_THAT(refusalOfConv("groups", 1.0), HasSubstr("not an integer"));
    EXPECT_THAT(refusalOfConv("groups", 4294967297), HasSubstr("not in 1.."));
    EXPECT_THAT(refusalOfConv("groups", 18446744073709551615u), HasSubstr("not in 1.."));
    EXPECT_THAT(refusalOfConv("groups", true), HasSubstr("not an integer"));
    EXPECT_THAT(refusalOfConv("stride", {0, 1}), HasSubstr("not in 1..8"));
    EXPECT_THAT(refusalOfConv("stride", 1), HasSubstr("not an array"));
    EXPECT_THAT(refusalOfConv("stride", {1}), HasSubstr("2 elements"));
    EXPECT_THAT(refusalOfConv("pad", {1, 1, 1, -1}), HasSubstr("not in 0..64"));
    EXPECT_THAT(refusalOfConv("pad", {1, 1, 1}), HasSubstr("4 elements"));
    EXPECT_THAT(refusalOfConv("pad", {1, 1, 1, 1, 1}), HasSubstr("at most 4"));
    EXPECT_THAT(refusalOfConv("kernel", {16, 16}), HasSubstr("not in 1..15"));
    EXPECT_THAT(refusalOfConv("upsample", 3), HasSubstr("not in 1..2"));
    EXPECT_THAT(refusalOfConv("slope", "0.1"), HasSubstr("not a number"));
    EXPECT_THAT(refusalOfConv("slope", -0.5), HasSubstr("not in 0"));
    EXPECT_THAT(refusalOfConv("activation", "gelu"), HasSubstr("'gelu' is not known"));
    EXPECT_THAT(refusalOfConv("pad_mode", "circular"), HasSubstr("'circular' is not known"));
    EXPECT_THAT(refusalOfNode(0, "scale", 1e300), HasSubstr("not in -1000000"));
}

TEST(Graph, RefusesWeightsThatAreMissingOrOfAnotherShape) {
    EXPECT_THAT(refusalOfConv("weight", "nowhere"), HasSubstr("no tensor 'nowhere'"));
    EXPECT_THAT(refusalOfConv("bias", "nowhere"), HasSubstr("no tensor 'nowhere'"));
    EXPECT_THAT(refusalOfConv("weight", "e1.bias"), HasSubstr("not of the shape"));
    EXPECT_THAT(refusalOfConv("kernel", {3, 1}), HasSubstr("not of the shape"));
    EXPECT_THAT(refusalOfConv("bias", "h.bias"), HasSubstr("not of the shape [4]"));
    EXPECT_THAT(refusalOfConv("bias", "e1.weight"), HasSubstr("not of the shape [4]"));
    EXPECT_THAT(refusalOfConv("weight", "e2.weight"), HasSubstr("not of the shape"));
    EXPECT_THAT(refusalOfConv("groups", 3), HasSubstr("cannot be split into 3 groups"));
    EXPECT_THAT(refusalOfConv("groups", 2), HasSubstr("has not the channels"));
}

TEST(Graph, RefusesTensorsUndefinedTwiceDefinedOrUnused) {
    EXPECT_THAT(refusalOfNode(kAdd, "inputs", {"u", "later"}), HasSubstr("'later' is not defined"));
    EXPECT_THAT(refusalOfNode(kAdd, "inputs", {"u", "rgb_out"}), HasSubstr("'rgb_out' is not defined"));
    EXPECT_THAT(refusalOfNode(kAdd, "inputs", {"u", "sum"}), HasSubstr("'sum' is not defined"));
    EXPECT_THAT(refusalOfNode(kAdd, "output", "f1"), HasSubstr("'f1' is defined twice"));
    EXPECT_THAT(refusalOfNode(kAdd, "output", "rgb"), HasSubstr("'rgb' is defined twice"));
    EXPECT_THAT(refusalOfNode(kAdd, "inputs", {"u", "u"}), HasSubstr("'n1' is never used"));
    EXPECT_THAT(refusal([](Json& graph) { graph["output"] = "head"; }), HasSubstr("not 'head'"));
    EXPECT_THAT(refusalOfNode(kFirstSite + 1, "site", "s1"), HasSubstr("site 's1' is defined twice"));
    EXPECT_THAT(refusalOfNode(kAdd, "inputs", {"u"}), HasSubstr("add takes 2"));
    EXPECT_THAT(refusalOfNode(kAdd, "inputs", Json::array()), HasSubstr("add takes 2"));
    EXPECT_THAT(refusalOfNode(0, "inputs", {"rgb", "rgb"}), HasSubstr("scale_shift takes 1"));
    EXPECT_THAT(refusalOfNode(kAdd, "output", ""), HasSubstr("empty"));
    EXPECT_THAT(refusalOfNode(kAdd, "output", std::string(257, 'n')), HasSubstr("longer than"));
    EXPECT_THAT(refusalOfNode(kAdd, "output", "a\nb"), HasSubstr("control characters"));
}

TEST(Graph, RefusesNetworksThatCannotRunAtTheirSizes) {
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["multiple"] = 2; }), HasSubstr("differ in shape"));
    EXPECT_THAT(refusalOfNode(1, "factor", 8), HasSubstr("has not the channels"));
    EXPECT_THAT(refusalOfNode(kAdd, "inputs", {"u", "n2"}), HasSubstr("never used"));
    EXPECT_THAT(
        refusal([](Json& graph) {
            graph["nodes"][10] = {{"op", "activation"}, {"kind", "tanh"}, {"inputs", {"head"}}, {"output", "rgb_out"}};
        }),
        HasSubstr("not of the input's size with 3 channels"));
    EXPECT_THAT(refusalOfConv("pad", {64, 64, 64, 64}), HasSubstr("reflection padding"));
}

TEST(Graph, RefusesListsBeyondTheirLimits) {
    EXPECT_THAT(
        refusal([](Json& graph) { graph["nodes"] = Json(std::vector<Json>(limits::kNodes + 1, graph["nodes"][0])); }),
        HasSubstr("at most 4096"));
    EXPECT_THAT(refusal([](Json& graph) { graph["input"]["sizes"] = std::vector<int>(17, 256); }),
                HasSubstr("at most 16"));
    EXPECT_THAT(refusal([](Json& graph) { graph["conditional_styles"] = {"a", "a"}; }), HasSubstr("twice"));
    EXPECT_THAT(refusal([](Json& graph) { graph["trained_cells"] = {"adain"}; }), HasSubstr("STATISTICS+AFFINE"));
    EXPECT_THAT(refusal([](Json& graph) { graph["trained_cells"] = {"spectral+adaptive"}; }), HasSubstr("not known"));
    EXPECT_THAT(
        refusal([](Json& graph) {
            Json nodes = Json::array();
            std::string previous = "rgb";
            for (std::size_t i = 0; i <= limits::kSites; ++i) {
                const std::string site = "site" + std::to_string(i);
                nodes.push_back({{"op", "normalize"}, {"inputs", {previous}}, {"output", site}, {"site", site}});
                previous = site;
            }
            graph["nodes"] = nodes;
            graph["output"] = previous;
        }),
        HasSubstr("more than 64 sites"));
}

TEST(Graph, GrowthIsStoppedBeforeItOverflows) {
    const std::string reason = refusal([](Json& graph) {
        Json nodes = Json::array();
        std::string previous = "rgb";
        for (int i = 0; i < 40; ++i) {
            const std::string output = "t" + std::to_string(i);
            nodes.push_back({{"op", "resize"},
                             {"mode", "nearest"},
                             {"numerator", 16},
                             {"denominator", 1},
                             {"inputs", {previous}},
                             {"output", output}});
            previous = output;
        }
        graph["nodes"] = nodes;
        graph["output"] = previous;
    });
    EXPECT_THAT(reason, testing::AnyOf(HasSubstr("too long"), HasSubstr("too many elements")));
}

}  // namespace
}  // namespace impasto::model
