// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "tensor/tensor.h"

namespace impasto {

/// Σ(a−b)² / Σb², in double. `b` is the reference. NaN or Inf in either gives infinity; an all-zero reference compares
/// Σ(a−b)² itself.
double nmse(std::span<const float> a, std::span<const float> b);

/// max |a−b|; NaN or Inf in either gives infinity.
double maxAbs(std::span<const float> a, std::span<const float> b);

/// 10·log10(peak² / MSE) in dB; infinity when equal, minus infinity when NaN or Inf is in either.
double psnr(std::span<const float> a, std::span<const float> b, double peak = 1.0);

/// Mean structural similarity of two single-channel images with values in 0..1: 11×11 Gaussian window of σ 1.5, valid
/// area only, K1 0.01, K2 0.03 (Wang et al. 2004). Both sides must be at least 11×11. NaN or Inf in either
/// gives minus infinity.
double ssim(const Tensor& a, const Tensor& b);

/// BT.601 luma `[1,H,W]` of an RGB tensor `[3,H,W]`.
Tensor luma(const Tensor& rgb);

}  // namespace impasto
