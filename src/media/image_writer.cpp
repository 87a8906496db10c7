// SPDX-License-Identifier: MIT
#include <span>

#include "base/check.h"
#include "base/file.h"
#include "media/av_handles.h"
#include "media/av_log.h"
#include "media/output.h"
#include "media/writer.h"

namespace impasto::media {
namespace {

constexpr int kUnity = 1 << 16;

void fillRgb24(const Frame& frame, AVFrame& picture) {
    for (int y = 0; y < frame.height; ++y) {
        const std::uint8_t* from =
            frame.pixels.data() + std::size_t{4} * static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(y);
        std::uint8_t* to = picture.data[0] + std::ptrdiff_t{picture.linesize[0]} * y;
        for (int x = 0; x < frame.width; ++x, from += 4, to += 3) {
            to[0] = from[0];
            to[1] = from[1];
            to[2] = from[2];
        }
    }
}

// JFIF: BT.601 matrix, full range.
int fillJfif(const Frame& frame, AVFrame& picture) {
    const AvScaler scaler(sws_getContext(frame.width, frame.height, AV_PIX_FMT_RGBA, frame.width, frame.height,
                                         AV_PIX_FMT_YUVJ444P, SWS_POINT | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP,
                                         nullptr, nullptr, nullptr));
    if (!scaler)
        return AVERROR(EINVAL);
    const int* bt601 = sws_getCoefficients(SWS_CS_ITU601);
    sws_setColorspaceDetails(scaler.get(), bt601, 1, bt601, 1, 0, kUnity, kUnity);
    const std::uint8_t* source[4] = {frame.pixels.data()};
    const int strides[4] = {4 * frame.width};
    return sws_scale(scaler.get(), source, strides, 0, frame.height, picture.data, picture.linesize);
}

int encode(const Frame& frame, bool png, AVPacket& packet) {
    const AVCodec* encoder = avcodec_find_encoder(png ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG);
    if (!encoder)
        return AVERROR_ENCODER_NOT_FOUND;
    const AvCodec codec(orOutOfMemory(avcodec_alloc_context3(encoder)));
    codec->width = frame.width;
    codec->height = frame.height;
    codec->pix_fmt = png ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUVJ444P;
    codec->color_range = AVCOL_RANGE_JPEG;
    codec->time_base = {1, 1};
    codec->sample_aspect_ratio = {1, 1};
    if (!png) {
        codec->flags |= AV_CODEC_FLAG_QSCALE;
        codec->global_quality = FF_QP2LAMBDA * 2;
    } else {
        av_opt_set(codec->priv_data, "pred", "paeth", 0);
    }
    if (const int code = avcodec_open2(codec.get(), encoder, nullptr); code < 0)
        return code;
    const AvFrame picture = makeAvFrame();
    picture->format = codec->pix_fmt;
    picture->width = frame.width;
    picture->height = frame.height;
    picture->color_range = AVCOL_RANGE_JPEG;
    picture->quality = codec->global_quality;
    if (const int code = av_frame_get_buffer(picture.get(), 0); code < 0)
        return code;
    if (png)
        fillRgb24(frame, *picture);
    else if (const int code = fillJfif(frame, *picture); code < 0)
        return code;
    if (const int code = avcodec_send_frame(codec.get(), picture.get()); code < 0)
        return code;
    avcodec_send_frame(codec.get(), nullptr);
    return avcodec_receive_packet(codec.get(), &packet);
}

}  // namespace

void writeImage(const std::filesystem::path& path, const Frame& frame) {
    IMPASTO_CHECK(frame.format == PixelFormat::Rgba8 &&
                  frame.pixels.size() == frameBytes(frame.format, frame.width, frame.height));
    setUpFfmpeg();
    const std::string extension = lowerExtension(path);
    if (extension != ".png" && extension != ".jpg" && extension != ".jpeg")
        throw outputError(path, "an image is written as .png or .jpg", "change the name");
    const ErrorLogWatch watch;
    const AvPacket packet = makeAvPacket();
    if (const int code = encode(frame, extension == ".png", *packet); code < 0)
        throw outputError(path, watch.reason(code));
    writeFileAtomically(path, std::as_bytes(std::span(packet->data, static_cast<std::size_t>(packet->size))));
}

}  // namespace impasto::media
