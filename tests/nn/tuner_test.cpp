// SPDX-License-Identifier: MIT
// The autotuner's choices: measured, kept in a file, and never trusted when read.
#include "nn/tuner.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

namespace fs = std::filesystem;

KernelChoices someChoices() {
    KernelChoices choices;
    choices.set("conv/12>16/a", {{ConvKernel::Tiled3x3, 0}, 900, 900});
    choices.set("conv/64>64/b", {{ConvKernel::Uniform, 0}, 123456789012, 223456789012});
    choices.set("conv/8>8/c", {{ConvKernel::TiledPhases, 32}, 0, 7});
    return choices;
}

TEST(KernelChoicesText, ComesBackAsItWas) {
    EXPECT_EQ(KernelChoices::fromText(someChoices().toText("device"), "device"), someChoices());
    EXPECT_EQ(KernelChoices::fromText(KernelChoices().toText("device"), "device").size(), 0u);
}

TEST(KernelChoicesText, RefusesEveryTruncationAndEveryFlippedByte) {
    const std::string text = someChoices().toText("device");
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_THROW(KernelChoices::fromText(text.substr(0, length), "device"), Error) << length;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string damaged = text;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x11);
        EXPECT_THROW(KernelChoices::fromText(damaged, "device"), Error) << i;
    }
}

TEST(KernelChoicesText, RefusesAnotherDevices) {
    EXPECT_THROW(KernelChoices::fromText(someChoices().toText("device"), "other"), Error);
}

/// `text` with a version of its own, intact.
std::string ofVersion(std::string text, const std::string& version) {
    const std::size_t at = text.find('\n');
    text = text.substr(0, text.rfind(' ', at) + 1) + version + text.substr(at, text.size() - 17 - at);
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const char byte : text)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ull;
    return text + fmt::format("{:016x}\n", hash);
}

TEST(KernelChoicesText, AnEarlierVersionsAreNoneALaterOnesAreRefused) {
    const std::string text = someChoices().toText("device");
    ASSERT_EQ(ofVersion(text, "8"), text);
    for (const char* earlier : {"1", "2", "3", "4", "5", "6", "7"})
        EXPECT_EQ(KernelChoices::fromText(ofVersion(text, earlier), "device").size(), 0u);
    for (const char* other : {"9", "0", "-1", "", "3x", "99999999999"})
        EXPECT_THROW(KernelChoices::fromText(ofVersion(text, other), "device"), Error) << other;
}

model::Network twoConvolutions() {
    NetworkBuilder builder(8);
    model::Conv2d conv;
    conv.inChannels = 8;
    conv.outChannels = 8;
    conv.pad = {1, 1, 1, 1};
    conv.padMode = model::PadMode::Reflect;
    const int first = builder.conv(conv, 0);
    conv.stride = {2, 2};
    builder.conv(conv, first);
    return builder.build();
}

TEST(KernelChoicesAtAnotherSize, AreTheSameKernels) {
    const model::Network network = twoConvolutions();
    const auto& conv = std::get<model::Conv2d>(network.graph.nodes[0].operation);
    KernelChoices choices;
    choices.set(convKey(conv, {8, 256, 256}, Precision::Fp16), {{ConvKernel::Uniform}, 1, 2});
    const KernelChoices there = choicesAt(choices, network.graph, Precision::Fp16, {256, 256}, {16, 16});
    EXPECT_EQ(there.size(), 1u);
    EXPECT_EQ(there.find(convKey(conv, {8, 16, 16}, Precision::Fp16)), ConvChoice{ConvKernel::Uniform});
    EXPECT_EQ(choicesAt(choices, network.graph, Precision::Fp32, {256, 256}, {16, 16}).size(), 0u);
    EXPECT_EQ(choicesAt(choices, network.graph, Precision::Fp16, {64, 64}, {16, 16}).size(), 0u);
}

/// What firstRunsMs makes of these runs, and how many it asked for.
std::pair<double, int> firstRuns(const std::vector<double>& timesMs, double limitMs) {
    int runs = 0;
    const double leastMs = firstRunsMs([&] { return timesMs.at(static_cast<std::size_t>(runs++)); }, limitMs);
    return {leastMs, runs};
}

TEST(TunerFirstRuns, OneDisturbedRunRulesOutNobody) {
    EXPECT_EQ(firstRuns({1.0}, 2.0), (std::pair{1.0, 1}));
    EXPECT_EQ(firstRuns({9.0, 1.0}, 2.0), (std::pair{1.0, 2}));
    EXPECT_EQ(firstRuns({9.0, 8.0, 1.5}, 2.0), (std::pair{1.5, 3}));
}

TEST(TunerFirstRuns, WhatIsSlowEachTimeIsNotRunForever) {
    EXPECT_EQ(firstRuns({9.0, 8.0, 8.5}, 2.0), (std::pair{8.0, 3}));
}

class KernelChoicesFile : public ::testing::Test {
  protected:
    void SetUp() override { fs::remove_all(folder); }
    void TearDown() override { fs::remove_all(folder); }
    const fs::path folder = fs::path(::testing::TempDir()) / "impasto_kernel_choices";
    const fs::path path = folder / "deep" / "kernels.txt";
};

TEST_F(KernelChoicesFile, IsEmptyWhereMissing) {
    const ReadChoices read = readKernelChoices(path, "device");
    EXPECT_EQ(read.choices.size(), 0u);
    EXPECT_EQ(read.problem, "");
}

TEST_F(KernelChoicesFile, ComesBack) {
    writeKernelChoices(path, someChoices(), "device");
    const ReadChoices read = readKernelChoices(path, "device");
    EXPECT_EQ(read.choices, someChoices());
    EXPECT_EQ(read.problem, "");
}

TEST_F(KernelChoicesFile, IsSetAsideWithAMessageWhenDamaged) {
    const std::string text = someChoices().toText("device");
    for (const std::string& damaged : {text.substr(0, text.size() / 2), std::string(), std::string("\0\xff", 2),
                                       std::string(2u << 20, 'x'), someChoices().toText("another device")}) {
        writeFileAtomically(path, std::string_view(damaged));
        const ReadChoices read = readKernelChoices(path, "device");
        EXPECT_EQ(read.choices.size(), 0u);
        EXPECT_NE(read.problem.find("kernels.txt.damaged"), std::string::npos) << read.problem;
        EXPECT_FALSE(fs::exists(path));
        EXPECT_EQ(fs::file_size(path.string() + ".damaged"), damaged.size());
        EXPECT_EQ(readKernelChoices(path, "device").problem, "") << "said again";
    }
}

TEST_F(KernelChoicesFile, ThrowsWhenItCannotBeWritten) {
    writeFileAtomically(folder / "deep", std::string_view("a file where a folder should be"));
    EXPECT_THROW(writeKernelChoices(path, someChoices(), "device"), Error);
}

class Tuner : public impasto::test::GpuTest {};

TEST_F(Tuner, ChoosesAmongTheCandidatesAndIsDoneThen) {
    const model::Network network = twoConvolutions();
    std::vector<std::pair<int, int>> progress;
    const TuneParams params{.device = device(),
                            .pipelines = pipelines(),
                            .network = network,
                            .input = {32, 32},
                            .onProgress = [&](int done, int total) { progress.emplace_back(done, total); }};
    ASSERT_TRUE(needsTuning(params, {}));
    const KernelChoices choices = tune(params, {});
    EXPECT_EQ(choices.size(), 2u);
    EXPECT_FALSE(needsTuning(params, choices));
    EXPECT_EQ(progress, (std::vector<std::pair<int, int>>{{0, 2}, {1, 2}, {2, 2}}));
    for (const auto& [key, measured] : choices.all()) {
        EXPECT_GT(measured.timeNs, 0) << key;
        EXPECT_GE(measured.safeTimeNs, measured.timeNs) << key;
    }
    const auto& conv = std::get<model::Conv2d>(network.graph.nodes[0].operation);
    const auto chosen = choices.find(convKey(conv, {8, 32, 32}, Precision::Fp16));
    ASSERT_TRUE(chosen);
    const auto candidates = convCandidates(conv, Precision::Fp16, device().capabilities());
    EXPECT_NE(std::find(candidates.begin(), candidates.end(), *chosen), candidates.end());
    // A neighbouring size is served by the same measurement, one four times as large is not.
    EXPECT_TRUE(choices.find(convKey(conv, {8, 34, 33}, Precision::Fp16)));
    EXPECT_FALSE(choices.find(convKey(conv, {8, 64, 64}, Precision::Fp16)));
}

TEST_F(Tuner, StopsWhenTold) {
    const model::Network network = twoConvolutions();
    const std::atomic<bool> stop = true;
    EXPECT_EQ(
        tune({.device = device(), .pipelines = pipelines(), .network = network, .input = {32, 32}, .stop = &stop}, {})
            .size(),
        0u);
}

TEST_F(Tuner, PlansFollowTheChoicesAndPassOverWhatCannotRun) {
    const model::Network network = twoConvolutions();
    const auto& conv = std::get<model::Conv2d>(network.graph.nodes[0].operation);
    const auto shaderFor = [&](ConvChoice choice) {
        KernelChoices choices;
        choices.set(convKey(conv, {8, 32, 32}, Precision::Fp16), {choice});
        const Plan plan({.device = device(),
                         .pipelines = pipelines(),
                         .network = network,
                         .input = {32, 32},
                         .choices = &choices,
                         .asOnCards = true});
        return plan.dispatches().front().pipeline->key().shader;
    };
    const std::string safe =
        shaderOf(convCandidates(conv, Precision::Fp16, device().capabilities()).front().kernel) + ".fp16";
    EXPECT_EQ(shaderFor({ConvKernel::Uniform}), "conv/uniform.fp16");
    EXPECT_EQ(shaderFor({ConvKernel::TiledPhases}), safe);
    EXPECT_EQ(shaderFor({ConvKernel::Uniform, 7}), safe);
}

}  // namespace
}  // namespace impasto::nn::test
