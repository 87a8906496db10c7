// SPDX-License-Identifier: MIT
#include "media/converter.h"
#include "media_fixture.h"

namespace impasto::media {
namespace {

class ColourTest : public MediaTest {};

const std::vector<Rgb> kBars{{191, 191, 191}, {191, 191, 0}, {0, 191, 191},   {0, 191, 0},
                             {191, 0, 191},   {191, 0, 0},   {0, 0, 191},     {16, 16, 16},
                             {235, 235, 235}, {0, 0, 0},     {255, 255, 255}, {200, 150, 120}};

// Bars 64 pixels wide: coding errors at their edges don't reach the middle.
FramePtr colourBars(int height) {
    return makeFrame(64 * static_cast<int>(kBars.size()), height,
                     [](int x, int) { return kBars[static_cast<std::size_t>(x / 64)]; });
}

void expectBars(const Frame& frame, const std::string& name) {
    for (std::size_t bar = 0; bar < kBars.size(); ++bar) {
        for (const int y : {frame.height / 4, frame.height / 2, frame.height - 20}) {
            for (const int x : {20, 32, 43}) {
                const Rgb seen = pixel(frame, static_cast<int>(bar) * 64 + x, y);
                EXPECT_LE(distance(seen, kBars[bar]), 2)
                    << name << " bar " << bar << ": " << seen[0] << "," << seen[1] << "," << seen[2];
            }
        }
    }
}

TEST_F(ColourTest, BarsComeBackThroughOurOwnFiles) {
    for (const int height : {128, 720}) {  // either side of the limit at which untagged video changes its matrix
        const FramePtr bars = colourBars(height);
        for (const std::string name : {"b.mp4", "b.mkv", "b.webm"}) {
            VideoWriter writer(path(name), {.width = bars->width, .height = bars->height});
            for (int i = 0; i < 6; ++i)
                writer.write(*bars);
            writer.finish();
            const auto frames = readAll(*openSource({.input = path(name)}));
            ASSERT_EQ(frames.size(), 6u);
            expectBars(*frames.front(), name);
            expectBars(*frames.back(), name);
        }
        for (const std::string name : {"b.png", "b.jpg"}) {
            writeImage(path(name), *bars);
            expectBars(*loadImage(path(name)), name);
        }
    }
}

struct YuvCase {
    const char* name;
    AVPixelFormat format;
    AVColorSpace matrix;
    AVColorRange range;
    int height;
    double kr, kb;
    bool full;
};

// The expected YUV is computed here from the matrices' definition (BT.601, BT.709, BT.2020), not by FFmpeg.
void fillYuv(AVFrame& frame, const YuvCase& wanted, const Rgb& colour) {
    const double r = colour[0] / 255.0, g = colour[1] / 255.0, b = colour[2] / 255.0;
    const double luma = wanted.kr * r + (1 - wanted.kr - wanted.kb) * g + wanted.kb * b;
    const double cb = (b - luma) / (2 * (1 - wanted.kb)), cr = (r - luma) / (2 * (1 - wanted.kr));
    const double lumaScale = wanted.full ? 255 : 219, chromaScale = wanted.full ? 255 : 224,
                 offset = wanted.full ? 0 : 16;
    const std::array values{offset + lumaScale * luma, 128 + chromaScale * cb, 128 + chromaScale * cr};
    for (int plane = 0; plane < 3; ++plane) {
        const auto value =
            static_cast<std::uint8_t>(std::clamp(std::lround(values[static_cast<std::size_t>(plane)]), 0l, 255l));
        const int rows = plane ? frame.height / 2 : frame.height;
        std::fill_n(frame.data[plane], static_cast<std::size_t>(frame.linesize[plane] * rows), value);
    }
}

TEST(Converter, HonoursMatrixAndRange) {
    const std::vector<YuvCase> cases{
        {"601 limited", AV_PIX_FMT_YUV420P, AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, 720, 0.299, 0.114, false},
        {"601 full", AV_PIX_FMT_YUV420P, AVCOL_SPC_BT470BG, AVCOL_RANGE_JPEG, 720, 0.299, 0.114, true},
        {"709 limited", AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 240, 0.2126, 0.0722, false},
        {"709 full", AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, 240, 0.2126, 0.0722, true},
        {"2020", AV_PIX_FMT_YUV420P, AVCOL_SPC_BT2020_NCL, AVCOL_RANGE_MPEG, 240, 0.2627, 0.0593, false},
        {"untagged small", AV_PIX_FMT_YUV420P, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED, 576, 0.299, 0.114,
         false},
        {"untagged large", AV_PIX_FMT_YUV420P, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED, 720, 0.2126, 0.0722,
         false},
        {"jpeg", AV_PIX_FMT_YUVJ420P, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED, 720, 0.299, 0.114, true},
    };
    FrameConverter converter;
    for (const YuvCase& wanted : cases) {
        for (const Rgb& colour : kBars) {
            const AvFrame picture = makeAvFrame();
            picture->format = wanted.format;
            picture->width = 32;
            picture->height = wanted.height;
            picture->colorspace = wanted.matrix;
            picture->color_range = wanted.range;
            ASSERT_GE(av_frame_get_buffer(picture.get(), 0), 0);
            fillYuv(*picture, wanted, colour);
            const auto frame = converter.convert(*picture, {0, 1}, Orientation::Upright);
            const Rgb seen = pixel(*frame, 16, wanted.height / 2);
            EXPECT_LE(distance(seen, colour), 2) << wanted.name << " " << seen[0] << "," << seen[1] << "," << seen[2];
        }
    }
}

TEST(Converter, PlanesAreHandedOnAsTheyAreAndSayTheirColour) {
    struct Case {
        AVPixelFormat from;
        PixelFormat to;
        AVColorSpace matrix;
        AVColorRange range;
        AVChromaLocation place;
    };
    const std::vector<Case> cases{
        {AV_PIX_FMT_YUV420P, PixelFormat::I420, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, AVCHROMA_LOC_LEFT},
        {AV_PIX_FMT_YUVJ420P, PixelFormat::I420, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_JPEG, AVCHROMA_LOC_CENTER},
        {AV_PIX_FMT_YUVJ422P, PixelFormat::I422, AVCOL_SPC_BT470BG, AVCOL_RANGE_JPEG, AVCHROMA_LOC_CENTER},
        {AV_PIX_FMT_NV12, PixelFormat::Nv12, AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, AVCHROMA_LOC_TOPLEFT},
        {AV_PIX_FMT_YUYV422, PixelFormat::Yuyv, AVCOL_SPC_BT2020_NCL, AVCOL_RANGE_MPEG, AVCHROMA_LOC_UNSPECIFIED},
    };
    for (const Case& wanted : cases) {
        const AvFrame picture = makeAvFrame();
        picture->format = wanted.from;
        picture->width = 34;
        picture->height = 22;
        picture->colorspace = wanted.matrix;
        picture->color_range = wanted.range;
        picture->chroma_location = wanted.place;
        ASSERT_GE(av_frame_get_buffer(picture.get(), 0), 0);
        for (int plane = 0; plane < 4 && picture->data[plane]; ++plane) {
            const bool halved = plane > 0 && wanted.to != PixelFormat::I422;
            const int rows = halved ? 11 : 22;
            for (int i = 0; i < picture->linesize[plane] * rows; ++i)
                picture->data[plane][i] = static_cast<std::uint8_t>(40 + (i * 37 + plane * 11) % 170);
        }
        FrameConverter plain, keeping;
        keeping.keepPlanes(true);
        const auto converted = plain.convert(*picture, {1, 1}, Orientation::Upright);
        const FramePtr kept = keeping.convert(*picture, {1, 1}, Orientation::Upright);
        const char* name = av_get_pix_fmt_name(wanted.from);
        ASSERT_EQ(kept->format, wanted.to) << name;
        EXPECT_EQ(kept->pixels.size(), planeLayout(wanted.to, 34, 22).bytes);
        EXPECT_EQ(kept->colour.fullRange, wanted.range == AVCOL_RANGE_JPEG) << name;
        // The same samples with the same colour: converted later they give the same picture.
        EXPECT_EQ(toRgba(kept)->pixels, converted->pixels) << name;
        // Whatever needs more than a conversion of colour is RGBA.
        EXPECT_EQ(keeping.convert(*picture, {2, 1}, Orientation::Upright)->format, PixelFormat::Rgba8);
        EXPECT_EQ(keeping.convert(*picture, {1, 1}, Orientation::Rotate90)->format, PixelFormat::Rgba8);
    }
}

TEST(Converter, ChromaStandsWhereItBelongs) {
    // A vertical edge in chroma at sample 8 of 16: with chroma to the left it is half a luma pixel further left than
    // with centred chroma, so the pixel in front of the edge gets more of the right side's colour.
    const auto redBeforeEdge = [](AVChromaLocation place) {
        const AvFrame picture = makeAvFrame();
        picture->format = AV_PIX_FMT_YUV420P;
        picture->width = 32;
        picture->height = 16;
        picture->chroma_location = place;
        EXPECT_GE(av_frame_get_buffer(picture.get(), 0), 0);
        std::fill_n(picture->data[0], static_cast<std::size_t>(picture->linesize[0] * 16), std::uint8_t{110});
        std::fill_n(picture->data[1], static_cast<std::size_t>(picture->linesize[1] * 8), std::uint8_t{128});
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 16; ++x)
                picture->data[2][y * picture->linesize[2] + x] = static_cast<std::uint8_t>(x < 8 ? 90 : 166);
        }
        FrameConverter converter;
        return pixel(*converter.convert(*picture, {0, 1}, Orientation::Upright), 15, 8)[0];
    };
    const int left = redBeforeEdge(AVCHROMA_LOC_LEFT), centred = redBeforeEdge(AVCHROMA_LOC_CENTER);
    EXPECT_GT(left, centred + 10);
    EXPECT_EQ(redBeforeEdge(AVCHROMA_LOC_UNSPECIFIED), left);
}

TEST(Converter, AspectRatios) {
    EXPECT_EQ(displaySize(720, 576, {16, 15}).width, 768);
    EXPECT_EQ(displaySize(720, 576, {0, 1}).width, 720);
    EXPECT_EQ(displaySize(720, 576, {1, 100}).width, 720);
    EXPECT_EQ(displaySize(1, 1, {1, 8}).width, 1);
}

}  // namespace
}  // namespace impasto::media
