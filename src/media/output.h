// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace impasto::media {

// What the writers share. Private to media.

Error outputError(const std::filesystem::path& path, std::string reason, std::string hint = {});

/// ".mp4" of "a/B.MP4"; empty without one.
std::string lowerExtension(const std::filesystem::path& path);

/// Throws Error when the folder of `path` can't be made.
void makeParentFolder(const std::filesystem::path& path);

}  // namespace impasto::media
