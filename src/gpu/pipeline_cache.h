// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "gpu/vulkan.h"

namespace impasto::gpu {

/// The pipeline cache file of one device: a header with a checksum of its own, then what Vulkan gave.
std::filesystem::path pipelineCachePath(const std::string& cacheKey);

/// What Vulkan may start from; empty when the file is missing, damaged or another device's (the latter are logged).
std::vector<std::byte> readPipelineCache(const std::filesystem::path& path, const vk::PhysicalDeviceProperties& device);

/// Writes the file unless it holds just that already. A failure is logged: the program runs without a cache.
void writePipelineCache(const std::filesystem::path& path, std::span<const std::byte> data);

}  // namespace impasto::gpu
