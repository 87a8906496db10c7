// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace impasto::gpu {

/// SPIR-V of a variant of shaders/variants.cmake: what was compiled at build time, or, with the environment variable
/// IMPASTO_SHADER_DIR naming a folder like `shaders`, compiled from there now (for developing kernels).
/// A name that is in no table asserts. Throws Error when the source cannot be read or does not compile.
std::vector<std::uint32_t> shaderWords(const std::string& name);

/// Compiles one compute shader of `folder`, `defines` being "NAME=VALUE NAME". Throws Error with the compiler's
/// message, or when the program was built without the run-time compiler.
std::vector<std::uint32_t> compileShader(const std::filesystem::path& folder, const std::string& file,
                                         const std::string& defines);

}  // namespace impasto::gpu
