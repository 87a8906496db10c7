// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "tensor/tensor.h"

namespace impasto::nn {

/// Workgroups of `perGroup` items that `items` need.
inline std::uint32_t groupsFor(std::int64_t items, int perGroup) {
    return static_cast<std::uint32_t>((items + perGroup - 1) / perGroup);
}

/// How a dispatch on such features is called, e.g. "affine s1 64 32×32".
inline std::string describeDispatch(const std::string& name, const Shape& shape) {
    return fmt::format("{} {} {}×{}", name, shape.channels, shape.height, shape.width);
}

}  // namespace impasto::nn
