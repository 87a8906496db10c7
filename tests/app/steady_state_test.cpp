// SPDX-License-Identifier: MIT
// What happens per frame once the program runs, counted and timed over the whole process: no operator new on any
// thread, no memory of the device, no objects, no hitch, little of our own threads' time.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "app/defaults.h"
#include "app/live_session.h"
#include "support/allocations.h"
#include "support/gpu_device.h"

namespace impasto::app::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class SteadyState : public impasto::test::GpuTest {
  protected:
    // Without validation: the layers allocate.
    SteadyState() = default;
    void SetUp() override {
        GpuTest::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        plain_ = std::make_unique<gpu::Device>(gpu::DeviceOptions{});
        plainPipelines_ = std::make_unique<gpu::PipelineLibrary>(*plain_);
    }

    bool thumbnailsAreMade() const {
        const auto stats = live_->stats();
        return !stats->gallery.empty() && stats->gallery.back().thumbnail != nullptr;
    }

    LiveSession& start(const std::string& source, int shortSide) {
        settings_.source = source;
        settings_.shortSide = shortSide;
        // Previews of the gallery are new pictures by their nature, made between frames.
        settings_.stylePreviews = false;
        settings_.styles = defaultStyles();
        settings_.styles.push_back({"mosaic", 0.5f});
        live_ = std::make_unique<LiveSession>(*plain_, *plainPipelines_, settings_);
        return *live_;
    }
    static bool eventually(const std::function<bool()>& condition, std::chrono::seconds limit = 60s) {
        const auto begin = Clock::now();
        while (!condition()) {
            if (Clock::now() - begin > limit)
                return false;
            std::this_thread::sleep_for(2ms);
        }
        return true;
    }
    bool finishes(std::uint64_t frames) {
        const std::uint64_t until = live_->stats()->framesDone + frames;
        return eventually([&] { return live_->stats()->framesDone >= until; });
    }
    std::array<std::uint64_t, 4> deviceCounts() const {
        const gpu::Device::Counters& counters = plain_->counters();
        return {counters.memoryAllocations.load(), counters.pipelinesBuilt.load(), counters.descriptorUpdates.load(),
                counters.objectsCreated.load()};
    }

    Settings settings_;
    std::unique_ptr<gpu::Device> plain_;
    std::unique_ptr<gpu::PipelineLibrary> plainPipelines_;
    std::unique_ptr<LiveSession> live_;
};

TEST_F(SteadyState, AFrameAllocatesAndCreatesNothing) {
    start("lavfi:testsrc2=size=96x64:rate=60", 48);
    // Until thumbnails are made and the gallery is encoded, memory is rightly taken.
    ASSERT_TRUE(eventually([&] { return thumbnailsAreMade(); }));
    std::uint64_t atRest = 0;
    std::array<std::uint64_t, 4> device{};
    const bool settled = eventually([&] {
        atRest = impasto::test::allocationsOfAllThreads();
        device = deviceCounts();
        return finishes(20) && impasto::test::allocationsOfAllThreads() == atRest;
    });
    EXPECT_TRUE(settled) << impasto::test::allocationsOfAllThreads() - atRest << " allocations in 20 frames";
    atRest = impasto::test::allocationsOfAllThreads();
    device = deviceCounts();
    ASSERT_TRUE(finishes(100));
    EXPECT_EQ(impasto::test::allocationsOfAllThreads(), atRest);
    EXPECT_EQ(deviceCounts(), device);
}

TEST_F(SteadyState, APausedStillCostsNothing) {
    start(IMPASTO_SOURCE_DIR "/assets/content/coffee.png", 48);
    ASSERT_TRUE(eventually([&] { return live_->picture() != nullptr; }));
    ASSERT_TRUE(eventually([&] { return thumbnailsAreMade(); }));
    std::uint64_t done = 0;
    ASSERT_TRUE(eventually([&] {
        done = live_->stats()->framesDone;
        std::this_thread::sleep_for(300ms);
        return live_->stats()->framesDone == done;
    }));
    const auto device = deviceCounts();
    std::this_thread::sleep_for(500ms);
    EXPECT_EQ(live_->stats()->framesDone, done);
    EXPECT_EQ(deviceCounts(), device);
}

TEST_F(SteadyState, APictureIsShownWithinTwoFramesOfTheCamera) {
    constexpr double kRate = 15;
    start("lavfi:testsrc2=size=320x240:rate=15", 48);
    ASSERT_TRUE(eventually([&] { return live_->stats()->framesDone >= 10; }));
    std::vector<double> delays;
    for (int i = 0; i < 15; ++i) {
        ASSERT_TRUE(finishes(1));
        delays.push_back(live_->stats()->delayMs);
    }
    std::ranges::sort(delays);
    EXPECT_GT(delays.front(), 0);
    EXPECT_LE(delays[delays.size() / 2], 2 * 1000 / kRate);
    RecordProperty("median_delay_ms", std::to_string(delays[delays.size() / 2]));
}

TEST_F(SteadyState, ChangesOnTheLowestRungCauseNoHitch) {
    Session session({.device = *plain_, .pipelines = *plainPipelines_, .throwErrors = true});
    settings_.shortSide = 96;
    settings_.styles = defaultStyles();
    settings_.styles.push_back({"mosaic", 0.5f});
    session.apply(settings_);
    media::Frame frame;
    frame.width = 192;
    frame.height = 144;
    for (int i = 0; i < 192 * 144; ++i) {
        for (const int value : {i * 7 % 256, i / 192, i * i % 251, 255})
            frame.pixels.push_back(static_cast<std::uint8_t>(value));
    }
    const auto stepMs = [&] {
        const auto begin = Clock::now();
        session.wait(*session.step(frame));
        return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    };
    const std::vector<std::pair<const char*, std::function<void(int)>>> changes = {
        {"cell",
         [&](int i) {
             const auto statistics = static_cast<StatisticsSource>(i % kStatisticsSourceCount);
             settings_.normalization = {.statistics = statistics,
                                        .affine = static_cast<AffineSource>(i % kAffineSourceCount)};
         }},
        {"blend", [&](int i) { settings_.styles[1].weight = static_cast<float>(i % 5) / 5; }},
        {"strength", [&](int i) { settings_.strength = i % 2 ? 0.4f : 1.0f; }},
        {"sharp edges", [&](int i) { settings_.guidance = i % 2 ? 0.0f : 1.0f; }},
    };
    for (int i = 0; i < 12; ++i)
        stepMs();
    const auto median = [](std::vector<double> values) {
        std::ranges::sort(values);
        return values[values.size() / 2];
    };
    // In turn, so that what else runs on the machine hits both alike.
    std::vector<double> plain;
    std::map<std::string, std::vector<double>> changed;
    for (int i = 0; i < 21; ++i) {
        for (const auto& [name, change] : changes) {
            plain.push_back(stepMs());
            change(i);
            session.apply(settings_);
            changed[name].push_back(stepMs());
        }
    }
    for (const auto& [name, times] : changed)
        EXPECT_LE(median(times), 1.5 * median(plain)) << name;
}

/// Nanoseconds on a processor of this process's threads of a name.
std::uint64_t processorNs(const std::string& name) {
    std::uint64_t sum = 0;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string called;
        std::ifstream(thread.path() / "comm") >> called;
        std::uint64_t ns = 0;
        if (called == name && std::ifstream(thread.path() / "schedstat") >> ns)
            sum += ns;
    }
    return sum;
}

TEST_F(SteadyState, TheSessionsThreadUsesLittleOfAProcessor) {
    start("lavfi:testsrc2=size=1280x720:rate=30", 16);
    ASSERT_TRUE(eventually([&] { return live_->stats()->framesDone >= 20; }));
    if (processorNs("session") == 0)
        GTEST_SKIP() << "the kernel keeps no schedule statistics";
    const std::uint64_t framesBefore = live_->stats()->framesDone, before = processorNs("session");
    ASSERT_TRUE(finishes(40));
    const std::uint64_t frames = live_->stats()->framesDone - framesBefore;
    const double perFrameMs = static_cast<double>(processorNs("session") - before) / 1e6 / static_cast<double>(frames);
    RecordProperty("session_ms_per_frame", std::to_string(perFrameMs));
    std::printf("session thread: %.2f ms per frame of 1280x720, %.1f %% of a core at 30 fps\n", perFrameMs,
                perFrameMs * 3);
    EXPECT_LT(perFrameMs * 30 / 1000, 0.1);
}

}  // namespace
}  // namespace impasto::app::test
