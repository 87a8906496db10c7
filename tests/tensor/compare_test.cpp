// SPDX-License-Identifier: MIT
#include "tensor/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace impasto {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

using Values = std::vector<float>;

TEST(Nmse, IsErrorPowerOverReferencePower) {
    EXPECT_DOUBLE_EQ(nmse(Values{1, 2, 4}, Values{1, 2, 2}), 4.0 / 9.0);
    EXPECT_DOUBLE_EQ(nmse(Values{1, 2, 2}, Values{1, 2, 4}), 4.0 / 21.0);
    EXPECT_EQ(nmse(Values{3, 4}, Values{3, 4}), 0.0);
    EXPECT_DOUBLE_EQ(nmse(Values{0.5f, 0}, Values{0, 0}), 0.25);
}

TEST(Nmse, KeepsErrorsThatFloatSumsWouldLose) {
    Values reference(1'000'000, 100.0f);
    Values other = reference;
    other[0] += 0.125f;
    EXPECT_DOUBLE_EQ(nmse(other, reference), 0.125 * 0.125 / 1e10);
}

TEST(MaxAbs, IsTheLargestDifferenceOfEitherSign) {
    EXPECT_EQ(maxAbs(Values{1, 2, 3}, Values{1, 4, 2}), 2.0);
    EXPECT_EQ(maxAbs(Values{}, Values{}), 0.0);
}

TEST(Psnr, MatchesItsDefinition) {
    EXPECT_NEAR(psnr(Values{0.1f, 0.1f}, Values{0, 0.2f}), 20.0, 1e-5);
    EXPECT_NEAR(psnr(Values{10, 10}, Values{0, 20}, 255.0), 20 * std::log10(25.5), 1e-9);
    EXPECT_EQ(psnr(Values{1}, Values{1}), kInfinity);
}

TEST(Compare, NanAndInfinityNeverPass) {
    for (const float bad : {kNan, kInf, -kInf}) {
        const Values broken{0, bad};
        const Values fine{0, 1};
        EXPECT_EQ(nmse(broken, fine), kInfinity);
        EXPECT_EQ(nmse(fine, broken), kInfinity);
        EXPECT_EQ(nmse(broken, broken), kInfinity);
        EXPECT_EQ(maxAbs(broken, fine), kInfinity);
        EXPECT_EQ(maxAbs(broken, broken), kInfinity);
        EXPECT_EQ(psnr(broken, fine), -kInfinity);
        EXPECT_EQ(psnr(broken, broken), -kInfinity);
        Tensor image({1, 11, 11}, 0.5f);
        image.at(0, 5, 5) = bad;
        EXPECT_EQ(ssim(image, image), -kInfinity);
    }
}

Tensor pattern(int height, int width, float scale, float extra) {
    Tensor image({1, height, width});
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            image.at(0, y, x) = scale * static_cast<float>((7 * y + 3 * x) % 16) / 16.0f +
                                extra * static_cast<float>((5 * y + 11 * x) % 8) / 64.0f;
    }
    return image;
}

TEST(Ssim, EqualsScikitImageOnAPattern) {
    // skimage.metrics.structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    EXPECT_NEAR(ssim(pattern(17, 23, 1.0f, 0.0f), pattern(17, 23, 0.75f, 1.0f)), 0.9412752781003731, 1e-6);
}

TEST(Ssim, OfConstantImagesIsTheLuminanceTerm) {
    const double expected = (2 * 0.25 * 0.5 + 1e-4) / (0.0625 + 0.25 + 1e-4);
    EXPECT_NEAR(ssim(Tensor({1, 12, 11}, 0.25f), Tensor({1, 12, 11}, 0.5f)), expected, 1e-9);
}

TEST(Ssim, IsOneForEqualAndSymmetric) {
    const Tensor a = pattern(13, 11, 1.0f, 0.0f);
    const Tensor b = pattern(13, 11, 0.3f, 2.0f);
    EXPECT_NEAR(ssim(a, a), 1.0, 1e-12);
    EXPECT_NEAR(ssim(a, b), ssim(b, a), 1e-12);
    EXPECT_LT(ssim(a, b), 0.9);
}

TEST(Luma, WeighsTheChannelsByBt601) {
    const Tensor rgb({3, 1, 2}, {1, 0, 0, 1, 0, 0.5f});
    const Tensor result = luma(rgb);
    EXPECT_EQ(result.shape(), (Shape{1, 1, 2}));
    EXPECT_FLOAT_EQ(result.at(0, 0, 0), 0.299f);
    EXPECT_FLOAT_EQ(result.at(0, 0, 1), 0.587f + 0.057f);
}

}  // namespace
}  // namespace impasto
