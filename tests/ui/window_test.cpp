// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <utility>

#include "stand_in.h"
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
    EXPECT_GT(runFor(milliseconds(400)), 3);
    GLFWwindow* window = app_->nativeWindow();
    for (const auto& [width, height] : {std::pair{800, 500}, {1400, 900}, {641, 401}}) {
        glfwSetWindowSize(window, width, height);
        EXPECT_GT(runFor(milliseconds(250)), 1) << width;
    }
    EXPECT_EQ(provider->applied(), 0) << "nothing was changed";
    app_->state().helpOpen = true;
    EXPECT_GT(runFor(milliseconds(150)), 0);
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
