// SPDX-License-Identifier: MIT
#include "gpu/pipeline_cache.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

namespace fs = std::filesystem;

vk::PhysicalDeviceProperties inventedDevice() {
    vk::PhysicalDeviceProperties device;
    device.vendorID = 0x1234;
    device.deviceID = 0x5678;
    for (std::size_t i = 0; i < VK_UUID_SIZE; ++i)
        device.pipelineCacheUUID[i] = static_cast<std::uint8_t>(i + 1);
    return device;
}

/// What a driver would give: Vulkan's header and some bytes.
std::vector<std::byte> cacheData(const vk::PhysicalDeviceProperties& device) {
    VkPipelineCacheHeaderVersionOne header{};
    header.headerSize = sizeof header;
    header.headerVersion = VK_PIPELINE_CACHE_HEADER_VERSION_ONE;
    header.vendorID = device.vendorID;
    header.deviceID = device.deviceID;
    std::memcpy(header.pipelineCacheUUID, device.pipelineCacheUUID.data(), VK_UUID_SIZE);
    std::vector<std::byte> data(sizeof header + 100, std::byte{0x42});
    std::memcpy(data.data(), &header, sizeof header);
    return data;
}

class PipelineCacheTest : public ::testing::Test {
  protected:
    PipelineCacheTest()
        : folder_(fs::path(::testing::TempDir()) /
                  ("impasto_cache_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()))) {
        fs::remove_all(folder_);
        path_ = folder_ / "deep" / "pipelines.bin";
    }
    ~PipelineCacheTest() override { fs::remove_all(folder_); }

    fs::path folder_;
    fs::path path_;
    vk::PhysicalDeviceProperties device_ = inventedDevice();
    std::vector<std::byte> data_ = cacheData(device_);
};

TEST_F(PipelineCacheTest, ComesBackAsItWas) {
    writePipelineCache(path_, data_);
    EXPECT_EQ(readPipelineCache(path_, device_), data_);
}

TEST_F(PipelineCacheTest, AMissingFileIsAnEmptyCache) {
    EXPECT_TRUE(readPipelineCache(path_, device_).empty());
}

TEST_F(PipelineCacheTest, EveryTruncationIsIgnored) {
    writePipelineCache(path_, data_);
    const std::vector<std::byte> whole = readFile(path_, 1 << 20);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        writeFileAtomically(path_, std::span(whole).first(size));
        EXPECT_TRUE(readPipelineCache(path_, device_).empty()) << size << " of " << whole.size() << " bytes";
    }
}

TEST_F(PipelineCacheTest, EveryFlippedByteIsNoticed) {
    writePipelineCache(path_, data_);
    const std::vector<std::byte> whole = readFile(path_, 1 << 20);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::vector<std::byte> flipped = whole;
        flipped[i] ^= std::byte{0x10};
        writeFileAtomically(path_, flipped);
        EXPECT_TRUE(readPipelineCache(path_, device_).empty()) << "byte " << i;
    }
}

TEST_F(PipelineCacheTest, AnotherDeviceOrDriverIsRefused) {
    writePipelineCache(path_, data_);
    vk::PhysicalDeviceProperties other = device_;
    other.deviceID += 1;
    EXPECT_TRUE(readPipelineCache(path_, other).empty());
    other = device_;
    other.pipelineCacheUUID[15] ^= 1;
    EXPECT_TRUE(readPipelineCache(path_, other).empty());
}

TEST_F(PipelineCacheTest, AFolderInItsPlaceIsNoReasonToStop) {
    fs::create_directories(path_);
    EXPECT_TRUE(readPipelineCache(path_, device_).empty());
    writePipelineCache(path_, data_);
    EXPECT_TRUE(fs::is_directory(path_));
}

TEST_F(PipelineCacheTest, AnUnchangedCacheIsNotWrittenAgain) {
    writePipelineCache(path_, data_);
    const fs::file_time_type old = fs::file_time_type::clock::now() - std::chrono::hours(1);
    fs::last_write_time(path_, old);
    writePipelineCache(path_, data_);
    EXPECT_EQ(fs::last_write_time(path_), old);
    data_.back() = std::byte{0x43};
    writePipelineCache(path_, data_);
    EXPECT_EQ(readPipelineCache(path_, device_), data_);
}

class PipelineCacheOnDevice : public test::GpuTest {};

TEST_F(PipelineCacheOnDevice, ADamagedFileIsReplacedWhenTheDeviceCloses) {
    const fs::path home = fs::path(::testing::TempDir()) / "impasto_cache_home";
    fs::remove_all(home);
    const test::ScopedEnvironment cacheHome("XDG_CACHE_HOME", home.string());
    const fs::path path = pipelineCachePath(device().cacheKey());
    ASSERT_EQ(path.parent_path(), home / "impasto");
    writeFileAtomically(path, std::string_view("this is no pipeline cache"));
    { const Device opened({}); }
    EXPECT_NE(readFile(path, 1 << 20).size(), std::string_view("this is no pipeline cache").size());
    EXPECT_FALSE(readPipelineCache(path, device().physical().getProperties()).empty());
    fs::remove_all(home);
}

}  // namespace
}  // namespace impasto::gpu
