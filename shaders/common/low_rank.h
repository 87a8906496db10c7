// SPDX-License-Identifier: MIT
// Push constants of the low-rank normalization kernels, shared by GLSL and C++.
#ifndef IMPASTO_SHADERS_COMMON_LOW_RANK_H
#define IMPASTO_SHADERS_COMMON_LOW_RANK_H

#ifdef __cplusplus
namespace impasto::shaders {
#endif

struct LowRankPush {
    int pixels;
    int channels;
    int site;
    int matrixBase;      ///< in the frame block: [channels][channels] floats, then one constant per channel
    int covarianceBase;  ///< in the covariance buffer: [channels][channels] floats
};

#ifdef __cplusplus
}  // namespace impasto::shaders
#endif

#endif
