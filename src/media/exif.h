// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

namespace impasto::media {

/// EXIF's orientation (1..8) from a TIFF file or a PNG's eXIf chunk; 0 where there is none or the data makes no sense.
/// JPEG and WebP need no help: FFmpeg gives theirs as frame metadata.
int exifOrientation(std::span<const std::byte> file);

}  // namespace impasto::media
