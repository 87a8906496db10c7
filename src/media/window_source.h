// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "media/input.h"
#include "media/source.h"

namespace impasto::media {

/// A window of the X display, without its frame, wherever it is moved and whatever size it is given. What covers it is
/// seen too, unless a compositor keeps windows apart. Throws Error, as its next() does, while the window is gone or
/// minimised. Private to media.
std::unique_ptr<Source> openWindow(const InputName& name, const SourceRequest& request);

}  // namespace impasto::media
