// SPDX-License-Identifier: MIT
#include "gpu/pipeline_cache.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

namespace impasto::gpu {
namespace {

constexpr std::uint64_t kMaxFileBytes = 256u << 20;
constexpr std::array<char, 8> kMagic = {'I', 'M', 'P', 'P', 'I', 'P', 'E', '1'};

struct FileHeader {
    std::array<char, 8> magic;
    std::uint64_t dataBytes;
    std::uint64_t checksum;
};
static_assert(sizeof(FileHeader) == 24 && std::is_trivially_copyable_v<FileHeader>);

// Drivers check their own data carelessly, so damage is found here. FNV-1a, 64 bits.
std::uint64_t checksum(std::span<const std::byte> data) {
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const std::byte byte : data)
        hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3ull;
    return hash;
}

const char* faultOf(std::span<const std::byte> file, const vk::PhysicalDeviceProperties& device) {
    FileHeader header;
    if (file.size() < sizeof header)
        return "it is truncated";
    std::memcpy(&header, file.data(), sizeof header);
    const auto data = file.subspan(sizeof header);
    if (header.magic != kMagic)
        return "it is not a pipeline cache";
    if (header.dataBytes != data.size())
        return "it is truncated";
    if (header.checksum != checksum(data))
        return "its checksum is wrong";
    VkPipelineCacheHeaderVersionOne vulkan;
    if (data.size() < sizeof vulkan)
        return "its Vulkan header is truncated";
    std::memcpy(&vulkan, data.data(), sizeof vulkan);
    if (vulkan.headerSize != sizeof vulkan || vulkan.headerVersion != VK_PIPELINE_CACHE_HEADER_VERSION_ONE)
        return "its Vulkan header is of an unknown version";
    if (vulkan.vendorID != device.vendorID || vulkan.deviceID != device.deviceID ||
        std::memcmp(vulkan.pipelineCacheUUID, device.pipelineCacheUUID.data(), VK_UUID_SIZE) != 0)
        return "it was made by another device or driver";
    return nullptr;
}

std::vector<std::byte> packed(std::span<const std::byte> data) {
    const FileHeader header{kMagic, data.size(), checksum(data)};
    std::vector<std::byte> file(sizeof header + data.size());
    std::memcpy(file.data(), &header, sizeof header);
    std::copy(data.begin(), data.end(), file.begin() + sizeof header);
    return file;
}

bool isThere(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

}  // namespace

std::filesystem::path pipelineCachePath(const std::string& cacheKey) {
    return cacheFolder() / ("pipelines-" + cacheKey + ".bin");
}

std::vector<std::byte> readPipelineCache(const std::filesystem::path& path,
                                         const vk::PhysicalDeviceProperties& device) {
    if (!isThere(path))
        return {};
    try {
        std::vector<std::byte> file = readFile(path, kMaxFileBytes);
        if (const char* fault = faultOf(file, device)) {
            spdlog::warn("ignoring the pipeline cache {}: {}; it will be written anew", path.string(), fault);
            return {};
        }
        file.erase(file.begin(), file.begin() + sizeof(FileHeader));
        return file;
    } catch (const Error& error) {
        spdlog::warn("ignoring the pipeline cache: {}", error.what());
        return {};
    }
}

void writePipelineCache(const std::filesystem::path& path, std::span<const std::byte> data) {
    try {
        const std::vector<std::byte> file = packed(data);
        if (isThere(path) && std::filesystem::is_regular_file(path) &&
            std::filesystem::file_size(path) == file.size() && readFile(path, kMaxFileBytes) == file)
            return;
        writeFileAtomically(path, file);
    } catch (const std::exception& error) {
        spdlog::warn("the pipeline cache is not kept: {}", error.what());
    }
}

}  // namespace impasto::gpu
