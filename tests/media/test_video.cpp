// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <cstring>

#include "media_fixture.h"

namespace impasto::media {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class VideoTest : public MediaTest {};

TEST_F(VideoTest, FramesComeInOrderWithTheirTimes) {
    for (const std::string name : {"v.mp4", "v.mkv", "v.webm"}) {
        writeCountingVideo(path(name), 50, {.rate = {30000, 1001}});
        const auto source = openSource({.input = path(name)});
        EXPECT_EQ(source->info().width, 64);
        EXPECT_EQ(source->info().height, 48);
        EXPECT_NEAR(source->info().rate.perSecond(), 30000.0 / 1001, 0.01) << name;
        EXPECT_NEAR(source->info().durationSeconds, 50 * 1001.0 / 30000, 0.05) << name;
        EXPECT_TRUE(source->info().seekable);
        EXPECT_FALSE(source->info().live);
        EXPECT_FALSE(source->info().still);
        EXPECT_FALSE(source->info().hasAudio);
        const auto frames = readAll(*source);
        ASSERT_EQ(frames.size(), 50u) << name;
        for (int i = 0; i < 50; ++i) {
            const Frame& frame = *frames[static_cast<std::size_t>(i)];
            EXPECT_EQ(readCount(frame), i) << name;
            EXPECT_EQ(frame.index, static_cast<std::uint64_t>(i));
            EXPECT_NEAR(frame.timestampSeconds, i * 1001.0 / 30000, 1.1e-3);
        }
        EXPECT_TRUE(source->problems().empty());
    }
}

TEST_F(VideoTest, SeekIsExactToTheFrame) {
    for (const std::string name : {"v.mp4", "v.mkv", "v.webm"}) {
        writeCountingVideo(path(name), 130, {.rate = {25, 1}});
        const auto source = openSource({.input = path(name)});
        for (const int wanted : {100, 3, 0, 129, 51, 50, 49, 75}) {
            source->seek(wanted / 25.0);
            for (int next = wanted; next < std::min(wanted + 3, 130); ++next) {
                const FramePtr frame = source->next();
                ASSERT_NE(frame, nullptr) << name << " " << wanted;
                EXPECT_EQ(readCount(*frame), next) << name << " " << wanted;
                EXPECT_EQ(frame->index, static_cast<std::uint64_t>(next));
                EXPECT_NEAR(frame->timestampSeconds, next / 25.0, 1e-3);
            }
        }
        source->seek(60 / 25.0 + 0.03);  // within a frame: that frame
        EXPECT_EQ(readCount(*source->next()), 60);
        source->seek(1e9);
        EXPECT_EQ(readCount(*source->next()), 129);
        EXPECT_EQ(source->next(), nullptr);
        source->seek(-5);
        EXPECT_EQ(readCount(*source->next()), 0);
    }
}

TEST_F(VideoTest, RewindLoops) {
    writeCountingVideo(path("v.mp4"), 20);
    const auto source = openSource({.input = path("v.mp4")});
    for (int round = 0; round < 3; ++round) {
        const auto frames = readAll(*source);
        ASSERT_EQ(frames.size(), 20u);
        EXPECT_EQ(readCount(*frames.front()), 0);
        EXPECT_EQ(readCount(*frames.back()), 19);
        source->rewind();
    }
}

TEST_F(VideoTest, SteadyReadingReusesFrames) {
    writeCountingVideo(path("v.mp4"), 60);
    const auto source = openSource({.input = path("v.mp4")});
    std::vector<const void*> seen;
    while (const FramePtr frame = source->next()) {
        if (std::find(seen.begin(), seen.end(), frame.get()) == seen.end())
            seen.push_back(frame.get());
    }
    EXPECT_LE(seen.size(), 2u);
}

// Copies a file's packets into an MP4 that carries a display matrix or a pixel aspect.
void remux(const std::string& from, const std::string& to, int clockwiseDegrees, AVRational aspect) {
    AVFormatContext* opened = nullptr;
    ASSERT_GE(avformat_open_input(&opened, from.c_str(), nullptr, nullptr), 0);
    const AvInput input(opened);
    ASSERT_GE(avformat_find_stream_info(input.get(), nullptr), 0);
    AVFormatContext* made = nullptr;
    ASSERT_GE(avformat_alloc_output_context2(&made, nullptr, "mp4", nullptr), 0);
    const AvOutput output(made);
    AVStream* stream = avformat_new_stream(output.get(), nullptr);
    ASSERT_GE(avcodec_parameters_copy(stream->codecpar, input->streams[0]->codecpar), 0);
    stream->codecpar->codec_tag = 0;
    stream->time_base = input->streams[0]->time_base;
    stream->sample_aspect_ratio = stream->codecpar->sample_aspect_ratio = aspect;
    auto* matrix = reinterpret_cast<std::int32_t*>(
        av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(std::int32_t)));
    ASSERT_NE(matrix, nullptr);
    av_display_rotation_set(matrix, clockwiseDegrees);
    AVIOContext* file = nullptr;
    ASSERT_GE(avio_open(&file, to.c_str(), AVIO_FLAG_WRITE), 0);
    const AvIo owned(file);
    output->pb = file;
    ASSERT_GE(avformat_write_header(output.get(), nullptr), 0);
    const AvPacket packet = makeAvPacket();
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        av_packet_rescale_ts(packet.get(), input->streams[0]->time_base, stream->time_base);
        ASSERT_GE(av_interleaved_write_frame(output.get(), packet.get()), 0);
    }
    ASSERT_GE(av_write_trailer(output.get()), 0);
}

TEST_F(VideoTest, RotationIsApplied) {
    VideoWriter writer(path("v.mp4"), {.width = 64, .height = 48});
    for (int i = 0; i < 3; ++i) {
        writer.write(*makeFrame(64, 48, [](int x, int y) { return Rgb{x < 32 ? 220 : 40, y < 24 ? 220 : 40, 60}; }));
    }
    writer.finish();
    struct Case {
        int degrees, width, height;
        Rgb topLeft, topRight;
    };
    // The stored corners: (220,220) top left, (40,220) top right, (220,40) bottom left, (40,40) bottom right.
    for (const Case& turned :
         {Case{90, 48, 64, {220, 40, 60}, {220, 220, 60}}, Case{180, 64, 48, {40, 40, 60}, {220, 40, 60}},
          Case{270, 48, 64, {40, 220, 60}, {40, 40, 60}}}) {
        remux(path("v.mp4"), path("r.mp4"), turned.degrees, {0, 1});
        const auto source = openSource({.input = path("r.mp4")});
        EXPECT_EQ(source->info().width, turned.width);
        EXPECT_EQ(source->info().height, turned.height);
        const FramePtr frame = source->next();
        EXPECT_LE(distance(pixel(*frame, 8, 8), turned.topLeft), 6) << turned.degrees;
        EXPECT_LE(distance(pixel(*frame, turned.width - 8, 8), turned.topRight), 6) << turned.degrees;
    }
}

TEST_F(VideoTest, NonSquarePixelsBecomeSquare) {
    writeCountingVideo(path("v.mp4"), 5);
    remux(path("v.mp4"), path("s.mp4"), 0, {3, 2});
    const auto source = openSource({.input = path("s.mp4")});
    EXPECT_EQ(source->info().width, 96);
    EXPECT_EQ(source->info().height, 48);
    EXPECT_EQ(readAll(*source).size(), 5u);
}

TEST_F(VideoTest, GifPlaysAsVideo) {
    AVFormatContext* made = nullptr;
    ASSERT_GE(avformat_alloc_output_context2(&made, nullptr, "gif", nullptr), 0);
    const AvOutput output(made);
    const AVCodec* encoder = avcodec_find_encoder_by_name("gif");
    const AvCodec codec(avcodec_alloc_context3(encoder));
    codec->width = 64, codec->height = 48, codec->pix_fmt = AV_PIX_FMT_GRAY8, codec->time_base = {1, 10};
    ASSERT_GE(avcodec_open2(codec.get(), encoder, nullptr), 0);
    AVStream* stream = avformat_new_stream(output.get(), nullptr);
    avcodec_parameters_from_context(stream->codecpar, codec.get());
    stream->time_base = codec->time_base;
    AVIOContext* file = nullptr;
    ASSERT_GE(avio_open(&file, path("a.gif").c_str(), AVIO_FLAG_WRITE), 0);
    AvIo owned(file);
    output->pb = file;
    ASSERT_GE(avformat_write_header(output.get(), nullptr), 0);
    const AvPacket packet = makeAvPacket();
    for (int i = 0; i < 4; ++i) {
        const AvFrame frame = makeAvFrame();
        frame->width = 64, frame->height = 48, frame->format = AV_PIX_FMT_GRAY8, frame->pts = i;
        ASSERT_GE(av_frame_get_buffer(frame.get(), 0), 0);
        for (int y = 0; y < 48; ++y) {
            for (int x = 0; x < 64; ++x)
                frame->data[0][y * frame->linesize[0] + x] =
                    static_cast<std::uint8_t>((i + 1) >> (x / 8) & 1 ? 255 : 0);
        }
        ASSERT_GE(avcodec_send_frame(codec.get(), frame.get()), 0);
        while (avcodec_receive_packet(codec.get(), packet.get()) == 0) {
            av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
            ASSERT_GE(av_interleaved_write_frame(output.get(), packet.get()), 0);
        }
    }
    ASSERT_GE(av_write_trailer(output.get()), 0);
    owned.reset();

    const auto source = openSource({.input = path("a.gif")});
    for (int round = 0; round < 2; ++round) {
        const auto frames = readAll(*source);
        ASSERT_EQ(frames.size(), 4u);
        for (int i = 0; i < 4; ++i)
            EXPECT_EQ(readCount(*frames[static_cast<std::size_t>(i)]), i + 1);
        source->rewind();
    }
}

TEST_F(VideoTest, TestPatternFromLavfi) {
    const auto source = openSource({.input = "lavfi:testsrc2=size=320x180:rate=24"});
    EXPECT_EQ(source->info().width, 320);
    EXPECT_EQ(source->info().height, 180);
    EXPECT_DOUBLE_EQ(source->info().rate.perSecond(), 24);
    EXPECT_FALSE(source->info().live);
    EXPECT_FALSE(source->info().seekable);
    FramePtr first = source->next();
    for (int i = 1; i < 30; ++i) {
        const FramePtr frame = source->next();
        ASSERT_NE(frame, nullptr);
        EXPECT_NEAR(frame->timestampSeconds, i / 24.0, 1e-6);
        EXPECT_NE(frame->pixels, first->pixels);
    }
    source->rewind();
    EXPECT_EQ(source->next()->pixels, first->pixels);
}

TEST_F(VideoTest, FiniteLavfiEnds) {
    EXPECT_EQ(readAll(*openSource({.input = "lavfi:testsrc2=duration=1:rate=10"})).size(), 10u);
}

TEST_F(VideoTest, NamesThatMeanNothing) {
    EXPECT_THAT(errorOf([] { openSource({.input = "lavif:testsrc2"}); }),
                AllOf(HasSubstr("lavif"), HasSubstr("lavfi"), HasSubstr("x11grab")));
    EXPECT_THAT(errorOf([] { openSource({.input = "lavfi:nosuchfilter"}); }),
                AllOf(HasSubstr("lavfi:nosuchfilter"), HasSubstr("No such filter")));
    EXPECT_THAT(errorOf([] { openSource({.input = "gopherx://host/file"}); }), HasSubstr("gopherx"));
    EXPECT_THAT(errorOf([] { openSource({.input = ""}); }), HasSubstr("no input"));
    EXPECT_THAT(errorOf([] { openSource({.input = "/dev/null"}); }), HasSubstr("/dev/null"));
    EXPECT_THAT(errorOf([] { openSource({.input = "webcam:99"}); }),
                AllOf(HasSubstr("webcam:99"), HasSubstr("/dev/video99")));
    EXPECT_THAT(errorOf([] { openSource({.input = "webcam:x"}); }), HasSubstr("number"));
    EXPECT_THAT(errorOf([] { openSource({.input = "http://127.0.0.1:9/x.mp4"}); }),
                HasSubstr("http://127.0.0.1:9/x.mp4"));
}

TEST_F(VideoTest, TheScreenNeedsADisplay) {
    const char* display = std::getenv("DISPLAY");
    const std::string before = display ? display : "";
    ::unsetenv("DISPLAY");
    EXPECT_THAT(errorOf([] { openSource({.input = "screen"}); }), AllOf(HasSubstr("screen"), HasSubstr("DISPLAY")));
    ::setenv("DISPLAY", ":64123", 1);
    EXPECT_THAT(errorOf([] { openSource({.input = "screen"}); }), HasSubstr("screen"));
    if (display)
        ::setenv("DISPLAY", before.c_str(), 1);
    else
        ::unsetenv("DISPLAY");
}

TEST_F(VideoTest, EmptyTruncatedAndForeign) {
    writeBytes(path("empty.mp4"), {});
    EXPECT_THAT(errorOf([&] { openSource({.input = path("empty.mp4")}); }),
                AllOf(HasSubstr("empty.mp4"), HasSubstr("empty")));
    writeCountingVideo(path("v.mp4"), 40);
    auto bytes = readBytes(path("v.mp4"));
    bytes.resize(bytes.size() / 2);  // the index stands at the end
    writeBytes(path("cut.mp4"), bytes);
    EXPECT_THAT(errorOf([&] { openSource({.input = path("cut.mp4")}); }), HasSubstr("cut.mp4"));
    writeBytes(path("noise.mkv"), std::vector<std::uint8_t>(5000, 0x5c));
    EXPECT_THAT(errorOf([&] { openSource({.input = path("noise.mkv")}); }), HasSubstr("noise.mkv"));
}

TEST_F(VideoTest, TruncatedMatroskaPlaysWhatIsThereAndSaysSo) {
    VideoWriter writer(path("v.mkv"), {.width = 320, .height = 240});
    for (int i = 0; i < 120; ++i)
        writer.write(*makeFrame(320, 240, [&](int x, int y) {
            return Rgb{(x * y + i * 9) % 256, (x + i * 31) % 256, y};
        }));
    writer.finish();
    auto bytes = readBytes(path("v.mkv"));
    bytes.resize(bytes.size() / 2);
    writeBytes(path("cut.mkv"), bytes);
    const auto source = openSource({.input = path("cut.mkv")});
    const auto frames = readAll(*source);
    EXPECT_GT(frames.size(), 10u);
    EXPECT_LT(frames.size(), 110u);
    ASSERT_FALSE(source->problems().empty());
    EXPECT_THAT(source->problems()[0], HasSubstr("cut.mkv"));
}

TEST_F(VideoTest, CorruptVideosNeverCrashAndAreReported) {
    writeCountingVideo(path("v.mp4"), 40);
    const auto whole = readBytes(path("v.mp4"));
    int reported = 0;
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 25) {
        auto bytes = whole;
        for (std::size_t i = at; i < std::min(at + 40, bytes.size()); ++i)
            bytes[i] = static_cast<std::uint8_t>(bytes[i] * 7 + 13);
        writeBytes(path("c.mp4"), bytes);
        try {
            const auto source = openSource({.input = path("c.mp4")});
            readAll(*source);
            reported += source->problems().empty() ? 0 : 1;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("c.mp4"));
            ++reported;
        }
    }
    EXPECT_GT(reported, 10);
}

TEST_F(VideoTest, StoppingEndsReading) {
    std::stop_source stop;
    const auto source = openSource({.input = "lavfi:testsrc2", .stop = stop.get_token()});
    EXPECT_NE(source->next(), nullptr);
    stop.request_stop();
    EXPECT_THAT(errorOf([&] {
                    while (source->next())
                        ;
                }),
                HasSubstr("stopped"));
}

TEST(FileNames, LooksLike) {
    EXPECT_TRUE(looksLikeImage("a/B.JPG"));
    EXPECT_TRUE(looksLikeImage("x.webp"));
    EXPECT_FALSE(looksLikeImage("x.mp4"));
    EXPECT_FALSE(looksLikeImage("png"));
    EXPECT_TRUE(looksLikeVideo("x.MKV"));
    EXPECT_FALSE(looksLikeVideo("x.txt"));
}

}  // namespace
}  // namespace impasto::media
