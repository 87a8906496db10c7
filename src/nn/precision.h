// SPDX-License-Identifier: MIT
#pragma once

namespace impasto::nn {

/// How feature maps are stored; arithmetic and statistics are fp32 either way.
enum class Precision { Fp16, Fp32 };

}  // namespace impasto::nn
