// SPDX-License-Identifier: MIT
// sums += pixels · factors for matrices of 16 × 16, fp16 factors and fp32 sums, by all of a subgroup's invocations together:
// with VK_NV_cooperative_matrix, or, with MATRIX_BY_HAND, without it, for tests of what is around. Wants `tile`, `weights` and
// `tileSums`, in which the rows of a matrix follow one another; `at` is an index of theirs.
#ifndef MATRIX_PRODUCT_GLSL
#define MATRIX_PRODUCT_GLSL

#ifdef MATRIX_BY_HAND

#extension GL_EXT_control_flow_attributes : require  // or a driver compiles for a second

const int kLeastLanes = 4;

// Where a matrix of factors begins: products read it there.
#define FactorMatrix int

// Of the 64 groups of four sums, row after row, lane l has l, l + lanes, l + 2 · lanes, …
struct SumMatrix {
    vec4 groups[64 / kLeastLanes];
};

int lanes() { return int(gl_WorkGroupSize.x) / kMatrixSubgroups; }
int lane() { return int(gl_LocalInvocationIndex) % lanes(); }

SumMatrix zeroSums() {
    SumMatrix sums;
    for (int i = 0; i < 64 / kLeastLanes; ++i)
        sums.groups[i] = vec4(0.0);
    return sums;
}

int loadPixels(int at) { return at; }
int loadWeights(int at) { return at; }

vec4 fourHalves(uvec4 halves, int four) {
    uvec2 packed = four == 0 ? halves.xy : halves.zw;
    return vec4(unpackHalf2x16(packed.x), unpackHalf2x16(packed.y));
}

SumMatrix multiplyAdd(int pixels, int factors, SumMatrix sums) {
    for (int i = 0; i < 64 / lanes(); ++i) {
        int row = (i * lanes() + lane()) / 4;
        int column = (i * lanes() + lane()) % 4;
        [[dont_unroll]] for (int k = 0; k < 16; k += 4) {
            vec4 pixel = fourHalves(tile[pixels + 2 * row + k / 8], k / 4 % 2);
            for (int j = 0; j < 4; ++j)
                sums.groups[i] += pixel[j] * fourHalves(weights[factors + 2 * (k + j) + column / 2], column % 2);
        }
    }
    return sums;
}

void storeSums(SumMatrix sums, int at) {
    for (int i = 0; i < 64 / lanes(); ++i) {
        for (int j = 0; j < 4; ++j)
            tileSums[at + 4 * (i * lanes() + lane()) + j] = sums.groups[i][j];
    }
}

#else

#extension GL_KHR_memory_scope_semantics : require
#extension GL_NV_cooperative_matrix : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

#define FactorMatrix fcoopmatNV<16, gl_ScopeSubgroup, 16, 16>
#define SumMatrix fcoopmatNV<32, gl_ScopeSubgroup, 16, 16>

SumMatrix zeroSums() { return SumMatrix(0.0); }

FactorMatrix loadPixels(int at) {
    FactorMatrix pixels;
    coopMatLoadNV(pixels, tile, uint(at), 2u, false);
    return pixels;
}

FactorMatrix loadWeights(int at) {
    FactorMatrix factors;
    coopMatLoadNV(factors, weights, uint(at), 2u, false);
    return factors;
}

SumMatrix multiplyAdd(FactorMatrix pixels, FactorMatrix factors, SumMatrix sums) {
    return coopMatMulAddNV(pixels, factors, sums);
}

void storeSums(SumMatrix sums, int at) { coopMatStoreNV(sums, tileSums, uint(at), 16u, false); }

#endif

#endif
