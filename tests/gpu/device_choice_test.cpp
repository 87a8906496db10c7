// SPDX-License-Identifier: MIT
#include "gpu/device_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "base/error.h"
#include "gpu/vulkan.h"
#include "invented_device.h"

namespace impasto::gpu {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string errorOf(const std::vector<DeviceReport>& reports, int wanted) {
    try {
        chooseDevice(reports, wanted);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(DeviceChoice, TakesTheBestKindWhateverItsPlaceAndMemory) {
    const std::vector<DeviceKind> fromWorst = {DeviceKind::Software, DeviceKind::Other, DeviceKind::Virtual,
                                               DeviceKind::Integrated, DeviceKind::Discrete};
    for (std::size_t worse = 0; worse < fromWorst.size(); ++worse) {
        for (std::size_t better = worse + 1; better < fromWorst.size(); ++better) {
            const DeviceProperties large = device("worse", fromWorst[worse], 1u << 20);
            const DeviceProperties small = device("better", fromWorst[better], 1);
            EXPECT_EQ(chooseDevice(judgeDevices({large, small}, true), -1), 1) << worse << " " << better;
            EXPECT_EQ(chooseDevice(judgeDevices({small, large}, true), -1), 0) << worse << " " << better;
        }
    }
}

TEST(DeviceChoice, TakesTheLargerOfTwoOfAKindAndTheFirstOfTwoEqual) {
    const DeviceProperties small = device("small", DeviceKind::Discrete, 4096);
    const DeviceProperties large = device("large", DeviceKind::Discrete, 24576);
    EXPECT_EQ(chooseDevice(judgeDevices({small, large}, false), -1), 1);
    EXPECT_EQ(chooseDevice(judgeDevices({large, small}, false), -1), 0);
    EXPECT_EQ(chooseDevice(judgeDevices({small, small}, false), -1), 0);
}

TEST(DeviceChoice, TakesASoftwareDeviceWhenItIsAllThereIs) {
    DeviceProperties old = device("old card", DeviceKind::Discrete, 8192);
    old.apiVersion = VK_API_VERSION_1_1;
    const auto reports = judgeDevices({old, device("llvmpipe", DeviceKind::Software, 2048)}, false);
    EXPECT_EQ(chooseDevice(reports, -1), 1);
    EXPECT_THAT(reports[0].reasons, Contains(AllOf(HasSubstr("1.1"), HasSubstr("1.2"))));
    EXPECT_THAT(reports[1].reasons, Contains(HasSubstr("software")));
}

TEST(DeviceChoice, NamesEveryObstacle) {
    struct Case {
        std::function<void(DeviceProperties&)> spoil;
        const char* reason;
    };
    const std::vector<Case> cases = {
        {[](DeviceProperties& d) { d.apiVersion = VK_API_VERSION_1_0; }, "Vulkan 1.0"},
        {[](DeviceProperties& d) { d.hasComputeQueue = false; }, "compute queue"},
        {[](DeviceProperties& d) { d.timelineSemaphore = false; }, "timeline"},
        {[](DeviceProperties& d) { d.canPresent = false; }, "window"},
    };
    for (const Case& each : cases) {
        DeviceProperties spoiled = device("spoiled", DeviceKind::Discrete, 8192);
        each.spoil(spoiled);
        const DeviceReport report = judgeDevices({spoiled}, true).front();
        EXPECT_FALSE(report.usable) << each.reason;
        EXPECT_THAT(report.reasons, ::testing::ElementsAre(HasSubstr(each.reason)));
        EXPECT_THAT(errorOf({report}, -1), AllOf(HasSubstr("spoiled"), HasSubstr(each.reason), HasSubstr("driver")));
        EXPECT_THAT(errorOf({report}, 0), AllOf(HasSubstr("spoiled"), HasSubstr(each.reason)));
    }
}

TEST(DeviceChoice, NeedsNoPresentationWithoutAWindow) {
    DeviceProperties accelerator = device("accelerator", DeviceKind::Discrete, 8192);
    accelerator.canPresent = false;
    EXPECT_TRUE(judgeDevices({accelerator}, false).front().usable);
    EXPECT_FALSE(judgeDevices({accelerator}, true).front().usable);
}

TEST(DeviceChoice, TellsOfTightLimitsAndStillTakesTheDevice) {
    DeviceProperties tight = device("tight", DeviceKind::Integrated, 512);
    tight.maxTexelBufferElements = 65536;
    const DeviceReport report = judgeDevices({tight}, false).front();
    EXPECT_TRUE(report.usable);
    EXPECT_THAT(report.reasons, Contains(HasSubstr("65536 texels")));
}

TEST(DeviceChoice, TheWantedIndexWinsOverTheScore) {
    const auto reports = judgeDevices(
        {device("fast", DeviceKind::Discrete, 8192), device("llvmpipe", DeviceKind::Software, 2048)}, false);
    EXPECT_EQ(chooseDevice(reports, 1), 1);
}

TEST(DeviceChoice, AnIndexThatIsNotThereIsAnErrorThatListsTheDevices) {
    const auto reports =
        judgeDevices({device("one", DeviceKind::Discrete, 8192), device("two", DeviceKind::Other, 1)}, false);
    EXPECT_THAT(errorOf(reports, 2),
                AllOf(HasSubstr("device 2"), HasSubstr("0: one"), HasSubstr("1: two"), HasSubstr("from 0 to 1")));
}

TEST(DeviceChoice, NoDeviceAtAllHintsAtADriver) {
    EXPECT_THAT(errorOf({}, -1), HasSubstr("mesa-vulkan-drivers"));
    EXPECT_THAT(errorOf({}, 0), HasSubstr("mesa-vulkan-drivers"));
}

}  // namespace
}  // namespace impasto::gpu
