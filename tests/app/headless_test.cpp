// SPDX-License-Identifier: MIT
// The real program from generated input to files, and the files read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "media/source.h"
#include "media/writer.h"
#include "program.h"

namespace impasto::app::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Awkward on purpose: odd sides, below the network's preferred size, a rate of its own.
const std::string kInput = "lavfi:testsrc=size=97x61:rate=12:duration=2";

struct ReadBack {
    media::SourceInfo info;
    std::vector<media::FramePtr> frames;
};

ReadBack readBack(const fs::path& path) {
    const auto source = media::openSource({.input = path.string()});
    ReadBack result{source->info(), {}};
    while (media::FramePtr frame = source->next())
        result.frames.push_back(frame);
    return result;
}

double meanDifference(const media::Frame& a, const media::Frame& b) {
    if (a.pixels.size() != b.pixels.size())
        return 255;
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        sum += std::abs(static_cast<int>(a.pixels[i]) - static_cast<int>(b.pixels[i]));
    return sum / static_cast<double>(a.pixels.size());
}

class Headless : public testing::Test {
  protected:
    void SetUp() override {
        if (!hasDevice())
            GTEST_SKIP() << "no Vulkan device";
    }
    void expectDone(const std::vector<std::string>& arguments) {
        const Ended ended = runProgram(arguments, folder_);
        EXPECT_EQ(ended.status, 0) << ended.err;
    }
    TemporaryFolder folder_;
};

TEST_F(Headless, NeitherReadsNorWritesWhatTheWindowRemembers) {
    const fs::path file = folder_ / "state/impasto/window.json";
    writeFileAtomically(file, std::string_view("damaged"));
    const Ended ended = runProgram({kInput, "--size", "48", "--frames", "1", "--output", folder_ / "one.png"}, folder_,
                                   {{"XDG_STATE_HOME", (folder_ / "state").string()}});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(readFile(file, 100).size(), 7u);
    EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()), 1);
}

TEST_F(Headless, VideosKeepCountSizeAndRate) {
    for (const std::string name : {"out.mp4", "out.mkv", "out.webm"}) {
        SCOPED_TRACE(name);
        expectDone({kInput, "--size", "48", "--frames", "9", "--output", folder_ / name});
        const ReadBack video = readBack(folder_ / name);
        EXPECT_EQ(video.frames.size(), 9u);
        EXPECT_EQ(video.info.width, 96);
        EXPECT_EQ(video.info.height, 60);
        EXPECT_NEAR(video.info.rate.perSecond(), 12, 0.01);
    }
}

TEST_F(Headless, AVideoPlaysThatWasBeingWrittenWhenTheProgramWasKilled) {
    const fs::path output = folder_ / "killed.mp4";
    const auto frames = [&] {
        int count = 0;
        try {
            const auto source = media::openSource({.input = output});
            while (source->next())
                ++count;
        } catch (const Error&) {
        }
        return count;
    };
    const Ended ended = runProgramUntil({"lavfi:testsrc2=size=320x240:rate=10", "--size", "64", "--output", output},
                                        folder_, SIGKILL, [&] { return frames() >= 10; });
    EXPECT_EQ(ended.status, 128 + SIGKILL) << ended.err;
    EXPECT_GE(frames(), 10);
}

TEST_F(Headless, OutputRateLeavesOutFramesAndKeepsTheDuration) {
    expectDone({kInput, "--size", "48", "--fps", "6", "--output", folder_ / "half.mp4"});
    const ReadBack video = readBack(folder_ / "half.mp4");
    EXPECT_EQ(video.frames.size(), 12u);
    EXPECT_NEAR(video.info.rate.perSecond(), 6, 0.01);
}

TEST_F(Headless, ImageHasTheSourcesSizeAndIsStylized) {
    expectDone({kInput, "--size", "48", "--output", folder_ / "styled.png"});
    expectDone({kInput, "--size", "48", "--strength", "0", "--output", folder_ / "unstyled.png"});
    const ReadBack styled = readBack(folder_ / "styled.png");
    const ReadBack unstyled = readBack(folder_ / "unstyled.png");
    ASSERT_EQ(styled.frames.size(), 1u);
    EXPECT_EQ(styled.frames[0]->width, 97);
    EXPECT_EQ(styled.frames[0]->height, 61);
    EXPECT_GT(meanDifference(*styled.frames[0], *unstyled.frames[0]), 5);
}

TEST_F(Headless, SequenceHasEveryFrameInOrder) {
    expectDone({kInput, "--size", "48", "--frames", "3", "--output", folder_ / "seq/%03d.png"});
    EXPECT_TRUE(fs::exists(folder_ / "seq/001.png"));
    EXPECT_TRUE(fs::exists(folder_ / "seq/003.png"));
    EXPECT_FALSE(fs::exists(folder_ / "seq/004.png"));
    const auto frame = [&](const std::string& name) { return media::loadImage(folder_ / name); };
    EXPECT_GT(meanDifference(*frame("seq/001.png"), *frame("seq/003.png")), 0.01);
}

TEST_F(Headless, ImageIsRepeatedAsOftenAsAsked) {
    const std::string image = std::string(IMPASTO_SOURCE_DIR) + "/assets/content/coffee.png";
    expectDone({image, "--size", "48", "--frames", "4", "--fps", "8", "--output", folder_ / "still.mp4"});
    const ReadBack video = readBack(folder_ / "still.mp4");
    EXPECT_EQ(video.frames.size(), 4u);
    EXPECT_NEAR(video.info.rate.perSecond(), 8, 0.01);
}

TEST_F(Headless, SameInputGivesTheSamePicture) {
    for (const std::string name : {"a.png", "b.png"})
        expectDone({kInput, "--size", "48", "--output", folder_ / name});
    EXPECT_EQ(readFile(folder_ / "a.png", 1u << 24), readFile(folder_ / "b.png", 1u << 24));
}

TEST_F(Headless, TinyInputsWork) {
    for (const auto& [width, height] : {std::pair{1, 1}, std::pair{3, 2}, std::pair{1, 17}}) {
        SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height));
        media::Frame frame;
        frame.width = width;
        frame.height = height;
        frame.pixels.assign(media::frameBytes(frame.format, width, height), 200);
        media::writeImage(folder_ / "tiny.png", frame);
        expectDone({folder_ / "tiny.png", "--output", folder_ / "out.png"});
        const ReadBack image = readBack(folder_ / "out.png");
        EXPECT_EQ(image.info.width, width);
        EXPECT_EQ(image.info.height, height);
    }
}

TEST_F(Headless, WithoutOutputNothingIsWritten) {
    const Ended ended = runProgram({kInput, "--size", "48", "--headless", "--frames", "2"}, folder_);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("2 frames"));
}

TEST_F(Headless, BenchmarkAndListsPrint) {
    const Ended benchmark = runProgram({kInput, "--size", "48", "--benchmark", "--json", "--frames", "4"}, folder_);
    EXPECT_EQ(benchmark.status, 0) << benchmark.err;
    const auto report = nlohmann::json::parse(benchmark.out, nullptr, false);
    ASSERT_TRUE(report.is_object()) << benchmark.out;
    ASSERT_EQ(report["runs"].size(), 1u);
    const auto& run = report["runs"][0];
    EXPECT_EQ(run["frames"], 4);
    EXPECT_EQ(run["network_extent"]["height"], 48);
    EXPECT_GT(run["frames_per_second"], 0);
    EXPECT_GT(run["ceiling"]["gflop_per_s"], 0);
    EXPECT_GT(run["ceiling"]["gbyte_per_s"], 0);
    EXPECT_GT(run["network_fraction"], 0);
    EXPECT_LT(run["network_fraction"], 1);
    EXPECT_GE(run["network_fraction_as_sums"], run["network_fraction"]);
    EXPECT_LE(run["verification"]["nmse"], run["verification"]["nmse_bound"]);
    EXPECT_GT(run["arena_bytes_unaliased"], run["arena_bytes"]);
    EXPECT_GE(run["delay_ms"]["median"], run["delay_ms"]["p5"]);
    EXPECT_THAT(run["operations"].dump(), HasSubstr("conv2d"));
    ASSERT_EQ(report["starts"].size(), 1u);
    for (const std::string kind : {"cold", "warm"}) {
        const auto& start = report["starts"][0][kind];
        EXPECT_GT(start["first_picture_ms"], start["device_ms"]);
        EXPECT_GT(start["device_ms"], 0);
    }
    const Ended devices = runProgram({"--list-devices"}, folder_);
    EXPECT_EQ(devices.status, 0);
    EXPECT_THAT(devices.out, HasSubstr("* "));
    EXPECT_EQ(runProgram({"--list-cameras"}, folder_).status, 0);
}

TEST_F(Headless, SelfTestPasses) {
    const Ended ended = runProgram({"--self-test"}, folder_);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    for (const std::string operation : {"conv2d 3x3", "normalize", "pixel_shuffle", "micro"})
        EXPECT_THAT(ended.out, HasSubstr(operation));
    EXPECT_THAT(ended.out, testing::Not(HasSubstr("WRONG")));
}

}  // namespace
}  // namespace impasto::app::test
