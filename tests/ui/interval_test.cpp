// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "app/live_session.h"
#include "gpu/commands.h"
#include "gpu/queue.h"
#include "stand_in.h"
#include "window_fixture.h"

namespace impasto::ui {
namespace {

constexpr double kLongestIntervalMs = 33;
constexpr double kNetworkFrameMs = 500;
constexpr double kSliceMs = 4;

double msSince(Clock::time_point from) {
    return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

/// Work that keeps the device busy for about kSliceMs, recorded once.
class Slice {
  public:
    explicit Slice(gpu::Device& device)
        : pool_(device, device.computeQueue()),
          commands_(pool_.allocate()),
          memory_(device, {.name = "load", .sizeBytes = 4u << 20}) {
        record(1);
        const double once = std::max(0.01, timeMs(device));
        record(std::max(1, static_cast<int>(kSliceMs / once)));
        timeMs(device);
    }
    vk::CommandBuffer commands() const { return *commands_; }

  private:
    void record(int times) {
        commands_.begin({vk::CommandBufferUsageFlagBits::eSimultaneousUse});
        for (int i = 0; i < times; ++i) {
            commands_.fillBuffer(memory_.handle(), 0, VK_WHOLE_SIZE, static_cast<std::uint32_t>(i));
            gpu::recordBarrier(*commands_);
        }
        commands_.end();
    }
    double timeMs(gpu::Device& device) {
        gpu::Timeline timeline(device);
        double best = 1e9;
        for (int i = 0; i < 5; ++i) {
            const auto start = Clock::now();
            const vk::CommandBuffer one = *commands_;
            timeline.wait(device.computeQueue().submit(timeline, {&one, 1}));
            best = std::min(best, msSince(start));
        }
        return best;
    }

    gpu::CommandPool pool_;
    vk::raii::CommandBuffer commands_;
    gpu::Buffer memory_;
};

/// Spends `kNetworkFrameMs` on the device as a session does: slices, at most one queued ahead.
void runNetworkFrame(gpu::Device& device, gpu::Timeline& timeline, const Slice& slice) {
    const auto start = Clock::now();
    std::uint64_t before = timeline.lastSubmitted();
    while (msSince(start) < kNetworkFrameMs) {
        const vk::CommandBuffer commands = slice.commands();
        const std::uint64_t value = device.computeQueue().submit(timeline, {&commands, 1});
        timeline.wait(before);
        before = value;
    }
    timeline.wait(before);
}

class IntervalTest : public WindowTest {
  protected:
    /// The longest time between two frames while everything on screen moves for a second.
    double longestIntervalMs() {
        double longest = 0;
        Clock::time_point last;
        const auto start = Clock::now();
        while (msSince(start) < 1200) {
            app_->requestRedraw();
            if (!app_->step(0.001))
                continue;
            // The first frames after a pause are not an interval.
            if (last.time_since_epoch().count() != 0)
                longest = std::max(longest, msSince(last));
            last = Clock::now();
        }
        return longest;
    }
    /// Other programs may take the processor for a while: the best of several seconds counts. A window that waits for
    /// the network is late in every one. `pause` stops the network: where the window alone is late too, the machine is
    /// too busy to tell.
    void expectSteady(const std::function<void()>& pause) {
        double best = 1e9;
        for (int attempt = 0; attempt < 16 && best > kLongestIntervalMs; ++attempt)
            best = std::min(best, longestIntervalMs());
        RecordProperty("longest_interval_us", static_cast<int>(best * 1000));
        if (best <= kLongestIntervalMs)
            return;
        pause();
        runFor(milliseconds(1000));
        double alone = 1e9;
        for (int attempt = 0; attempt < 3; ++attempt)
            alone = std::min(alone, longestIntervalMs());
        if (alone > kLongestIntervalMs * 0.5)
            GTEST_SKIP() << "the machine is too busy to measure: the window alone is at " << alone << " ms";
        FAIL() << best << " ms between frames; without the network " << alone;
    }
};

TEST_F(IntervalTest, AtMost33MsWhileANetworkFrameTakesHalfASecond) {
    std::atomic<bool> paused = false;
    std::atomic<int> pictures = 0;
    const auto make = [&](gpu::Device& device, gpu::PipelineLibrary&, const app::Settings& settings) {
        auto slice = std::make_shared<Slice>(device);
        auto timeline = std::make_shared<gpu::Timeline>(device);
        return std::make_unique<StandIn>(device, settings, app::Stats{}, [=, &device, &paused, &pictures](auto&, int) {
            if (paused)
                std::this_thread::sleep_for(milliseconds(100));
            else
                runNetworkFrame(device, *timeline, *slice);
            ++pictures;
            return StandInFrame{32, 32, std::vector<std::uint8_t>(4096, 90), std::vector<std::uint8_t>(4096, 20)};
        });
    };
    open({}, make, false);
    if (IsSkipped() || HasFatalFailure())
        return;
    runFor(milliseconds(700));
    EXPECT_GE(pictures, 1);
    expectSteady([&] { paused = true; });
}

class LiveProvider : public PictureProvider {
  public:
    LiveProvider(gpu::Device& device, gpu::PipelineLibrary& pipelines, const app::Settings& settings)
        : session_(device, pipelines, settings) {}
    void apply(const app::Settings& settings) override { session_.apply(settings); }
    void request(app::Requests requests) override { session_.request(std::move(requests)); }
    std::shared_ptr<const app::Picture> picture() const override { return session_.picture(); }
    std::shared_ptr<const app::Stats> stats() const override { return session_.stats(); }

  private:
    app::LiveSession session_;
};

TEST_F(IntervalTest, AtMost33MsWithTheRealNetwork) {
    app::Settings settings;
    settings.source = IMPASTO_SOURCE_DIR "/assets/clip.mp4";
    settings.styles = {{"mosaic", 1.0f}};
    settings.model = "full";
    settings.shortSide = 720;
    LiveProvider* live = nullptr;
    const auto make = [&](gpu::Device& device, gpu::PipelineLibrary& pipelines, const app::Settings& initial) {
        auto provider = std::make_unique<LiveProvider>(device, pipelines, initial);
        live = provider.get();
        return provider;
    };
    open(settings, make, false);
    if (IsSkipped() || HasFatalFailure())
        return;
    // The first pictures build kernels; what is measured is the steady state.
    const auto start = Clock::now();
    while (msSince(start) < 60'000 && (!live->stats() || live->stats()->framesDone < 3))
        runFor(milliseconds(200));
    ASSERT_TRUE(live->picture()) << "no picture within a minute";
    const double frameTimeMs = live->stats()->frameTimeMs;
    if (frameTimeMs < 100 && !app_->device().isSoftware())
        GTEST_SKIP() << "this device takes only " << frameTimeMs << " ms";
    EXPECT_GE(frameTimeMs, 100);
    expectSteady([&] {
        settings.paused = true;
        live->apply(settings);
    });
}

}  // namespace
}  // namespace impasto::ui
