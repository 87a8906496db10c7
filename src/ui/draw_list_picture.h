// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <cstdint>
#include <vector>

#include "gpu/device.h"
#include "ui/textures.h"

namespace impasto::ui {

/// A draw list as RGBA8 rows of `width` × `height` pixels, `scale` of them per ImGui unit. Makes all it needs and waits
/// for the device: for what is asked for once, never per frame. What it shows is uploaded already. Throws Error.
std::vector<std::uint8_t> drawToPixels(gpu::Device& device, const Textures& textures, ImDrawList& list, int width,
                                       int height, ImVec2 scale);

}  // namespace impasto::ui
