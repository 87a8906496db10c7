// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>

#include "embedded.h"

namespace impasto::shaders {

const Shader& findShader(std::string_view name) {
    for (const Shader& shader : all()) {
        if (shader.name == name)
            return shader;
    }
    std::fprintf(stderr, "shader '%.*s' is not in shaders/variants.cmake\n", static_cast<int>(name.size()),
                 name.data());
    std::abort();
}

std::span<const std::uint32_t> find(std::string_view name) {
    return findShader(name).words;
}

}  // namespace impasto::shaders
