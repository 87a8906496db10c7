// SPDX-License-Identifier: MIT
#include "gpu/device_titles.h"

#include <fmt/format.h>

#include <algorithm>

namespace impasto::gpu {

std::string deviceTitle(const std::vector<DeviceReport>& reports, int index) {
    const std::string& name = reports.at(static_cast<std::size_t>(index)).properties.name;
    const auto before = std::count_if(reports.begin(), reports.begin() + index,
                                      [&](const DeviceReport& report) { return report.properties.name == name; });
    return before == 0 ? name : fmt::format("{} #{}", name, before + 1);
}

int findDevice(const std::vector<DeviceReport>& reports, std::string_view title) {
    for (int i = 0; i < static_cast<int>(reports.size()); ++i) {
        if (reports[static_cast<std::size_t>(i)].usable && deviceTitle(reports, i) == title)
            return i;
    }
    return -1;
}

std::string_view nameOf(DeviceKind kind) {
    switch (kind) {
        case DeviceKind::Discrete:
            return "discrete";
        case DeviceKind::Integrated:
            return "integrated";
        case DeviceKind::Virtual:
            return "virtual";
        case DeviceKind::Software:
            return "software";
        case DeviceKind::Other:
            break;
    }
    return "other";
}

}  // namespace impasto::gpu
