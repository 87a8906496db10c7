// SPDX-License-Identifier: MIT
#pragma once

#include "app/command_line.h"

namespace impasto::ui {

/// Opens the window on a live session and returns when it is closed. Throws Error when there is no display, no device,
/// or the device is lost.
void run(const app::CommandLine& line);

}  // namespace impasto::ui
