// SPDX-License-Identifier: MIT
#include "gpu/vulkan_error.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"

namespace impasto::gpu {
namespace {

struct Explanation {
    std::string reason;
    std::string hint;
};

Explanation explain(vk::Result result) {
    switch (result) {
        case vk::Result::eErrorDeviceLost:
            return {"the device was lost", "restart; if it happens again, lower the size or update the driver"};
        case vk::Result::eErrorOutOfDeviceMemory:
            return {"out of device memory", "lower the size or close other programs"};
        case vk::Result::eErrorOutOfHostMemory:
            return {"out of memory", "lower the size or close other programs"};
        case vk::Result::eErrorIncompatibleDriver:
        case vk::Result::eErrorInitializationFailed:
            return {"no Vulkan driver works here", "install one (Debian: mesa-vulkan-drivers)"};
        case vk::Result::eErrorSurfaceLostKHR:
            return {"the window's surface was lost", "open the window again"};
        default:
            return {"Vulkan says " + vk::to_string(result), ""};
    }
}

}  // namespace

void throwVulkanError(vk::Result result, std::string_view failed, std::string_view input) {
    Explanation why = explain(result);
    throw Error({std::string(failed), std::string(input), std::move(why.reason), std::move(why.hint)});
}

std::string sizeText(std::uint64_t bytes) {
    constexpr std::array kUnits = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1024.0 && unit + 1 < kUnits.size(); ++unit)
        value /= 1024.0;
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace impasto::gpu
