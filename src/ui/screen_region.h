// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace impasto::ui {

/// Lets the user drag a rectangle over the whole screen, or click a window, with a crosshair on a connection of its own
/// to the X display. Blocks until then: call it on a thread that may wait. Returns an INPUT, `screen:WxH+X+Y` or
/// `screen:window=NUMBER:TITLE`; empty after Escape, another button than the left one, or without an X display.
std::string pickScreenRegion();

}  // namespace impasto::ui
