// SPDX-License-Identifier: MIT
#pragma once

#include "app/command_line.h"
#include "app/remembered.h"

namespace impasto::ui {

/// Opens the window on a live session and returns when it is closed. `line` is what the arguments make of what was
/// remembered, `last`; what the window is left with is remembered for the next start. Throws Error when there is no
/// display, no device, or the device is lost.
void run(const app::CommandLine& line, const app::Recollection& last);

}  // namespace impasto::ui
