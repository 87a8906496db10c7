// SPDX-License-Identifier: MIT
// Videos that go on where an earlier writer ended.
#include <cmath>

#include "media_fixture.h"

namespace impasto::media {
namespace {

class ContinueTest : public MediaTest {
  protected:
    /// countingFrames at `times`, as one run would write them from the first it has no place for yet.
    std::size_t writeFrom(VideoWriter& writer, const std::vector<double>& times) {
        std::size_t written = 0;
        for (std::size_t i = 0; i < times.size(); ++i) {
            if (!writer.hasPlace(times[i]))
                continue;
            writer.writeAt(*countingFrame(static_cast<int>(i)), times[i]);
            ++written;
        }
        return written;
    }
    /// Every frame is there once, shows what it should, when it should.
    void expectWhole(const std::string& name, const std::vector<double>& times) {
        const auto source = openSource({.input = path(name)});
        const std::vector<FramePtr> frames = readAll(*source);
        ASSERT_EQ(frames.size(), times.size()) << name;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            EXPECT_EQ(readCount(*frames[i]), static_cast<int>(i)) << name;
            EXPECT_NEAR(frames[i]->timestampSeconds, times[i], 0.002) << name << " " << i;
        }
        EXPECT_TRUE(source->problems().empty()) << source->problems().front();
    }
    /// Decoding times rise and none is behind its picture's: what containers ask for.
    void expectOrderly(const std::string& name) {
        AVFormatContext* opened = nullptr;
        ASSERT_GE(avformat_open_input(&opened, path(name).c_str(), nullptr, nullptr), 0);
        const AvInput format(opened);
        const AvPacket packet = makeAvPacket();
        std::int64_t last = INT64_MIN;
        while (av_read_frame(opened, packet.get()) >= 0) {
            if (opened->streams[packet->stream_index]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
                packet->dts != AV_NOPTS_VALUE) {
                EXPECT_GT(packet->dts, last) << name;
                EXPECT_LE(packet->dts, packet->pts) << name;
                last = packet->dts;
            }
            av_packet_unref(packet.get());
        }
    }
    static std::vector<double> even(int count) {
        std::vector<double> times;
        for (int i = 0; i < count; ++i)
            times.push_back(i / 25.0);
        return times;
    }
    /// Gaps of one to four places.
    static std::vector<double> uneven(int count) {
        std::vector<double> times;
        for (int i = 0, tick = 0; i < count; ++i, tick += 1 + (i * i) % 4)
            times.push_back(tick / 25.0);
        return times;
    }

    const OutputParams params_{.width = 64, .height = 48, .rate = {25, 1}, .fragmented = true};
};

TEST_F(ContinueTest, AFileLeftInTheMiddleIsGoneOnWithFrameByFrame) {
    for (const std::string extension : {".mp4", ".mkv", ".webm"}) {
        for (const std::vector<double>& times : {even(130), uneven(110)}) {
            const std::string whole = "whole" + extension, killed = "killed" + extension;
            VideoWriter first(path(whole), params_);
            for (std::size_t i = 0; i < 100; ++i)
                first.writeAt(*countingFrame(static_cast<int>(i)), times[i]);
            std::filesystem::copy_file(path(whole), path(killed),  // as if the program had died here
                                       std::filesystem::copy_options::overwrite_existing);
            first.finish();
            // Killed, ended in order, and cut off anywhere.
            const auto size = std::filesystem::file_size(path(whole));
            std::filesystem::copy_file(path(whole), path("cut" + extension),
                                       std::filesystem::copy_options::overwrite_existing);
            std::filesystem::resize_file(path("cut" + extension), size * 2 / 3);
            for (const std::string& earlier : {killed, whole, "cut" + extension}) {
                OutputParams params = params_;
                params.continues = path(earlier);
                VideoWriter second(path("next" + extension), params);
                const std::uint64_t taken = second.framesWritten();
                EXPECT_GT(taken, 10u) << earlier;
                EXPECT_EQ(writeFrom(second, times) + taken, times.size()) << earlier;
                second.finish();
                expectWhole("next" + extension, times);
                expectOrderly("next" + extension);
            }
        }
    }
}

TEST_F(ContinueTest, AgainAndAgain) {
    const std::vector<double> times = even(200);
    std::string earlier;
    std::uint64_t had = 0;
    for (int run = 1; run <= 5; ++run) {
        OutputParams params = params_;
        params.continues = earlier;
        const std::string name = path("run" + std::to_string(run) + ".mp4");
        VideoWriter writer(name, params);
        EXPECT_GE(writer.framesWritten() + 26, had) << "a second at most is done again";
        const std::vector<double> part(times.begin(), times.begin() + run * 40);
        writeFrom(writer, part);
        writer.finish();
        had = writer.framesWritten();
        earlier = name;
    }
    expectWhole("run5.mp4", times);
    expectOrderly("run5.mp4");
}

TEST_F(ContinueTest, TheSoundIsThatOfOneRun) {
    const std::vector<double> times = even(100);
    OutputParams params = params_;
    params.soundFrom = "lavfi:sine=frequency=440:sample_rate=44100";
    {
        VideoWriter first(path("first.mp4"), params);
        for (std::size_t i = 0; i < 70; ++i)
            first.writeAt(*countingFrame(static_cast<int>(i)), times[i]);
    }
    params.continues = path("first.mp4");
    VideoWriter second(path("second.mp4"), params);
    EXPECT_GE(second.framesWritten(), 25u);
    writeFrom(second, times);
    second.finish();
    expectWhole("second.mp4", times);
    AVFormatContext* opened = nullptr;
    ASSERT_GE(avformat_open_input(&opened, path("second.mp4").c_str(), nullptr, nullptr), 0);
    const AvInput format(opened);
    const AvPacket packet = makeAvPacket();
    std::vector<double> begins;
    while (av_read_frame(opened, packet.get()) >= 0) {
        const AVStream* stream = opened->streams[packet->stream_index];
        if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
            begins.push_back(static_cast<double>(packet->pts) * av_q2d(stream->time_base));
        }
        av_packet_unref(packet.get());
    }
    constexpr double kBlock = 1024.0 / 44100;
    ASSERT_GT(begins.size(), 100u);
    for (std::size_t i = 1; i < begins.size(); ++i)
        ASSERT_NEAR(begins[i] - begins[i - 1], kBlock, 1e-4) << i << ": a gap or an overlap";
    EXPECT_NEAR(begins.back() + kBlock, 4.0, 0.07);
}

TEST_F(ContinueTest, WhatDoesNotFitIsBegunAnew) {
    const std::vector<double> times = even(40);
    writeCountingVideo(path("webm.webm"), 60, {.rate = {25, 1}});
    writeCountingVideo(path("small.mp4"), 60, {.width = 32, .height = 32, .rate = {25, 1}});
    writeCountingVideo(path("draft.mp4"), 60, {.rate = {25, 1}, .quality = VideoQuality::Draft});
    writeCountingVideo(path("short.mp4"), 5, {.rate = {25, 1}});
    writeBytes(path("noise.mp4"), std::vector<std::uint8_t>(5000, 77));
    writeBytes(path("empty.mp4"), {});
    for (const char* earlier :
         {"webm.webm", "small.mp4", "draft.mp4", "short.mp4", "noise.mp4", "empty.mp4", "gone.mp4"}) {
        OutputParams params = params_;
        params.continues = path(earlier);
        VideoWriter writer(path("v.mp4"), params);
        EXPECT_EQ(writer.framesWritten(), 0u) << earlier;
        EXPECT_EQ(writeFrom(writer, times), times.size()) << earlier;
        writer.finish();
        expectWhole("v.mp4", times);
    }
}

}  // namespace
}  // namespace impasto::media
