// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "media/frame.h"

namespace impasto::app {

/// Writes `frame` (Rgba8, alpha dropped) as a PNG that carries `preset` in an iTXt chunk named "impasto", so that the
/// picture opens as a preset; a path that doesn't end in .png becomes a plain JPEG. Atomic. Throws Error.
void writeSnapshot(const media::Frame& frame, const std::string& preset, const std::filesystem::path& path);

/// The same PNG in memory. Throws Error.
std::vector<std::byte> encodeSnapshot(const media::Frame& frame, const std::string& preset);

/// A name in the pictures folder that does not exist yet, made of the local time.
std::filesystem::path newSnapshotPath();

/// Whether the bytes start like a PNG.
bool isPng(std::span<const std::byte> bytes);

/// The iTXt chunk "impasto" of a PNG. Reads chunks only, never pixels. Throws Error with `source` when it has none.
std::string settingsOfSnapshot(std::span<const std::byte> png, const std::string& source);

}  // namespace impasto::app
