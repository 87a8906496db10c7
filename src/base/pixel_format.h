// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace impasto {

/// How a picture's bytes are laid out. Rows and planes are tight, the top row comes first. Chroma planes have half the
/// sides the format halves, rounded up.
enum class PixelFormat : std::uint8_t {
    Rgba8,  ///< 4 bytes per pixel, R first
    I420,   ///< planes Y, U, V; chroma halved both ways
    I422,   ///< planes Y, U, V; chroma halved across
    Nv12,   ///< planes Y, UV; chroma halved both ways
    Yuyv,   ///< Y U Y V; chroma halved across; even widths only
};

/// Where the samples of a YUV format lie, in bytes from its start.
struct PlaneLayout {
    int lumaStep = 1;  ///< from one pixel to the next
    int lumaRow = 0;   ///< from one row to the next
    int uBase = 0;
    int vBase = 0;
    int chromaStep = 1;
    int chromaRow = 0;
    int chromaWidth = 0;
    int chromaHeight = 0;
    bool chromaHalfHeight = false;
    std::size_t bytes = 0;  ///< of the whole picture
};

constexpr PlaneLayout planeLayout(PixelFormat format, int width, int height) {
    const int halfWidth = (width + 1) / 2, halfHeight = (height + 1) / 2;
    const int luma = width * height;
    const auto total = [&](int chromaHeight) {
        return static_cast<std::size_t>(luma) +
               2 * static_cast<std::size_t>(halfWidth) * static_cast<std::size_t>(chromaHeight);
    };
    switch (format) {
        case PixelFormat::I420:
            return {1,         width,
                    luma,      luma + halfWidth * halfHeight,
                    1,         halfWidth,
                    halfWidth, halfHeight,
                    true,      total(halfHeight)};
        case PixelFormat::I422:
            return {1, width, luma, luma + halfWidth * height, 1, halfWidth, halfWidth, height, false, total(height)};
        case PixelFormat::Nv12:
            return {1, width, luma, luma + 1, 2, 2 * halfWidth, halfWidth, halfHeight, true, total(halfHeight)};
        case PixelFormat::Yuyv:
            return {2, 2 * width, 1, 3, 4, 2 * width, halfWidth, height, false, total(height)};
        case PixelFormat::Rgba8:
            break;
    }
    return {.bytes = 4 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)};
}

/// What YUV samples mean: R'G'B' of a matrix with luma weights `kr` and `kb`, and where chroma samples lie.
struct YuvColour {
    float kr = 0.299f;
    float kb = 0.114f;
    bool fullRange = false;
    float chromaX = 0.5f;  ///< pixels from a chroma sample's first pixel to it: 0 on it, 0.5 between it and the next
    float chromaY = 0.5f;
    bool operator==(const YuvColour&) const = default;
};

/// Samples 0..255 to R'G'B' 0..1:
/// L = lumaScale·(Y − lumaOffset), R = L + redOfV·(V − 128), G = L + greenOfU·(U − 128) + greenOfV·(V − 128), …
struct YuvToRgb {
    float lumaScale, lumaOffset, redOfV, greenOfU, greenOfV, blueOfU;
};
constexpr YuvToRgb yuvToRgb(const YuvColour& colour) {
    const float kg = 1 - colour.kr - colour.kb;
    const float chroma = 1 / (colour.fullRange ? 255.0f : 224.0f);
    const float red = 2 * (1 - colour.kr) * chroma, blue = 2 * (1 - colour.kb) * chroma;
    return {.lumaScale = 1 / (colour.fullRange ? 255.0f : 219.0f),
            .lumaOffset = colour.fullRange ? 0.0f : 16.0f,
            .redOfV = red,
            .greenOfU = -blue * colour.kb / kg,
            .greenOfV = -red * colour.kr / kg,
            .blueOfU = blue};
}

}  // namespace impasto
