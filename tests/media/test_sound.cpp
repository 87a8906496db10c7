// SPDX-License-Identifier: MIT
#include <cmath>

#include "media_fixture.h"

namespace impasto::media {
namespace {

class SoundTest : public MediaTest {};

/// Loudness (root mean square of the first channel) of each tenth of a second of a file's sound.
std::vector<double> loudness(const std::string& path) {
    AVFormatContext* opened = nullptr;
    EXPECT_GE(avformat_open_input(&opened, path.c_str(), nullptr, nullptr), 0);
    const AvInput format(opened);
    EXPECT_GE(avformat_find_stream_info(opened, nullptr), 0);
    const AVCodec* codec = nullptr;
    const int index = av_find_best_stream(opened, AVMEDIA_TYPE_AUDIO, -1, -1, &codec, 0);
    if (index < 0) {
        ADD_FAILURE() << "no sound in " << path;
        return {};
    }
    const AvCodec decoder(avcodec_alloc_context3(codec));
    avcodec_parameters_to_context(decoder.get(), opened->streams[index]->codecpar);
    EXPECT_GE(avcodec_open2(decoder.get(), codec, nullptr), 0);
    std::vector<double> squares;
    std::vector<int> counts;
    const AvPacket packet = makeAvPacket();
    const AvFrame frame = makeAvFrame();
    const auto take = [&] {
        while (avcodec_receive_frame(decoder.get(), frame.get()) == 0) {
            EXPECT_EQ(frame->format, AV_SAMPLE_FMT_FLTP);
            const auto* samples = reinterpret_cast<const float*>(frame->extended_data[0]);
            const double start = static_cast<double>(frame->pts) * av_q2d(opened->streams[index]->time_base);
            for (int i = 0; i < frame->nb_samples; ++i) {
                const double at = start + static_cast<double>(i) / frame->sample_rate;
                const auto bin = static_cast<std::size_t>(std::max(0.0, at * 10));
                squares.resize(std::max(squares.size(), bin + 1));
                counts.resize(squares.size());
                squares[bin] += samples[i] * samples[i];
                ++counts[bin];
            }
        }
    };
    while (av_read_frame(opened, packet.get()) >= 0) {
        if (packet->stream_index == index && avcodec_send_packet(decoder.get(), packet.get()) == 0)
            take();
        av_packet_unref(packet.get());
    }
    avcodec_send_packet(decoder.get(), nullptr);
    take();
    for (std::size_t i = 0; i < squares.size(); ++i)
        squares[i] = counts[i] > 0 ? std::sqrt(squares[i] / counts[i]) : 0;
    return squares;
}

/// Four seconds: a tone for two, then silence.
void writeToneThenSilence(const std::string& path) {
    VideoWriter writer(path, {.width = 64,
                              .height = 48,
                              .rate = {25, 1},
                              .soundFrom = "lavfi:aevalsrc=if(lt(t\\,2)\\,0.5*sin(2*PI*440*t)\\,0):s=44100"});
    for (int i = 0; i < 100; ++i)
        writer.write(*countingFrame(i));
    writer.finish();
}

TEST_F(SoundTest, FollowsPlayingPausingAndSeeking) {
    writeToneThenSilence(path("source.mkv"));
    for (const char* name : {"follows.mp4", "follows.mkv", "follows.webm"}) {
        VideoWriter writer(path(name), {.width = 64,
                                        .height = 48,
                                        .rate = {25, 1},
                                        .soundFrom = path("source.mkv"),
                                        .soundFollows = true,
                                        .fragmented = true});
        const auto pictures = [&](int from, int to) {
            for (int i = from; i < to; ++i)
                writer.writeAt(*countingFrame(i), i / 25.0);
        };
        pictures(0, 10);             // nothing is heard before the first play()
        writer.playSound(0.4, 0.5);  // tone
        pictures(10, 35);
        writer.pauseSound(1.4);
        pictures(35, 60);
        writer.playSound(2.4, 2.5);  // the source's silence
        pictures(60, 85);
        writer.playSound(3.4, 0);  // tone again
        pictures(85, 110);
        writer.finish();

        const std::vector<double> heard = loudness(path(name));
        ASSERT_GE(heard.size(), 43u) << name;
        EXPECT_LE(heard.size(), 46u) << name;
        for (std::size_t i = 0; i < 43; ++i) {
            const double middle = (static_cast<double>(i) + 0.5) / 10;
            const bool nearAChange =
                std::min({std::abs(middle - 0.4), std::abs(middle - 1.4), std::abs(middle - 3.4)}) < 0.11;
            if (nearAChange)
                continue;
            const bool tone = (middle > 0.4 && middle < 1.4) || middle > 3.4;
            if (tone)
                EXPECT_NEAR(heard[i], 0.5 / std::sqrt(2.0), 0.05) << name << " at " << middle;
            else
                EXPECT_LT(heard[i], 0.01) << name << " at " << middle;
        }
        EXPECT_EQ(readAll(*openSource({.input = path(name)})).size(), 110u);
    }
}

TEST_F(SoundTest, IsSilentAfterTheInputsEnd) {
    writeToneThenSilence(path("source.mkv"));
    VideoWriter writer(
        path("long.mp4"),
        {.width = 64, .height = 48, .rate = {25, 1}, .soundFrom = path("source.mkv"), .soundFollows = true});
    writer.playSound(0, 3.5);
    for (int i = 0; i < 50; ++i)
        writer.write(*countingFrame(i));
    writer.playSound(2, 0);
    for (int i = 50; i < 75; ++i)
        writer.write(*countingFrame(i));
    writer.finish();
    const std::vector<double> heard = loudness(path("long.mp4"));
    ASSERT_GE(heard.size(), 29u);
    EXPECT_LT(heard[15], 0.01);
    EXPECT_NEAR(heard[25], 0.5 / std::sqrt(2.0), 0.05);
}

}  // namespace
}  // namespace impasto::media
