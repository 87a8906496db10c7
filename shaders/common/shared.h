// SPDX-License-Identifier: MIT
// Limits, enumerations and push-constant structs shared by GLSL and C++. Only int, uint and float members: both
// languages lay those out alike.
#ifndef IMPASTO_SHADERS_COMMON_SHARED_H
#define IMPASTO_SHADERS_COMMON_SHARED_H

#ifdef __cplusplus
#include <cstdint>
namespace impasto::shaders {
using uint = std::uint32_t;
#define IMPASTO_CONST inline constexpr int
#else
#define IMPASTO_CONST const int
#endif

/// Channels per stored feature texel.
IMPASTO_CONST kBlock = 8;
/// Workgroup of the kernels that treat one feature texel per invocation.
IMPASTO_CONST kLinearGroup = 64;
/// Workgroup of the convolutions: kConvLanes invocations along x, kConvRows rows.
IMPASTO_CONST kConvLanes = 8;
IMPASTO_CONST kConvRows = 4;
/// Invocations that share the pixels of one channel block in the statistics kernel, at most.
IMPASTO_CONST kMaxStatisticsPartials = 256;
/// Frames the 'last N frames' ring holds.
IMPASTO_CONST kHistoryFrames = 64;
/// Workgroup of the coefficients kernel (one workgroup per site).
IMPASTO_CONST kCoefficientsGroup = 64;
/// Words of a SiteHeader in the frame block.
IMPASTO_CONST kSiteHeaderWords = 23;
/// Settings one frame can be normalized by: both sides of a split, and the exact statistics they are compared with.
IMPASTO_CONST kSides = 3;

IMPASTO_CONST kPadReflect = 0;
IMPASTO_CONST kPadZero = 1;
IMPASTO_CONST kPadReplicate = 2;

IMPASTO_CONST kActivationNone = 0;
IMPASTO_CONST kActivationRelu = 1;
IMPASTO_CONST kActivationLeakyRelu = 2;
IMPASTO_CONST kActivationSigmoid = 3;
IMPASTO_CONST kActivationTanh = 4;

IMPASTO_CONST kElementwiseAdd = 0;
IMPASTO_CONST kElementwiseMul = 1;
IMPASTO_CONST kElementwiseActivate = 2;
IMPASTO_CONST kElementwiseScaleShift = 3;

/// StatisticsSource, in the order of model/normalization.h.
IMPASTO_CONST kStatisticsNone = 0;
IMPASTO_CONST kStatisticsBatch = 1;
IMPASTO_CONST kStatisticsLayer = 2;
IMPASTO_CONST kStatisticsGroup = 3;
IMPASTO_CONST kStatisticsInstance = 4;

/// Convolution kernels of conv/. Sizes in texels' pixels; blocks are groups of 8 channels.
struct ConvPush {
    int inWidth;
    int inHeight;
    int inBlocks;
    int outWidth;
    int outHeight;
    int outBlocks;
    int padTop;
    int padLeft;
    float slope;
    float slopeAfter;  ///< of the activation after the residual
    int kernelHeight;
    int kernelWidth;
    int strideY;
    int strideX;
    int dilationY;
    int dilationX;
    int groups;
    int upsample;
    int inChannels;
    int outChannels;
    int residualCoefficients;  ///< see conv/residual.glsl
    int zero;                  ///< 0, see conv/spread.glsl
};

struct ElementwisePush {
    int texels;
    float slope;
    float scale;
    float shift;
    int channels;  ///< channels beyond this are stored as zero
    int planeTexels;
};

/// Kernels that move whole feature maps: pixel shuffle and unshuffle, concat, max pool, resize.
struct ResamplePush {
    int inWidth;
    int inHeight;
    int inChannels;
    int outWidth;
    int outHeight;
    int outChannels;
    int kernelHeight;
    int kernelWidth;
    int strideY;
    int strideX;
    int factor;         ///< pixel shuffle
    int channelOffset;  ///< concat: first output channel
    int mode;
    float scaleY;  ///< resize: input pixels per output pixel
    float scaleX;
};

/// PixelSampling::Kind, in the order of model/normalization.h.
IMPASTO_CONST kSampleAll = 0;
IMPASTO_CONST kSampleSparse = 1;
IMPASTO_CONST kSampleThumbnail = 2;

/// One site's entry in the frame block. Offsets are in floats from the start of the buffer named.
struct SiteHeader {
    int statistics;
    int groups;        ///< 1 for the layer, G for groups, else the channels
    int lastFrames;    ///< frames pooled; 0: none, and with batch the stored statistics
    int historyCount;  ///< frames in the ring including this one, at most lastFrames' limit
    int historySlot;   ///< where this frame's statistics go
    int passThrough;   ///< 1: a = 1, b = 0
    float epsilon;
    float strength;
    int channels;
    int partials;         ///< per channel block
    int partialBase;      ///< in the partials buffer
    int parameterBase;    ///< in the frame block: gamma, beta, stored mean, stored variance, `channels` floats each
    int statisticsBase;   ///< in the statistics buffer: mean, variance interleaved
    int coefficientBase;  ///< in the coefficients buffer: a, b interleaved
    int historyBase;      ///< in the history buffer: kHistoryFrames × channels × (mean, variance)
    int readsContent;     ///< 0: the statistics of this frame were not computed
    int samples;          ///< per channel
    int sampleKind;
    int sampleStep;
    int stateBase;         ///< in the statistics buffer: those in force, after averaging over frames
    float temporalWeight;  ///< of this frame in the state; 1 replaces it
    int channelStep;       ///< of the channels that are merged into groups or the layer
    float sourceWeight;    ///< γ += w·√(σ²+ε), β += w·μ with the channel's own statistics of this frame
};

/// Pixels one invocation of the affine kernel treats.
IMPASTO_CONST kAffinePixels = 8;

struct AffinePush {
    int planeTexels;
    int coefficientBase;
    int channels;
};

/// Of benchmark/multiply_add.comp, which declares the same.
struct CeilingPush {
    int rounds;
    float factor;
    float summand;
};

/// Side of the similarity gate's blocks, and held frames its reference is the mean of.
IMPASTO_CONST kGateBlock = 16;
IMPASTO_CONST kGateReferenceFrames = 16;

struct GatePush {
    int width;
    int height;
    int blocksAcross;
    int blocksDown;
    int gateWord;  ///< in the frame block: threshold, release, open
};

#ifdef __cplusplus
static_assert(sizeof(ConvPush) <= 128, "push constants beyond 128 bytes are not guaranteed");
static_assert(sizeof(SiteHeader) == 4 * kSiteHeaderWords);
}  // namespace impasto::shaders
#undef IMPASTO_CONST
#endif

#endif
