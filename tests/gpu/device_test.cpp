// SPDX-License-Identifier: MIT
#include "gpu/device.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class DeviceTest : public test::GpuTest {};

TEST_F(DeviceTest, MeetsWhatVulkanGuarantees) {
    const Capabilities& can = device().capabilities();
    EXPECT_GE(can.subgroupSize, 1u);
    EXPECT_LE(can.minSubgroupSize, can.maxSubgroupSize);
    EXPECT_GE(can.maxTexelBufferElements, 65536u);
    EXPECT_GE(can.maxStorageBufferRange, 1u << 27);
    EXPECT_GE(can.maxSharedMemoryBytes, 16384u);
    EXPECT_GE(can.maxWorkgroupInvocations, 128u);
    EXPECT_GE(can.maxPushConstantBytes, 128u);
    EXPECT_GE(can.maxImageSide, 4096u);
    EXPECT_EQ(can.bufferAlignment & (can.bufferAlignment - 1), 0u) << "a power of two";
    EXPECT_LE(can.bufferAlignment, 256u);
    const vk::PhysicalDeviceLimits limits = device().physical().getProperties().limits;
    EXPECT_EQ(can.bufferAlignment % limits.minTexelBufferOffsetAlignment, 0u);
    EXPECT_EQ(can.bufferAlignment % limits.minUniformBufferOffsetAlignment, 0u);
    EXPECT_EQ(can.bufferAlignment % limits.minStorageBufferOffsetAlignment, 0u);
}

TEST_F(DeviceTest, TexelFormatsOfFeatureMapsAreThere) {
    for (const vk::Format format : {vk::Format::eR32G32B32A32Uint, vk::Format::eR32G32B32A32Sfloat}) {
        const vk::FormatFeatureFlags features = device().physical().getFormatProperties(format).bufferFeatures;
        EXPECT_TRUE(features & vk::FormatFeatureFlagBits::eUniformTexelBuffer) << vk::to_string(format);
        EXPECT_TRUE(features & vk::FormatFeatureFlagBits::eStorageTexelBuffer) << vk::to_string(format);
    }
}

TEST_F(DeviceTest, IsOneOfTheListedDevices) {
    const std::vector<DeviceReport> reports = listDevices();
    const auto same = [&](const DeviceReport& report) {
        return report.usable && report.properties.name == device().report().properties.name &&
               report.properties.driver == device().report().properties.driver;
    };
    EXPECT_TRUE(std::any_of(reports.begin(), reports.end(), same));
}

TEST_F(DeviceTest, CacheKeyNamesAFile) {
    EXPECT_GE(device().cacheKey().size(), 32u);
    EXPECT_EQ(device().cacheKey().find_first_not_of("0123456789abcdef-"), std::string::npos);
}

TEST_F(DeviceTest, CooperativeMatricesAreThereOnlyWhenAskedFor) {
    std::string keyWithout;
    {
        const test::ScopedEnvironment variable("IMPASTO_COOPERATIVE_MATRIX", "0");
        const Device without({});
        EXPECT_FALSE(without.capabilities().cooperativeMatrix);
        keyWithout = without.cacheKey();
    }
    const test::ScopedEnvironment variable("IMPASTO_COOPERATIVE_MATRIX", "1");
    const Device asked({.validation = true});
    const auto extensions = asked.physical().enumerateDeviceExtensionProperties();
    const bool known = std::ranges::any_of(extensions, [](const vk::ExtensionProperties& extension) {
        return std::string_view(extension.extensionName) == VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME;
    });
    EXPECT_TRUE(known || !asked.capabilities().cooperativeMatrix);
    EXPECT_EQ(asked.cacheKey() == keyWithout, !asked.capabilities().cooperativeMatrix)
        << "kernels are measured anew where there is another to choose";
    EXPECT_THAT(asked.validationMessages(), ::testing::IsEmpty());
}

TEST_F(DeviceTest, QueuesComputeAndFamiliesAreDistinct) {
    const auto families = device().physical().getQueueFamilyProperties();
    EXPECT_TRUE(families[device().computeQueue().family()].queueFlags & vk::QueueFlagBits::eCompute);
    const std::vector<std::uint32_t> used = device().queueFamilies();
    EXPECT_EQ(used.size() == 2, device().computeQueue().family() != device().graphicsQueue().family());
    EXPECT_EQ(device().hasSeparateComputeQueue(), &device().computeQueue() != &device().graphicsQueue());
}

TEST_F(DeviceTest, MemoryTypesAreFoundByFlagsAndMask) {
    const vk::MemoryPropertyFlags mapped =
        vk::MemoryPropertyFlagBits::eHostVisible | vk::MemoryPropertyFlagBits::eHostCoherent;
    const int type = device().memoryType(~0u, mapped);
    ASSERT_GE(type, 0) << "every device has host-visible coherent memory";
    EXPECT_EQ(device().memoryType(0, mapped), -1) << "none is allowed";
    EXPECT_EQ(device().memoryType(1u << type, mapped), type);
}

TEST_F(DeviceTest, AnImpossibleIndexIsAnErrorThatListsTheDevices) {
    try {
        Device impossible({.index = 1000});
        FAIL() << "device 1000 was opened";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("device 1000"), HasSubstr(device().report().properties.name)));
    }
}

TEST_F(DeviceTest, AMissingWindowExtensionIsNamed) {
    try {
        Device impossible({.windowExtensions = {"VK_KHR_no_such_surface"}});
        FAIL() << "an instance with an invented extension was made";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("VK_KHR_no_such_surface"));
    }
}

TEST(DeviceWithoutDriver, ListingSaysWhatToInstall) {
    const test::ScopedEnvironment icd("VK_ICD_FILENAMES", "/nonexistent/driver.json");
    const test::ScopedEnvironment drivers("VK_DRIVER_FILES", "/nonexistent/driver.json");
    std::string said;
    try {
        if (listDevices().empty())
            chooseDevice({}, -1);
    } catch (const Error& error) {
        said = error.what();
    }
    EXPECT_THAT(said, HasSubstr("mesa-vulkan-drivers"));
}

}  // namespace
}  // namespace impasto::gpu
