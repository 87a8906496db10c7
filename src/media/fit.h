// SPDX-License-Identifier: MIT
#pragma once

#include "media/frame.h"

namespace impasto::media {

/// `frame` (Rgba8) as large as it fits into `width` x `height`, centred on black.
FramePtr fitFrame(const Frame& frame, int width, int height);

}  // namespace impasto::media
