// SPDX-License-Identifier: MIT
#pragma once

#include "app/command_line.h"
#include "gpu/device.h"

namespace impasto::app {

/// Stylizes the input frame by frame, in order, and writes it to `line.output` at the source's size; without an output
/// nothing is written. Progress goes to standard error. SIGINT completes the file. Throws Error.
void runHeadless(const CommandLine& line);

/// Restyles the input, or every file of the folder it is, into the folder `line.output`. Progress goes to standard
/// error, and at the end what failed. SIGINT ends it; the same command line goes on where it ended. Returns the exit
/// status: 1 when something failed or it was ended early. Throws Error.
int runBatch(const CommandLine& line);

/// The device the command line asks for, without a window.
gpu::DeviceOptions deviceOptions(const CommandLine& line);

}  // namespace impasto::app
