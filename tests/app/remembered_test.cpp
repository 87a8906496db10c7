// SPDX-License-Identifier: MIT
#include "app/remembered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "folder.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

Remembered something() {
    Remembered remembered;
    remembered.settings.source = "/videos/é.mp4";
    remembered.settings.strength = 0.3f;
    remembered.settings.styles = {{"waves", 0.25f}, {"/x/y.png", 1.0f}};
    remembered.settings.lightTheme = true;
    remembered.window = WindowPlacement{.x = -20, .y = 40, .width = 1180, .height = 700, .maximized = true};
    remembered.device = "Radeon 7 #2";
    remembered.open = {{"Output", false}, {"Styles", true}};
    remembered.recentSources = {"/videos/é.mp4", "webcam:0"};
    remembered.output =
        OutputPlacement{.window = {.x = 1280, .y = 0, .width = 960, .height = 540}, .fullscreen = true, .open = true};
    return remembered;
}

std::string errorOf(const std::string& text) {
    try {
        readRemembered(text, "window.json");
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

class RememberedFile : public testing::Test {
  protected:
    fs::path path() const { return folder_ / "window.json"; }
    std::string text(const fs::path& of) const {
        const auto bytes = readFile(of, 1u << 22);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    test::TemporaryFolder folder_;
};

TEST_F(RememberedFile, RoundTrip) {
    const Remembered remembered = something();
    remember(remembered, path());
    const Recollection read = recall(path());
    EXPECT_EQ(read.remembered, remembered);
    EXPECT_EQ(read.message, "");
    remember({}, path());
    EXPECT_EQ(recall(path()).remembered, Remembered{});
}

TEST_F(RememberedFile, NothingYetIsTheDefaults) {
    const Recollection read = recall(path());
    EXPECT_EQ(read.remembered, Remembered{});
    EXPECT_EQ(read.message, "");
    EXPECT_FALSE(fs::exists(path()));
}

TEST_F(RememberedFile, ADamagedFileIsSetAsideWithAMessage) {
    writeFileAtomically(path(), std::string_view("{\"impasto_session\": 1, \"settings\": {\"strength\": 7}}"));
    const std::string before = text(path());
    const Recollection read = recall(path());
    EXPECT_EQ(read.remembered, Remembered{});
    EXPECT_THAT(read.message, HasSubstr("window.json.damaged"));
    EXPECT_FALSE(fs::exists(path()));
    EXPECT_EQ(text(folder_ / "window.json.damaged"), before);
    EXPECT_EQ(recall(path()).message, "") << "said once";
}

TEST_F(RememberedFile, EveryTruncationIsDamagedOrReadWhole) {
    const std::string whole = writeRemembered(something());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string part = whole.substr(0, length);
        if (length + 1 < whole.size())
            EXPECT_NE(errorOf(part), "") << length;
        else
            EXPECT_EQ(errorOf(part), "") << "only the last line feed is missing";
    }
}

TEST_F(RememberedFile, AnyByteMayBeWrong) {
    const std::string whole = writeRemembered(something());
    int refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (const char value : {'\0', '\xff', '"', '9', '{'}) {
            std::string text = whole;
            text[i] = value;
            refused += errorOf(text).empty() ? 0 : 1;  // throws Error or reads; nothing else
        }
    }
    EXPECT_GT(refused, 100);
}

TEST_F(RememberedFile, WhatIsTooLargeOrNoFileIsRefused) {
    writeFileAtomically(path(), std::string_view(std::string((1u << 20) + 1, ' ')));
    EXPECT_NE(recall(path()).message, "");
    EXPECT_FALSE(fs::exists(path()));
    fs::create_directories(path());
    const Recollection read = recall(path());
    EXPECT_NE(read.message, "");
    EXPECT_EQ(read.remembered, Remembered{});
}

TEST(RememberedText, RangesAndTypesAreChecked) {
    const auto with = [](const std::string& fields) { return "{\"impasto_session\": 1, " + fields + "}"; };
    EXPECT_EQ(errorOf(with(R"("window": {"x": 0, "y": 0, "width": 640, "height": 480})")), "");
    EXPECT_THAT(errorOf(with(R"("window": {"x": 0, "y": 0, "width": 0, "height": 480})")), HasSubstr("width"));
    EXPECT_THAT(errorOf(with(R"("window": {"x": 0, "y": 0, "width": 640, "height": 1e9})")), HasSubstr("height"));
    EXPECT_THAT(errorOf(with(R"("window": {"x": -99999999999, "y": 0, "width": 640, "height": 480})")),
                HasSubstr("x is outside"));
    EXPECT_THAT(errorOf(with(R"("window": 5)")), HasSubstr("window"));
    EXPECT_THAT(errorOf(with(R"("output_window": {"x": 0, "y": 0, "width": 0, "height": 9})")), HasSubstr("width"));
    EXPECT_THAT(errorOf(with(R"("output_window": {"x": 0, "y": 0, "width": 9, "height": 9, "open": 1})")),
                HasSubstr("open"));
    EXPECT_THAT(errorOf(with(R"("open": {"Styles": 1})")), HasSubstr("open"));
    EXPECT_THAT(errorOf(with(R"("open": [])")), HasSubstr("open"));
    EXPECT_THAT(errorOf(with(R"("recent_sources": ["", "a"])")), HasSubstr("recent_sources"));
    EXPECT_THAT(errorOf(with(R"("recent_sources": [1])")), HasSubstr("recent_sources"));
    EXPECT_THAT(errorOf(with(R"("recent_sources": ["1","2","3","4","5","6","7","8","9"])")),
                HasSubstr("recent_sources"));
    EXPECT_THAT(errorOf(with(R"("added_styles": ["a\u0000b"])")), HasSubstr("added_styles"));
    EXPECT_THAT(errorOf(with(R"("settings": {"styles": 3})")), HasSubstr("styles"));
    EXPECT_EQ(errorOf(with(R"("settings": {"of_the_future": 3}, "more": {})")), "") << "unknown fields are passed over";
    EXPECT_THAT(errorOf(R"({"impasto_session": 2})"), HasSubstr("version"));
    EXPECT_THAT(errorOf("[]"), HasSubstr("JSON object"));
}

TEST(RememberedText, AddedStylesOfEarlierVersionsAreHandedOnOnce) {
    const Remembered old = readRemembered(R"({"impasto_session": 1, "added_styles": ["/x/y.png", "/z.jpg"]})", "old");
    EXPECT_EQ(old.addedStyles, (std::vector<std::string>{"/x/y.png", "/z.jpg"}));
    const std::string written = writeRemembered(old);
    EXPECT_EQ(written.find("added_styles"), std::string::npos);
    EXPECT_TRUE(readRemembered(written, "new").addedStyles.empty());
}

TEST(RememberedText, APausedRunDoesNotComeBackPaused) {
    Remembered remembered;
    remembered.settings.paused = true;
    EXPECT_FALSE(readRemembered(writeRemembered(remembered), "window.json").settings.paused);
}

TEST(Overrides, OfOneRunAreNotKept) {
    Settings remembered;
    remembered.source = "webcam:0";
    remembered.strength = 0.4f;
    Settings start = remembered;
    start.source = "clip.mp4";  // an argument
    start.mirror = true;        // another
    Settings now = start;
    now.mirror = false;  // and changed by hand
    now.epsilon = 0.5f;
    const Settings kept = withoutOverrides(remembered, start, now);
    EXPECT_EQ(kept.source, "webcam:0");
    EXPECT_EQ(kept.strength, 0.4f);
    EXPECT_FALSE(kept.mirror);
    EXPECT_EQ(kept.epsilon, 0.5f);
}

}  // namespace
}  // namespace impasto::app
