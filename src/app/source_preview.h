// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>

#include "media/frame.h"
#include "media/geometry.h"

namespace impasto::app {

/// The source as it is, small, for the seconds in which a driver compiles what the first picture needs. Written by one
/// thread, read by any.
class SourcePreview {
  public:
    static constexpr int kLongestSide = 640;

    /// `frame` turned, cut and reduced to at most kLongestSide takes the place of the one before.
    void show(const media::FramePtr& frame, const media::Geometry& geometry);
    void clear();

    media::FramePtr frame() const;  ///< Rgba8, not mirrored; null while there is none

  private:
    media::FramePool turned_;
    mutable std::mutex mutex_;
    media::FramePtr frame_;
};

}  // namespace impasto::app
