// SPDX-License-Identifier: MIT
#include "app/source_preview.h"

#include <algorithm>
#include <utility>

#include "media/source.h"

namespace impasto::app {

void SourcePreview::show(const media::FramePtr& frame, const media::Geometry& geometry) {
    media::FramePtr picture = media::applyGeometry(media::toRgba(frame), geometry, turned_);
    const int side = std::max(picture->width, picture->height);
    if (side > kLongestSide) {
        const auto reduced = [side](int length) { return std::max(1, length * kLongestSide / side); };
        picture = media::resizeFrame(*picture, reduced(picture->width), reduced(picture->height));
    }
    const std::lock_guard lock(mutex_);
    frame_ = std::move(picture);
}

void SourcePreview::clear() {
    const std::lock_guard lock(mutex_);
    frame_ = nullptr;
}

media::FramePtr SourcePreview::frame() const {
    const std::lock_guard lock(mutex_);
    return frame_;
}

}  // namespace impasto::app
