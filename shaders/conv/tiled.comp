#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv(pad(x)) + bias) + residual) for square kernels KERNEL and strides STRIDE fixed at build time;
// with PHASES the input is enlarged ×2 (nearest) first, as four KERNEL 2 convolutions at source resolution, one per
// output phase (rows 2y+py, columns 2x+px): nearest ×2, reflect 1, conv 3×3 reads two source rows and columns per phase,
// and reflection at the enlarged border is clamping at the source's.
// Method: kConvPixels adjacent pixels × ROWS rows × 8 output channels per invocation. Each lane fetches the weights of
// its own output channel, one texel for 8 input channels, and constant subgroup shuffles spread them: on llvmpipe a
// shuffle is one permute, a uniform read eight scalar loads.
// Layouts: x, residual, y feature maps; weights as feature texels [phase][Cout][Cin/8][ky][kx]; bias [Cout rounded up to 8].
// Preconditions: subgroup size 8 = kConvLanes; groups 1, dilation 1; pad reflect or replicate (PHASES: replicate).
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter.
// Dispatch: (ceil(W / (kConvLanes·kConvPixels)), ceil(H / (kConvRows·ROWS)), Cout/8 [· 4 with PHASES]); W, H of y, or of x with PHASES.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require
#include "common/activation.glsl"
#include "common/pad.glsl"

layout(local_size_x = kConvLanes, local_size_y = kConvRows) in;
layout(push_constant) uniform Push { ConvPush p; };

OVERFLOW_COUNTER(5)
FEATURE_INPUT(0, source)
FEATURE_INPUT(1, weights)
layout(std430, set = 0, binding = 2) readonly buffer Bias { float bias[]; };
FEATURE_INPUT(3, residual)
FEATURE_OUTPUT(4, target)

const int kWindow = (kConvPixels - 1) * STRIDE + KERNEL;

F8 sum[ROWS][kConvPixels];

// Adds one output channel (component D of half OUT) of one input channel (component C of half IN) of a kernel column.
#define TERM(IN, C, OUT, D, LANE)                                                                  \
    {                                                                                              \
        float spread = subgroupShuffle(w[kx].IN.C, LANE);                                          \
        [[unroll]] for (int r = 0; r < ROWS; ++r) {                                                \
            [[unroll]] for (int i = 0; i < kConvPixels; ++i)                                       \
                part[r][i].OUT.D += x[r][i * STRIDE + kx].IN.C * spread;                           \
        }                                                                                          \
    }
#define ACCUMULATE(IN, C)                                                                          \
    TERM(IN, C, lo, x, 0)                                                                          \
    TERM(IN, C, lo, y, 1)                                                                          \
    TERM(IN, C, lo, z, 2)                                                                          \
    TERM(IN, C, lo, w, 3)                                                                          \
    TERM(IN, C, hi, x, 4)                                                                          \
    TERM(IN, C, hi, y, 5)                                                                          \
    TERM(IN, C, hi, z, 6)                                                                          \
    TERM(IN, C, hi, w, 7)

#define LOAD_ROW(INTO, OFFSET)                                                                     \
    {                                                                                              \
        int row = padIndex(y * STRIDE + (OFFSET)-padTop, p.inHeight, p.padMode);                   \
        row = (inBlock * p.inHeight + row) * p.inWidth;                                            \
        [[unroll]] for (int i = 0; i < kWindow; ++i)                                               \
            INTO[i] = source(row + column[i]);                                                     \
    }

// Activations, residual and store of the sum at `position` of `extent`.
void finish(F8 value, ivec2 position, int block, int phase, ivec2 extent) {
    if (position.x >= extent.x || position.y >= extent.y)
        return;
#ifdef PHASES
    position = 2 * position + ivec2(phase & 1, phase >> 1);
#endif
    int texel = (block * p.outHeight + position.y) * p.outWidth + position.x;
    value = activate8(value, p.activation, p.slope);
    if (p.residual != 0) {
        F8 r = residual(texel);
        value = F8(value.lo + r.lo, value.hi + r.hi);
    }
    value = activate8(value, p.activationAfter, p.slopeAfter);
    store_target(texel, maskChannels(value, block, p.outChannels));
}

void main() {
    int lane = int(gl_LocalInvocationID.x);
    int firstX = INVOCATION.x * kConvPixels;
    int y = INVOCATION.y * ROWS;
    int block = int(gl_WorkGroupID.z);
#ifdef PHASES
    int phase = block / p.outBlocks;
    block -= phase * p.outBlocks;
    int padTop = 1 - (phase >> 1);
    int padLeft = 1 - (phase & 1);
    int rows = p.inHeight;
    int columns = p.inWidth;
    int weightBase = phase * p.outBlocks * 8;
#else
    int phase = 0;
    int padTop = p.padTop;
    int padLeft = p.padLeft;
    int rows = p.outHeight;
    int columns = p.outWidth;
    int weightBase = 0;
#endif
    if (y >= rows)
        return;

    int column[kWindow];
    [[unroll]] for (int i = 0; i < kWindow; ++i)
        column[i] = padIndex(firstX * STRIDE + i - padLeft, p.inWidth, p.padMode);

    F8 biases = F8(vec4(bias[block * 8], bias[block * 8 + 1], bias[block * 8 + 2], bias[block * 8 + 3]),
                   vec4(bias[block * 8 + 4], bias[block * 8 + 5], bias[block * 8 + 6], bias[block * 8 + 7]));
    [[unroll]] for (int r = 0; r < ROWS; ++r) {
        [[unroll]] for (int i = 0; i < kConvPixels; ++i)
            sum[r][i] = biases;
    }

    int weight = (weightBase + block * 8 + lane) * p.inBlocks * KERNEL * KERNEL;
    [[dont_unroll]] for (int inBlock = 0; inBlock < p.inBlocks; ++inBlock) {
        F8 x[ROWS][kWindow];
        // With two rows, the upper one of a kernel row is the lower one of the kernel row before.
        [[unroll]] for (int r = 0; r < ROWS - 1; ++r)
            LOAD_ROW(x[r + 1], r)
        [[dont_unroll]] for (int ky = 0; ky < KERNEL; ++ky) {
            [[unroll]] for (int r = 0; r < ROWS - 1; ++r)
                x[r] = x[r + 1];
            LOAD_ROW(x[ROWS - 1], ky + ROWS - 1)
            F8 w[KERNEL];
            [[unroll]] for (int kx = 0; kx < KERNEL; ++kx)
                w[kx] = weights(weight++);
            // Sums of this kernel row apart from the others': live between two fetches only, they stay in registers.
            F8 part[ROWS][kConvPixels];
            [[unroll]] for (int r = 0; r < ROWS; ++r) {
                [[unroll]] for (int i = 0; i < kConvPixels; ++i)
                    part[r][i] = F8(vec4(0.0), vec4(0.0));
            }
            [[unroll]] for (int kx = 0; kx < KERNEL; ++kx) {
                ACCUMULATE(lo, x)
                ACCUMULATE(lo, y)
                ACCUMULATE(lo, z)
                ACCUMULATE(lo, w)
                ACCUMULATE(hi, x)
                ACCUMULATE(hi, y)
                ACCUMULATE(hi, z)
                ACCUMULATE(hi, w)
            }
            [[unroll]] for (int r = 0; r < ROWS; ++r) {
                [[unroll]] for (int i = 0; i < kConvPixels; ++i) {
                    sum[r][i].lo += part[r][i].lo;
                    sum[r][i].hi += part[r][i].hi;
                }
            }
        }
    }

    [[unroll]] for (int r = 0; r < ROWS; ++r) {
        [[unroll]] for (int i = 0; i < kConvPixels; ++i)
            finish(sum[r][i], ivec2(firstX + i, y + r), block, phase, ivec2(columns, rows));
    }
}
