// SPDX-License-Identifier: MIT
#include "gpu/vulkan_error.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace impasto::gpu {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string textOf(vk::Result result) {
    try {
        throwVulkanError(result, "cannot submit work", "Some GPU");
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(VulkanError, SaysWhatWhereAndWhy) {
    EXPECT_THAT(textOf(vk::Result::eErrorDeviceLost),
                AllOf(HasSubstr("cannot submit work"), HasSubstr("Some GPU"), HasSubstr("device was lost")));
    EXPECT_THAT(textOf(vk::Result::eErrorOutOfDeviceMemory),
                AllOf(HasSubstr("out of device memory"), HasSubstr("lower")));
    EXPECT_THAT(textOf(vk::Result::eErrorOutOfHostMemory), HasSubstr("out of memory"));
    EXPECT_THAT(textOf(vk::Result::eErrorIncompatibleDriver), HasSubstr("mesa-vulkan-drivers"));
    EXPECT_THAT(textOf(vk::Result::eErrorFormatNotSupported), HasSubstr("FormatNotSupported"));
}

TEST(VulkanError, WhatVulkanThrowsComesOutAsErrorAndTheRestAsItIs) {
    EXPECT_THROW(translateErrors("x", "y", [] { throw vk::DeviceLostError("lost"); }), Error);
    EXPECT_THROW(translateErrors("x", "y", [] { throw std::out_of_range("mine"); }), std::out_of_range);
    EXPECT_EQ(translateErrors("x", "y", [] { return 42; }), 42);
}

TEST(VulkanError, SizesAreReadable) {
    EXPECT_EQ(sizeText(0), "0 bytes");
    EXPECT_EQ(sizeText(1023), "1023 bytes");
    EXPECT_EQ(sizeText(1024), "1.0 KiB");
    EXPECT_EQ(sizeText(3u << 19), "1.5 MiB");
    EXPECT_EQ(sizeText(2ull << 30), "2.0 GiB");
    EXPECT_EQ(sizeText(~0ull), "16.0 EiB");
}

}  // namespace
}  // namespace impasto::gpu
