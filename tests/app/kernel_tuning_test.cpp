// SPDX-License-Identifier: MIT
// The autotuner as a session uses it. The test runs with a cache folder of its own.
#include "app/kernel_tuning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "app/defaults.h"
#include "app/live_session.h"
#include "app/session.h"
#include "base/file.h"
#include "support/gpu_device.h"

namespace impasto::app::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kMoving = "lavfi:testsrc2=size=64x48:rate=30";

Settings smallSettings() {
    Settings settings;
    settings.model = "nano";
    settings.source = kMoving;
    settings.shortSide = 32;
    settings.styles = defaultStyles();
    return settings;
}

media::Frame greyFrame() {
    media::Frame frame;
    frame.width = 48;
    frame.height = 32;
    for (int i = 0; i < frame.width * frame.height; ++i) {
        for (const int value : {i % 256, (i * 7) % 256, 128, 255})
            frame.pixels.push_back(static_cast<std::uint8_t>(value));
    }
    return frame;
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 40000; ++i) {
        if (condition())
            return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

bool says(const Stats& stats, const std::string& part) {
    return std::ranges::any_of(stats.messages,
                               [&](const Message& message) { return message.text.find(part) != std::string::npos; });
}

class KernelTuningTest : public impasto::test::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        if (IsSkipped())
            return;
        path_ = nn::kernelChoicesPath(device().cacheKey());
        fs::remove(path_);
        fs::remove(path_.string() + ".damaged");
    }
    nn::KernelChoices kept() { return nn::readKernelChoices(path_, device().cacheKey()).choices; }
    KernelTuning::Subject subject() const {
        return {std::make_shared<model::Network>(model::loadNetworkByName("nano")), {32, 48}, nn::Precision::Fp16};
    }

    fs::path path_;
};

TEST_F(KernelTuningTest, TheFirstPictureDoesNotWait) {
    Session session(
        {.device = device(), .pipelines = pipelines(), .loadInBackground = true, .tuning = Tuning::Measure});
    session.apply(smallSettings());
    Stats stats;
    const auto picture = session.step(greyFrame());
    session.fill(stats);
    EXPECT_TRUE(stats.kernels.running);
    EXPECT_FALSE(says(stats, "tuned"));
    ASSERT_TRUE(eventually([&] {
        session.wait(*session.step(greyFrame()));
        session.fill(stats);
        return says(stats, "tuned");
    }));
    EXPECT_FALSE(stats.kernels.running);
}

TEST_F(KernelTuningTest, MeasuredKernelsTakeOverInTheWindowsSession) {
    LiveSession live(device(), pipelines(), smallSettings(), true, Tuning::Measure);
    ASSERT_TRUE(eventually([&] { return live.picture() != nullptr; }));
    ASSERT_TRUE(eventually([&] { return says(*live.stats(), "Kernels tuned for this device"); }));
    const std::uint64_t before = live.picture()->serial;
    EXPECT_TRUE(eventually([&] { return live.picture()->serial > before + 3; }));
    const auto stats = live.stats();
    EXPECT_FALSE(stats->kernels.running);
    ASSERT_TRUE(stats->kernels.lines);
    EXPECT_GT(stats->kernels.lines->size(), 3u);
    EXPECT_EQ(kept().size(), stats->kernels.lines->size());

    // Asked for, everything is measured again.
    fs::remove(path_);
    live.request({.retune = true});
    EXPECT_TRUE(eventually([&] { return kept().size() == stats->kernels.lines->size(); }));
}

TEST_F(KernelTuningTest, IsDoneOnceAndAnewOnlyWhenTold) {
    {
        KernelTuning tuning(device(), pipelines(), Tuning::Measure);
        tuning.start(subject());
        ASSERT_TRUE(tuning.isRunning());
        EXPECT_THAT(tuning.takeFinished().text, HasSubstr("measured"));
        tuning.start(subject());
        EXPECT_FALSE(tuning.isRunning());
        tuning.startOver();
        tuning.start(subject());
        EXPECT_TRUE(tuning.isRunning());
    }
    KernelTuning second(device(), pipelines(), Tuning::Measure);
    EXPECT_GT(second.choices()->size(), 0u);
    second.start(subject());
    EXPECT_FALSE(second.isRunning()) << "measured twice";
    KernelTuning anew(device(), pipelines(), Tuning::Anew);
    EXPECT_GT(anew.choices()->size(), 0u) << "what is known stays in use";
    anew.start(subject());
    EXPECT_TRUE(anew.isRunning());
    KernelTuning fromFile(device(), pipelines(), Tuning::FromFile);
    fs::remove(path_);
    KernelTuning none(device(), pipelines(), Tuning::FromFile);
    none.start(subject());
    EXPECT_FALSE(none.isRunning());
    EXPECT_EQ(none.choices()->size(), 0u);
    EXPECT_GT(fromFile.choices()->size(), 0u);
}

TEST_F(KernelTuningTest, DamagedFileIsSetAsideSaidAndMeasuredAnew) {
    writeFileAtomically(path_, std::string_view("impasto kernel choices 2\nnonsense\n"));
    Session session({.device = device(), .pipelines = pipelines(), .readBack = true, .tuning = Tuning::Measure});
    session.apply(smallSettings());
    Stats stats;
    session.fill(stats);
    ASSERT_FALSE(stats.messages.empty());
    EXPECT_THAT(stats.messages.front().text, HasSubstr(".damaged"));
    EXPECT_EQ(stats.messages.front().kind, Message::Kind::Warning);
    EXPECT_TRUE(fs::exists(path_.string() + ".damaged"));
    session.wait(*session.step(greyFrame()));
    EXPECT_GT(kept().size(), 0u);
}

TEST_F(KernelTuningTest, PlansTakeWhatWasMeasuredAndThePictureStays) {
    const auto picture = [&] {
        Session session({.device = device(), .pipelines = pipelines(), .readBack = true, .throwErrors = true});
        session.apply(smallSettings());
        auto pixels = session.download(*session.step(greyFrame()))->pixels;
        return std::pair(std::move(pixels), session.operationTimes().size());
    };
    const auto safe = picture();
    // As if the kernel for graphics cards had won everywhere.
    nn::KernelChoices choices;
    const auto network = model::loadNetworkByName("nano");
    const auto shapes = model::inferShapes(network.graph, {32, 48});
    for (std::size_t node = 0; node < network.graph.nodes.size(); ++node) {
        if (const auto* conv = std::get_if<model::Conv2d>(&network.graph.nodes[node].operation))
            choices.set(nn::convKey(*conv, shapes[node + 1], nn::Precision::Fp16), {{nn::ConvKernel::Uniform}, 1, 2});
    }
    nn::writeKernelChoices(path_, choices, device().cacheKey());
    const std::uint64_t builtBefore = device().counters().pipelinesBuilt;
    const auto uniform = picture();
    EXPECT_GT(device().counters().pipelinesBuilt, builtBefore) << "the choices were not used";
    ASSERT_EQ(uniform.first.size(), safe.first.size());
    for (std::size_t i = 0; i < safe.first.size(); ++i)
        ASSERT_NEAR(uniform.first[i], safe.first[i], 2) << i;
}

}  // namespace
}  // namespace impasto::app::test
