// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "gpu/device_choice.h"

namespace impasto::app {

/// `--list-devices`: one block per device with what counted for and against it, the one that would be taken marked.
std::string describeDevices(std::span<const gpu::DeviceReport> devices);

}  // namespace impasto::app
