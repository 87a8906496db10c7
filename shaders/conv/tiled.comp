#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv(pad(x)) + bias) + residual) for square kernels KERNEL and strides STRIDE fixed at build time;
// with PHASES the input is enlarged ×2 (nearest) first, as four KERNEL 2 convolutions at source resolution, one per
// output phase (rows 2y+py, columns 2x+px): nearest ×2, reflect 1, conv 3×3 reads two source rows and columns per phase,
// and reflection at the enlarged border is clamping at the source's.
// Method: kPixels adjacent pixels × 8 output channels per invocation. Each lane fetches the weights of
// its own output channel, one texel for 8 input channels, and subgroup shuffles spread them: on llvmpipe a
// shuffle is one permute, a uniform read eight scalar loads. More pixels make more of each permute, as many as leave the loop
// in a processor's instruction cache (llvmpipe, 32 KiB: 8 for 2×2 taps, 4 for 3×3).
// With ROW_WINOGRAD (KERNEL 3, STRIDE 1) along x by Winograd's F(2, 3), four products for two pixels in place of six: for inputs
// d and weights g, m = (d0 − d2)·g0, (d1 + d2)·(g0 + g1 + g2)/2, (d2 − d1)·(g0 − g1 + g2)/2, (d1 − d3)·g2, y0 = m0 + m1 + m2,
// y1 = m1 − m2 − m3; the weights are stored so, four to a row.
// With PICTURE (12 output channels) y is the picture that people see, not a feature map: activated, then pixel shuffle ×2.
// Layouts: x, residual, y feature maps; weights as feature texels [phase][Cout/8][Cin/8][ky][kx][8 outputs]; bias [Cout rounded up to 8].
// Preconditions: full subgroups of 8 = kConvLanes, 16, 32 or 64 lanes (tried at 8 only); groups 1, dilation 1; pad reflect or replicate (PHASES: replicate).
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter, 6 the residual's coefficients;
// with PICTURE 3 the picture (image/last_picture.glsl) and no further ones.
// Dispatch: (ceil(W / kConvWidth), ceil(H / (rows·kConvLanes / kLaneColumns)), Cout/8 [· 4 with PHASES] [less one with kNextHalf]); W, H of y, or of x with PHASES.
// kNextHalf: for the last but one block, not with PHASES.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require
#include "common/activation.glsl"
#include "common/pad.glsl"

// Rows of a workgroup, at least as many as make a whole subgroup.
layout(local_size_x = kConvLanes, local_size_y = kConvRows, local_size_y_id = 4) in;
#ifdef PICTURE
#include "image/picture.h"
#endif
layout(push_constant) uniform Push {
    ConvPush p;
#ifdef PICTURE
    PictureEnds ends;
#endif
};
#include "conv/variant.glsl"
#include "conv/spread.glsl"
// The block after this one has four channels at most and is computed by the same invocations, which fetch the input once.
layout(constant_id = 6) const bool kNextHalf = false;

FEATURE_INPUT(0, source)
FEATURE_INPUT(1, weights)
layout(std430, set = 0, binding = 2) readonly buffer Bias { vec4 bias[]; };
#ifdef PICTURE
#include "image/last_picture.glsl"
LAST_PICTURE(3)
#else
OVERFLOW_COUNTER(5)
#define RESIDUAL 3
#define RESIDUAL_COEFFICIENTS 6
#include "conv/residual.glsl"
FEATURE_OUTPUT(4, target)
#endif

#ifdef PHASES
const int kPixels = 8;
#else
const int kPixels = 4;
#endif
const int kLaneColumns = kConvWidth / kPixels;
const int kWindow = (kPixels - 1) * STRIDE + KERNEL;

#ifdef ROW_WINOGRAD
const int kColumns = 4;  // weights in a row
#else
const int kColumns = KERNEL;
#endif

#define LOW(I) sum[I].lo
#define HIGH(I) sum[I].hi
#define NEXT(I) next[I]

#ifdef ROW_WINOGRAD

// Adds output channel LANE (component D of the four OUT) of one kernel row.
#define OUTPUT(OUT, D, LANE)                                                                       \
    {                                                                                              \
        float m[kPixels / 2 * kColumns];                                                           \
        [[unroll]] for (int k = 0; k < kColumns; ++k) {                                            \
            vec4 lo = SPREAD(w[k].lo, LANE);                                                       \
            vec4 hi = SPREAD(w[k].hi, LANE);                                                       \
            [[unroll]] for (int i = 0; i < kPixels / 2; ++i)                                       \
                m[kColumns * i + k] = dot(d[kColumns * i + k].lo, lo) + dot(d[kColumns * i + k].hi, hi); \
        }                                                                                          \
        [[unroll]] for (int i = 0; i < kPixels / 2; ++i) {                                         \
            OUT(2 * i).D += m[4 * i] + (m[4 * i + 1] + m[4 * i + 2]);                              \
            OUT(2 * i + 1).D += (m[4 * i + 1] - m[4 * i + 2]) - m[4 * i + 3];                      \
        }                                                                                          \
    }

F8 plus(F8 a, F8 b) { return F8(a.lo + b.lo, a.hi + b.hi); }
F8 minus(F8 a, F8 b) { return F8(a.lo - b.lo, a.hi - b.hi); }

#define FOUR_OUTPUTS(OUT, FIRST)                                                                   \
    OUTPUT(OUT, x, FIRST)                                                                          \
    OUTPUT(OUT, y, FIRST + 1)                                                                      \
    OUTPUT(OUT, z, FIRST + 2)                                                                      \
    OUTPUT(OUT, w, FIRST + 3)
#define ADD_BLOCK FOUR_OUTPUTS(LOW, 0) FOUR_OUTPUTS(HIGH, 4)
#define ADD_NEXT_HALF FOUR_OUTPUTS(NEXT, 0)

#else

// Adds to output channel LANE (component D of the four OUT) what a kernel row of two input channels gives. Two by two, so
// that a pixel's values serve all outputs while they are in registers, and a sum is fetched and kept only once for both. The
// products are summed apart from the sums before, so that no chain of dependent additions is longer than a processor's
// scheduler can look past.
#define OUTPUT(OUT, D, HALF, C1, C2, LANE)                                                         \
    {                                                                                              \
        float g[2 * KERNEL];                                                                       \
        [[unroll]] for (int kx = 0; kx < KERNEL; ++kx) {                                           \
            g[kx] = subgroupShuffle(w[kx].HALF.C1, lanes[LANE]);                                   \
            g[KERNEL + kx] = subgroupShuffle(w[kx].HALF.C2, lanes[LANE]);                          \
        }                                                                                          \
        [[unroll]] for (int i = 0; i < kPixels; ++i) {                                             \
            float first = x[i * STRIDE].HALF.C1 * g[0];                                            \
            float second = x[i * STRIDE].HALF.C2 * g[KERNEL];                                      \
            [[unroll]] for (int kx = 1; kx < KERNEL; ++kx) {                                       \
                first += x[i * STRIDE + kx].HALF.C1 * g[kx];                                       \
                second += x[i * STRIDE + kx].HALF.C2 * g[KERNEL + kx];                             \
            }                                                                                      \
            OUT(i).D += first + second;                                                            \
        }                                                                                          \
    }

#define FOUR_OUTPUTS(OUT, HALF, C1, C2, FIRST)                                                     \
    OUTPUT(OUT, x, HALF, C1, C2, FIRST)                                                            \
    OUTPUT(OUT, y, HALF, C1, C2, FIRST + 1)                                                        \
    OUTPUT(OUT, z, HALF, C1, C2, FIRST + 2)                                                        \
    OUTPUT(OUT, w, HALF, C1, C2, FIRST + 3)

#define EACH_CHANNEL(F)                                                                            \
    F(lo, x, y) F(lo, z, w) F(hi, x, y) F(hi, z, w)
#define TO_BLOCK(HALF, C1, C2) FOUR_OUTPUTS(LOW, HALF, C1, C2, 0) FOUR_OUTPUTS(HIGH, HALF, C1, C2, 4)
#define TO_NEXT_HALF(HALF, C1, C2) FOUR_OUTPUTS(NEXT, HALF, C1, C2, 0)
#define ADD_BLOCK EACH_CHANNEL(TO_BLOCK)
#define ADD_NEXT_HALF EACH_CHANNEL(TO_NEXT_HALF)

#endif

struct Place {
    ivec2 first;
    ivec2 extent;  // of the positions before `scale` and `shift`
    ivec2 outExtent;
    ivec2 scale;
    ivec2 shift;
};

#ifdef PICTURE

void storeShuffled(F8 sums[kPixels], vec4 next[kPixels], Place place) {
    float slope = p.slope;
    float slopeAfter = p.slopeAfter;
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        ivec2 position = place.first + ivec2(i, 0);
        if (all(lessThan(position, place.extent))) {
            F8 redGreen = activate8(activate8(sums[i], kActivation, slope), kActivationAfter, slopeAfter);
            vec4 blue = activate4(activate4(next[i], kActivation, slope), kActivationAfter, slopeAfter);
            storePair(2 * position, vec3(redGreen.lo.x, redGreen.hi.x, blue.x),
                      vec3(redGreen.lo.y, redGreen.hi.y, blue.y));
            storePair(2 * position + ivec2(0, 1), vec3(redGreen.lo.z, redGreen.hi.z, blue.z),
                      vec3(redGreen.lo.w, redGreen.hi.w, blue.w));
        }
    }
}

#else

void storePixels(F8 sums[kPixels], int block, Place place, int outChannels) {
    float slope = p.slope;
    float slopeAfter = p.slopeAfter;
    ResidualScale residuals = residualScale(block);
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        ivec2 position = place.first + ivec2(i, 0);
        if (all(lessThan(position, place.extent))) {
            position = position * place.scale + place.shift;
            int texel = (block * place.outExtent.y + position.y) * place.outExtent.x + position.x;
            F8 value = addResidual(activate8(sums[i], kActivation, slope), texel, residuals);
            value = activate8(value, kActivationAfter, slopeAfter);
            store_target(texel, maskChannels(value, block, outChannels));
        }
    }
}

#endif

void main() {
    // Everything uniform is read before the loop: inside it llvmpipe reads uniforms lane by lane.
    int inWidth = p.inWidth;
    int inHeight = p.inHeight;
    // Numbered by subgroup, because what a lane fetches is spread within its subgroup.
    int invocation = int(gl_SubgroupID * gl_SubgroupSize + gl_SubgroupInvocationID);
    int lane = invocation % kConvLanes;
    int firstX = (int(gl_WorkGroupID.x) * kLaneColumns + lane % kLaneColumns) * kPixels;
    int y = (int(gl_WorkGroupID.y * gl_WorkGroupSize.y) + invocation / kConvLanes) * (kConvLanes / kLaneColumns) +
            lane / kLaneColumns;
    int block = int(gl_WorkGroupID.z);
    int steps = p.inBlocks * KERNEL;
#ifdef PHASES
    int phase = block / p.outBlocks;
    int weight = block * steps * kColumns * 8 + lane;
    block -= phase * p.outBlocks;
    int padTop = 1 - (phase >> 1);
    int padLeft = 1 - (phase & 1);
    ivec2 extent = ivec2(inWidth, inHeight);
    ivec2 scale = ivec2(2);
    ivec2 shift = ivec2(phase & 1, phase >> 1);
#else
    int weight = block * steps * kColumns * 8 + lane;
    int padTop = p.padTop;
    int padLeft = p.padLeft;
    ivec2 extent = ivec2(p.outWidth, p.outHeight);
    ivec2 scale = ivec2(1);
    ivec2 shift = ivec2(0);
#endif
    ivec2 outExtent = ivec2(p.outWidth, p.outHeight);
    int outChannels = p.outChannels;

    int column[kWindow];
    [[unroll]] for (int i = 0; i < kWindow; ++i)
        column[i] = padIndex(firstX * STRIDE + i - padLeft, inWidth, kPadMode);

    F8 biases = F8(bias[block * 2], bias[block * 2 + 1]);
    F8 sum[kPixels];
    [[unroll]] for (int i = 0; i < kPixels; ++i)
        sum[i] = biases;
    vec4 next[kPixels];
    [[unroll]] for (int i = 0; i < kPixels; ++i)
        next[i] = kNextHalf ? bias[block * 2 + 2] : vec4(0.0);
    int nextWeight = weight + steps * kColumns * 8;

    numberLanes(p.zero);
    int plane = 0;
    int ky = 0;
    int step = 0;
    // Tested at its end: where branches are masks a loop tested at its beginning runs once more, for no lane.
    [[dont_unroll]] do {
        int row = plane + padIndex(y * STRIDE + ky - padTop, inHeight, kPadMode) * inWidth;
        F8 x[kWindow];
        [[unroll]] for (int i = 0; i < kWindow; ++i)
            x[i] = source(row + column[i]);
        F8 w[kColumns];
        [[unroll]] for (int k = 0; k < kColumns; ++k)
            w[k] = weights(weight + 8 * k);
        weight += 8 * kColumns;
#ifdef ROW_WINOGRAD
        F8 d[kPixels / 2 * kColumns];
        [[unroll]] for (int i = 0; i < kPixels / 2; ++i) {
            d[4 * i] = minus(x[2 * i], x[2 * i + 2]);
            d[4 * i + 1] = plus(x[2 * i + 1], x[2 * i + 2]);
            d[4 * i + 2] = minus(x[2 * i + 2], x[2 * i + 1]);
            d[4 * i + 3] = minus(x[2 * i + 1], x[2 * i + 3]);
        }
#endif
        ADD_BLOCK
        if (kNextHalf) {
            [[unroll]] for (int k = 0; k < kColumns; ++k)
                w[k] = weights(nextWeight + 8 * k);
            nextWeight += 8 * kColumns;
            ADD_NEXT_HALF
        }
        bool last = ky == KERNEL - 1;
        ky = last ? 0 : ky + 1;
        plane += last ? inHeight * inWidth : 0;
        ++step;
    } while (step < steps);

    Place place = Place(ivec2(firstX, y), extent, outExtent, scale, shift);
#ifdef PICTURE
    storeShuffled(sum, next, place);
#else
    storePixels(sum, block, place, outChannels);
    if (kNextHalf) {
        [[unroll]] for (int i = 0; i < kPixels; ++i)
            sum[i] = F8(next[i], vec4(0.0));
        storePixels(sum, block + 1, place, outChannels);
    }
    countSaturated();
#endif
}
