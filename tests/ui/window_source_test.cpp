// SPDX-License-Identifier: MIT
// A window of another program as the source.
#include <gtest/gtest.h>
#include <xcb/xcb.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "base/error.h"
#include "display.h"
#include "media/source.h"

namespace impasto::ui {
namespace {

/// A window in one colour that no window manager touches.
class PlainWindow {
  public:
    PlainWindow(int width, int height, std::uint32_t colour) : connection_(xcb_connect(nullptr, nullptr)) {
        const xcb_screen_t& screen = *xcb_setup_roots_iterator(xcb_get_setup(connection_)).data;
        window_ = xcb_generate_id(connection_);
        const std::uint32_t values[] = {colour, 1};
        xcb_create_window(connection_, XCB_COPY_FROM_PARENT, window_, screen.root, 20, 30,
                          static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height), 0,
                          XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                          XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
        xcb_map_window(connection_, window_);
        settle();
    }
    ~PlainWindow() { xcb_disconnect(connection_); }

    void configure(std::uint16_t mask, std::uint32_t first, std::uint32_t second) {
        const std::uint32_t values[] = {first, second};
        xcb_configure_window(connection_, window_, mask, values);
        settle();
    }
    void destroy() {
        xcb_destroy_window(connection_, window_);
        settle();
    }
    std::string input() const { return "screen:window=" + std::to_string(window_) + ":A window: mine"; }

  private:
    void settle() {
        std::free(xcb_get_input_focus_reply(connection_, xcb_get_input_focus(connection_), nullptr));
        std::this_thread::sleep_for(std::chrono::milliseconds(120));
    }
    xcb_connection_t* connection_;
    xcb_window_t window_ = 0;
};

bool isRed(const media::Frame& frame) {
    for (std::size_t i = 0; i + 3 < frame.pixels.size(); i += 4) {
        if (frame.pixels[i] != 255 || frame.pixels[i + 1] != 0 || frame.pixels[i + 2] != 0)
            return false;
    }
    return !frame.pixels.empty();
}

TEST(WindowSource, IsFollowedThroughMovesAndSizes) {
    const TestDisplay display;
    if (!display.missing().empty()) {
        const char* required = std::getenv("IMPASTO_REQUIRE_DEVICE");
        if (required && std::string(required) == "1")
            FAIL() << display.missing();
        GTEST_SKIP() << display.missing();
    }
    PlainWindow window(64, 48, 0x00ff0000);
    const auto source = media::openSource({.input = window.input()});
    EXPECT_EQ(source->info().name, "A window: mine");
    EXPECT_TRUE(source->info().live);
    media::FramePtr frame = source->next();
    EXPECT_EQ(frame->width, 64);
    EXPECT_EQ(frame->height, 48);
    EXPECT_TRUE(isRed(*frame));

    window.configure(XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, 300, 200);
    EXPECT_TRUE(isRed(*source->next())) << "where it is now";

    for (const auto& [width, height] : {std::pair{101, 60}, {40, 30}}) {
        window.configure(XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, static_cast<std::uint32_t>(width),
                         static_cast<std::uint32_t>(height));
        frame = source->next();
        EXPECT_EQ(frame->width, width);
        EXPECT_EQ(frame->height, height);
        EXPECT_TRUE(isRed(*frame));
    }
    window.destroy();
    try {
        source->next();
        FAIL() << "there is no window";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("closed or minimised"), std::string::npos) << error.what();
    }
}

TEST(WindowSource, NumbersAreChecked) {
    const TestDisplay display;
    if (!display.missing().empty())
        GTEST_SKIP() << display.missing();
    for (const char* input : {"screen:window=", "screen:window=0", "screen:window=x", "screen:window=-5",
                              "screen:window=99999999999", "screen:window=12y", "screen:window=0x7fffffff"})
        EXPECT_THROW(media::openSource({.input = input}), Error) << input;
}

}  // namespace
}  // namespace impasto::ui
