// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace impasto {

/// Whole file as bytes. Throws Error when it is missing, unreadable, not a regular file or larger than `maxBytes`.
std::vector<std::byte> readFile(const std::filesystem::path& path, std::uint64_t maxBytes);

/// Writes a temporary file beside `path` and renames it, so that a reader sees the old or the new content, whole.
/// Creates missing parent folders. Throws Error.
void writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
void writeFileAtomically(const std::filesystem::path& path, std::string_view text);

/// $XDG_CONFIG_HOME/impasto, $XDG_CACHE_HOME/impasto and $XDG_STATE_HOME/impasto with their usual defaults; not created
/// by the call.
std::filesystem::path configFolder();
std::filesystem::path cacheFolder();
std::filesystem::path stateFolder();

/// $XDG_DATA_HOME/impasto with its usual default: what the user gathered. Not created by the call.
std::filesystem::path userDataFolder();

/// The folder that holds `assets` and `weights`: $IMPASTO_DATA, else beside the executable or above it, else the source
/// tree the program was built from. Throws Error when none has them.
std::filesystem::path dataFolder();

}  // namespace impasto
