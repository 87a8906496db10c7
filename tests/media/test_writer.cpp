// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cmath>

#include "media_fixture.h"

namespace impasto::media {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class WriterTest : public MediaTest {};

/// What FFmpeg itself says of a file.
class Probe {
  public:
    explicit Probe(const std::string& path) {
        AVFormatContext* opened = nullptr;
        EXPECT_GE(avformat_open_input(&opened, path.c_str(), nullptr, nullptr), 0);
        format_.reset(opened);
        EXPECT_GE(avformat_find_stream_info(opened, nullptr), 0);
    }
    const AVStream* stream(AVMediaType type) const {
        const int index = av_find_best_stream(format_.get(), type, -1, -1, nullptr, 0);
        return index < 0 ? nullptr : format_->streams[index];
    }
    /// Seconds of sound by its packets.
    double soundSeconds() const {
        const AVStream* sound = stream(AVMEDIA_TYPE_AUDIO);
        const AvPacket packet = makeAvPacket();
        double end = 0;
        while (av_read_frame(format_.get(), packet.get()) >= 0) {
            if (packet->stream_index == sound->index)
                end = static_cast<double>(packet->pts + packet->duration) * av_q2d(sound->time_base);
            av_packet_unref(packet.get());
        }
        return end;
    }

  private:
    AvInput format_;
};

TEST_F(WriterTest, CountRateAndColourTagsComeBack) {
    struct Case {
        const char* name;
        AVCodecID codec;
    };
    for (const Case& written :
         {Case{"v.mp4", AV_CODEC_ID_H264}, Case{"v.mkv", AV_CODEC_ID_H264}, Case{"v.webm", AV_CODEC_ID_VP9}}) {
        writeCountingVideo(path(written.name), 24, {.rate = {24000, 1001}});
        const Probe probe(path(written.name));
        const AVStream* video = probe.stream(AVMEDIA_TYPE_VIDEO);
        ASSERT_NE(video, nullptr);
        EXPECT_EQ(video->codecpar->codec_id, written.codec);
        EXPECT_EQ(video->codecpar->color_space, AVCOL_SPC_BT709) << written.name;
        EXPECT_EQ(video->codecpar->color_range, AVCOL_RANGE_MPEG) << written.name;
        EXPECT_EQ(video->codecpar->color_primaries, AVCOL_PRI_BT709) << written.name;
        EXPECT_EQ(video->codecpar->color_trc, AVCOL_TRC_BT709) << written.name;
        EXPECT_EQ(video->codecpar->format, AV_PIX_FMT_YUV420P);
        EXPECT_NEAR(av_q2d(video->avg_frame_rate), 24000.0 / 1001, 0.01) << written.name;
        EXPECT_EQ(readAll(*openSource({.input = path(written.name)})).size(), 24u);
    }
}

TEST_F(WriterTest, OddSizesAreRoundedDownAndTinyOnesWork) {
    for (const auto& [width, height] :
         std::vector<std::pair<int, int>>{{1, 1}, {3, 2}, {65, 49}, {64, 47}, {17, 100}}) {
        for (const std::string name : {"v.mp4", "v.webm"}) {
            VideoWriter writer(path(name), {.width = width, .height = height});
            for (int i = 0; i < 3; ++i)
                writer.write(*makeFrame(width, height, [](int, int) { return Rgb{180, 90, 40}; }));
            writer.finish();
            const auto source = openSource({.input = path(name)});
            EXPECT_EQ(source->info().width, std::max(2, width / 2 * 2));
            EXPECT_EQ(source->info().height, std::max(2, height / 2 * 2));
            const auto frames = readAll(*source);
            ASSERT_EQ(frames.size(), 3u);
            EXPECT_LE(distance(pixel(*frames[2], 0, 0), {180, 90, 40}), 3) << name << width << "x" << height;
        }
    }
}

TEST_F(WriterTest, FramesOfAnotherSizeAreFittedIn) {
    VideoWriter writer(path("v.mp4"), {.width = 128, .height = 64});
    for (int i = 0; i < 3; ++i)
        writer.write(*makeFrame(32, 32, [](int, int) { return Rgb{200, 200, 200}; }));
    writer.finish();
    const FramePtr frame = openSource({.input = path("v.mp4")})->next();
    EXPECT_LE(distance(pixel(*frame, 64, 32), {200, 200, 200}), 3);
    EXPECT_LE(distance(pixel(*frame, 64, 2), {200, 200, 200}), 3);
    EXPECT_LE(distance(pixel(*frame, 10, 32), {0, 0, 0}), 3);
    EXPECT_LE(distance(pixel(*frame, 117, 32), {0, 0, 0}), 3);
}

TEST_F(WriterTest, TimesAreRoundedToTheRate) {
    VideoWriter writer(path("v.mp4"), {.width = 64, .height = 48, .rate = {10, 1}});
    const std::vector<double> times{0.0, 0.02, 0.11, 0.52, 0.55, 0.61};
    for (std::size_t i = 0; i < times.size(); ++i)
        writer.writeAt(*countingFrame(static_cast<int>(i)), times[i]);
    writer.finish();
    EXPECT_EQ(writer.framesWritten(), 4u);
    std::vector<int> counts;
    std::vector<double> shown;
    for (const FramePtr& frame : readAll(*openSource({.input = path("v.mp4")}))) {
        counts.push_back(readCount(*frame));
        shown.push_back(std::round(frame->timestampSeconds * 10) / 10);
    }
    EXPECT_EQ(counts, (std::vector{0, 2, 3, 4}));
    EXPECT_EQ(shown, (std::vector<double>{0.0, 0.1, 0.5, 0.6}));
}

TEST_F(WriterTest, DestructionFinishesTheFile) {
    {
        VideoWriter writer(path("v.mp4"), {.width = 64, .height = 48});
        for (int i = 0; i < 10; ++i)
            writer.write(*countingFrame(i));
    }
    EXPECT_EQ(readAll(*openSource({.input = path("v.mp4")})).size(), 10u);
}

TEST_F(WriterTest, FragmentedFilesPlayWithoutTheirEnd) {
    VideoWriter writer(path("v.mp4"), {.width = 64, .height = 48, .fragmented = true});
    for (int i = 0; i < 250; ++i)
        writer.write(*countingFrame(i));
    std::filesystem::copy_file(path("v.mp4"), path("half.mp4"));  // as if the program had died here
    EXPECT_GT(readAll(*openSource({.input = path("half.mp4")})).size(), 60u);
    writer.finish();
    EXPECT_EQ(readAll(*openSource({.input = path("v.mp4")})).size(), 250u);
}

TEST_F(WriterTest, FragmentedFilesBeginAtZeroHoweverSlowTheSourceIs) {
    for (const std::string name : {"v.mp4", "v.mkv", "v.webm"}) {
        VideoWriter writer(path(name), {.width = 64,
                                        .height = 48,
                                        .rate = {30, 1},
                                        .soundFrom = "lavfi:sine=frequency=440:sample_rate=44100",
                                        .fragmented = true});
        for (int i = 0; i < 40; ++i)
            writer.writeAt(*countingFrame(i), i / 4.0);
        writer.finish();
        const Probe probe(path(name));
        for (const AVMediaType type : {AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO}) {
            const AVStream* stream = probe.stream(type);
            EXPECT_NEAR(static_cast<double>(stream->start_time) * av_q2d(stream->time_base), 0, 0.03)
                << name << " " << av_get_media_type_string(type);
        }
        EXPECT_EQ(readAll(*openSource({.input = path(name)})).size(), 40u);
    }
}

// A file of `seconds` with a 440 Hz tone beside its pictures, in a given codec.
void writeWithSound(const std::string& path, int frames, const char* sound) {
    VideoWriter writer(path, {.width = 64, .height = 48, .rate = {25, 1}, .soundFrom = sound});
    for (int i = 0; i < frames; ++i)
        writer.write(*countingFrame(i));
    writer.finish();
}

TEST_F(WriterTest, SoundIsEncodedWhereTheContainerDoesNotTakeIt) {
    struct Case {
        const char* name;
        AVCodecID codec;
    };
    for (const Case& written :
         {Case{"s.mp4", AV_CODEC_ID_AAC}, Case{"s.webm", AV_CODEC_ID_OPUS}, Case{"s.mkv", AV_CODEC_ID_PCM_S16LE}}) {
        writeWithSound(path(written.name), 50, "lavfi:sine=frequency=440:sample_rate=44100");
        const Probe probe(path(written.name));
        const AVStream* sound = probe.stream(AVMEDIA_TYPE_AUDIO);
        ASSERT_NE(sound, nullptr) << written.name;
        EXPECT_EQ(sound->codecpar->codec_id, written.codec) << written.name;
        EXPECT_NEAR(probe.soundSeconds(), 2.0, 0.07) << written.name;
        EXPECT_TRUE(openSource({.input = path(written.name)})->info().hasAudio);
        EXPECT_EQ(readAll(*openSource({.input = path(written.name)})).size(), 50u);
    }
}

TEST_F(WriterTest, SoundIsCopiedWhereTheContainerTakesIt) {
    writeWithSound(path("s.mp4"), 50, "lavfi:sine=frequency=440:sample_rate=44100");
    writeWithSound(path("s.webm"), 50, "lavfi:sine=frequency=440:sample_rate=48000");
    const auto soundInput = openSource({.input = path("s.mp4")})->info().soundInput;
    writeWithSound(path("copy.mkv"), 25, soundInput.c_str());
    writeWithSound(path("copy.mp4"), 50, path("s.mp4").c_str());
    writeWithSound(path("copy.webm"), 50, path("s.webm").c_str());
    writeWithSound(path("recoded.webm"), 50, path("s.mp4").c_str());
    EXPECT_EQ(Probe(path("copy.mkv")).stream(AVMEDIA_TYPE_AUDIO)->codecpar->codec_id, AV_CODEC_ID_AAC);
    EXPECT_EQ(Probe(path("copy.mkv")).stream(AVMEDIA_TYPE_AUDIO)->codecpar->sample_rate, 44100);
    EXPECT_NEAR(Probe(path("copy.mkv")).soundSeconds(), 1.0, 0.07);
    EXPECT_NEAR(Probe(path("copy.mp4")).soundSeconds(), 2.0, 0.07);
    EXPECT_EQ(Probe(path("copy.webm")).stream(AVMEDIA_TYPE_AUDIO)->codecpar->codec_id, AV_CODEC_ID_OPUS);
    EXPECT_EQ(Probe(path("recoded.webm")).stream(AVMEDIA_TYPE_AUDIO)->codecpar->codec_id, AV_CODEC_ID_OPUS);
    EXPECT_NEAR(Probe(path("recoded.webm")).soundSeconds(), 2.0, 0.07);
}

TEST_F(WriterTest, SoundCanStartLater) {
    writeWithSound(path("s.mkv"), 100, "lavfi:sine=frequency=440:sample_rate=44100");
    VideoWriter writer(path("late.mkv"),
                       {.width = 64, .height = 48, .rate = {25, 1}, .soundFrom = path("s.mkv"), .soundStart = 3});
    for (int i = 0; i < 50; ++i)
        writer.write(*countingFrame(i));
    writer.finish();
    EXPECT_NEAR(Probe(path("late.mkv")).soundSeconds(), 1.0, 0.1);  // only one second is left from there
}

TEST_F(WriterTest, MissingSoundIsAnError) {
    writeCountingVideo(path("silent.mp4"), 5);
    EXPECT_THAT(
        errorOf([&] { VideoWriter(path("x.mp4"), {.width = 64, .height = 48, .soundFrom = path("silent.mp4")}); }),
        AllOf(HasSubstr("sound"), HasSubstr("silent.mp4")));
    EXPECT_THAT(
        errorOf([&] { VideoWriter(path("silent.mp4"), {.width = 64, .height = 48, .soundFrom = path("silent.mp4")}); }),
        HasSubstr("also the input"));
    EXPECT_EQ(readAll(*openSource({.input = path("silent.mp4")})).size(), 5u);
}

TEST_F(WriterTest, UnwritablePlaces) {
    writeBytes(path("file"), {1});
    for (const char* name : {"file/v.mp4", "file/v.png", "file/%d.png"}) {
        EXPECT_THAT(errorOf([&] {
                        const auto output = openOutput(path(name), {.width = 16, .height = 16});
                        output->write(*countingFrame(1, 16, 16));
                    }),
                    HasSubstr("file"))
            << name;
    }
    std::filesystem::create_directory(path("folder.mp4"));
    EXPECT_THAT(errorOf([&] { openOutput(path("folder.mp4"), {.width = 16, .height = 16}); }), HasSubstr("folder.mp4"));
}

TEST_F(WriterTest, AFullDiskIsAnErrorThatNamesTheFile) {
    if (!std::filesystem::exists("/dev/full"))
        GTEST_SKIP() << "no /dev/full here";
    for (const std::string name : {"full.mp4", "full.mkv", "full.webm"}) {
        std::filesystem::create_symlink("/dev/full", path(name));
        EXPECT_THAT(errorOf([&] {
                        VideoWriter writer(path(name), {.width = 320, .height = 240});
                        for (int i = 0; i < 200; ++i)
                            writer.write(*makeFrame(320, 240, [&](int x, int y) {
                                return Rgb{(x * y + i * 9) % 256, (x * 5 + i * 31) % 256, (y * 3) % 256};
                            }));
                        writer.finish();
                    }),
                    AllOf(HasSubstr(name), HasSubstr("No space left")));
    }
}

TEST_F(WriterTest, MissingFoldersAreMade) {
    const auto output = openOutput(path("a/b/v.mp4"), {.width = 64, .height = 48});
    output->write(*countingFrame(1));
    output->finish();
    EXPECT_TRUE(std::filesystem::exists(path("a/b/v.mp4")));
}

TEST_F(WriterTest, ExtensionsDecide) {
    EXPECT_TRUE(isVideoOutput("x.MP4"));
    EXPECT_TRUE(isVideoOutput("x.webm"));
    EXPECT_FALSE(isVideoOutput("x.jpeg"));
    EXPECT_FALSE(isVideoOutput("x%03d.png"));
    for (const char* name : {"x.avi", "x", "x.png.txt"}) {
        EXPECT_THAT(errorOf([&] { openOutput(path(name), {.width = 16, .height = 16}); }),
                    AllOf(HasSubstr(name), HasSubstr(".mp4, .mkv, .webm, .png, .jpg")));
    }
    EXPECT_THAT(errorOf([&] { openOutput(path("x.mp4"), {.width = 0, .height = 16}); }), HasSubstr("0x16"));
    EXPECT_THAT(errorOf([&] {
                    openOutput(path("x.mp4"), {.width = 16, .height = 16, .rate = {0, 1}});
                }),
                HasSubstr("rate"));
}

TEST_F(WriterTest, SingleImageTakesOneFrame) {
    const auto output = openOutput(path("x.png"), {});
    EXPECT_FALSE(output->full());
    output->write(*countingFrame(5));
    EXPECT_TRUE(output->full());
    output->write(*countingFrame(6));
    output->finish();
    EXPECT_EQ(output->framesWritten(), 1u);
    EXPECT_EQ(readCount(*loadImage(path("x.png"))), 5);
}

TEST_F(WriterTest, SequencesCountFromOne) {
    const auto output = openOutput(path("s/f%03d.png"), {});
    for (int i = 0; i < 3; ++i)
        output->write(*countingFrame(i + 10));
    output->finish();
    EXPECT_EQ(readCount(*loadImage(path("s/f001.png"))), 10);
    EXPECT_EQ(readCount(*loadImage(path("s/f003.png"))), 12);
    EXPECT_EQ(readAll(*openSource({.input = path("s")})).size(), 3u);
}

TEST(SequencePattern, AcceptsExactlyOneNumber) {
    EXPECT_EQ(SequencePattern("a%d.png").at(7), "a7.png");
    EXPECT_EQ(SequencePattern("a%04d.png").at(7), "a0007.png");
    EXPECT_EQ(SequencePattern("a%02d.png").at(12345), "a12345.png");
    EXPECT_EQ(SequencePattern("50%%/%d.jpg").at(1), "50%/1.jpg");
    for (const char* bad : {"a.png", "%d%d.png", "%s.png", "%n.png", "%5d.png", "%05u.png", "%.png", "%", "%0d.png",
                            "%010d.png", "%d %x.png", "%%.png", "%ld.png", "%*d.png"})
        EXPECT_THAT(errorOf([&] { SequencePattern{bad}; }), HasSubstr(bad));
}

TEST_F(WriterTest, ImagesAreReplacedAsAWhole) {
    writeImage(path("x.png"), *countingFrame(1));
    writeImage(path("x.png"), *countingFrame(2));
    EXPECT_EQ(readCount(*loadImage(path("x.png"))), 2);
    EXPECT_THAT(errorOf([&] { writeImage(path("x.tga"), *countingFrame(2)); }), HasSubstr("x.tga"));
    int files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_))
        ++files;
    EXPECT_EQ(files, 1);
}

}  // namespace
}  // namespace impasto::media
