// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gpu/device_choice.h"

namespace impasto::gpu {

/// What one device is called among all, for people and for the next start: its name, with a number from the second of
/// the same name on ("Radeon 7 #2").
std::string deviceTitle(const std::vector<DeviceReport>& reports, int index);

/// The index of the usable device with that title, or −1.
int findDevice(const std::vector<DeviceReport>& reports, std::string_view title);

/// "discrete", "software", …
std::string_view nameOf(DeviceKind kind);

}  // namespace impasto::gpu
