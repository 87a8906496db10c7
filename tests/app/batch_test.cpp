// SPDX-License-Identifier: MIT
#include "app/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <set>

#include "app/gallery.h"
#include "base/error.h"
#include "base/file.h"
#include "folder.h"
#include "media/source.h"
#include "media/writer.h"
#include "program.h"
#include "recording_frames.h"

namespace impasto::app::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

void touch(const fs::path& path, const std::string& text = "x") {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

std::vector<std::string> outputsOf(const std::vector<BatchItem>& items) {
    std::vector<std::string> names;
    for (const BatchItem& item : items)
        names.push_back(item.output.filename().string());
    return names;
}

TEST(BatchPlan, KeepsNamesAndNeverMeets) {
    const TemporaryFolder folder;
    for (const char* name : {"a.png", "b.JPG", "c.mov", "d.mp4", "e.bmp", "e.bmp.png", ".hidden.png", "notes.txt"})
        touch(folder / "in" / name);
    touch(folder / "in/deeper/f.png");
    const auto items = planBatch(folder / "in", folder / "out");
    EXPECT_THAT(outputsOf(items),
                testing::ElementsAre("a.png", "b.JPG", "c.mov.mp4", "d.mp4", "e.bmp.png", "e.bmp.png.png"));
    EXPECT_THAT(outputsOf(planBatch(folder / "in/c.mov", folder / "out")), testing::ElementsAre("c.mov.mp4"));
}

TEST(BatchPlan, EveryFileInEveryStyleUnderNamesThatNeverMeet) {
    const TemporaryFolder folder;
    for (const char* name : {"a.png", "a.one.png", "b.bmp", "c.mp4"})
        touch(folder / "in" / name);
    const auto items = planBatch(folder / "in", folder / "out",
                                 {"mosaic", "/x/one.jpg", "/y/one.jpg", std::string(kSourceStyle), "mosaic"});
    EXPECT_THAT(outputsOf(items),
                testing::ElementsAre("a.one.mosaic.png", "a.one.one.png", "a.one.one-2.png", "a.one.source.png",
                                     "a.mosaic.png", "a.one.png", "a.one-2.png", "a.source.png", "b.bmp.mosaic.png",
                                     "b.bmp.one.png", "b.bmp.one-2.png", "b.bmp.source.png", "c.mosaic.mp4",
                                     "c.one.mp4", "c.one-2.mp4", "c.source.mp4"));
    EXPECT_EQ(items[2].style, "/y/one.jpg");
    EXPECT_EQ(items[2].input, folder / "in/a.one.png");
    // "a.b.png" in "c" and "a.png" in "b.c" would be one file.
    const TemporaryFolder other;
    for (const char* name : {"a.png", "a.b.png"})
        touch(other / "in" / name);
    EXPECT_THAT(outputsOf(planBatch(other / "in", other / "out", {"c", "b.c"})),
                testing::ElementsAre("a.b.c.png", "a.b.b.c.png", "a.c.png", "a.b.c.png.png"));
}

TEST(BatchPlan, RefusesWhatWouldLoseOriginals) {
    const TemporaryFolder folder;
    touch(folder / "in/a.png");
    EXPECT_THROW(planBatch(folder / "in", folder / "in"), Error);
    EXPECT_THROW(planBatch(folder / "in", folder / "in/../in"), Error);
    EXPECT_THROW(planBatch(folder / "in/a.png", folder / "in"), Error);
    EXPECT_THROW(planBatch(folder / "gone", folder / "out"), Error);
    fs::create_directories(folder / "empty");
    EXPECT_THROW(planBatch(folder / "empty", folder / "out"), Error);
}

TEST(BatchPlan, FingerprintIsOfTheLook) {
    Settings a, b;
    b.paused = true;
    b.lightTheme = true;
    b.source = "x";
    EXPECT_EQ(settingsFingerprint(a), settingsFingerprint(b));
    b.strength = 0.5f;
    EXPECT_NE(settingsFingerprint(a), settingsFingerprint(b));
}

/// The real program over a folder with pictures, a clip and files that are not what they are called.
class BatchRun : public testing::Test {
  protected:
    void SetUp() override {
        if (!hasDevice())
            GTEST_SKIP() << "no Vulkan device";
        fs::create_directories(folder_ / "in");
        for (const char* name : {"a.png", "b.jpg", "e.png"})
            media::writeImage(folder_ / "in" / name, *barsFrame(48, 32, 0));
        touch(folder_ / "in/broken.png", "this is no picture");
        media::VideoWriter clip(folder_ / "in/clip.mp4", {.width = 48, .height = 32, .rate = {12, 1}});
        for (int i = 0; i < 5; ++i)
            clip.write(*barsFrame(48, 32, i));
        clip.finish();
    }
    Ended run(const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{folder_ / "in", "--size", "32", "--output",
                                           (folder_ / "out").string() + "/"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runProgram(arguments, folder_);
    }
    fs::file_time_type made(const char* name) const { return fs::last_write_time(folder_ / "out" / name); }

    TemporaryFolder folder_;
};

TEST_F(BatchRun, OneFailureDoesNotStopTheRestAndItGoesOnWhereItEnded) {
    const Ended first = run();
    EXPECT_EQ(first.status, 1) << first.err;
    EXPECT_THAT(first.err, HasSubstr("4 of 5 files"));
    EXPECT_THAT(first.err, testing::AllOf(HasSubstr("failed"), HasSubstr("broken.png")));
    for (const char* name : {"a.png", "b.jpg", "e.png"}) {
        const media::FramePtr result = media::loadImage(folder_ / "out" / name);
        EXPECT_EQ(result->width, 48) << name;
        EXPECT_EQ(result->height, 32) << name;
    }
    const auto clip = media::openSource({.input = folder_ / "out/clip.mp4"});
    int frames = 0;
    while (clip->next())
        ++frames;
    EXPECT_EQ(frames, 5);
    EXPECT_NEAR(clip->info().rate.perSecond(), 12, 0.01);
    EXPECT_FALSE(fs::exists(folder_ / "out/broken.png"));
    for (const auto& file : fs::directory_iterator(folder_ / "out"))
        EXPECT_THAT(file.path().filename().string(), testing::Not(HasSubstr("unfinished")));

    // Again: only what is missing or was made otherwise.
    const fs::file_time_type before = made("a.png");
    fs::remove(folder_ / "out/b.jpg");
    fs::remove(folder_ / "in/broken.png");
    const Ended second = run();
    EXPECT_EQ(second.status, 0) << second.err;
    EXPECT_THAT(second.err, testing::AllOf(HasSubstr("1 of 4 files"), HasSubstr("3 done before")));
    EXPECT_EQ(made("a.png"), before);
    EXPECT_TRUE(fs::exists(folder_ / "out/b.jpg"));
    const Ended third = run({"--strength", "0.5"});
    EXPECT_EQ(third.status, 0) << third.err;
    EXPECT_THAT(third.err, HasSubstr("4 of 4 files"));
    EXPECT_NE(made("a.png"), before);
}

TEST_F(BatchRun, EachFileInEachStyleEqualsThatStyleAlone) {
    media::writeImage(folder_ / "my own.png", *barsFrame(64, 64, 3));
    const std::string own = (folder_ / "my own.png").string();
    const std::vector<std::string> styles{"--style", "mosaic:0.4", "--style", own, "--style", "gone", "--each-style"};
    const Ended first = run(styles);
    EXPECT_EQ(first.status, 1) << first.err;
    // Of five files in three styles one file and one style cannot be had.
    EXPECT_THAT(first.err, testing::AllOf(HasSubstr("8 of 15 files"), HasSubstr("broken.png"), HasSubstr("gone")));
    std::set<std::string> names;
    for (const auto& file : fs::directory_iterator(folder_ / "out"))
        names.insert(file.path().filename().string());
    EXPECT_THAT(names, testing::UnorderedElementsAre("a.mosaic.png", "a.my own.png", "b.mosaic.jpg", "b.my own.jpg",
                                                     "e.mosaic.png", "e.my own.png", "clip.mosaic.mp4",
                                                     "clip.my own.mp4", Batch::kNoteName));
    for (const auto& [style, result] :
         {std::pair<std::string, const char*>{"mosaic", "a.mosaic.png"}, {own, "a.my own.png"}}) {
        const Ended alone = runProgram(
            {folder_ / "in/a.png", "--size", "32", "--style", style, "--output", folder_ / "alone.png"}, folder_);
        ASSERT_EQ(alone.status, 0) << alone.err;
        EXPECT_EQ(media::loadImage(folder_ / "out" / result)->pixels, media::loadImage(folder_ / "alone.png")->pixels)
            << result;
    }
    EXPECT_NE(media::loadImage(folder_ / "out/a.mosaic.png")->pixels,
              media::loadImage(folder_ / "out/a.my own.png")->pixels);

    // The weight is no part of a style alone; another style is only what is missing.
    fs::remove(folder_ / "in/broken.png");
    const fs::file_time_type before = made("a.mosaic.png");
    const Ended second = run({"--style", "mosaic", "--style", "batik", "--each-style"});
    EXPECT_EQ(second.status, 0) << second.err;
    EXPECT_THAT(second.err, testing::AllOf(HasSubstr("4 of 8 files"), HasSubstr("4 done before")));
    EXPECT_EQ(made("a.mosaic.png"), before);
    EXPECT_TRUE(fs::exists(folder_ / "out/clip.batik.mp4"));
}

TEST_F(BatchRun, WithoutAChoiceEachStyleIsEveryBundledOne) {
    const std::size_t bundled = Gallery(bundledStylesFolder()).count();
    ASSERT_GT(bundled, 5u);
    const Ended ended = runProgram(
        {folder_ / "in/a.png", "--size", "32", "--each-style", "--output", (folder_ / "out").string() + "/"}, folder_);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(std::to_string(bundled) + " of " + std::to_string(bundled) + " files"));
    EXPECT_TRUE(fs::exists(folder_ / "out/a.batik.png"));
}

/// A clip of `frames`, 12 a second, alone in a folder.
class BatchVideo : public BatchRun {
  protected:
    static constexpr int kFrames = 240;
    void SetUp() override {
        if (!hasDevice())
            GTEST_SKIP() << "no Vulkan device";
        fs::create_directories(folder_ / "in");
        media::VideoWriter clip(folder_ / "in/long.mp4",
                                {.width = 320, .height = 240, .rate = {12, 1}, .soundFrom = "lavfi:sine"});
        for (int i = 0; i < kFrames; ++i)
            clip.write(*barsFrame(320, 240, i));
        clip.finish();
    }
    std::vector<std::string> arguments() const {
        return {folder_ / "in", "--size", "64", "--output", (folder_ / "out").string() + "/"};
    }
    /// Ends a run by `signal` once about a quarter of the video is on the disk.
    Ended interrupt(int signal) {
        return runProgramUntil(arguments(), folder_, signal, [this] {
            std::error_code none;
            if (!fs::exists(unfinished(), none))
                return false;
            try {
                int frames = 0;
                const auto source = media::openSource({.input = unfinished()});
                while (frames < kFrames / 4 && source->next())
                    ++frames;
                return frames >= kFrames / 4;
            } catch (const Error&) {
                return false;  // its header is not written yet
            }
        });
    }
    fs::path unfinished() const { return folder_ / "out/.unfinished-long.mp4"; }

    void expectWhole() {
        const auto source = media::openSource({.input = folder_ / "out/long.mp4"});
        EXPECT_TRUE(source->info().hasAudio);
        int frames = 0;
        while (const media::FramePtr frame = source->next())
            EXPECT_NEAR(frame->timestampSeconds, frames++ / 12.0, 1e-3);
        EXPECT_EQ(frames, kFrames);
        for (const auto& file : fs::directory_iterator(folder_ / "out"))
            EXPECT_THAT(file.path().filename().string(), testing::AnyOf("long.mp4", std::string(Batch::kNoteName)));
    }
};

TEST_F(BatchVideo, WhatAKilledRunWrotePlaysAndIsGoneOnWith) {
    const Ended killed = interrupt(SIGKILL);
    ASSERT_EQ(killed.status, 128 + SIGKILL) << killed.err;
    EXPECT_FALSE(fs::exists(folder_ / "out/long.mp4"));
    const Ended second = runProgram(arguments(), folder_);
    EXPECT_EQ(second.status, 0) << second.err;
    EXPECT_THAT(second.err, HasSubstr("frames done before"));
    expectWhole();
    EXPECT_THAT(runProgram(arguments(), folder_).err, HasSubstr("1 done before"));
}

TEST_F(BatchVideo, AStoppedRunIsGoneOnWithUnlessTheSettingsAreOthers) {
    const Ended stopped = interrupt(SIGINT);
    EXPECT_EQ(stopped.status, 1) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("the same command goes on"));
    EXPECT_TRUE(fs::exists(unfinished()));
    EXPECT_FALSE(fs::exists(folder_ / "out/long.mp4"));
    std::vector<std::string> other = arguments();
    other.insert(other.end(), {"--strength", "0.5"});
    const Ended second = runProgram(other, folder_);
    EXPECT_EQ(second.status, 0) << second.err;
    EXPECT_THAT(second.err, testing::Not(HasSubstr("frames done before")));
    expectWhole();
}

TEST_F(BatchRun, WhatItDidNotMakeIsNotReplaced) {
    touch(folder_ / "out/a.png", "mine");
    fs::remove(folder_ / "in/broken.png");
    const Ended ended = run();
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.err, HasSubstr("was not made by a batch"));
    EXPECT_EQ(fs::file_size(folder_ / "out/a.png"), 4u);
    EXPECT_TRUE(fs::exists(folder_ / "out/e.png"));
}

TEST_F(BatchRun, DamagedNotesAreAnError) {
    touch(folder_ / "out" / Batch::kNoteName, "{\"results\": [");
    const Ended ended = run();
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.err, HasSubstr(Batch::kNoteName));
}

TEST_F(BatchRun, ArgumentsAreChecked) {
    EXPECT_EQ(run({"--frames", "3"}).status, 2);
    EXPECT_EQ(runProgram({folder_ / "in/a.png", "--each-style", "--output", folder_ / "x.png"}, folder_).status, 2);
    EXPECT_EQ(runProgram({"--output", (folder_ / "out").string() + "/"}, folder_).status, 2);
    EXPECT_EQ(runProgram({folder_ / "in", "--output", (folder_ / "in").string()}, folder_).status, 1);
}

}  // namespace
}  // namespace impasto::app::test
