// SPDX-License-Identifier: MIT
#include "gpu/device_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "gpu/instance.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

constexpr std::uint32_t kApiFloor = VK_MAKE_API_VERSION(0, 1, 2, 0);
// Below this a feature map of 32 channels at 720p needs more than one view.
constexpr std::uint32_t kRoomyTexelElements = 4u << 20;

struct Rank {
    int score;
    const char* text;
};

Rank rankOf(DeviceKind kind) {
    switch (kind) {
        case DeviceKind::Discrete:
            return {4'000'000, "a discrete GPU"};
        case DeviceKind::Integrated:
            return {3'000'000, "an integrated GPU"};
        case DeviceKind::Virtual:
            return {2'000'000, "a virtual GPU"};
        case DeviceKind::Other:
            return {1'000'000, "a device of unknown kind"};
        case DeviceKind::Software:
            break;
    }
    return {0, "software: it computes on the processor"};
}

std::string versionText(std::uint32_t version) {
    return fmt::format("{}.{}", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version));
}

std::vector<std::string> obstacles(const DeviceProperties& device, bool needsPresent) {
    std::vector<std::string> list;
    if (device.apiVersion < kApiFloor)
        list.push_back("it offers Vulkan " + versionText(device.apiVersion) + " and 1.2 is needed");
    if (!device.hasComputeQueue)
        list.push_back("it has no compute queue");
    if (!device.timelineSemaphore)
        list.push_back("it has no timeline semaphores");
    if (needsPresent && !device.canPresent)
        list.push_back("it cannot show a window");
    return list;
}

DeviceReport judge(const DeviceProperties& device, bool needsPresent) {
    DeviceReport report{.properties = device};
    report.reasons = obstacles(device, needsPresent);
    report.usable = report.reasons.empty();
    if (!report.usable)
        return report;
    const Rank rank = rankOf(device.kind);
    constexpr std::uint64_t kMost = 900'000;
    report.score = rank.score + static_cast<int>(std::min<std::uint64_t>(device.deviceLocalBytes >> 20, kMost));
    report.reasons.push_back(rank.text);
    report.reasons.push_back(sizeText(device.deviceLocalBytes) + " of device memory");
    if (device.maxTexelBufferElements < kRoomyTexelElements)
        report.reasons.push_back(fmt::format("only {} texels per buffer view: large pictures take slower kernels",
                                             device.maxTexelBufferElements));
    return report;
}

std::string describeAll(const std::vector<DeviceReport>& reports) {
    std::string text;
    for (std::size_t i = 0; i < reports.size(); ++i)
        text += fmt::format("{}{}: {} ({})", i ? "; " : "", i, reports[i].properties.name,
                            fmt::join(reports[i].reasons, ", "));
    return text;
}

}  // namespace

std::vector<DeviceReport> judgeDevices(const std::vector<DeviceProperties>& devices, bool needsPresent) {
    std::vector<DeviceReport> reports;
    for (const DeviceProperties& device : devices)
        reports.push_back(judge(device, needsPresent));
    return reports;
}

int chooseDevice(const std::vector<DeviceReport>& reports, int wanted) {
    constexpr const char* kFailed = "cannot choose a Vulkan device";
    if (reports.empty())
        throw Error({kFailed, "", "there is none", "install a Vulkan driver (Debian: mesa-vulkan-drivers)"});
    const int count = static_cast<int>(reports.size());
    if (wanted >= count)
        throw Error({kFailed, fmt::format("device {}", wanted),
                     fmt::format("there {} only {}: {}", count == 1 ? "is" : "are", count, describeAll(reports)),
                     fmt::format("give a number from 0 to {}", count - 1)});
    if (wanted >= 0) {
        const DeviceReport& report = reports[static_cast<std::size_t>(wanted)];
        if (!report.usable)
            throw Error({kFailed, fmt::format("device {}, {}", wanted, report.properties.name),
                         fmt::format("{}", fmt::join(report.reasons, ", ")),
                         "take another one (--list-devices) or update its driver"});
        return wanted;
    }
    int best = -1;
    for (int i = 0; i < count; ++i) {
        const DeviceReport& report = reports[static_cast<std::size_t>(i)];
        if (report.usable && (best < 0 || report.score > reports[static_cast<std::size_t>(best)].score))
            best = i;
    }
    if (best < 0)
        throw Error({kFailed, "", "none is usable: " + describeAll(reports),
                     "install or update a Vulkan driver (Debian: mesa-vulkan-drivers)"});
    return best;
}

std::vector<DeviceReport> listDevices() {
    const vk::raii::Context context = openLoader();
    const vk::raii::Instance instance = createInstance(context, {});
    std::vector<DeviceProperties> devices;
    for (const vk::raii::PhysicalDevice& device : physicalDevices(instance))
        devices.push_back(propertiesOf(device));
    return judgeDevices(devices, false);
}

}  // namespace impasto::gpu
