// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "gpu/device_choice.h"

namespace impasto::app {

/// `Settings::model` that leaves the choice to the program.
inline constexpr const char* kAutomaticModel = "auto";

struct ModelChoice {
    std::string model;   ///< nano, micro or full
    std::string reason;  ///< for people, to follow the name
};

/// With a speed measured before (textbook multiply-adds of a network per second, > 0): the largest network expected to
/// keep 30 frames a second at its preferred size on a 16:9 picture. Never measured (0): by the kind of device.
ModelChoice chooseModel(gpu::DeviceKind kind, double multiplyAddsPerSecond);

/// Speeds of this machine's devices, kept in a JSON file from one run to the next. One thread.
class DeviceSpeeds {
  public:
    /// `file` may be missing. A damaged one counts as empty, which is logged.
    explicit DeviceSpeeds(std::filesystem::path file) : file_(std::move(file)) {}

    /// Multiply-adds per second; 0 where none was measured with this driver.
    double of(const gpu::DeviceProperties& device) const;
    /// Throws Error when the file cannot be written.
    void keep(const gpu::DeviceProperties& device, double multiplyAddsPerSecond) const;

  private:
    std::filesystem::path file_;
};

}  // namespace impasto::app
