// SPDX-License-Identifier: MIT
#include <cstring>

#include "media_fixture.h"

namespace impasto::media {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ImageTest : public MediaTest {};

FramePtr onlyFrame(const std::string& path) {
    const auto source = openSource({.input = path});
    EXPECT_TRUE(source->info().still);
    FramePtr frame = source->next();
    EXPECT_EQ(source->next(), nullptr);
    source->rewind();
    EXPECT_EQ(source->next(), frame);
    return frame;
}

Rgb gradient(int x, int y) {
    return {(x * 7) % 256, (y * 11) % 256, (x * 3 + y * 5) % 256};
}

TEST_F(ImageTest, PngIsExactAtAwkwardSizes) {
    for (const auto& [width, height] :
         std::vector<std::pair<int, int>>{{1, 1}, {1, 7}, {5, 1}, {16, 16}, {33, 17}, {255, 3}}) {
        const FramePtr written = makeFrame(width, height, gradient);
        writeImage(path("a.png"), *written);
        const FramePtr read = onlyFrame(path("a.png"));
        ASSERT_EQ(read->width, width);
        ASSERT_EQ(read->height, height);
        EXPECT_EQ(read->pixels, written->pixels) << width << "x" << height;
    }
}

TEST_F(ImageTest, JpegIsNear) {
    for (const auto& [width, height] : std::vector<std::pair<int, int>>{{1, 1}, {3, 2}, {33, 17}, {64, 64}}) {
        const FramePtr written = makeFrame(width, height, [](int x, int y) {
            return Rgb{x * 2 + 40, y * 2 + 60, 120};
        });
        writeImage(path("a.jpg"), *written);
        const FramePtr read = onlyFrame(path("a.jpg"));
        ASSERT_EQ(read->pixels.size(), written->pixels.size());
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x)
                EXPECT_LE(distance(pixel(*read, x, y), pixel(*written, x, y)), 6) << x << "," << y;
        }
    }
}

TEST_F(ImageTest, GrayKeepsItsValues) {
    encodePicture(path("g.png"), {"png", AV_PIX_FMT_GRAY8, 256, 2}, [](AVFrame& frame) {
        for (int y = 0; y < 2; ++y) {
            for (int x = 0; x < 256; ++x)
                frame.data[0][y * frame.linesize[0] + x] = static_cast<std::uint8_t>(x);
        }
    });
    const FramePtr read = onlyFrame(path("g.png"));
    for (int x = 0; x < 256; ++x)
        EXPECT_EQ(pixel(*read, x, 1), (Rgb{x, x, x}));
}

TEST_F(ImageTest, SixteenBitsAreRoundedToEight) {
    encodePicture(path("g16.png"), {"png", AV_PIX_FMT_GRAY16BE, 256, 1}, [](AVFrame& frame) {
        for (int x = 0; x < 256; ++x)
            frame.data[0][2 * x] = frame.data[0][2 * x + 1] = static_cast<std::uint8_t>(x);
    });
    encodePicture(path("c16.png"), {"png", AV_PIX_FMT_RGB48BE, 256, 1}, [](AVFrame& frame) {
        for (int i = 0; i < 6 * 256; ++i)
            frame.data[0][i] = static_cast<std::uint8_t>(i / 6);
    });
    for (const char* name : {"g16.png", "c16.png"}) {
        const FramePtr read = onlyFrame(path(name));
        for (int x = 0; x < 256; ++x)
            EXPECT_LE(distance(pixel(*read, x, 0), {x, x, x}), 1) << name << " " << x;
    }
}

TEST_F(ImageTest, PaletteWithTransparency) {
    encodePicture(path("p.png"), {"png", AV_PIX_FMT_PAL8, 3, 1}, [](AVFrame& frame) {
        const std::uint32_t palette[3] = {0xffff0000, 0xff0000ff, 0x00123456};
        std::memset(frame.data[1], 0, 1024);
        std::memcpy(frame.data[1], palette, sizeof palette);
        for (int x = 0; x < 3; ++x)
            frame.data[0][x] = static_cast<std::uint8_t>(x);
    });
    const FramePtr read = onlyFrame(path("p.png"));
    EXPECT_EQ(pixel(*read, 0, 0), (Rgb{255, 0, 0}));
    EXPECT_EQ(pixel(*read, 1, 0), (Rgb{0, 0, 255}));
    EXPECT_EQ(pixel(*read, 2, 0), (Rgb{255, 255, 255}));
}

TEST_F(ImageTest, AlphaIsFlattenedOverWhite) {
    const auto fill = [](AVFrame& frame) {
        const int alphas[4] = {255, 128, 1, 0};
        for (int x = 0; x < 4; ++x) {
            std::uint8_t* at = frame.data[0] + 4 * x;
            at[0] = 200, at[1] = 100, at[2] = 0, at[3] = static_cast<std::uint8_t>(alphas[x]);
        }
    };
    encodePicture(path("a.png"), {"png", AV_PIX_FMT_RGBA, 4, 1}, fill);
    encodePicture(path("a.tiff"), {"tiff", AV_PIX_FMT_RGBA, 4, 1}, fill);
    for (const char* name : {"a.png", "a.tiff"}) {
        const FramePtr read = onlyFrame(path(name));
        EXPECT_EQ(pixel(*read, 0, 0), (Rgb{200, 100, 0})) << name;
        EXPECT_LE(distance(pixel(*read, 1, 0), {227, 177, 127}), 1) << name;
        EXPECT_LE(distance(pixel(*read, 2, 0), {255, 254, 254}), 1) << name;
        EXPECT_EQ(pixel(*read, 3, 0), (Rgb{255, 255, 255})) << name;
        for (int x = 0; x < 4; ++x)
            EXPECT_EQ(read->pixels[static_cast<std::size_t>(4 * x + 3)], 255);
    }
}

TEST_F(ImageTest, GrayWithAlphaIsFlattened) {
    encodePicture(path("ya.png"), {"png", AV_PIX_FMT_YA8, 2, 1}, [](AVFrame& frame) {
        frame.data[0][0] = 40, frame.data[0][1] = 255, frame.data[0][2] = 40, frame.data[0][3] = 0;
    });
    const FramePtr read = onlyFrame(path("ya.png"));
    EXPECT_EQ(pixel(*read, 0, 0), (Rgb{40, 40, 40}));
    EXPECT_EQ(pixel(*read, 1, 0), (Rgb{255, 255, 255}));
}

TEST_F(ImageTest, OtherFormats) {
    const auto fill = [](AVFrame& frame) {
        for (int y = 0; y < 32; ++y) {
            for (int x = 0; x < 48; ++x) {
                std::uint8_t* at = frame.data[0] + y * frame.linesize[0] + 3 * x;
                at[0] = x < 24 ? 220 : 30, at[1] = 90, at[2] = 60;
            }
        }
    };
    encodePicture(path("a.tif"), {"tiff", AV_PIX_FMT_RGB24, 48, 32}, fill);
    encodePicture(path("a.ppm"), {"ppm", AV_PIX_FMT_RGB24, 48, 32}, fill);
    const auto swapped = [&](AVFrame& frame) {
        fill(frame);
        for (int y = 0; y < 32; ++y) {
            for (int x = 0; x < 48; ++x)
                std::swap(frame.data[0][y * frame.linesize[0] + 3 * x],
                          frame.data[0][y * frame.linesize[0] + 3 * x + 2]);
        }
    };
    encodePicture(path("a.bmp"), {"bmp", AV_PIX_FMT_BGR24, 48, 32}, swapped);
    for (const char* name : {"a.tif", "a.ppm", "a.bmp"}) {
        const FramePtr read = onlyFrame(path(name));
        ASSERT_EQ(read->width, 48) << name;
        EXPECT_EQ(pixel(*read, 10, 5), (Rgb{220, 90, 60})) << name;
        EXPECT_EQ(pixel(*read, 40, 31), (Rgb{30, 90, 60})) << name;
    }
    encodePicture(path("a.webp"), {"libwebp", AV_PIX_FMT_BGRA, 48, 32}, [](AVFrame& frame) {
        for (int y = 0; y < 32; ++y) {
            for (int x = 0; x < 48; ++x) {
                std::uint8_t* at = frame.data[0] + y * frame.linesize[0] + 4 * x;
                at[0] = 60, at[1] = 90, at[2] = x < 24 ? 220 : 30, at[3] = 255;
            }
        }
    });
    const FramePtr webp = onlyFrame(path("a.webp"));
    EXPECT_LE(distance(pixel(*webp, 8, 5), {220, 90, 60}), 4);
    EXPECT_LE(distance(pixel(*webp, 40, 31), {30, 90, 60}), 4);
}

// EXIF with one entry, the orientation, in the TIFF structure all formats share.
std::vector<std::uint8_t> exifBlock(int orientation) {
    return {'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, static_cast<std::uint8_t>(orientation),
            0,   0,   0, 0,   0, 0};
}

void addJpegExif(const std::string& path, int orientation) {
    auto bytes = readBytes(path);
    std::vector<std::uint8_t> segment{0xff, 0xe1, 0, 0, 'E', 'x', 'i', 'f', 0, 0};
    const auto exif = exifBlock(orientation);
    segment.insert(segment.end(), exif.begin(), exif.end());
    segment[3] = static_cast<std::uint8_t>(segment.size() - 2);
    bytes.insert(bytes.begin() + 2, segment.begin(), segment.end());
    writeBytes(path, bytes);
}

void addPngExif(const std::string& path, int orientation) {
    auto bytes = readBytes(path);
    const auto exif = exifBlock(orientation);
    std::vector<std::uint8_t> chunk{0, 0, 0, static_cast<std::uint8_t>(exif.size()), 'e', 'X', 'I', 'f'};
    chunk.insert(chunk.end(), exif.begin(), exif.end());
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = 4; i < chunk.size(); ++i) {
        crc ^= chunk[i];
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    for (int shift = 24; shift >= 0; shift -= 8)
        chunk.push_back(static_cast<std::uint8_t>(~crc >> shift & 255));
    constexpr std::ptrdiff_t kAfterHeader = 8 + 25;
    bytes.insert(bytes.begin() + kAfterHeader, chunk.begin(), chunk.end());
    writeBytes(path, bytes);
}

// Red, green, blue, gray in the corners of an upright 48x32 picture, clockwise from the top left.
const std::array<Rgb, 4> kCorners{{{230, 20, 20}, {20, 200, 20}, {20, 20, 230}, {128, 128, 128}}};

// Which upright corner is stored at the top left, top right, bottom right and bottom left, from EXIF's definition of
// what the stored row 0 and column 0 are.
const std::array<std::array<std::size_t, 4>, 8> kStored{
    {{0, 1, 2, 3}, {1, 0, 3, 2}, {2, 3, 0, 1}, {3, 2, 1, 0}, {0, 3, 2, 1}, {1, 2, 3, 0}, {2, 1, 0, 3}, {3, 0, 1, 2}}};

TEST_F(ImageTest, AllExifOrientations) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const auto& stored = kStored[static_cast<std::size_t>(orientation - 1)];
        const int width = orientation < 5 ? 48 : 32, height = orientation < 5 ? 32 : 48;
        const FramePtr picture = makeFrame(width, height, [&](int x, int y) {
            const bool right = x >= width / 2, below = y >= height / 2;
            return kCorners[stored[below ? (right ? 2 : 3) : (right ? 1 : 0)]];
        });
        writeImage(path("o.jpg"), *picture);
        addJpegExif(path("o.jpg"), orientation);
        writeImage(path("o.png"), *picture);
        addPngExif(path("o.png"), orientation);
        for (const char* name : {"o.jpg", "o.png"}) {
            const FramePtr upright = onlyFrame(path(name));
            ASSERT_EQ(upright->width, 48) << name << orientation;
            ASSERT_EQ(upright->height, 32) << name << orientation;
            EXPECT_LE(distance(pixel(*upright, 4, 4), kCorners[0]), 3) << name << orientation;
            EXPECT_LE(distance(pixel(*upright, 43, 4), kCorners[1]), 3) << name << orientation;
            EXPECT_LE(distance(pixel(*upright, 43, 27), kCorners[2]), 3) << name << orientation;
            EXPECT_LE(distance(pixel(*upright, 4, 27), kCorners[3]), 3) << name << orientation;
        }
    }
}

TEST_F(ImageTest, BrokenExifIsIgnored) {
    const FramePtr picture = makeFrame(48, 32, gradient);
    for (const std::size_t cut : {4u, 8u, 9u, 15u, 21u}) {
        writeImage(path("o.png"), *picture);
        addPngExif(path("o.png"), 6);
        auto bytes = readBytes(path("o.png"));
        bytes[8 + 25 + 8 + cut] ^= 0xff;  // its checksum no longer holds either: ancillary, so the picture stays
        writeBytes(path("o.png"), bytes);
        try {
            EXPECT_EQ(openSource({.input = path("o.png")})->next()->pixels.size(), picture->pixels.size());
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("o.png"));
        }
    }
}

TEST_F(ImageTest, NonSquarePixelsBecomeSquare) {
    encodePicture(path("s.png"), {"png", AV_PIX_FMT_GRAY8, 20, 30, {2, 1}}, [](AVFrame& frame) {
        for (int y = 0; y < 30; ++y)
            std::memset(frame.data[0] + y * frame.linesize[0], 90, 20);
    });
    const FramePtr frame = onlyFrame(path("s.png"));
    EXPECT_EQ(frame->width, 40);
    EXPECT_EQ(frame->height, 30);
    EXPECT_EQ(pixel(*frame, 39, 29), (Rgb{90, 90, 90}));
}

TEST_F(ImageTest, EightThousandBySixThousand) {
    const FramePtr big = makeFrame(8000, 6000, [](int x, int y) { return Rgb{x / 32, y / 24, 100}; });
    writeImage(path("big.jpg"), *big);
    const FramePtr read = onlyFrame(path("big.jpg"));
    EXPECT_EQ(read->width, 8000);
    EXPECT_EQ(read->height, 6000);
    EXPECT_LE(distance(pixel(*read, 7990, 5990), {249, 249, 100}), 4);
    const FramePtr small = loadImage(path("big.jpg"), 400);
    EXPECT_EQ(small->width, 400);
    EXPECT_EQ(small->height, 300);
    EXPECT_LE(distance(pixel(*small, 200, 150), {125, 125, 100}), 4);
}

TEST_F(ImageTest, TooLargeIsRefusedWithTheSize) {
    encodePicture(path("wide.png"), {"png", AV_PIX_FMT_GRAY8, 20000, 2}, [](AVFrame& frame) {
        std::memset(frame.data[0], 0, static_cast<std::size_t>(2 * frame.linesize[0]));
    });
    EXPECT_THAT(errorOf([&] { openSource({.input = path("wide.png")}); }),
                AllOf(HasSubstr("wide.png"), HasSubstr("20000x2"), HasSubstr("too large")));
    // A header that promises 60000x60000 must not be believed far enough to allocate it.
    writeImage(path("bomb.png"), *makeFrame(4, 4, gradient));
    auto bytes = readBytes(path("bomb.png"));
    bytes[18] = bytes[22] = 0xea;
    bytes[19] = bytes[23] = 0x60;
    writeBytes(path("bomb.png"), bytes);
    EXPECT_THAT(errorOf([&] { openSource({.input = path("bomb.png")}); }), HasSubstr("bomb.png"));
}

TEST_F(ImageTest, MissingAndEmptyAndForeignFiles) {
    EXPECT_THAT(errorOf([&] { openSource({.input = path("no.png")}); }),
                AllOf(HasSubstr("no.png"), HasSubstr("does not exist")));
    writeBytes(path("empty.png"), {});
    EXPECT_THAT(errorOf([&] { openSource({.input = path("empty.png")}); }),
                AllOf(HasSubstr("empty.png"), HasSubstr("empty")));
    writeBytes(path("text.png"), std::vector<std::uint8_t>(500, 'x'));
    EXPECT_THAT(errorOf([&] { openSource({.input = path("text.png")}); }), HasSubstr("text.png"));
    EXPECT_THAT(errorOf([&] { loadImage(path("no.jpg")); }), HasSubstr("no.jpg"));
}

TEST_F(ImageTest, TruncatedImagesAreRefused) {
    const FramePtr picture = makeFrame(200, 160, gradient);
    for (const std::string name : {"t.png", "t.jpg"}) {
        writeImage(path(name), *picture);
        const auto whole = readBytes(path(name));
        for (const double part : {0.02, 0.3, 0.6, 0.95}) {
            auto bytes = whole;
            bytes.resize(static_cast<std::size_t>(static_cast<double>(whole.size()) * part));
            writeBytes(path(name), bytes);
            EXPECT_THAT(errorOf([&] { openSource({.input = path(name)}); }), HasSubstr(name)) << part;
        }
    }
}

TEST_F(ImageTest, ThumbnailsDoNotHideATruncatedJpeg) {
    writeImage(path("t.jpg"), *makeFrame(200, 160, gradient));
    auto bytes = readBytes(path("t.jpg"));
    const std::vector<std::uint8_t> segment{0xff, 0xe3, 0, 8, 0xff, 0xd8, 0xff, 0xda, 0xff, 0xd9};
    bytes.insert(bytes.begin() + 2, segment.begin(), segment.end());
    writeBytes(path("t.jpg"), bytes);
    EXPECT_EQ(onlyFrame(path("t.jpg"))->width, 200);
    bytes.resize(bytes.size() - 600);
    writeBytes(path("t.jpg"), bytes);
    EXPECT_THAT(errorOf([&] { openSource({.input = path("t.jpg")}); }), HasSubstr("ends too early"));
}

TEST_F(ImageTest, CorruptImagesNeverCrash) {
    const FramePtr picture = makeFrame(64, 48, gradient);
    int refused = 0;
    for (const std::string name : {"c.png", "c.jpg"}) {
        writeImage(path(name), *picture);
        const auto whole = readBytes(path(name));
        for (std::size_t at = 2; at < whole.size(); at += whole.size() / 40) {
            auto bytes = whole;
            for (std::size_t i = at; i < std::min(at + 8, bytes.size()); ++i)
                bytes[i] ^= 0x5a;
            writeBytes(path(name), bytes);
            try {
                EXPECT_NE(openSource({.input = path(name)})->next(), nullptr);
            } catch (const Error& error) {
                EXPECT_THAT(error.what(), HasSubstr(name));
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 40);
}

TEST_F(ImageTest, NamesThatLookLikePatternsOrUrls) {
    const FramePtr picture = makeFrame(16, 16, gradient);
    for (const std::string name : {"a%d.png", "b%03d.png", "lavfi:c.png", "d*[1].png", "sp ace.png"}) {
        writeImage(path("x.png"), *picture);
        std::filesystem::rename(path("x.png"), path(name));
        EXPECT_EQ(onlyFrame(path(name))->pixels, picture->pixels) << name;
    }
}

TEST_F(ImageTest, ContentCountsNotTheExtension) {
    writeImage(path("x.png"), *makeFrame(16, 16, gradient));
    std::filesystem::rename(path("x.png"), path("x.jpg"));
    EXPECT_EQ(onlyFrame(path("x.jpg"))->width, 16);
}

TEST_F(ImageTest, ReducingAveragesAreas) {
    const FramePtr checker = makeFrame(64, 64, [](int x, int y) {
        const int value = (x + y) % 2 ? 255 : 0;
        return Rgb{value, value, value};
    });
    const FramePtr small = resizeFrame(*checker, 16, 16);
    for (int y = 0; y < 16; ++y) {
        for (int x = 0; x < 16; ++x)
            EXPECT_LE(distance(pixel(*small, x, y), {128, 128, 128}), 2);
    }
}

class FolderTest : public MediaTest {};

TEST_F(FolderTest, NaturalOrderAndBrokenFilesReported) {
    for (const int number : {10, 9, 2, 1})
        writeImage(path("shot" + std::to_string(number) + ".png"), *countingFrame(number));
    writeBytes(path("shot3.png"), std::vector<std::uint8_t>(100, 7));
    writeBytes(path("notes.txt"), {1, 2, 3});
    writeBytes(path(".hidden.png"), {1, 2, 3});
    const auto source = openSource({.input = folder_.string(), .secondsPerImage = 2});
    std::vector<int> order;
    std::vector<double> times;
    for (const FramePtr& frame : readAll(*source)) {
        order.push_back(readCount(*frame));
        times.push_back(frame->timestampSeconds);
    }
    EXPECT_EQ(order, (std::vector{1, 2, 9, 10}));
    EXPECT_EQ(times, (std::vector<double>{0, 2, 6, 8}));
    ASSERT_EQ(source->problems().size(), 1u);
    EXPECT_THAT(source->problems()[0], HasSubstr("shot3.png"));
    source->seek(6.5);
    EXPECT_EQ(readCount(*source->next()), 9);
    source->rewind();
    EXPECT_EQ(readCount(*source->next()), 1);
    readAll(*source);
    EXPECT_EQ(source->problems().size(), 1u);
}

TEST_F(FolderTest, WithoutImages) {
    writeBytes(path("notes.txt"), {1});
    EXPECT_THAT(errorOf([&] { openSource({.input = folder_.string()}); }),
                AllOf(HasSubstr(folder_.string()), HasSubstr("no images")));
    writeBytes(path("bad.png"), {1});
    EXPECT_THAT(errorOf([&] { openSource({.input = folder_.string()}); }), HasSubstr("none of its 1 images"));
}

}  // namespace
}  // namespace impasto::media
