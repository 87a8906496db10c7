// SPDX-License-Identifier: MIT
// Feature maps: [C/8][H][W] texels of 8 channels. FEATURE_FP32: two rgba32f texels of 4; else one rgba32ui texel of packed
// halves. They are read through texel buffers or, with FEATURE_STORAGE, for devices whose texel buffers are too small, storage
// buffers.
// WIDE_STORES, of halves, is for devices that are processors: a texel is stored as two 64-bit words, since they store word by
// word, and what is converted from and to halves is converted by its bits.
// Channels beyond C in the last block are stored as zero by every kernel.
#ifndef FEATURE_GLSL
#define FEATURE_GLSL
#ifdef WIDE_STORES
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#endif

// gl_GlobalInvocationID, which Mesa 22.3's llvmpipe computes without the base of vkCmdDispatchBase.
#define INVOCATION ivec3(gl_WorkGroupID * gl_WorkGroupSize + gl_LocalInvocationID)

struct F8 {
    vec4 lo;
    vec4 hi;
};

const float kLargestHalf = 65504.0;

float channelOf(F8 v, int c) { return c < 4 ? v.lo[c] : v.hi[c - 4]; }
float channelOf(vec4 v, int c) { return v[c]; }

// What a fetch leaves of a texel, for kernels that want a channel's value only where they use it. Of a product the features
// may be scaled down and the weights up; a device without a cheap conversion of halves saves instructions by it.
#ifdef WIDE_STORES

#define FETCHED uvec4
#define FETCHED_AS(TEXEL) TEXEL

// A half's bits in their places of a float, whose exponent is greater by 112 for the same value: 2^-112 of it, in two or three
// instructions, exactly also for subnormal halves where the device keeps subnormal floats (llvmpipe does).
float scaledDown(int upperHalf) { return intBitsToFloat((upperHalf >> 3) & int(0x8fffe000)); }
float scaledDown(uvec4 t, int c) { return scaledDown(c % 2 == 0 ? int(t[c / 2]) << 16 : int(t[c / 2])); }
vec4 fourScaledDown(uvec4 t, int c) {
    return vec4(scaledDown(t, c), scaledDown(t, c + 1), scaledDown(t, c + 2), scaledDown(t, c + 3));
}
F8 scaledDown(uvec4 t) { return F8(fourScaledDown(t, 0), fourScaledDown(t, 4)); }

// Of channel 2·pair or, with `shift` 0 in place of 16, the one after it: for loops that take turns at both.
float scaledDown(uvec4 t, int pair, int shift) { return scaledDown(int(t[pair]) << shift); }

const float kHalfScale = 5192296858534827628530496329220096.0;  // 2^112
F8 decode(uvec4 t) { return F8(fourScaledDown(t, 0) * kHalfScale, fourScaledDown(t, 4) * kHalfScale); }

#else

F8 decode(uvec4 t) {
    return F8(vec4(unpackHalf2x16(t.x), unpackHalf2x16(t.y)), vec4(unpackHalf2x16(t.z), unpackHalf2x16(t.w)));
}

#define FETCHED F8
#define FETCHED_AS(TEXEL) decode(TEXEL)
float scaledDown(F8 v, int c) { return channelOf(v, c); }
F8 scaledDown(F8 v) { return v; }
F8 decode(F8 v) { return v; }

#endif

// FEATURE_INPUT(binding, name) declares `F8 name(int texel)` and `FETCHED fetch_name(int texel)`, FEATURE_OUTPUT
// `void store_name(int texel, F8 value)`.
// Stores of halves saturate. Every kernel with an output declares the overflow counter first and calls countSaturated
// when an invocation has stored all: it is not counted at once because where branches are masks, as on llvmpipe, the
// atomic operation costs as much as the store whether anything saturates or not.
#define OVERFLOW_COUNTER(BINDING) \
    layout(std430, set = 0, binding = BINDING) buffer OverflowBuffer { uint overflowCount; };  \
    void countSaturated() {                                                                    \
        if (saturated > 0u)                                                                    \
            atomicAdd(overflowCount, saturated);                                               \
        saturated = 0u;                                                                        \
    }

uint saturated = 0u;  // texels of this invocation, not yet counted

#ifdef WIDE_STORES

// The same as packHalf2x16 of clamped values: nearest, ties to even. A device without an instruction for it makes three
// branches of that, and pays for both sides of each where branches are masks.
struct Rounding {
    uvec4 magnitude;  // the value's bits without its sign
    uvec4 bounded;    // to what a half holds
    uvec4 exponent;   // of bounded, at least that of the least normal half, 2^-14
    uvec4 lastBits;   // worth the half's last bit each
};

Rounding roundingOf(vec4 v) {
    Rounding r;
    r.magnitude = floatBitsToUint(v) & 0x7fffffffu;
    r.bounded = min(r.magnitude, uvec4(floatBitsToUint(kLargestHalf)));
    r.exponent = max(r.bounded, uvec4(113u << 23)) & 0x7f800000u;
    // A float with an exponent greater by 13 has a last bit worth as much as the half's.
    uvec4 coarse = r.exponent + (13u << 23);
    r.lastBits = floatBitsToUint(uintBitsToFloat(r.bounded) + uintBitsToFloat(coarse)) - coarse;
    return r;
}

uvec4 halves(vec4 v, Rounding r) {
    return ((floatBitsToUint(v) >> 16) & 0x8000u) | (r.lastBits + (r.exponent >> 13) - (113u << 10));
}

vec4 rounded(vec4 v, Rounding r) {
    vec4 magnitude = vec4(ivec4(r.lastBits)) * uintBitsToFloat(r.exponent - (10u << 23));
    return uintBitsToFloat(floatBitsToUint(magnitude) | (floatBitsToUint(v) & 0x80000000u));
}

void countSaturatedTexel(Rounding lo, Rounding hi) {
    uvec4 most = max(lo.magnitude, hi.magnitude);
    saturated += uint(max(max(most.x, most.y), max(most.z, most.w)) > floatBitsToUint(kLargestHalf));
}

uvec4 encodeSaturated(F8 v) {
    Rounding lo = roundingOf(v.lo), hi = roundingOf(v.hi);
    countSaturatedTexel(lo, hi);
    uvec4 low = halves(v.lo, lo);
    uvec4 high = halves(v.hi, hi);
    return uvec4(low.xz, high.xz) | (uvec4(low.yw, high.yw) << 16);
}

// As if stored and fetched again.
F8 asStored(F8 v) {
    Rounding lo = roundingOf(v.lo), hi = roundingOf(v.hi);
    countSaturatedTexel(lo, hi);
    return F8(rounded(v.lo, lo), rounded(v.hi, hi));
}

#else

uvec4 encodeSaturated(F8 v) {
    F8 bounded = F8(clamp(v.lo, -kLargestHalf, kLargestHalf), clamp(v.hi, -kLargestHalf, kLargestHalf));
    saturated += uint(any(notEqual(bounded.lo, v.lo)) || any(notEqual(bounded.hi, v.hi)));
    return uvec4(packHalf2x16(bounded.lo.xy), packHalf2x16(bounded.lo.zw), packHalf2x16(bounded.hi.xy),
                 packHalf2x16(bounded.hi.zw));
}

F8 asStored(F8 v) {
#ifndef FEATURE_FP32
    v = decode(encodeSaturated(v));
#endif
    return v;
}

#endif

#if defined(FEATURE_FP32) && defined(FEATURE_STORAGE)

#define FEATURE_INPUT(BINDING, NAME)                                                               \
    layout(std430, set = 0, binding = BINDING) readonly buffer NAME##Buffer { vec4 NAME##Data[]; }; \
    F8 fetch_##NAME(int texel) { return F8(NAME##Data[2 * texel], NAME##Data[2 * texel + 1]); } \
    F8 NAME(int texel) { return fetch_##NAME(texel); }

#elif defined(FEATURE_FP32)

#define FEATURE_INPUT(BINDING, NAME)                                                               \
    layout(set = 0, binding = BINDING) uniform samplerBuffer NAME##Data;                           \
    F8 fetch_##NAME(int texel) { return F8(texelFetch(NAME##Data, 2 * texel), texelFetch(NAME##Data, 2 * texel + 1)); } \
    F8 NAME(int texel) { return fetch_##NAME(texel); }

#elif defined(FEATURE_STORAGE)

#define FEATURE_INPUT(BINDING, NAME)                                                               \
    layout(std430, set = 0, binding = BINDING) readonly buffer NAME##Buffer { uvec4 NAME##Data[]; }; \
    F8 fetch_##NAME(int texel) { return decode(NAME##Data[texel]); } \
    F8 NAME(int texel) { return fetch_##NAME(texel); }

#else

#define FEATURE_INPUT(BINDING, NAME)                                                               \
    layout(set = 0, binding = BINDING) uniform usamplerBuffer NAME##Data;                          \
    FETCHED fetch_##NAME(int texel) { return FETCHED_AS(texelFetch(NAME##Data, texel)); } \
    F8 NAME(int texel) { return decode(fetch_##NAME(texel)); }

#endif

// WEIGHT_INPUT(binding, name) declares `F8 name(int group)`, 8 weights to be multiplied with what is scaledDown. With
// WIDE_STORES they are floats, scaled up, and `vec4 four_name(int four)` reads them by four.
#ifdef WIDE_STORES

#define WEIGHT_INPUT(BINDING, NAME)                                                                \
    layout(set = 0, binding = BINDING) uniform samplerBuffer NAME##Data;                           \
    vec4 four_##NAME(int four) { return texelFetch(NAME##Data, four); }                            \
    F8 NAME(int group) { return F8(four_##NAME(2 * group), four_##NAME(2 * group + 1)); }

#else

#define WEIGHT_INPUT FEATURE_INPUT

#endif

// Stores go to storage buffers whatever the loads use: on llvmpipe a texel store takes twice as long.
#ifdef FEATURE_FP32

#define FEATURE_OUTPUT(BINDING, NAME)                                                              \
    layout(std430, set = 0, binding = BINDING) writeonly buffer NAME##Buffer { vec4 NAME##Data[]; }; \
    void store_##NAME(int texel, F8 value) {                                                       \
        NAME##Data[2 * texel] = value.lo;                                                          \
        NAME##Data[2 * texel + 1] = value.hi;                                                      \
    }

#elif defined(WIDE_STORES)

#define FEATURE_OUTPUT(BINDING, NAME)                                                              \
    layout(std430, set = 0, binding = BINDING) writeonly buffer NAME##Buffer { u64vec2 NAME##Data[]; }; \
    void store_##NAME(int texel, F8 value) {                                                       \
        uvec4 t = encodeSaturated(value);                                                          \
        NAME##Data[texel] = u64vec2(packUint2x32(t.xy), packUint2x32(t.zw));                       \
    }

#else

#define FEATURE_OUTPUT(BINDING, NAME)                                                              \
    layout(std430, set = 0, binding = BINDING) writeonly buffer NAME##Buffer { uvec4 NAME##Data[]; }; \
    void store_##NAME(int texel, F8 value) {                                                       \
        NAME##Data[texel] = encodeSaturated(value);                                                \
    }

#endif

// FEATURE_PAIR_OUTPUT declares `void store_name(int pair, F8 first, F8 second)` for two texels side by side.
#ifdef WIDE_STORES

#define FEATURE_PAIR_OUTPUT(BINDING, NAME)                                                         \
    layout(std430, set = 0, binding = BINDING) writeonly buffer NAME##Buffer { u64vec4 NAME##Data[]; }; \
    void store_##NAME(int pair, F8 first, F8 second) {                                             \
        uvec4 t = encodeSaturated(first);                                                          \
        uvec4 u = encodeSaturated(second);                                                         \
        NAME##Data[pair] =                                                                         \
            u64vec4(packUint2x32(t.xy), packUint2x32(t.zw), packUint2x32(u.xy), packUint2x32(u.zw)); \
    }

#else

#define FEATURE_PAIR_OUTPUT(BINDING, NAME)                                                         \
    FEATURE_OUTPUT(BINDING, NAME)                                                                  \
    void store_##NAME(int pair, F8 first, F8 second) {                                             \
        store_##NAME(2 * pair, first);                                                             \
        store_##NAME(2 * pair + 1, second);                                                        \
    }

#endif

// Zeroes the channels of `block` beyond `channels`.
F8 maskChannels(F8 v, int block, int channels) {
    int left = channels - block * 8;
    if (left < 8) {
        v.lo = mix(vec4(0.0), v.lo, lessThan(ivec4(0, 1, 2, 3), ivec4(left)));
        v.hi = mix(vec4(0.0), v.hi, lessThan(ivec4(4, 5, 6, 7), ivec4(left)));
    }
    return v;
}

#endif
