// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace impasto::shaders {

/// A shader variant compiled at build time. `name` is its entry in shaders/variants.cmake.
struct Shader {
    std::string_view name;
    std::string_view file;                 ///< within the folder `shaders`
    std::string_view defines;              ///< "NAME=VALUE NAME"
    std::span<const std::uint32_t> words;  ///< SPIR-V
};

std::span<const Shader> all();

/// The SPIR-V of one variant. A name that was not built is a programming mistake and asserts.
std::span<const std::uint32_t> find(std::string_view name);

/// The whole entry, likewise.
const Shader& findShader(std::string_view name);

}  // namespace impasto::shaders
