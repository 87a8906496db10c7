// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "reference/reference.h"
#include "support/small_network.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

/// A picture whose channels depend on each other, within `low`..`high`.
Tensor picture(Extent extent, std::uint32_t seed, float low, float high) {
    Tensor rgb = test::randomTensor({3, extent.height, extent.width}, seed, low, high);
    for (std::size_t pixel = 0; pixel < rgb.shape().planeSize(); ++pixel) {
        const float shared = rgb.plane(0)[pixel];
        rgb.plane(1)[pixel] = 0.6f * shared + 0.4f * rgb.plane(1)[pixel];
        rgb.plane(2)[pixel] = low + high - 0.5f * shared - 0.5f * rgb.plane(2)[pixel];
    }
    return rgb;
}

struct Moments {
    double mean[3]{};
    double covariance[3][3]{};
};
Moments momentsOf(const Tensor& rgb) {
    Moments m;
    const auto count = static_cast<double>(rgb.shape().planeSize());
    for (std::size_t k = 0; k < rgb.shape().planeSize(); ++k) {
        for (int i = 0; i < 3; ++i)
            m.mean[i] += rgb.plane(i)[k] / count;
    }
    for (std::size_t k = 0; k < rgb.shape().planeSize(); ++k) {
        for (int i = 0; i < 3; ++i) {
            for (int j = 0; j < 3; ++j)
                m.covariance[i][j] += (rgb.plane(i)[k] - m.mean[i]) * (rgb.plane(j)[k] - m.mean[j]) / count;
        }
    }
    return m;
}

TEST(Colour, MatchingGivesTheSourcesMeanAndCovariance) {
    // Both well inside 0..1, so that nothing is clipped.
    const Tensor styled = picture({20, 31}, 1, 0.4f, 0.6f);
    const Tensor source = picture({20, 31}, 2, 0.3f, 0.7f);
    const ColourMap map = colourMatch(styled, source, {20, 31}, 0);
    const Moments got = momentsOf(applyColourMap(styled, map));
    const Moments want = momentsOf(source);
    for (int i = 0; i < 3; ++i) {
        EXPECT_NEAR(got.mean[i], want.mean[i], 1e-6);
        for (int j = 0; j < 3; ++j) {
            EXPECT_NEAR(got.covariance[i][j], want.covariance[i][j], 1e-6);
            const auto a = static_cast<std::size_t>(i);
            const auto b = static_cast<std::size_t>(j);
            EXPECT_NEAR(map.matrix[a][b], map.matrix[b][a], 1e-9) << "the map that moves least is symmetric";
        }
    }
}

TEST(Colour, MatchingAPictureToItselfIsTheIdentity) {
    const Tensor rgb = picture({9, 14}, 3, 0, 1);
    EXPECT_LE(maxAbs(applyColourMap(rgb, colourMatch(rgb, rgb, {9, 14})).data(), rgb.data()), 1e-6);
}

TEST(Colour, AGreyOrFlatPictureIsNotBlownUp) {
    Tensor grey = picture({8, 8}, 4, 0, 1);
    for (int c = 1; c < 3; ++c)
        std::copy_n(grey.plane(0), 64, grey.plane(c));
    const Tensor source = picture({8, 8}, 5, 0, 1);
    for (const Tensor& styled : {grey, Tensor({3, 8, 8}, 0.5f)}) {
        const ColourMap map = colourMatch(styled, source, {8, 8});
        for (const auto& row : map.matrix) {
            for (const double entry : row) {
                // √((1/4 + λ) / λ) for the largest variance there is.
                EXPECT_LE(std::abs(entry), 25.1);
            }
        }
    }
}

TEST(Colour, OnlyTheContentCounts) {
    const Tensor styled = picture({6, 7}, 6, 0, 1);
    const Tensor source = picture({6, 7}, 7, 0, 1);
    Tensor padded({3, 8, 8}, 0.9f);
    Tensor paddedSource({3, 8, 8}, 0.1f);
    for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < 6; ++y) {
            for (int x = 0; x < 7; ++x) {
                padded.at(c, y, x) = styled.at(c, y, x);
                paddedSource.at(c, y, x) = source.at(c, y, x);
            }
        }
    }
    EXPECT_EQ(colourMatch(padded, paddedSource, {6, 7}).matrix, colourMatch(styled, source, {6, 7}).matrix);
}

TEST(Colour, KeptColoursHaveTheStylesBrightnessAndTheSourcesHue) {
    const Tensor styled = picture({12, 10}, 8, 0, 1);
    const Tensor source = picture({12, 10}, 9, 0, 1);
    const Tensor kept = keepColours(styled, source);
    EXPECT_LE(maxAbs(luma(kept).data(), luma(styled).data()), 1e-5);
    for (std::size_t k = 0; k < kept.shape().planeSize(); ++k) {
        const float y = luma(kept).data()[k];
        const float ys = luma(source).data()[k];
        for (int c = 0; c < 3; ++c) {
            EXPECT_GE(kept.plane(c)[k], -1e-6f);
            EXPECT_LE(kept.plane(c)[k], 1 + 1e-6f);
            const int next = (c + 1) % 3;
            EXPECT_NEAR((kept.plane(c)[k] - y) * (source.plane(next)[k] - ys),
                        (kept.plane(next)[k] - y) * (source.plane(c)[k] - ys), 1e-5)
                << "chroma points the same way";
        }
    }
    EXPECT_LE(maxAbs(keepColours(source, source).data(), source.data()), 1e-6);
}

}  // namespace
}  // namespace impasto::reference
