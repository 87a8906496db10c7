// SPDX-License-Identifier: MIT
#include "tensor/tensor.h"

#include <gtest/gtest.h>

#include <numeric>

namespace impasto {
namespace {

TEST(Tensor, IsChannelMajorWithXFastest) {
    std::vector<float> values(2 * 3 * 4);
    std::iota(values.begin(), values.end(), 0.0f);
    const Tensor tensor({2, 3, 4}, values);
    EXPECT_EQ(tensor.at(0, 0, 1), 1.0f);
    EXPECT_EQ(tensor.at(0, 1, 0), 4.0f);
    EXPECT_EQ(tensor.at(1, 0, 0), 12.0f);
    EXPECT_EQ(tensor.plane(1)[11], tensor.at(1, 2, 3));
}

TEST(Tensor, ShapeCountsDoNotOverflowInt) {
    const Shape shape{4096, 4096, 4096};
    EXPECT_EQ(shape.count(), std::size_t{1} << 36);
}

TEST(TensorDeathTest, DataOfAnotherSizeStopsTheProgram) {
    EXPECT_DEATH(Tensor({1, 2, 2}, std::vector<float>(3)), "check failed");
}

}  // namespace
}  // namespace impasto
