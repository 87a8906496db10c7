// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "nn/precision.h"

namespace impasto::nn {

/// Largest error against the CPU reference that a kernel may have, on values around 1.
struct Bound {
    double nmse = 0;
    double maxAbs = 0;
};

/// The bound of an operation by its name in the model format, of "conv2d by F(4x4, 3x3)", whose transforms enlarge what
/// storage rounds, or of the whole "network"; nothing for an unknown name.
std::optional<Bound> boundFor(std::string_view operation, Precision precision);

}  // namespace impasto::nn
