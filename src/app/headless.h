// SPDX-License-Identifier: MIT
#pragma once

#include "app/command_line.h"
#include "gpu/device.h"

namespace impasto::app {

/// Stylizes the input frame by frame, in order, and writes it to `line.output` at the source's size; without an output
/// nothing is written. Progress goes to standard error. SIGINT completes the file. Throws Error.
void runHeadless(const CommandLine& line);

/// The device the command line asks for, without a window.
gpu::DeviceOptions deviceOptions(const CommandLine& line);

}  // namespace impasto::app
