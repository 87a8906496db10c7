// SPDX-License-Identifier: MIT
#include "media/converter.h"

#include <cmath>
#include <cstring>
#include <string>

#include "base/check.h"
#include "base/error.h"

namespace impasto::media {
namespace {

bool isOldJpegFormat(int format) {
    return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P ||
           format == AV_PIX_FMT_YUVJ440P || format == AV_PIX_FMT_YUVJ411P;
}

bool hasAlpha(const AVPixFmtDescriptor& description) {
    return (description.flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
}

int matrixOf(const AVFrame& picture, bool jpeg) {
    switch (picture.colorspace) {
        case AVCOL_SPC_BT709:
            return SWS_CS_ITU709;
        case AVCOL_SPC_FCC:
            return SWS_CS_FCC;
        case AVCOL_SPC_BT470BG:
        case AVCOL_SPC_SMPTE170M:
            return SWS_CS_ITU601;
        case AVCOL_SPC_SMPTE240M:
            return SWS_CS_SMPTE240M;
        case AVCOL_SPC_BT2020_NCL:
        case AVCOL_SPC_BT2020_CL:
            return SWS_CS_BT2020;
        default:
            return jpeg || picture.height <= 576 ? SWS_CS_ITU601 : SWS_CS_ITU709;
    }
}

void setChromaPlace(ColourFacts& facts, AVChromaLocation place, bool jpeg) {
    if (place == AVCHROMA_LOC_UNSPECIFIED)
        place = jpeg ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT;
    const int index = place - 1;  // left, centre, top left, top, bottom left, bottom
    facts.chromaX = (index & 1) * 128;
    facts.chromaY = index < 2 ? 128 : index < 4 ? 0 : 256;
}

void flattenOverWhite(std::uint8_t* pixels, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, pixels += 4) {
        const int alpha = pixels[3];
        if (alpha == 255)
            continue;
        for (int channel = 0; channel < 3; ++channel)
            pixels[channel] = static_cast<std::uint8_t>((pixels[channel] * alpha + 255 * (255 - alpha) + 127) / 255);
        pixels[3] = 255;
    }
}

/// The frame format that holds an FFmpeg picture's samples as they are; Rgba8 where there is none.
PixelFormat planesOf(const AVFrame& picture) {
    switch (picture.format) {
        case AV_PIX_FMT_YUV420P:
        case AV_PIX_FMT_YUVJ420P:
            return PixelFormat::I420;
        case AV_PIX_FMT_YUV422P:
        case AV_PIX_FMT_YUVJ422P:
            return PixelFormat::I422;
        case AV_PIX_FMT_NV12:
            return PixelFormat::Nv12;
        case AV_PIX_FMT_YUYV422:
            return picture.width % 2 == 0 ? PixelFormat::Yuyv : PixelFormat::Rgba8;
        default:
            return PixelFormat::Rgba8;
    }
}

AVPixelFormat avFormat(PixelFormat format) {
    switch (format) {
        case PixelFormat::I420:
            return AV_PIX_FMT_YUV420P;
        case PixelFormat::I422:
            return AV_PIX_FMT_YUV422P;
        case PixelFormat::Nv12:
            return AV_PIX_FMT_NV12;
        case PixelFormat::Yuyv:
            return AV_PIX_FMT_YUYV422;
        case PixelFormat::Rgba8:
            break;
    }
    return AV_PIX_FMT_RGBA;
}

/// FFmpeg's name of a matrix with these weights.
AVColorSpace colourSpaceOf(const YuvColour& colour) {
    if (colour.kr == 0.2126f)
        return AVCOL_SPC_BT709;
    if (colour.kr == 0.2627f)
        return AVCOL_SPC_BT2020_NCL;
    if (colour.kr == 0.212f)
        return AVCOL_SPC_SMPTE240M;
    return colour.kr == 0.30f ? AVCOL_SPC_FCC : AVCOL_SPC_SMPTE170M;
}

Error pictureError(const std::string& reason, const std::string& hint = {}) {
    return Error({"cannot use picture", "", reason, hint});
}

void checkSize(std::int64_t width, std::int64_t height) {
    if (width < 1 || height < 1 || width > kMaxFrameSide || height > kMaxFrameSide || width * height > kMaxFramePixels)
        throw pictureError(std::to_string(width) + "x" + std::to_string(height) + " is too large (at most " +
                               std::to_string(kMaxFrameSide) + " a side and " + std::to_string(kMaxFramePixels >> 20) +
                               " Mi pixels)",
                           "scale it down first");
}

}  // namespace

ColourFacts colourFacts(const AVFrame& picture) {
    const auto* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
    const bool jpeg = isOldJpegFormat(picture.format);
    const bool chroma = description && description->nb_components >= 3 && !(description->flags & AV_PIX_FMT_FLAG_RGB);
    ColourFacts facts;
    facts.matrix = matrixOf(picture, jpeg);
    facts.fullRange =
        picture.color_range == AVCOL_RANGE_JPEG || jpeg || (!chroma && picture.color_range != AVCOL_RANGE_MPEG);
    if (chroma && description->log2_chroma_w == 1 && description->log2_chroma_h == 1)
        setChromaPlace(facts, picture.chroma_location, jpeg);
    return facts;
}

YuvColour yuvColour(const ColourFacts& facts) {
    YuvColour colour{.fullRange = facts.fullRange};
    switch (facts.matrix) {
        case SWS_CS_ITU709:
            colour.kr = 0.2126f, colour.kb = 0.0722f;
            break;
        case SWS_CS_BT2020:
            colour.kr = 0.2627f, colour.kb = 0.0593f;
            break;
        case SWS_CS_SMPTE240M:
            colour.kr = 0.212f, colour.kb = 0.087f;
            break;
        case SWS_CS_FCC:
            colour.kr = 0.30f, colour.kb = 0.11f;
            break;
        default:
            break;
    }
    // Where nothing is said swscale takes chroma for centred, and so do we.
    constexpr int kUnsaid = -513;
    colour.chromaX = facts.chromaX == kUnsaid ? 0.5f : static_cast<float>(facts.chromaX) / 256.0f;
    colour.chromaY = facts.chromaY == kUnsaid ? 0.5f : static_cast<float>(facts.chromaY) / 256.0f;
    return colour;
}

AvFrame pictureOf(const Frame& frame) {
    IMPASTO_CHECK(frame.format != PixelFormat::Rgba8);
    AvFrame picture = makeAvFrame();
    picture->width = frame.width;
    picture->height = frame.height;
    picture->format = avFormat(frame.format);
    picture->color_range = frame.colour.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    picture->colorspace = colourSpaceOf(frame.colour);
    if (planeLayout(frame.format, frame.width, frame.height).chromaHalfHeight) {
        const int index = (frame.colour.chromaX > 0 ? 1 : 0) + (frame.colour.chromaY == 0.5f ? 0
                                                                : frame.colour.chromaY == 0  ? 2
                                                                                             : 4);
        picture->chroma_location = static_cast<AVChromaLocation>(index + 1);
    }
    av_image_fill_arrays(picture->data, picture->linesize, frame.pixels.data(), avFormat(frame.format), frame.width,
                         frame.height, 1);
    return picture;
}

DisplaySize displaySize(int width, int height, AVRational sampleAspect) {
    const double aspect = sampleAspect.num > 0 && sampleAspect.den > 0 ? av_q2d(sampleAspect) : 1.0;
    if (aspect == 1.0 || aspect < 1.0 / 8 || aspect > 8)
        return {width, height};
    return {std::max(1, static_cast<int>(std::lround(width * aspect))), height};
}

void FrameConverter::prepare(const Key& key) {
    if (scaler_ && key == key_)
        return;
    scaler_.reset(orOutOfMemory(sws_alloc_context()));
    SwsContext* scaler = scaler_.get();
    av_opt_set_int(scaler, "srcw", key.width, 0);
    av_opt_set_int(scaler, "srch", key.height, 0);
    av_opt_set_int(scaler, "src_format", key.format, 0);
    av_opt_set_int(scaler, "dstw", key.outWidth, 0);
    av_opt_set_int(scaler, "dsth", key.outHeight, 0);
    av_opt_set_int(scaler, "dst_format", AV_PIX_FMT_RGBA, 0);
    av_opt_set_int(scaler, "sws_flags",
                   SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT, 0);
    av_opt_set_int(scaler, "src_h_chr_pos", key.colour.chromaX, 0);
    av_opt_set_int(scaler, "src_v_chr_pos", key.colour.chromaY, 0);
    const int* matrix = sws_getCoefficients(key.colour.matrix);
    constexpr int kUnity = 1 << 16;
    sws_setColorspaceDetails(scaler, matrix, key.colour.fullRange, matrix, 1, 0, kUnity, kUnity);
    if (sws_init_context(scaler, nullptr, nullptr) < 0) {
        scaler_.reset();
        const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(key.format));
        throw pictureError("its pixel format " + std::string(name ? name : "?") + " cannot be converted");
    }
    key_ = key;
}

std::shared_ptr<Frame> FrameConverter::copyPlanes(const AVFrame& picture, PixelFormat format) {
    auto frame = pool_.acquire(format, picture.width, picture.height);
    const int copied = av_image_copy_to_buffer(
        frame->pixels.data(), static_cast<int>(frame->pixels.size()), picture.data, picture.linesize,
        static_cast<AVPixelFormat>(picture.format), picture.width, picture.height, 1);
    if (copied != static_cast<int>(frame->pixels.size()))
        throw pictureError("its pixels could not be copied");
    frame->colour = yuvColour(colourFacts(picture));
    return frame;
}

std::shared_ptr<Frame> FrameConverter::convert(const AVFrame& picture, AVRational sampleAspect,
                                               Orientation orientation) {
    const auto* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
    if (!description)
        throw pictureError("its pixel format is unknown");
    checkSize(picture.width, picture.height);
    const DisplaySize size = displaySize(picture.width, picture.height, sampleAspect);
    checkSize(size.width, size.height);
    const PixelFormat format = planesOf(picture);
    const bool square = size.width == picture.width && size.height == picture.height;
    if (keepPlanes_ && square && orientation == Orientation::Upright && format != PixelFormat::Rgba8)
        return copyPlanes(picture, format);
    prepare({picture.width, picture.height, picture.format, size.width, size.height, colourFacts(picture)});

    const bool swap = swapsSides(orientation);
    auto frame = pool_.acquire(PixelFormat::Rgba8, swap ? size.height : size.width, swap ? size.width : size.height);
    // swscale's vector code may write past the end of a row that is not a multiple of its block.
    constexpr int kBlockBytes = 64;
    const int tightBytes = 4 * size.width;
    const bool direct = orientation == Orientation::Upright && tightBytes % kBlockBytes == 0;
    const int rowBytes = direct ? tightBytes : (tightBytes + 2 * kBlockBytes - 1) / kBlockBytes * kBlockBytes;
    if (!direct)
        scratch_.resize(static_cast<std::size_t>(rowBytes) * static_cast<std::size_t>(size.height) + kBlockBytes);
    std::uint8_t* const target = direct ? frame->pixels.data() : scratch_.data();
    std::uint8_t* planes[4] = {target};
    const int strides[4] = {rowBytes};
    if (sws_scale(scaler_.get(), picture.data, picture.linesize, 0, picture.height, planes, strides) != size.height)
        throw pictureError("its pixels could not be converted");

    const PixelView stored{target, size.width, size.height, rowBytes};
    if (!direct && orientation != Orientation::Upright)
        turnUpright(stored, orientation, frame->pixels);
    else if (!direct)
        av_image_copy_plane(frame->pixels.data(), tightBytes, target, rowBytes, tightBytes, size.height);
    if (hasAlpha(*description))
        flattenOverWhite(frame->pixels.data(), frame->pixels.size() / 4);
    return frame;
}

}  // namespace impasto::media
