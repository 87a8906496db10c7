// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/pixel_format.h"

namespace impasto::media {

/// How `Frame::pixels` is laid out; whoever reads pixels checks the format first.
using impasto::PixelFormat;

/// Frames per second as a fraction; 0/1 where there is no rate (a still image).
struct FrameRate {
    int numerator = 0;
    int denominator = 1;

    double perSecond() const { return static_cast<double>(numerator) / denominator; }
    bool operator==(const FrameRate&) const = default;
};

/// One picture, ready to show. Orientation and pixel aspect are applied. YUV formats come only where they were asked
/// for (SourceRequest::planes). Rgba8 values are gamma-encoded (sRGB or BT.709 transfer, as the source had them), full
/// range; transparent sources are flattened over white, so A is always 255. Frames are shared as `shared_ptr<const
/// Frame>` and never change once handed out, so any thread may read them.
struct Frame {
    PixelFormat format = PixelFormat::Rgba8;
    int width = 0;   ///< pixels, at least 1
    int height = 0;  ///< pixels, at least 1
    std::vector<std::uint8_t> pixels;
    YuvColour colour;             ///< of formats that are not Rgba8
    double timestampSeconds = 0;  ///< since the source's first frame
    std::uint64_t index = 0;      ///< number of the frame within its source, from 0; follows seeks
};

using FramePtr = std::shared_ptr<const Frame>;

inline constexpr int kMaxFrameSide = 16384;                               ///< pixels
inline constexpr std::int64_t kMaxFramePixels = std::int64_t{128} << 20;  ///< 512 MiB as Rgba8

/// Bytes of a frame of this format and size.
std::size_t frameBytes(PixelFormat format, int width, int height);

/// Recycles frames: once as many exist as are in use at a time, neither pixels nor reference counts are allocated.
/// Frames may be released on any thread and may outlive the pool.
class FramePool {
  public:
    FramePool();

    /// A frame of this size with unspecified pixels, timestamp 0 and index 0. Fill it, then share it as FramePtr.
    std::shared_ptr<Frame> acquire(PixelFormat format, int width, int height);

    /// Frames ever created by the pool; constant in the steady state.
    std::size_t created() const;

  private:
    struct Core;
    struct Recycle;
    template <class T>
    struct CountAllocator;
    std::shared_ptr<Core> core_;
};

}  // namespace impasto::media
