#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv(pad(x)) + bias) + residual) for square kernels KERNEL and strides STRIDE fixed at build time;
// with PHASES the input is enlarged ×2 (nearest) first, as four KERNEL 2 convolutions at source resolution, one per
// output phase (rows 2y+py, columns 2x+px): nearest ×2, reflect 1, conv 3×3 reads two source rows and columns per phase,
// and reflection at the enlarged border is clamping at the source's.
// Method: kPixels adjacent pixels × 8 output channels per invocation. Each lane fetches the weights of
// its own output channel, one texel for 8 input channels, and subgroup shuffles spread them: on llvmpipe a
// shuffle is one permute, a uniform read eight scalar loads. More pixels make more of each permute, as many as leave the loop
// in a processor's instruction cache (llvmpipe, 32 KiB). With HALF_TURNS, on processors, a loop of half the code takes two turns
// for a texel: its channels 0, 2, 4, 6, then 1, 3, 5, 7, which differ by one shift.
// With ROW_WINOGRAD (KERNEL 3, STRIDE 1) along x by Winograd's F(2, 3), four products for two pixels in place of six: for inputs
// d and weights g, m = (d0 − d2)·g0, (d1 + d2)·(g0 + g1 + g2)/2, (d2 − d1)·(g0 − g1 + g2)/2, (d1 − d3)·g2, y0 = m0 + m1 + m2,
// y1 = m1 − m2 − m3; the weights are stored so, four to a row.
// With PHASE_PAIRS (and PHASES) both phases of a row at once by three products for two pixels in place of four: of neighbouring inputs
// d0, d1, d2 and the weights g that the phases' row sums, m0 = (d1 − d0)·(−g0), m1 = d1·(g0 + g1 + g2), m2 = (d2 − d1)·g2, and what
// d1 is enlarged to is y0 = m1 + m0, y1 = m1 + m2; the weights are stored so, three to a row.
// With PICTURE (12 output channels) y is the picture that people see, not a feature map: activated, then pixel shuffle ×2.
// Layouts: x, residual, y feature maps; weights in groups of 8 channels [phase][Cout/8][Cin/8][ky][kx][8 outputs], with
// HALF_TURNS of 4 [phase][Cout/8][Cin/8][ky][turn][kx][8 outputs]; bias [Cout rounded up to 8].
// Preconditions: full subgroups of 8 = kConvLanes, 16, 32 or 64 lanes (tried at 8 only); groups 1, dilation 1; pad reflect or replicate (PHASES: replicate).
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter, 6 the residual's coefficients;
// with PICTURE 3 the picture (image/last_picture.glsl) and no further ones.
// Dispatch: (min(n, kTiledGroupsAcross), ceil(n / kTiledGroupsAcross), Cout/8 [· 4 with PHASES, · 2 with PHASE_PAIRS] [less one with kNextHalf])
// where n = ceil(ceil(W / kRun)·H / (kConvLanes·rows)) workgroups; W, H of y, or of x with PHASES.
// kNextHalf: for the last but one block, not with PHASES.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require
#include "common/activation.glsl"
#include "common/divide.glsl"
#include "common/pad.glsl"
#include "conv/tiles.h"
#if defined(WIDE_STORES) && KERNEL == 3
#define HALF_TURNS
#endif

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
WEIGHT_INPUT(1, weights)
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

#ifdef PHASE_PAIRS
const int kPixels = 2 * kTiledPixels;
#elif defined(PHASES)
const int kPixels = kPhasePixels;
#elif defined(HALF_TURNS)
const int kPixels = kTurnPixels;
#else
const int kPixels = kTiledPixels;
#endif
// Positions of a run, inputs read for it and weights of a kernel row.
#ifdef PHASE_PAIRS
const int kRun = kPixels / 2;
const int kWindow = kRun + 2;
const int kColumns = 3;
#else
const int kRun = kPixels;
const int kWindow = (kPixels - 1) * STRIDE + KERNEL;
#ifdef ROW_WINOGRAD
const int kColumns = 4;
#else
const int kColumns = KERNEL;
#endif
#endif

#ifdef HALF_TURNS

const int kTurns = 2;
#define WEIGHTS vec4  // and values, of a turn's channels
#define WEIGHTS_AT four_weights
#define VALUE(X, C) scaledDown(X, C, oddShift)
#define VALUES(X) vec4(VALUE(X, 0), VALUE(X, 1), VALUE(X, 2), VALUE(X, 3))

#else

const int kTurns = 1;
#define WEIGHTS F8
#define WEIGHTS_AT weights
#define VALUE(X, C) scaledDown(X, C)
#define VALUES(X) scaledDown(X)

#endif

#ifdef ROW_WINOGRAD

F8 plus(F8 a, F8 b) { return F8(a.lo + b.lo, a.hi + b.hi); }
F8 minus(F8 a, F8 b) { return F8(a.lo - b.lo, a.hi - b.hi); }
float product(F8 a, F8 b) { return dot(a.lo, b.lo) + dot(a.hi, b.hi); }
vec4 plus(vec4 a, vec4 b) { return a + b; }
vec4 minus(vec4 a, vec4 b) { return a - b; }
float product(vec4 a, vec4 b) { return dot(a, b); }

#ifdef HALF_TURNS
#define SPREAD_WEIGHTS(W, LANE) SPREAD(W, LANE)
#else
#define SPREAD_WEIGHTS(W, LANE) F8(SPREAD(W.lo, LANE), SPREAD(W.hi, LANE))
#endif

// Adds to SUM, of OUTPUTS channels, what a kernel row of a turn's input channels gives.
#define ADD(SUM, OUTPUTS)                                                                          \
    {                                                                                              \
        WEIGHTS d[kPixels / 2 * kColumns];                                                         \
        [[unroll]] for (int i = 0; i < kPixels / 2; ++i) {                                         \
            WEIGHTS x0 = VALUES(x[2 * i]), x1 = VALUES(x[2 * i + 1]);                              \
            WEIGHTS x2 = VALUES(x[2 * i + 2]), x3 = VALUES(x[2 * i + 3]);                          \
            d[4 * i] = minus(x0, x2);                                                              \
            d[4 * i + 1] = plus(x1, x2);                                                           \
            d[4 * i + 2] = minus(x2, x1);                                                          \
            d[4 * i + 3] = minus(x1, x3);                                                          \
        }                                                                                          \
        [[unroll]] for (int o = 0; o < OUTPUTS; ++o) {                                             \
            float m[kPixels / 2 * kColumns];                                                       \
            [[unroll]] for (int k = 0; k < kColumns; ++k) {                                        \
                WEIGHTS g = SPREAD_WEIGHTS(w[k], o);                                               \
                [[unroll]] for (int i = 0; i < kPixels / 2; ++i)                                   \
                    m[kColumns * i + k] = product(d[kColumns * i + k], g);                         \
            }                                                                                      \
            [[unroll]] for (int i = 0; i < kPixels / 2; ++i) {                                     \
                SUM[o * kPixels + 2 * i] += m[4 * i] + (m[4 * i + 1] + m[4 * i + 2]);              \
                SUM[o * kPixels + 2 * i + 1] += (m[4 * i + 1] - m[4 * i + 2]) - m[4 * i + 3];      \
            }                                                                                      \
        }                                                                                          \
    }

#elif defined(PHASE_PAIRS)

// Adds to SUM, of OUTPUTS channels, what a kernel row of 8 input channels gives, two channels at once.
#define ADD(SUM, OUTPUTS)                                                                          \
    [[unroll]] for (int c = 0; c < 8; c += 2) {                                                    \
        vec2 v[kWindow];                                                                           \
        vec2 e[kWindow];  /* differences with the pixel before */                                  \
        [[unroll]] for (int i = 0; i < kWindow; ++i) {                                             \
            v[i] = vec2(VALUE(x[i], c), VALUE(x[i], c + 1));                                       \
            e[i] = i == 0 ? vec2(0.0) : v[i] - v[max(i - 1, 0)];                                   \
        }                                                                                          \
        [[unroll]] for (int o = 0; o < OUTPUTS; ++o) {                                             \
            vec2 g[kColumns];                                                                      \
            [[unroll]] for (int k = 0; k < kColumns; ++k)                                          \
                g[k] = vec2(subgroupShuffle(channelOf(w[k], c), lanes[o]),                         \
                            subgroupShuffle(channelOf(w[k], c + 1), lanes[o]));                    \
            [[unroll]] for (int i = 0; i < kRun; ++i) {                                            \
                float both = dot(v[i + 1], g[1]);                                                  \
                SUM[o * kPixels + 2 * i] += both + dot(e[i + 1], g[0]);                            \
                SUM[o * kPixels + 2 * i + 1] += both + dot(e[i + 2], g[2]);                        \
            }                                                                                      \
        }                                                                                          \
    }

#else

// Channels whose values are made and multiplied at once, all outputs of them before the next: a sum is fetched and kept
// only once for both. With stride 2 the values of two do not fit a processor's registers.
const int kTogether = STRIDE == 2 ? 1 : 2;

// Adds to SUM, of OUTPUTS channels, what a kernel row of a turn's input channels gives. The products of two channels are summed
// apart from the sums before, so that no chain of dependent additions is longer than a processor's scheduler can look past.
#define ADD(SUM, OUTPUTS)                                                                          \
    [[unroll]] for (int c = 0; c < 8 / kTurns; c += kTogether) {                                   \
        float v[kTogether * kWindow];                                                              \
        float f[kTogether * KERNEL];                                                               \
        [[unroll]] for (int t = 0; t < kTogether; ++t) {                                           \
            [[unroll]] for (int i = 0; i < kWindow; ++i)                                           \
                v[t * kWindow + i] = VALUE(x[i], c + t);                                           \
            [[unroll]] for (int k = 0; k < KERNEL; ++k)                                            \
                f[t * KERNEL + k] = channelOf(w[k], c + t);                                        \
        }                                                                                          \
        [[unroll]] for (int o = 0; o < OUTPUTS; ++o) {                                             \
            float g[kTogether * KERNEL];                                                           \
            [[unroll]] for (int k = 0; k < kTogether * KERNEL; ++k)                                \
                g[k] = subgroupShuffle(f[k], lanes[o]);                                            \
            [[unroll]] for (int i = 0; i < kPixels; ++i) {                                         \
                float products[kTogether];                                                         \
                [[unroll]] for (int t = 0; t < kTogether; ++t) {                                   \
                    products[t] = kTogether == 1 ? SUM[o * kPixels + i] : 0.0;                     \
                    [[unroll]] for (int k = 0; k < KERNEL; ++k)                                    \
                        products[t] += v[t * kWindow + i * STRIDE + k] * g[t * KERNEL + k];        \
                }                                                                                  \
                SUM[o * kPixels + i] =                                                             \
                    kTogether == 1 ? products[0] : SUM[o * kPixels + i] + (products[0] + products[kTogether - 1]); \
            }                                                                                      \
        }                                                                                          \
    }

#endif

// Of sums [8 outputs][kPixels].
F8 pixelOf(float sums[8 * kPixels], int i) {
    F8 pixel;
    [[unroll]] for (int o = 0; o < 4; ++o) {
        pixel.lo[o] = sums[o * kPixels + i];
        pixel.hi[o] = sums[(o + 4) * kPixels + i];
    }
    return pixel;
}

struct Place {
    ivec2 first;
    ivec2 extent;  // of the positions before `scale` and `shift`
    ivec2 outExtent;
    ivec2 scale;
    ivec2 shift;
};

#ifdef PICTURE

void storeShuffled(float sums[8 * kPixels], float next[8 * kPixels], Place place) {
    float slope = p.slope;
    float slopeAfter = p.slopeAfter;
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        ivec2 position = place.first + ivec2(i, 0);
        if (all(lessThan(position, place.extent))) {
            F8 redGreen = activate8(activate8(pixelOf(sums, i), kActivation, slope), kActivationAfter, slopeAfter);
            vec4 blue = activate4(activate4(pixelOf(next, i).lo, kActivation, slope), kActivationAfter, slopeAfter);
            storePair(2 * position, vec3(redGreen.lo.x, redGreen.hi.x, blue.x),
                      vec3(redGreen.lo.y, redGreen.hi.y, blue.y));
            storePair(2 * position + ivec2(0, 1), vec3(redGreen.lo.z, redGreen.hi.z, blue.z),
                      vec3(redGreen.lo.w, redGreen.hi.w, blue.w));
        }
    }
}

#else

void storePixels(float sums[8 * kPixels], int block, Place place, int outChannels) {
    float slope = p.slope;
    float slopeAfter = p.slopeAfter;
    ResidualScale residuals = residualScale(block);
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        ivec2 position = place.first + ivec2(i, 0);
        if (all(lessThan(position, place.extent))) {
            position = position * place.scale + place.shift;
            int texel = (block * place.outExtent.y + position.y) * place.outExtent.x + position.x;
            F8 value = addResidual(activate8(pixelOf(sums, i), kActivation, slope), texel, residuals);
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
    int group = int(gl_WorkGroupID.y) * kTiledGroupsAcross + int(gl_WorkGroupID.x);
    int run = group * int(gl_WorkGroupSize.x * gl_WorkGroupSize.y) + invocation;
    int block = int(gl_WorkGroupID.z);
    int steps = p.inBlocks * KERNEL;
#ifdef PHASES
    int phase = quotient(block, p.outBlocks);
    int weight = block * steps * kTurns * kColumns * 8 + lane;
    block -= phase * p.outBlocks;
    ivec2 extent = ivec2(inWidth, inHeight);
#ifdef PHASE_PAIRS
    int padTop = 1 - phase;
    int padLeft = 1;
    ivec2 scale = ivec2(1, 2);
    ivec2 shift = ivec2(0, phase);
#else
    int padTop = 1 - (phase >> 1);
    int padLeft = 1 - (phase & 1);
    ivec2 scale = ivec2(2);
    ivec2 shift = ivec2(phase & 1, phase >> 1);
#endif
#else
    int weight = block * steps * kTurns * kColumns * 8 + lane;
    int padTop = p.padTop;
    int padLeft = p.padLeft;
    ivec2 extent = ivec2(p.outWidth, p.outHeight);
    ivec2 scale = ivec2(1);
    ivec2 shift = ivec2(0);
#endif
    // Runs beyond the last row compute it once more and store nothing.
    int runs = (extent.x + kRun - 1) / kRun;
    int y = quotient(run, runs);
    int firstX = (run - y * runs) * kRun;
    ivec2 outExtent = ivec2(p.outWidth, p.outHeight);
    int outChannels = p.outChannels;

    int column[kWindow];
    [[unroll]] for (int i = 0; i < kWindow; ++i)
        column[i] = padIndex(firstX * STRIDE + i - padLeft, inWidth, kPadMode);

    F8 biases = F8(bias[block * 2], bias[block * 2 + 1]);
    vec4 nextBiases = kNextHalf ? bias[block * 2 + 2] : vec4(0.0);
    float sum[8 * kPixels];
    float next[8 * kPixels];  // the upper four are no outputs
    [[unroll]] for (int i = 0; i < kPixels; ++i) {
        [[unroll]] for (int o = 0; o < 8; ++o) {
            sum[o * kPixels + i] = channelOf(biases, o);
            next[o * kPixels + i] = o < 4 ? nextBiases[o % 4] : 0.0;
        }
    }
    int nextWeight = weight + steps * kTurns * kColumns * 8;

    numberLanes(p.zero);
    int plane = 0;
    int ky = 0;
    int step = 0;
    // Tested at its end: where branches are masks a loop tested at its beginning runs once more, for no lane.
    [[dont_unroll]] do {
        int row = plane + padIndex(y * STRIDE + ky - padTop, inHeight, kPadMode) * inWidth;
        FETCHED x[kWindow];
        [[unroll]] for (int i = 0; i < kWindow; ++i)
            x[i] = fetch_source(row + column[i]);
        int turn = 0;
        do {
            int oddShift = turn == 0 ? 16 : 0;
            WEIGHTS w[kColumns];
            [[unroll]] for (int k = 0; k < kColumns; ++k)
                w[k] = WEIGHTS_AT(weight + 8 * (turn * kColumns + k));
            ADD(sum, 8)
            if (kNextHalf) {
                [[unroll]] for (int k = 0; k < kColumns; ++k)
                    w[k] = WEIGHTS_AT(nextWeight + 8 * (turn * kColumns + k));
                ADD(next, 4)
            }
            ++turn;
        } while (turn < kTurns);
        weight += 8 * kTurns * kColumns;
        nextWeight += 8 * kTurns * kColumns;
        bool last = ky == KERNEL - 1;
        ky = last ? 0 : ky + 1;
        plane += last ? inHeight * inWidth : 0;
        ++step;
    } while (step < steps);

    const ivec2 pixelsOf = ivec2(kPixels / kRun, 1);  // a position
    Place place = Place(ivec2(firstX, y) * pixelsOf, extent * pixelsOf, outExtent, scale, shift);
#ifdef PICTURE
    storeShuffled(sum, next, place);
#else
    storePixels(sum, block, place, outChannels);
    if (kNextHalf)
        storePixels(next, block + 1, place, outChannels);
    countSaturated();
#endif
}
