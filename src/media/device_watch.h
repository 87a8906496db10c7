// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace impasto::media {

/// Notices capture devices that come and go, by inotify on a folder of device files. Costs nothing while nothing
/// happens. One thread.
class DeviceWatch {
  public:
    /// Where inotify is not to be had nothing is ever noticed.
    explicit DeviceWatch(const std::string& folder = "/dev");
    ~DeviceWatch();
    DeviceWatch(const DeviceWatch&) = delete;
    DeviceWatch& operator=(const DeviceWatch&) = delete;

    /// Whether a `video*` was made, removed or given other rights since the last call. Returns at once.
    bool changed();

  private:
    int file_ = -1;
};

}  // namespace impasto::media
