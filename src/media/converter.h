// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "media/av_handles.h"
#include "media/frame.h"
#include "media/orientation.h"

namespace impasto::media {

/// Colour facts of a decoded picture with the guesses for what it doesn't say: BT.601 up to 576 lines and for JPEG,
/// else BT.709; limited range for YUV, full for JPEG, RGB and gray; chroma to the left for 4:2:0 video, centred for
/// JPEG.
struct ColourFacts {
    int matrix = 0;  ///< SWS_CS_*
    bool fullRange = false;
    int chromaX = -513;  ///< 1/256 luma pixels, swscale's -513: default
    int chromaY = -513;
    bool operator==(const ColourFacts&) const = default;
};

ColourFacts colourFacts(const AVFrame& picture);

struct DisplaySize {
    int width;
    int height;
};

/// Size with square pixels, before orientation. Aspect ratios outside 1:8..8:1 are taken for errors and ignored.
DisplaySize displaySize(int width, int height, AVRational sampleAspect);

/// Kr, Kb, range and siting of the facts.
YuvColour yuvColour(const ColourFacts& facts);

/// A view of a YUV frame's samples as an FFmpeg picture that says all of its colour; the frame must outlive it.
AvFrame pictureOf(const Frame& frame);

/// FFmpeg pictures to Frames: colour, pixel aspect, alpha over white, orientation. One thread.
class FrameConverter {
  public:
    /// YUV pictures that need nothing but a conversion of colour are handed on as they are (PixelFormat's YUV formats).
    void keepPlanes(bool keep) { keepPlanes_ = keep; }

    /// `sampleAspect` 0/1 where unknown. Throws Error for pictures that are too large or in a format without
    /// conversion.
    std::shared_ptr<Frame> convert(const AVFrame& picture, AVRational sampleAspect, Orientation orientation);

  private:
    struct Key {
        int width, height, format, outWidth, outHeight;
        ColourFacts colour;
        bool operator==(const Key&) const = default;
    };

    void prepare(const Key& key);
    std::shared_ptr<Frame> copyPlanes(const AVFrame& picture, PixelFormat format);

    FramePool pool_;
    AvScaler scaler_;
    Key key_ = {};
    std::vector<std::uint8_t> scratch_;
    bool keepPlanes_ = false;
};

}  // namespace impasto::media
