// SPDX-License-Identifier: MIT
#include "media_fixture.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace impasto::media {

MediaTest::MediaTest() {
    std::string name = (std::filesystem::temp_directory_path() / "impasto-media-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        ADD_FAILURE() << "cannot make a temporary folder";
    folder_ = name;
}

MediaTest::~MediaTest() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

FramePtr makeFrame(int width, int height, const std::function<Rgb(int x, int y)>& colour) {
    auto frame = std::make_shared<Frame>();
    frame->width = width;
    frame->height = height;
    frame->pixels.reserve(frameBytes(PixelFormat::Rgba8, width, height));
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (const int value : colour(x, y))
                frame->pixels.push_back(static_cast<std::uint8_t>(value));
            frame->pixels.push_back(255);
        }
    }
    return frame;
}

Rgb pixel(const Frame& frame, int x, int y) {
    const auto* at = frame.pixels.data() + 4 * (static_cast<std::size_t>(y) * frame.width + x);
    return {at[0], at[1], at[2]};
}

int distance(const Rgb& a, const Rgb& b) {
    int largest = 0;
    for (std::size_t i = 0; i < 3; ++i)
        largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

// Eight vertical bars, black or white: the bits of the number.
FramePtr countingFrame(int number, int width, int height) {
    return makeFrame(width, height, [&](int x, int) {
        const int value = number >> (x * 8 / width) & 1 ? 235 : 20;
        return Rgb{value, value, value};
    });
}

int readCount(const Frame& frame) {
    int number = 0;
    for (int bit = 0; bit < 8; ++bit)
        number |= (pixel(frame, (2 * bit + 1) * frame.width / 16, frame.height / 2)[1] > 127 ? 1 : 0) << bit;
    return number;
}

void writeCountingVideo(const std::string& path, int count, OutputParams params) {
    if (params.width == 0) {
        params.width = 64;
        params.height = 48;
    }
    VideoWriter writer(path, params);
    for (int i = 0; i < count; ++i)
        writer.write(*countingFrame(i, params.width, params.height));
    writer.finish();
}

std::vector<FramePtr> readAll(Source& source) {
    std::vector<FramePtr> frames;
    while (FramePtr frame = source.next())
        frames.push_back(std::move(frame));
    return frames;
}

void encodePicture(const std::string& path, const Encoding& encoding, const std::function<void(AVFrame&)>& fill) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(encoding.encoder);
    ASSERT_NE(encoder, nullptr) << encoding.encoder;
    const AvCodec codec(avcodec_alloc_context3(encoder));
    codec->width = encoding.width;
    codec->height = encoding.height;
    codec->pix_fmt = encoding.format;
    codec->time_base = {1, 1};
    codec->sample_aspect_ratio = encoding.aspect;
    codec->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    ASSERT_GE(avcodec_open2(codec.get(), encoder, nullptr), 0);
    const AvFrame frame = makeAvFrame();
    frame->format = encoding.format;
    frame->width = encoding.width;
    frame->height = encoding.height;
    ASSERT_GE(av_frame_get_buffer(frame.get(), 0), 0);
    fill(*frame);
    const AvPacket packet = makeAvPacket();
    ASSERT_GE(avcodec_send_frame(codec.get(), frame.get()), 0);
    avcodec_send_frame(codec.get(), nullptr);
    ASSERT_GE(avcodec_receive_packet(codec.get(), packet.get()), 0);
    writeBytes(path, {packet->data, packet->data + packet->size});
}

std::vector<std::uint8_t> readBytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void writeBytes(const std::string& path, const std::vector<std::uint8_t>& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(file.good()) << path;
}

std::string errorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    ADD_FAILURE() << "no Error was thrown";
    return {};
}

}  // namespace impasto::media
