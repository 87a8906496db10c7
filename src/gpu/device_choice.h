// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace impasto::gpu {

enum class DeviceKind { Discrete, Integrated, Virtual, Software, Other };

/// What the choice looks at; plain data, so that it is tested on invented devices.
struct DeviceProperties {
    std::string name = {};
    std::string driver = {};  ///< driver name and version, for people
    DeviceKind kind = DeviceKind::Other;
    std::uint32_t apiVersion = 0;  ///< VK_MAKE_API_VERSION
    bool hasComputeQueue = false;
    bool canPresent = true;  ///< graphics queue and swapchain extension; only looked at when a window is wanted
    bool timelineSemaphore = false;
    std::uint64_t deviceLocalBytes = 0;
    std::uint32_t maxTexelBufferElements = 0;
    std::uint64_t maxStorageBufferRange = 0;
};

/// A device as `--list-devices` prints it.
struct DeviceReport {
    DeviceProperties properties = {};
    bool usable = false;
    int score = 0;                          ///< higher is taken first
    std::vector<std::string> reasons = {};  ///< why it is not usable, or what counted for and against it
};

/// Judges devices by capability: discrete before integrated before virtual before software, then by memory. A software
/// device is usable; it is taken when nothing else is.
std::vector<DeviceReport> judgeDevices(const std::vector<DeviceProperties>& devices, bool needsPresent);

/// Index into `reports`: `wanted` if ≥ 0, else the best usable one. Throws Error that lists every device with the
/// reason why it was passed over.
int chooseDevice(const std::vector<DeviceReport>& reports, int wanted);

/// All Vulkan devices of this machine, in Vulkan's order. Throws Error when there is no Vulkan loader or driver.
std::vector<DeviceReport> listDevices();

}  // namespace impasto::gpu
