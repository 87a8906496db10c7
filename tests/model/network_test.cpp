// SPDX-License-Identifier: MIT
#include "model/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "support/small_network.h"

namespace impasto::model {
namespace {

using test::smallFile;
using test::smallGraph;
using testing::HasSubstr;

std::string refusal(const std::function<void(SafetensorsFile&)>& change) {
    SafetensorsFile file = smallFile(smallGraph());
    change(file);
    try {
        parseNetwork(writeSafetensors(file, StoredType::F32), "test.safetensors");
    } catch (const Error& error) {
        EXPECT_EQ(error.parts().input, "test.safetensors");
        EXPECT_FALSE(error.parts().hint.empty());
        return error.parts().reason;
    }
    return "accepted";
}

TEST(Network, KeepsWhatTheFileSays) {
    const Network network = test::smallNetwork();
    EXPECT_EQ(network.graph.name, "small");
    EXPECT_EQ(network.licence, "MIT");
    EXPECT_EQ(network.trainingNote, "random");
    EXPECT_EQ(network.source, "small");
    EXPECT_EQ(network.weight("e1.weight").shape, (std::vector<std::int64_t>{4, 12, 3, 3}));
}

TEST(Network, SiteParametersAreTheSitesTensors) {
    const Network network = test::smallNetwork();
    const Site site = sites(network.graph)[1];
    const auto parameters = network.siteParameters(site);
    EXPECT_EQ(parameters.batch.mean, network.weight("s2.batch.mean").data);
    EXPECT_EQ(parameters.batch.variance, network.weight("s2.batch.var").data);
    EXPECT_EQ(parameters.learnedGamma, network.weight("s2.learned.gamma").data);
    EXPECT_EQ(parameters.learnedBeta, network.weight("s2.learned.beta").data);
    ASSERT_EQ(parameters.conditionalGamma.size(), 2u);
    ASSERT_EQ(parameters.conditionalBeta.size(), 2u);
    const auto& table = network.weight("s2.conditional.gamma").data;
    EXPECT_EQ(parameters.conditionalGamma[1], std::vector<float>(table.begin() + 6, table.end()));
}

TEST(Network, KnowsTheCellsItWasTrainedFor) {
    const Network network = test::smallNetwork();
    EXPECT_TRUE(network.trainedFor(parseNormalization("adain")));
    EXPECT_TRUE(network.trainedFor(parseNormalization("bn")));
    EXPECT_FALSE(network.trainedFor(parseNormalization("batch:4+learned")));
    EXPECT_FALSE(network.trainedFor(parseNormalization("in")));
    EXPECT_FALSE(network.trainedFor(parseNormalization("group:8+adaptive")));
}

TEST(Network, RefusesMissingOrForeignMetadata) {
    for (const char* key : {"format", "graph", "name", "licence", "training_note"})
        EXPECT_THAT(refusal([&](SafetensorsFile& file) { file.metadata.erase(key); }), HasSubstr(key));
    EXPECT_THAT(refusal([](SafetensorsFile& file) { file.metadata["format"] = "pt"; }), HasSubstr("'pt'"));
    EXPECT_THAT(refusal([](SafetensorsFile& file) { file.metadata["name"] = "other"; }), HasSubstr("names"));
    EXPECT_EQ(refusal([](SafetensorsFile& file) { file.metadata["author"] = "someone"; }), "accepted");
}

TEST(Network, RefusesTensorsMissingForeignOrOfAnotherShape) {
    for (const char* name : {"s1.batch.mean", "s1.batch.var", "s2.learned.gamma", "s2.learned.beta",
                             "s1.conditional.gamma", "s2.conditional.beta", "e1.weight", "h.bias"}) {
        EXPECT_THAT(refusal([&](SafetensorsFile& file) { file.tensors.erase(name); }), HasSubstr(name));
        EXPECT_THAT(refusal([&](SafetensorsFile& file) { file.tensors[name] = {{1}, {1.0f}}; }), HasSubstr(name));
    }
    EXPECT_THAT(refusal([](SafetensorsFile& file) {
                    file.tensors["stray"] = {{1}, {1.0f}};
                }),
                HasSubstr("does not use tensor 'stray'"));
}

TEST(Network, ConditionalTablesComeWithConditionalStylesOnly) {
    const auto withoutStyles = [](SafetensorsFile& file) {
        auto graph = smallGraph();
        graph["conditional_styles"] = test::Json::array();
        file.metadata["graph"] = graph.dump();
    };
    EXPECT_THAT(refusal(withoutStyles), HasSubstr("does not use tensor 's1.conditional.beta'"));
    const auto withoutTables = [&](SafetensorsFile& file) {
        withoutStyles(file);
        for (const char* name :
             {"s1.conditional.gamma", "s1.conditional.beta", "s2.conditional.gamma", "s2.conditional.beta"})
            file.tensors.erase(name);
    };
    EXPECT_EQ(refusal(withoutTables), "accepted");
}

TEST(Network, RefusesWeightsThatAreNotFinite) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        EXPECT_THAT(refusal([&](SafetensorsFile& file) { file.tensors["d1.weight"].data.back() = bad; }),
                    HasSubstr("'d1.weight' holds NaN or infinity"));
        EXPECT_THAT(refusal([&](SafetensorsFile& file) { file.tensors["s1.learned.beta"].data[0] = -bad; }),
                    HasSubstr("'s1.learned.beta' holds NaN or infinity"));
    }
    EXPECT_THAT(refusal([](SafetensorsFile& file) { file.tensors["s1.batch.var"].data[0] = -0.1f; }),
                HasSubstr("negative variance"));
}

TEST(Network, EveryTruncationIsRefused) {
    const auto bytes = test::smallBytes(StoredType::F16);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        ASSERT_THROW(parseNetwork(std::span(bytes).first(length), "cut"), Error) << length;
}

TEST(Network, LoadingNamesTheMissingFile) {
    try {
        loadNetwork("no/such/file.safetensors");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.parts().input, "no/such/file.safetensors");
    }
    EXPECT_THROW(loadNetworkByName("./here.safetensors"), Error);
    EXPECT_THROW(loadNetworkByName("gigantic"), Error);
}

/// The text of the first fenced block after `heading` in a document.
std::string fencedBlock(const std::string& document, const std::string& heading) {
    const std::size_t begin = document.find("```json\n", document.find(heading)) + 8;
    return document.substr(begin, document.find("```", begin) - begin);
}

TEST(Network, TheDocumentedExampleIsValid) {
    const auto bytes = readFile(std::filesystem::path(IMPASTO_SOURCE_DIR) / "docs/model-format.md", 1 << 20);
    const std::string document(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    SafetensorsFile file;
    file.metadata = {{"name", "tint"}, {"format", "impasto-graph-1"}, {"licence", "MIT"}, {"training_note", ""}};
    file.metadata["graph"] = fencedBlock(document, "## 6. One full example");
    file.tensors["e.weight"] = {{4, 12, 1, 1}, test::randomValues(48, 1)};
    file.tensors["h.weight"] = {{12, 4, 3, 3}, test::randomValues(432, 2)};
    file.tensors["h.bias"] = {{12}, test::randomValues(12, 3)};
    for (const char* name : {"e.bias", "s1.batch.mean", "s1.batch.var", "s1.learned.gamma", "s1.learned.beta"})
        file.tensors[name] = {{4}, test::randomValues(4, 4, 0.0f, 1.0f)};
    for (const char* name : {"s1.conditional.gamma", "s1.conditional.beta"})
        file.tensors[name] = {{1, 4}, test::randomValues(4, 5)};
    const Network network = parseNetwork(writeSafetensors(file, StoredType::F16), "tint");
    EXPECT_EQ(network.graph.nodes.size(), 6u);
    EXPECT_EQ(network.graph.conditionalStyles, std::vector<std::string>{"night_strokes"});
}

TEST(Network, BundledOnesLoadByName) {
    for (const char* name : {"nano", "micro", "full"}) {
        const Network network = loadNetworkByName(name);
        EXPECT_EQ(network.graph.name, name);
        EXPECT_EQ(sites(network.graph).size(), 3u);
        EXPECT_TRUE(network.trainedFor(parseNormalization("adain"))) << name;
        EXPECT_FALSE(network.graph.conditionalStyles.empty()) << name;
    }
}

}  // namespace
}  // namespace impasto::model
