// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <utility>

#include "app/remembered.h"
#include "stand_in.h"
#include "ui/state_keeper.h"
#include "window_fixture.h"

namespace impasto::ui {
namespace {

StandInFrame flat(int width, int height, std::uint8_t value) {
    const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4,
                                           value);
    return {width, height, pixels, pixels};
}

TEST_F(WindowTest, ShowsPicturesThroughResizesThemesAndScales) {
    StandIn* provider = nullptr;
    open({}, [&](gpu::Device& device, gpu::PipelineLibrary&, const app::Settings& settings) {
        app::Stats stats;
        const auto thumbnail =
            std::make_shared<app::Thumbnail>(app::Thumbnail{2, 2, std::vector<std::uint8_t>(16, 90)});
        const auto broken = std::make_shared<app::Thumbnail>(app::Thumbnail{9, 9, {1, 2, 3}});
        stats.gallery = {{.id = "waves", .label = "Waves", .thumbnail = thumbnail},
                         {.id = "bad", .label = "Bad", .thumbnail = broken}};
        auto made = std::make_unique<StandIn>(device, settings, stats, [](const app::Settings&, int frame) {
            std::this_thread::sleep_for(milliseconds(5));
            return flat(31 + frame % 3, 17, static_cast<std::uint8_t>(frame));
        });
        provider = made.get();
        return made;
    });
    if (IsSkipped() || HasFatalFailure())
        return;
    EXPECT_TRUE(presents(4));
    GLFWwindow* window = app_->nativeWindow();
    for (const auto& [width, height] : {std::pair{800, 500}, {1400, 900}, {641, 401}}) {
        glfwSetWindowSize(window, width, height);
        runFor(milliseconds(100));
        EXPECT_TRUE(presents(2)) << width;
    }
    EXPECT_EQ(provider->applied(), 0) << "nothing was changed";
    app_->state().helpOpen = true;
    EXPECT_TRUE(presents(1));
}

/// Its picture comes late; until then there is a new frame of the source at every third look.
class LateStandIn : public StandIn {
  public:
    using StandIn::StandIn;
    std::shared_ptr<const app::Picture> picture() const override { return late ? nullptr : StandIn::picture(); }
    media::FramePtr sourcePreview() const override {
        if (looks++ % 3 == 0) {
            auto frame = std::make_shared<media::Frame>();
            frame->width = 40 + looks % 5;
            frame->height = 30;
            frame->pixels.resize(static_cast<std::size_t>(frame->width) * 30 * 4, 200);
            frame_ = std::move(frame);
        }
        return frame_;
    }
    std::atomic<bool> late = true;
    mutable int looks = 0;  ///< of the window's thread

  private:
    mutable media::FramePtr frame_;
};

TEST_F(WindowTest, ShowsTheSourceUntilThereIsAPicture) {
    LateStandIn* provider = nullptr;
    open({}, [&](gpu::Device& device, gpu::PipelineLibrary&, const app::Settings& settings) {
        auto made = std::make_unique<LateStandIn>(device, settings, app::Stats{}, [](const app::Settings&, int) {
            std::this_thread::sleep_for(milliseconds(5));
            return flat(32, 24, 90);
        });
        provider = made.get();
        return made;
    });
    if (IsSkipped() || HasFatalFailure())
        return;
    EXPECT_TRUE(presents(5)) << "a moving source makes the window move";
    EXPECT_FALSE(app_->showsPicture());
    provider->late = false;
    runFor(milliseconds(200));
    EXPECT_TRUE(presents(1));
    EXPECT_TRUE(app_->showsPicture());
    const int looks = provider->looks;
    runFor(milliseconds(100));
    EXPECT_EQ(provider->looks, looks) << "nobody looks for the source once there is a picture";
}

TEST_F(WindowTest, WhatItIsLeftWithIsRememberedButNotItsArguments) {
    app::Remembered last;
    last.settings.strength = 0.9f;
    last.open["Output"] = false;
    last.recentSources = {"a.mp4"};
    app::Settings start = last.settings;
    start.strength = 0.5f;  // an argument
    open(start, [&](gpu::Device& device, gpu::PipelineLibrary&, const app::Settings& settings) {
        return std::make_unique<StandIn>(device, settings, app::Stats{}, [](const app::Settings&, int) {
            std::this_thread::sleep_for(milliseconds(20));
            return flat(16, 16, 128);
        });
    });
    if (IsSkipped() || HasFatalFailure())
        return;
    const auto path = std::filesystem::path(testing::TempDir()) / "impasto_remembered" / "window.json";
    std::filesystem::remove_all(path.parent_path());
    {
        StateKeeper keeper(last, start, path);
        keeper.restore(app_->state());
        EXPECT_FALSE(app_->state().open.at("Output"));
        glfwSetWindowSize(app_->nativeWindow(), 900, 600);
        runFor(milliseconds(300));
        app_->state().open["Performance"] = false;
        keeper.finish(*app_);
    }
    const app::Recollection next = app::recall(path);
    EXPECT_EQ(next.message, "");
    EXPECT_EQ(next.remembered.settings.strength, 0.9f);
    EXPECT_EQ(next.remembered.recentSources, last.recentSources);
    EXPECT_FALSE(next.remembered.open.at("Output"));
    EXPECT_FALSE(next.remembered.open.at("Performance"));
    ASSERT_TRUE(next.remembered.window.has_value());
    EXPECT_EQ(next.remembered.window->width, 900);
    EXPECT_EQ(next.remembered.window->height, 600);
    std::filesystem::remove_all(path.parent_path());
}

TEST_F(WindowTest, RedrawsSlowlyWhenNothingMoves) {
    open({}, [&](gpu::Device& device, gpu::PipelineLibrary&, const app::Settings& settings) {
        return std::make_unique<StandIn>(device, settings, app::Stats{}, [](const app::Settings&, int frame) {
            // One picture, then none for the rest of the test; short naps so that it can be stopped.
            for (int nap = 0; frame > 0 && nap < 40; ++nap)
                std::this_thread::sleep_for(milliseconds(50));
            return flat(16, 16, 128);
        });
    });
    if (IsSkipped() || HasFatalFailure())
        return;
    runFor(milliseconds(700));
    const int frames = runFor(milliseconds(1000));
    EXPECT_GE(frames, 5);
    EXPECT_LE(frames, 12);
}

}  // namespace
}  // namespace impasto::ui
