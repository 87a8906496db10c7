// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/file.h"
#include "reference/reference.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

constexpr double kTolerance = 1e-4;

std::filesystem::path dataPath(const std::string& name) {
    return std::filesystem::path(IMPASTO_SOURCE_DIR) / "tests/data" / name;
}

/// What PyTorch computed from tests/data/micro_start.safetensors; every tensor of the file has to be compared.
class GoldenTest : public testing::TestWithParam<const char*> {
  protected:
    void TearDown() override {
        for (const auto& [name, tensor] : golden_.tensors)
            EXPECT_TRUE(compared_.contains(name)) << name << " was not compared";
    }

    Tensor picture(const std::string& name) {
        compared_.insert(name);
        const auto& stored = golden_.tensors.at(name);
        const auto side = [&stored](std::size_t axis) { return static_cast<int>(stored.shape.at(axis)); };
        EXPECT_EQ(side(0), 1);
        return Tensor({side(1), side(2), side(3)}, stored.data);
    }

    void expectEqual(const std::string& name, const std::vector<float>& actual) {
        compared_.insert(name);
        const auto& expected = golden_.tensors.at(name).data;
        ASSERT_EQ(actual.size(), expected.size()) << name;
        EXPECT_LE(maxAbs(actual, expected), kTolerance) << name;
    }

    reference::Run runCell(const std::string& cell, float strength = 1.0f) {
        const SiteSettings settings{parseNormalization(cell), network_.graph.epsilon, strength};
        return run(network_, content_, {{&style_}, {-1}, {1.0f}, true}, {&settings, 1});
    }

    static std::vector<float> deviations(const ChannelStatistics& statistics) {
        std::vector<float> result;
        for (const float variance : statistics.variance)
            result.push_back(static_cast<float>(std::sqrt(double{variance} + 1e-5)));
        return result;
    }

    std::set<std::string> compared_;
    model::Network network_ = model::loadNetwork(dataPath("micro_start.safetensors"));
    model::SafetensorsFile golden_ = model::parseSafetensors(readFile(dataPath(GetParam()), 1 << 24), GetParam());
    Tensor content_ = picture("content");
    StyleStatistics style_ = encodeStyle(network_, picture("style"));
};

TEST_P(GoldenTest, EveryTensorMatchesPyTorch) {
    const reference::Run adain = runCell("adain");
    const StyleStatistics content = encodeStyle(network_, content_);
    const auto sites = model::sites(network_.graph);
    ASSERT_EQ(sites.size(), 3u);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const std::string number = std::to_string(i + 1);
        expectEqual("features." + number, adain.tensors[static_cast<std::size_t>(sites[i].input)].data());
        expectEqual("normalized." + number, adain.tensors[static_cast<std::size_t>(sites[i].node + 1)].data());
        expectEqual("content.mean." + number, content[i].mean);
        expectEqual("content.std." + number, deviations(content[i]));
        expectEqual("style.mean." + number, style_[i].mean);
        expectEqual("style.std." + number, deviations(style_[i]));
    }
    expectEqual("output.adain", adain.output().data());
    expectEqual("output.adain.strength0.5", runCell("adain", 0.5f).output().data());
    expectEqual("output.none", runCell("none").output().data());
    expectEqual("output.instance+identity", runCell("instance+identity").output().data());
    expectEqual("output.instance+learned", runCell("in").output().data());
    expectEqual("output.layer+adaptive", runCell("layer+adaptive").output().data());
    expectEqual("output.group8+adaptive", runCell("group:8+adaptive").output().data());
    expectEqual("output.batch+adaptive", runCell("batch+adaptive").output().data());
    expectEqual("output.batch+learned", runCell("bn").output().data());
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest, testing::Values("golden_a.safetensors", "golden_b.safetensors"),
                         [](const auto& file) { return std::string(file.param).substr(0, 8); });

}  // namespace
}  // namespace impasto::reference
