// SPDX-License-Identifier: MIT
#include "gpu/device_titles.h"

#include <gtest/gtest.h>

#include "gpu/vulkan.h"
#include "invented_device.h"

namespace impasto::gpu {
namespace {

TEST(DeviceTitles, TellDevicesOfOneNameApart) {
    DeviceProperties old = device("Radeon 7", DeviceKind::Discrete, 8192);
    old.apiVersion = VK_API_VERSION_1_1;
    const auto reports = judgeDevices(
        {device("Radeon 7", DeviceKind::Discrete, 8192), device("Graphics 630", DeviceKind::Integrated, 2048),
         device("Radeon 7", DeviceKind::Discrete, 8192), old, device("llvmpipe", DeviceKind::Software, 2048)},
        true);
    const std::vector<std::string> titles{"Radeon 7", "Graphics 630", "Radeon 7 #2", "Radeon 7 #3", "llvmpipe"};
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(deviceTitle(reports, i), titles[static_cast<std::size_t>(i)]);
        EXPECT_EQ(findDevice(reports, titles[static_cast<std::size_t>(i)]), i == 3 ? -1 : i)
            << "the old one is not usable";
    }
    EXPECT_EQ(findDevice(reports, "Radeon 8"), -1);
    EXPECT_EQ(findDevice(reports, ""), -1);
    EXPECT_EQ(findDevice({}, "Radeon 7"), -1);
    // As a device is opened: the title where it is there, else the best one.
    EXPECT_EQ(chooseDevice(reports, findDevice(reports, "llvmpipe")), 4);
    EXPECT_EQ(chooseDevice(reports, findDevice(reports, "gone")), 0);
}

}  // namespace
}  // namespace impasto::gpu
