// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <thread>

#include "media/player.h"
#include "media_fixture.h"

namespace impasto::media {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using testing::HasSubstr;
using Phase = Player::Phase;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Waits up to ten seconds, far beyond what a loaded machine needs.
bool eventually(const std::function<bool()>& condition) {
    const auto start = Clock::now();
    while (!condition()) {
        if (secondsSince(start) > 10)
            return false;
        std::this_thread::sleep_for(milliseconds(2));
    }
    return true;
}

FramePtr waitFrame(Player& player) {
    FramePtr frame;
    eventually([&] { return (frame = player.takeFrame()) != nullptr; });
    return frame;
}

bool reaches(const Player& player, Phase phase) {
    return eventually([&] { return player.state().phase == phase; });
}

class PlayerTest : public MediaTest {
  protected:
    Player::Params file(const char* name, int frames, double rate = 25) {
        writeCountingVideo(path(name), frames, {.rate = {static_cast<int>(rate), 1}});
        return {.request = {.input = path(name)}};
    }
};

TEST_F(PlayerTest, PlaysAtItsOwnRateAndEnds) {
    auto params = file("v.mp4", 25);
    params.loop = false;
    const auto start = Clock::now();
    Player player(std::move(params));
    int last = -1;
    while (player.state().phase != Phase::Ended && secondsSince(start) < 10) {
        if (const FramePtr frame = player.takeFrame()) {
            EXPECT_GT(readCount(*frame), last);
            last = readCount(*frame);
        }
        std::this_thread::sleep_for(milliseconds(1));
    }
    if (const FramePtr frame = player.takeFrame())
        last = readCount(*frame);
    EXPECT_EQ(last, 24);
    EXPECT_GE(secondsSince(start), 0.9);  // 24 intervals of 40 ms, never faster
    EXPECT_EQ(player.state().info.width, 64);
    EXPECT_NEAR(player.state().positionSeconds, 24 / 25.0, 1e-3);
}

TEST_F(PlayerTest, NewestFrameWins) {
    auto params = file("v.mp4", 20, 100);
    params.loop = false;
    Player player(std::move(params));
    ASSERT_TRUE(reaches(player, Phase::Ended));
    const FramePtr frame = player.takeFrame();
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(readCount(*frame), 19);
    EXPECT_EQ(player.takeFrame(), nullptr);
    EXPECT_EQ(player.state().dropped, player.state().frames - 1);
}

TEST_F(PlayerTest, LoopsAndKeepsPace) {
    const auto start = Clock::now();
    Player player(file("v.mp4", 10, 50));
    ASSERT_TRUE(eventually([&] { return player.state().jumps >= 4; }));  // opened and three rounds
    EXPECT_GE(secondsSince(start), 0.55);
    EXPECT_EQ(player.state().phase, Phase::Playing);
    player.setLoop(false);
    ASSERT_TRUE(reaches(player, Phase::Ended));
    player.setLoop(true);
    EXPECT_TRUE(reaches(player, Phase::Playing));
}

TEST_F(PlayerTest, PauseHoldsSeekAndStepMove) {
    auto params = file("v.mp4", 100);
    params.paused = true;
    Player player(std::move(params));
    EXPECT_EQ(readCount(*waitFrame(player)), 0);  // the first picture shows even when paused
    ASSERT_TRUE(reaches(player, Phase::Paused));
    std::this_thread::sleep_for(milliseconds(120));
    EXPECT_EQ(player.takeFrame(), nullptr);

    player.seek(60 / 25.0);
    EXPECT_EQ(readCount(*waitFrame(player)), 60);
    player.step(1);
    EXPECT_EQ(readCount(*waitFrame(player)), 61);
    player.step(3);
    EXPECT_EQ(readCount(*waitFrame(player)), 64);
    player.step(-1);
    EXPECT_EQ(readCount(*waitFrame(player)), 63);
    EXPECT_TRUE(player.state().paused);

    player.setPaused(false);
    const FramePtr next = waitFrame(player);
    EXPECT_GE(readCount(*next), 64);
    EXPECT_LE(readCount(*next), 70);
    player.step(1);  // stepping pauses
    EXPECT_TRUE(reaches(player, Phase::Paused));
}

TEST_F(PlayerTest, TheNewestOfManySeeksCounts) {
    auto params = file("v.mp4", 100);
    params.paused = true;
    Player player(std::move(params));
    waitFrame(player);
    for (int i = 1; i < 90; ++i)
        player.seek(i / 25.0);
    ASSERT_TRUE(eventually([&] { return std::abs(player.state().positionSeconds - 89 / 25.0) < 1e-3; }));
    EXPECT_LT(player.state().jumps, 91u);
}

TEST_F(PlayerTest, SpeedChangesThePace) {
    auto params = file("v.mp4", 50);  // two seconds
    params.loop = false;
    params.speed = 8;
    const auto start = Clock::now();
    Player player(std::move(params));
    ASSERT_TRUE(reaches(player, Phase::Ended));
    EXPECT_GE(secondsSince(start), 0.2);
    EXPECT_LT(secondsSince(start), 1.9);
    player.setSpeed(1000);
    EXPECT_EQ(player.state().speed, 16);
}

TEST_F(PlayerTest, SlowDecodingLeavesFramesOutInsteadOfFallingBehind) {
    // So many frames per second can't be read: the film must not wait for every one of them to be shown.
    Player player({.request = {.input = "lavfi:testsrc2=size=320x180:rate=6000:duration=0.2"}, .loop = false});
    ASSERT_TRUE(reaches(player, Phase::Ended));
    EXPECT_LT(player.state().frames, 900u);
    EXPECT_NEAR(player.state().positionSeconds, 0.2, 0.01);
}

TEST_F(PlayerTest, GeneratedInputIsPacedToo) {
    const auto start = Clock::now();
    Player player({.request = {.input = "lavfi:testsrc2=size=64x48:rate=20"}});
    ASSERT_TRUE(eventually([&] { return player.state().frames >= 11; }));
    EXPECT_GE(secondsSince(start), 0.45);
}

TEST_F(PlayerTest, AStillIsGivenOnce) {
    writeImage(path("s.png"), *countingFrame(7));
    Player player({.request = {.input = path("s.png")}});
    EXPECT_EQ(readCount(*waitFrame(player)), 7);
    std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(player.takeFrame(), nullptr);
    EXPECT_TRUE(player.state().info.still);
    player.setPaused(true);
    EXPECT_TRUE(reaches(player, Phase::Paused));
    player.setPaused(false);
    player.seek(0);
    EXPECT_EQ(readCount(*waitFrame(player)), 7);
}

TEST_F(PlayerTest, AFolderIsASlideShow) {
    for (int i = 1; i <= 3; ++i)
        writeImage(path("i" + std::to_string(i) + ".png"), *countingFrame(i));
    writeBytes(path("i2b.png"), {1, 2, 3});
    Player player({.request = {.input = folder_.string(), .secondsPerImage = 0.05}, .loop = false});
    ASSERT_TRUE(reaches(player, Phase::Ended));
    EXPECT_EQ(readCount(*player.takeFrame()), 3);
    ASSERT_EQ(player.state().problems.size(), 1u);
    EXPECT_THAT(player.state().problems[0], HasSubstr("i2b.png"));
}

TEST_F(PlayerTest, FailuresAreStates) {
    Player missing({.request = {.input = path("no.mp4")}});
    ASSERT_TRUE(reaches(missing, Phase::Failed));
    EXPECT_THAT(missing.state().message, HasSubstr("no.mp4"));
    EXPECT_EQ(missing.takeFrame(), nullptr);
    missing.seek(1);
    missing.step(1);
    missing.setPaused(false);
    EXPECT_EQ(missing.state().phase, Phase::Failed);

    Player camera({.request = {.input = "webcam:99"}});
    ASSERT_TRUE(reaches(camera, Phase::Failed));
    EXPECT_THAT(camera.state().message, HasSubstr("/dev/video99"));
}

TEST_F(PlayerTest, ClosesAtOnceWhateverItDoes) {
    auto params = file("v.mp4", 50, 1);  // a frame a second
    const auto start = Clock::now();
    for (const std::string& input : {params.request.input, std::string("lavfi:testsrc2=rate=1"), path("no.mp4"),
                                     std::string("webcam:99"), std::string("rtsp://192.0.2.1/never")}) {
        const Player player({.request = {.input = input}});
        std::this_thread::sleep_for(milliseconds(30));
    }
    EXPECT_LT(secondsSince(start), 5);
}

TEST_F(PlayerTest, ChangesAreAnnounced) {
    std::atomic<int> calls = 0;
    auto params = file("v.mp4", 10, 100);
    params.loop = false;
    params.onChange = [&] { ++calls; };
    Player player(std::move(params));
    ASSERT_TRUE(reaches(player, Phase::Ended));
    EXPECT_GE(calls, 3);
}

TEST_F(PlayerTest, CommandsFromManyThreads) {
    Player player(file("v.mp4", 60, 50));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&player, t] {
            for (int i = 0; i < 60; ++i) {
                player.seek(i * 0.02);
                player.setPaused((i + t) % 3 == 0);
                player.setSpeed(1 + i % 4);
                player.step(i % 2);
                player.takeFrame();
                player.state();
            }
        });
    }
    threads.clear();
    player.setPaused(false);
    player.seek(0.5);
    EXPECT_TRUE(eventually([&] { return player.takeFrame() != nullptr; }));
}

}  // namespace
}  // namespace impasto::media
