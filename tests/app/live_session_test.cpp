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
#include "base/file.h"
#include "folder.h"
#include "media/source.h"
#include "media/writer.h"
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

TEST_F(LiveSessionTest, SavesTheLayerThatIsWatched) {
    ::setenv("XDG_PICTURES_DIR", (folder_ / ".").c_str(), 1);
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(2));
    live_->request({.snapshotLayer = true});
    ASSERT_TRUE(eventually([&] { return lastMessage().find("no layer") != std::string::npos; }));

    settings_.paused = true;
    live_->apply(settings_);
    std::this_thread::sleep_for(200ms);
    const auto watch = [&](int layer, int channel) {
        const std::uint64_t before = serial();
        live_->request({.watch = Watch{.layer = layer, .layerChannel = channel}});
        EXPECT_TRUE(shows(before + 1));
    };
    const auto save = [&] {
        const std::string before = lastMessage();
        live_->request({.snapshotLayer = true});
        EXPECT_TRUE(eventually([&] { return lastMessage() != before; }));
        const std::string path = lastMessage().substr(std::string("wrote ").size());
        EXPECT_THAT(readFile(path, 1 << 20).size(), testing::Gt(1000u)) << path;
        EXPECT_NO_THROW(loadPreset(path)) << "it carries the settings";
        return media::loadImage(path);
    };
    watch(0, -1);
    const media::FramePtr all = save(), again = save();
    watch(0, 3);
    const media::FramePtr one = save();
    watch(2, -1);
    const media::FramePtr other = save();
    ::unsetenv("XDG_PICTURES_DIR");
    EXPECT_EQ(all->width, nn::Stylizer::kLayerPictureSide);
    EXPECT_EQ(all->height, nn::Stylizer::kLayerPictureSide);
    EXPECT_EQ(all->pixels, again->pixels);
    EXPECT_NE(all->pixels, one->pixels);
    EXPECT_NE(all->pixels, other->pixels);
    int grey = 0, bright = 0;
    for (std::size_t i = 0; i < all->pixels.size(); i += 4) {
        grey += all->pixels[i] == all->pixels[i + 1] && all->pixels[i] == all->pixels[i + 2];
        bright += all->pixels[i] > 128;
    }
    EXPECT_EQ(grey, all->width * all->height) << "channels are grey tiles";
    EXPECT_GT(bright, grey / 20);
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

TEST_F(LiveSessionTest, RecordsWithTheSourcesRateSizeAndSound) {
    const std::string clip = folder_ / "clip.mkv";
    {
        media::VideoWriter writer(
            clip,
            {.width = 64, .height = 48, .rate = {25, 1}, .soundFrom = "lavfi:sine=frequency=440:sample_rate=44100"});
        for (int i = 0; i < 100; ++i)
            writer.write(*media::openSource({.input = kMoving})->next());
        writer.finish();
    }
    start(smallSettings(clip));
    ASSERT_TRUE(shows(2));
    live_->request({.record = Requests::Record::Start, .recordPath = folder_ / "r.mp4"});
    ASSERT_TRUE(eventually([&] { return live_->stats()->recording.seconds > 1.5; })) << lastMessage();
    EXPECT_TRUE(live_->stats()->recording.active);
    // The file begins with its first fragment, at most a few seconds long.
    EXPECT_TRUE(eventually([&] { return live_->stats()->recording.bytes > 0; }));
    live_->request({.record = Requests::Record::Stop});
    ASSERT_TRUE(eventually([&] { return !live_->stats()->recording.active; }));
    EXPECT_THAT(lastMessage(), testing::AllOf(HasSubstr("Recorded"), HasSubstr("r.mp4")));

    const auto recorded = media::openSource({.input = folder_ / "r.mp4"});
    EXPECT_EQ(recorded->info().width, 64);
    EXPECT_EQ(recorded->info().height, 48);
    EXPECT_NEAR(recorded->info().rate.perSecond(), 25, 0.01);
    EXPECT_TRUE(recorded->info().hasAudio);
    double last = 0;
    while (const media::FramePtr frame = recorded->next())
        last = frame->timestampSeconds;
    EXPECT_GT(last, 1.3);
}

TEST_F(LiveSessionTest, ARecordingIsCompletedWhenTheWindowCloses) {
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(1));
    live_->request({.record = Requests::Record::Start, .recordPath = folder_ / "closed.mkv"});
    ASSERT_TRUE(eventually([&] { return live_->stats()->recording.written > 2; }));
    live_ = nullptr;
    EXPECT_GT(media::openSource({.input = folder_ / "closed.mkv"})->info().durationSeconds, 0);
}

TEST_F(LiveSessionTest, ARecordingThatCannotBeWrittenIsAMessage) {
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(1));
    live_->request({.record = Requests::Record::Start, .recordPath = "/proc/impasto/r.mp4"});
    EXPECT_TRUE(eventually([&] { return lastMessage().find("/proc/impasto/r.mp4") != std::string::npos; }));
    EXPECT_TRUE(eventually([&] { return !live_->stats()->recording.active; }));
    EXPECT_TRUE(shows(serial() + 3));
}

TEST_F(LiveSessionTest, TurningAndCroppingShowAtOnceEvenPaused) {
    start(smallSettings(IMPASTO_SOURCE_DIR "/assets/content/coffee.png"));
    ASSERT_TRUE(shows(1));
    const auto before = snapshot("before.png");
    settings_.rotation = 1;
    settings_.crop.left = 0.25f;
    live_->apply(settings_);
    ASSERT_TRUE(shows(serial() + 1));
    const auto after = snapshot("after.png");
    EXPECT_EQ(after->height, before->width);
    EXPECT_NEAR(after->width, 0.75 * before->height, 1);
}

TEST_F(LiveSessionTest, ABatchRunsBesideThePicture) {
    std::filesystem::create_directories(folder_ / "in");
    for (const char* name : {"a.png", "b.png"})
        media::writeImage(folder_ / "in" / name, *media::openSource({.input = kMoving})->next());
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(1));
    live_->request({.batch = Requests::Switch::On, .batchInput = folder_ / "in", .batchOutput = folder_ / "out"});
    EXPECT_TRUE(eventually([&] { return live_->stats()->batch.done == 2 && !live_->stats()->batch.active; }))
        << lastMessage();
    EXPECT_TRUE(std::filesystem::exists(folder_ / "out/b.png"));
    EXPECT_TRUE(shows(serial() + 2));
    live_->request({.batch = Requests::Switch::On, .batchInput = "/no/such", .batchOutput = folder_ / "out"});
    EXPECT_TRUE(eventually([&] { return lastMessage().find("/no/such") != std::string::npos; }));
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

TEST_F(LiveSessionTest, SizeFollowsTheTargetRateUnlessItIsFixed) {
    Settings settings = smallSettings("lavfi:testsrc2=size=320x240:rate=30");
    settings.shortSide = 0;
    settings.targetRate = 240;
    start(settings);
    // No software device makes 240 pictures a second at 240: it goes down to the least.
    ASSERT_TRUE(eventually([&] { return live_->stats()->networkExtent.height == 160; }))
        << live_->stats()->networkExtent.height << " " << live_->stats()->governed.state;
    EXPECT_EQ(live_->stats()->governed.targetRate, 240);
    EXPECT_EQ(live_->stats()->governed.shortSide, 160);
    EXPECT_FALSE(live_->stats()->governed.state.empty());

    settings_.shortSide = 192;
    live_->apply(settings_);
    ASSERT_TRUE(eventually([&] { return live_->stats()->networkExtent.height == 192; }));
    EXPECT_TRUE(eventually([&] { return live_->stats()->governed.targetRate == 0; }));
    settings_.shortSide = 0;
    settings_.targetRate = 0;
    live_->apply(settings_);
    EXPECT_TRUE(eventually([&] { return live_->stats()->networkExtent.height == 240; }));
}

TEST_F(LiveSessionTest, AnotherSizeIsPlannedWhileTheOneBeforeGoesOn) {
    start(smallSettings(kMoving));
    ASSERT_TRUE(shows(3));
    settings_.shortSide = 48;
    live_->apply(settings_);
    EXPECT_TRUE(eventually([&] { return live_->stats()->networkExtent.height == 48; }));
    EXPECT_TRUE(shows(serial() + 2));
    // Changed again before the plan is there: the newest one counts.
    for (const int side : {40, 36, 44}) {
        settings_.shortSide = side;
        live_->apply(settings_);
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_TRUE(eventually([&] { return live_->stats()->networkExtent.height == 44; }));
    EXPECT_TRUE(live_->stats()->messages.empty());
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
