// SPDX-License-Identifier: MIT
#include "nn/bounds.h"

namespace impasto::nn {
namespace {

struct OperationBounds {
    std::string_view operation;
    Bound fp32;
    Bound fp16;  ///< storage rounds values around 1 to 2^-11 relative
};

constexpr OperationBounds kBounds[] = {
    {"conv2d", {1e-10, 2e-5}, {1e-6, 8e-3}},
    {"conv2d by F(4x4, 3x3)", {1e-10, 1e-4}, {1e-5, 2e-2}},
    {"scale_shift", {1e-10, 1e-6}, {1e-6, 2e-3}},
    {"add", {1e-10, 1e-6}, {1e-6, 2e-3}},
    {"mul", {1e-10, 1e-6}, {1e-6, 2e-3}},
    {"activation", {1e-10, 1e-6}, {1e-6, 2e-3}},
    {"pixel_shuffle", {0, 0}, {0, 0}},
    {"pixel_unshuffle", {0, 0}, {0, 0}},
    {"concat", {0, 0}, {0, 0}},
    {"max_pool", {0, 0}, {0, 0}},
    {"resize", {1e-10, 4e-6}, {1e-6, 2e-3}},
    {"normalize", {1e-10, 2e-5}, {1e-6, 1e-2}},
    {"network", {1e-9, 1e-3}, {1e-4, 5e-2}},
};

}  // namespace

std::optional<Bound> boundFor(std::string_view operation, Precision precision) {
    for (const OperationBounds& bounds : kBounds) {
        if (operation == bounds.operation)
            return precision == Precision::Fp32 ? bounds.fp32 : bounds.fp16;
    }
    return std::nullopt;
}

}  // namespace impasto::nn
