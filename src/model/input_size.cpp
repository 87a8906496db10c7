// SPDX-License-Identifier: MIT
#include "model/input_size.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace impasto::model {
namespace {

int roundUp(int side, int multiple) {
    return (side + multiple - 1) / multiple * multiple;
}

}  // namespace

Extent paddedExtent(Extent extent, int multiple) {
    IMPASTO_CHECK(extent.height >= 1 && extent.width >= 1 && multiple >= 1);
    return {roundUp(std::max(extent.height, kMinInputSide), multiple),
            roundUp(std::max(extent.width, kMinInputSide), multiple)};
}

Extent networkExtent(Extent source, int shortSide) {
    IMPASTO_CHECK(source.height >= 1 && source.width >= 1 && shortSide >= 1);
    const std::int64_t from = std::min(source.height, source.width);
    const std::int64_t to = std::min<std::int64_t>(shortSide, from);
    const auto scaled = [from, to](std::int64_t side) { return static_cast<int>((2 * side * to + from) / (2 * from)); };
    return {scaled(source.height), scaled(source.width)};
}

Extent styleExtent(Extent picture, float styleScale) {
    IMPASTO_CHECK(styleScale > 0);
    const float shortSide = std::clamp(std::round(kStyleShortSide * styleScale), 1.0f, 65536.0f);
    return networkExtent(picture, static_cast<int>(shortSide));
}

}  // namespace impasto::model
