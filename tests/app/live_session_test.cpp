// SPDX-License-Identifier: MIT
#include "app/live_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "app/defaults.h"
#include "app/preset.h"
#include "base/error.h"
#include "folder.h"
#include "media/source.h"
#include "support/gpu_device.h"

namespace impasto::app::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kMoving = "lavfi:testsrc2=size=64x48:rate=30";

Settings smallSettings(const std::string& source) {
    Settings settings;
    settings.model = "micro";
    settings.source = source;
    settings.shortSide = 32;
    settings.styles = defaultStyles();
    return settings;
}

/// Looks again and again until `condition` holds, for up to 20 s.
bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 4000; ++i) {
        if (condition())
            return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

class LiveSessionTest : public impasto::test::GpuTest {
  protected:
    LiveSession& start(const Settings& settings) {
        settings_ = settings;
        live_ = std::make_unique<LiveSession>(device(), pipelines(), settings);
        return *live_;
    }
    std::uint64_t serial() const { return live_->picture() ? live_->picture()->serial : 0; }
    bool shows(std::uint64_t atLeast) const {
        return eventually([&] { return serial() >= atLeast; });
    }
    std::string lastMessage() const {
        const auto stats = live_->stats();
        return stats->messages.empty() ? "" : stats->messages.back().text;
    }
    media::FramePtr snapshot(const std::string& name) {
        live_->request({.snapshot = true, .snapshotPath = folder_ / name});
        EXPECT_TRUE(eventually([&] { return lastMessage().find(name) != std::string::npos; })) << lastMessage();
        return media::loadImage(folder_ / name);
    }

    TemporaryFolder folder_;
    Settings settings_;
    std::unique_ptr<LiveSession> live_;
};

TEST_F(LiveSessionTest, ShowsFrameAfterFrameAndTellsAboutThem) {
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(5));
    const auto picture = live_->picture();
    EXPECT_EQ(picture->stylized->width(), 64u);
    ASSERT_NE(picture->source, nullptr);
    EXPECT_EQ(picture->source->height(), 48u);
    ASSERT_TRUE(eventually([&] { return live_->stats()->framesPerSecond > 0; }));
    const auto stats = live_->stats();
    EXPECT_EQ(stats->model, "micro");
    EXPECT_EQ(stats->sourceExtent, (Extent{.height = 48, .width = 64}));
    EXPECT_EQ(stats->networkExtent.height, 32);
    EXPECT_NEAR(stats->sourceRate, 30, 0.1);
    EXPECT_GE(stats->gallery.size(), 12u);
    EXPECT_EQ(stats->sites.size(), 3u);
    EXPECT_TRUE(stats->messages.empty()) << stats->messages.back().text;
    EXPECT_TRUE(eventually([&] { return live_->stats()->gallery.back().thumbnail != nullptr; }));
}

TEST_F(LiveSessionTest, PausedItRestsUntilASettingChanges) {
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(2));
    settings_.paused = true;
    live_->apply(settings_);
    std::this_thread::sleep_for(500ms);
    const std::uint64_t resting = serial();
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(serial(), resting);
    const auto before = snapshot("before.png");

    settings_.strength = 0;
    live_->apply(settings_);
    ASSERT_TRUE(shows(resting + 1));
    const auto after = snapshot("after.png");
    EXPECT_NE(before->pixels, after->pixels);

    settings_.strength = 1;
    live_->apply(settings_);
    ASSERT_TRUE(shows(resting + 2));
    EXPECT_EQ(snapshot("again.png")->pixels, before->pixels);

    live_->request({.step = true});
    EXPECT_TRUE(shows(resting + 3));
    settings_.paused = false;
    live_->apply(settings_);
    EXPECT_TRUE(shows(resting + 6));
}

TEST_F(LiveSessionTest, StillIsStylizedOnce) {
    start(smallSettings(IMPASTO_SOURCE_DIR "/assets/content/coffee.png"));
    ASSERT_TRUE(shows(1));
    std::this_thread::sleep_for(500ms);
    const std::uint64_t done = serial();
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(serial(), done);
    settings_.strength = 0.5f;
    live_->apply(settings_);
    EXPECT_TRUE(shows(done + 1));
}

TEST_F(LiveSessionTest, MissingSourceIsAMessageAndTheOldOneGoesOn) {
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(2));
    settings_.source = "/no/such/video.mp4";
    live_->apply(settings_);
    ASSERT_TRUE(eventually([&] { return !lastMessage().empty(); }));
    EXPECT_THAT(lastMessage(), HasSubstr("/no/such/video.mp4"));
    EXPECT_TRUE(shows(serial() + 3));
    settings_.source = IMPASTO_SOURCE_DIR "/assets/content/coffee.png";
    live_->apply(settings_);
    EXPECT_TRUE(eventually([&] { return live_->stats()->sourceName.find("coffee") != std::string::npos; }));
}

TEST_F(LiveSessionTest, FirstSourceMustBeThere) {
    EXPECT_THROW(start(smallSettings("/no/such/video.mp4")), Error);
}

TEST_F(LiveSessionTest, FirstNetworkMustBeThere) {
    Settings settings = smallSettings(kMoving);
    settings.model = "/no/such/network.safetensors";
    EXPECT_THROW(start(settings), Error);
}

TEST_F(LiveSessionTest, SnapshotCarriesTheSettings) {
    Settings settings = smallSettings(kMoving);
    settings.strength = 0.625f;
    start(settings);
    ASSERT_TRUE(shows(1));
    const auto frame = snapshot("shot.png");
    EXPECT_EQ(frame->width, 64);
    EXPECT_TRUE(loadPreset(folder_ / "shot.png").settings == settings);
    live_->request({.snapshot = true, .snapshotPath = "/proc/impasto/shot.png"});
    EXPECT_TRUE(eventually([&] { return lastMessage().find("/proc/impasto/shot.png") != std::string::npos; }));
}

TEST_F(LiveSessionTest, NetworksChangeWhileItRuns) {
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(2));
    settings_.model = IMPASTO_SOURCE_DIR "/tests/data/micro_start.safetensors";
    live_->apply(settings_);
    EXPECT_TRUE(eventually([&] { return live_->stats()->model == settings_.model; }));
    settings_.model = "/no/such/network.safetensors";
    live_->apply(settings_);
    EXPECT_TRUE(eventually([&] { return lastMessage().find("network.safetensors") != std::string::npos; }));
    EXPECT_TRUE(shows(serial() + 3));
}

TEST_F(LiveSessionTest, DroppedStyleThatIsNoPictureIsAMessage) {
    start(smallSettings(kMoving));
    live_->request({.addStyles = {"/no/such/picture.png"}});
    EXPECT_TRUE(eventually([&] { return lastMessage().find("/no/such/picture.png") != std::string::npos; }));
    live_->request({.addStyles = {IMPASTO_SOURCE_DIR "/assets/content/coffee.png"}});
    EXPECT_TRUE(eventually([&] { return live_->stats()->gallery.back().label == "coffee"; }));
}

}  // namespace
}  // namespace impasto::app::test
