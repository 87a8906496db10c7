// SPDX-License-Identifier: MIT
#include "model/input_size.h"

#include <gtest/gtest.h>

namespace impasto::model {
namespace {

TEST(InputSize, SidesGrowToSixteenThenToTheMultiple) {
    EXPECT_EQ(paddedExtent({1, 1}, 8), (Extent{16, 16}));
    EXPECT_EQ(paddedExtent({15, 17}, 8), (Extent{16, 24}));
    EXPECT_EQ(paddedExtent({256, 384}, 8), (Extent{256, 384}));
    EXPECT_EQ(paddedExtent({257, 383}, 1), (Extent{257, 383}));
    EXPECT_EQ(paddedExtent({3, 100}, 12), (Extent{24, 108}));
}

TEST(InputSize, NetworkExtentHasTheExactShortSide) {
    EXPECT_EQ(networkExtent({720, 1280}, 256), (Extent{256, 455}));
    EXPECT_EQ(networkExtent({1280, 720}, 256), (Extent{455, 256}));
    EXPECT_EQ(networkExtent({500, 500}, 384), (Extent{384, 384}));
}

TEST(InputSize, NothingIsEverEnlarged) {
    EXPECT_EQ(networkExtent({100, 300}, 256), (Extent{100, 300}));
    EXPECT_EQ(networkExtent({1, 1}, 256), (Extent{1, 1}));
    EXPECT_EQ(styleExtent({64, 200}, 1.0f), (Extent{64, 200}));
}

TEST(InputSize, ExtremeShapesStayValid) {
    EXPECT_EQ(networkExtent({8000, 1}, 256), (Extent{8000, 1}));
    EXPECT_EQ(networkExtent({65536, 65535}, 1), (Extent{1, 1}));
    EXPECT_EQ(networkExtent({2000000000, 1000000000}, 16), (Extent{32, 16}));
}

TEST(InputSize, StylesAreReducedToTheirScale) {
    EXPECT_EQ(styleExtent({1024, 512}, 1.0f), (Extent{512, 256}));
    EXPECT_EQ(styleExtent({1024, 512}, 0.5f), (Extent{256, 128}));
    EXPECT_EQ(styleExtent({1024, 512}, 100.0f), (Extent{1024, 512}));
    EXPECT_EQ(styleExtent({1024, 512}, 1e-6f), (Extent{2, 1}));
}

}  // namespace
}  // namespace impasto::model
