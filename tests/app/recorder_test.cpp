// SPDX-License-Identifier: MIT
#include "app/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <thread>

#include "app/live_outputs.h"
#include "app/recording_clock.h"
#include "base/error.h"
#include "folder.h"
#include "media/source.h"
#include "recording_frames.h"

namespace impasto::app::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

bool waitUntil(const std::function<bool()>& condition) {
    for (int i = 0; i < 4000 && !condition(); ++i)
        std::this_thread::sleep_for(5ms);
    return condition();
}

/// Frames come as fast as they are written, not by the clock: none is repeated.
constexpr std::chrono::milliseconds kNever = 1h;

/// Notes what it is given; writing can be held up and made to fail.
struct Noted {
    std::mutex mutex;
    std::vector<double> places;
    std::vector<std::string> sound;
    bool finished = false;
    std::atomic<bool> hold = false;
    std::atomic<int> failAfter = -1;  ///< frames
};

class NotingWriter final : public RecordingWriter {
  public:
    explicit NotingWriter(Noted& noted) : noted_(noted) {}
    void writeAt(const media::Frame&, double seconds) override {
        while (noted_.hold)
            std::this_thread::sleep_for(1ms);
        const std::lock_guard lock(noted_.mutex);
        if (noted_.failAfter >= 0 && static_cast<int>(noted_.places.size()) >= noted_.failAfter)
            throw Error({"cannot write", "x.mp4", "No space left on device"});
        noted_.places.push_back(seconds);
    }
    void playSound(double seconds, double input) override {
        noted_.sound.push_back("play " + std::to_string(input) + " at " + std::to_string(seconds));
    }
    void pauseSound(double seconds) override { noted_.sound.push_back("pause at " + std::to_string(seconds)); }
    void finish() override { noted_.finished = true; }
    std::uint64_t framesWritten() const override { return noted_.places.size(); }

  private:
    Noted& noted_;
};

OpenRecording noting(Noted& noted) {
    return [&noted] { return std::make_unique<NotingWriter>(noted); };
}

TEST(RecordingClock, FollowsTheSourcesOwnSpacing) {
    RecordingClock clock;
    // The clock on the wall jitters; the source doesn't.
    for (int i = 0; i < 100; ++i) {
        const double jitter = 0.02 * ((i * 7) % 5);
        const auto place = clock.at({.timestampSeconds = 4 + i / 30.0, .wallSeconds = i == 0 ? 0 : i / 30.0 + jitter});
        EXPECT_NEAR(place.seconds, i / 30.0, 1e-9);
        EXPECT_EQ(place.anchored, i == 0);
    }
}

TEST(RecordingClock, GoesOnWithTheWallAfterJumpsPausesAndRepaints) {
    RecordingClock clock;
    EXPECT_TRUE(clock.at({.timestampSeconds = 10}).anchored);
    EXPECT_NEAR(clock.at({.timestampSeconds = 10.1, .wallSeconds = 0.1}).seconds, 0.1, 1e-9);
    const auto seeked = clock.at({.timestampSeconds = 2, .jumps = 1, .wallSeconds = 0.3});
    EXPECT_TRUE(seeked.anchored);
    EXPECT_DOUBLE_EQ(seeked.seconds, 0.3);
    const auto paused = clock.at({.timestampSeconds = 2.1, .jumps = 1, .wallSeconds = 7});
    EXPECT_TRUE(paused.anchored) << "the wall went on while the source did not";
    EXPECT_DOUBLE_EQ(paused.seconds, 7);
    const auto repainted = clock.at({.timestampSeconds = 2.1, .jumps = 1, .wallSeconds = 7.2});
    EXPECT_TRUE(repainted.anchored);
    EXPECT_DOUBLE_EQ(repainted.seconds, 7.2);
    const auto fast = clock.at({.timestampSeconds = 2.2, .jumps = 1, .speed = 2, .wallSeconds = 7.3});
    EXPECT_TRUE(fast.anchored);
    EXPECT_NEAR(clock.at({.timestampSeconds = 2.4, .jumps = 1, .speed = 2, .wallSeconds = 7.4}).seconds, 7.4, 1e-9);
}

TEST(Recorder, NeverBlocksAndCountsWhatItLeavesOut) {
    Noted noted;
    noted.hold = true;
    Recorder recorder(noting(noted));
    const media::FramePtr frame = barsFrame(64, 48, 0);
    recorder.push(frame, 0);
    // Until the writer hangs in its first frame, so that the number left out is known.
    const auto start = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(100ms);
    for (int i = 1; i <= 20; ++i)
        recorder.push(frame, i / 30.0);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
    EXPECT_EQ(recorder.state().dropped, 20 - Recorder::kMostWaiting);
    EXPECT_EQ(recorder.state().mostWaiting, Recorder::kMostWaiting);
    noted.hold = false;
    recorder.stop();
    ASSERT_TRUE(waitUntil([&] { return recorder.state().done; }));
    EXPECT_EQ(recorder.state().failure, "");
    EXPECT_TRUE(noted.finished);
    // What waited, and the last one again for the end.
    EXPECT_EQ(noted.places.size(), 1 + Recorder::kMostWaiting + 1);
}

TEST(Recorder, TheLastFrameStandsAndSoundFollows) {
    Noted noted;
    Recorder recorder(noting(noted));
    recorder.setSound(0, 3.0);
    recorder.push(barsFrame(64, 48, 0), 0);
    std::this_thread::sleep_for(1200ms);
    EXPECT_GE(recorder.state().written, 2u) << "a picture that stands is written again";
    recorder.setSound(recorder.elapsedSeconds(), std::nullopt);
    recorder.stop();
    ASSERT_TRUE(waitUntil([&] { return recorder.state().done; }));
    EXPECT_GE(noted.places.back(), 1.1);
    ASSERT_EQ(noted.sound.size(), 2u);
    EXPECT_THAT(noted.sound[0], HasSubstr("play 3.0"));
    EXPECT_THAT(noted.sound[1], testing::StartsWith("pause at "));
}

TEST(Recorder, AFailureEndsItAndIsTold) {
    Noted noted;
    noted.failAfter = 3;
    Recorder recorder(noting(noted));
    for (int i = 0; i < 6; ++i) {
        recorder.push(barsFrame(64, 48, 0), i / 30.0);
        std::this_thread::sleep_for(20ms);
    }
    ASSERT_TRUE(waitUntil([&] { return recorder.state().done; }));
    EXPECT_THAT(recorder.state().failure, HasSubstr("No space left"));
    EXPECT_EQ(noted.places.size(), 3u);
    recorder.push(barsFrame(64, 48, 0), 1);  // does nothing any more
    recorder.stop();

    Recorder nowhere(videoRecording("/proc/impasto/x.mp4", {.width = 64, .height = 48}));
    ASSERT_TRUE(waitUntil([&] { return nowhere.state().done; }));
    EXPECT_THAT(nowhere.state().failure, HasSubstr("/proc/impasto"));
}

TEST(Recorder, ColourBarsRateAndCountComeBack) {
    const TemporaryFolder folder;
    for (const char* name : {"bars.mp4", "bars.mkv", "bars.webm"}) {
        const std::filesystem::path path = folder / name;
        {
            Recorder recorder(
                videoRecording(path, {.width = 320, .height = 240, .rate = {24000, 1001}, .fragmented = true}), kNever);
            for (int i = 0; i < 48; ++i) {
                while (recorder.state().written + Recorder::kMostWaiting <= static_cast<std::uint64_t>(i))
                    std::this_thread::sleep_for(1ms);
                recorder.push(barsFrame(320, 240, i), i * 1001 / 24000.0);
            }
            recorder.stop();
        }
        const auto source = media::openSource({.input = path.string()});
        EXPECT_NEAR(source->info().rate.perSecond(), 24000 / 1001.0, 0.02) << name;
        std::uint64_t frames = 0;
        while (const media::FramePtr frame = source->next()) {
            if (frames < 48) {
                EXPECT_LE(worstBar(*frame), 2) << name << " frame " << frames;
                EXPECT_NEAR(frame->timestampSeconds, static_cast<double>(frames) * 1001 / 24000, 0.002) << name;
            }
            ++frames;
        }
        EXPECT_GE(frames, 48u) << name;
    }
}

/// A file may not grow beyond `bytes` while this lives: as a full disk, for one process.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

TEST(Recorder, AFullDiskEndsItAndWhatIsTherePlays) {
    const TemporaryFolder folder;
    for (const char* name : {"full.mp4", "full.mkv", "full.webm"}) {
        const std::filesystem::path path = folder / name;
        Recorder::State state;
        {
            const FileSizeLimit limit(600'000);
            Recorder recorder(videoRecording(path, {.width = 320, .height = 240, .rate = {30, 1}, .fragmented = true}),
                              kNever);
            for (int i = 0; i < 3000 && !recorder.state().done; ++i) {
                while (!recorder.state().done &&
                       recorder.state().written + Recorder::kMostWaiting <= static_cast<std::uint64_t>(i))
                    std::this_thread::sleep_for(1ms);
                recorder.push(noiseFrame(320, 240, i), i / 30.0);
            }
            ASSERT_TRUE(recorder.state().done) << name;
            state = recorder.state();
        }
        EXPECT_THAT(state.failure, testing::AllOf(HasSubstr(name), HasSubstr("what was written is kept")));
        const auto source = media::openSource({.input = path.string()});
        std::uint64_t frames = 0;
        while (source->next())
            ++frames;
        EXPECT_GT(frames, 5u) << name;
    }
}

TEST(Recorder, WhatIsThereWhenTheProgramIsKilledPlays) {
    const TemporaryFolder folder;
    for (const std::string name : {"killed.mp4", "killed.mkv", "killed.webm"}) {
        const std::string path = folder / name;
        int ready[2];
        ASSERT_EQ(::pipe(ready), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::dup2(ready[1], STDOUT_FILENO);
            ::execl(IMPASTO_RECORD_UNTIL_KILLED, IMPASTO_RECORD_UNTIL_KILLED, path.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ready[1]);
        char byte = 0;
        ASSERT_EQ(::read(ready[0], &byte, 1), 1) << "the child did not record";
        ::close(ready[0]);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        const auto source = media::openSource({.input = path});
        std::uint64_t frames = 0;
        while (const media::FramePtr frame = source->next()) {
            EXPECT_LE(worstBar(*frame), 2);
            ++frames;
        }
        EXPECT_GE(frames, 30u) << name << ": at most the last seconds are lost";
    }
}

}  // namespace
}  // namespace impasto::app::test
