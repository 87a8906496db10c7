// SPDX-License-Identifier: MIT
#include "app/lists.h"

#include <fmt/format.h>

#include "gpu/device_titles.h"

namespace impasto::app {
std::string describeDevices(std::span<const gpu::DeviceReport> devices) {
    int best = -1;
    for (int i = 0; i < static_cast<int>(devices.size()); ++i) {
        if (devices[i].usable && (best < 0 || devices[i].score > devices[best].score))
            best = i;
    }
    std::string text;
    for (int i = 0; i < static_cast<int>(devices.size()); ++i) {
        const gpu::DeviceProperties& device = devices[i].properties;
        text += fmt::format("{} {}: {} ({}), {}{}\n", i == best ? '*' : ' ', i, device.name, gpu::nameOf(device.kind),
                            device.driver, devices[i].usable ? "" : ", not usable");
        for (const std::string& reason : devices[i].reasons)
            text += fmt::format("     {}\n", reason);
    }
    return text;
}

}  // namespace impasto::app
