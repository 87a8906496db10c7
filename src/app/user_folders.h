// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string_view>

namespace impasto::app {

/// The folder that the desktop keeps pictures or videos in: $XDG_PICTURES_DIR or $XDG_VIDEOS_DIR, else what
/// user-dirs.dirs in the configuration folder says, else ~/Pictures or ~/Videos where that exists, else empty: the
/// current folder.
std::filesystem::path picturesFolder();
std::filesystem::path videosFolder();

/// The value of `key` in a user-dirs.dirs file ("$HOME/…" and absolute paths are all it may hold); empty without one.
std::filesystem::path userDirectory(std::string_view file, std::string_view key, const std::filesystem::path& home);

/// "impasto-20240131-235959" of the local time, in `folder`, with "-2" and so on where that exists already.
std::filesystem::path newFileIn(const std::filesystem::path& folder, std::string_view extension);

}  // namespace impasto::app
