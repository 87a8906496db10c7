// SPDX-License-Identifier: MIT
#include "model/network.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "reference/reference.h"
#include "support/small_network.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

class NetworkTest : public testing::Test {
  protected:
    model::Network network_ = test::smallNetwork();
    Tensor rgb_ = test::randomTensor({3, 20, 24}, 1, 0.0f, 1.0f);
    StyleStatistics style_ = encodeStyle(network_, test::randomTensor({3, 16, 32}, 2, 0.0f, 1.0f));
    StyleBlend blend_{{&style_}, {-1}, {1.0f}, true};
    SiteSettings adain_{parseNormalization("adain"), 1e-5f, 1.0f};

    reference::Run runWith(std::span<const SiteSettings> settings) { return run(network_, rgb_, blend_, settings); }
};

TEST_F(NetworkTest, EqualsItsOperationsCalledByHand) {
    const auto& nodes = network_.graph.nodes;
    const auto convolve = [&](const Tensor& x, std::size_t node) {
        const auto& op = std::get<model::Conv2d>(nodes[node].operation);
        return conv2d(x, op, network_.weight(op.weight).data, network_.weight(op.bias).data);
    };
    const auto restyle = [&](const Tensor& x, int site) {
        const auto parameters = network_.siteParameters(model::sites(network_.graph)[static_cast<std::size_t>(site)]);
        const Affine affine = blendAffine(parameters, blend_, site, adain_);
        return applyAffine(x, coefficients(channelStatistics(x), parameters, affine, adain_));
    };
    const Tensor f1 = convolve(pixelUnshuffle(scaleShift(rgb_, {2, -1}), 2), 2);
    const Tensor f2 = convolve(f1, 3);
    const Tensor y = activate(add(convolve(restyle(f2, 1), 6), restyle(f1, 0)), {model::ActivationKind::Relu, 0});
    const Tensor expected = pixelShuffle(convolve(y, 9), 2);
    EXPECT_EQ(runWith({&adain_, 1}).output().data(), expected.data());
}

TEST_F(NetworkTest, TensorsHaveTheInferredShapes) {
    const reference::Run result = runWith({&adain_, 1});
    const auto shapes = model::inferShapes(network_.graph, rgb_.shape().extent());
    ASSERT_EQ(result.tensors.size(), shapes.size());
    for (std::size_t i = 0; i < shapes.size(); ++i)
        EXPECT_EQ(result.tensors[i].shape(), shapes[i]) << i;
}

TEST_F(NetworkTest, SettingsPerSiteReachTheirSite) {
    const SiteSettings none{parseNormalization("none"), 1e-5f, 1.0f};
    const SiteSettings onlySecond[] = {none, adain_};
    const reference::Run result = runWith(onlySecond);
    const auto sites = model::sites(network_.graph);
    const auto tensorAt = [&](int index) { return result.tensors[static_cast<std::size_t>(index)].data(); };
    EXPECT_EQ(tensorAt(sites[0].node + 1), tensorAt(sites[0].input));
    EXPECT_NE(tensorAt(sites[1].node + 1), tensorAt(sites[1].input));
    const SiteSettings both[] = {adain_, adain_};
    EXPECT_EQ(runWith(both).output().data(), runWith({&adain_, 1}).output().data());
}

TEST_F(NetworkTest, EncodedStylesAreTheStatisticsOfPassedThroughFeatures) {
    const SiteSettings none{parseNormalization("none"), 1e-5f, 1.0f};
    const reference::Run plain = runWith({&none, 1});
    const StyleStatistics own = encodeStyle(network_, rgb_);
    const auto sites = model::sites(network_.graph);
    ASSERT_EQ(own.size(), sites.size());
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const ChannelStatistics expected = channelStatistics(plain.tensors[static_cast<std::size_t>(sites[i].input)]);
        EXPECT_EQ(own[i].mean, expected.mean);
        EXPECT_EQ(own[i].variance, expected.variance);
    }
}

TEST_F(NetworkTest, StyledByItselfChangesNothing) {
    const StyleStatistics own = encodeStyle(network_, rgb_);
    blend_.styles = {&own};
    const SiteSettings none{parseNormalization("none"), 1e-5f, 1.0f};
    EXPECT_LE(maxAbs(runWith({&adain_, 1}).output().data(), runWith({&none, 1}).output().data()), 1e-6);
}

TEST_F(NetworkTest, RefusesSizesItCannotRunAt) {
    rgb_ = Tensor({3, 18, 24});
    EXPECT_THROW(runWith({&adain_, 1}), Error);
    EXPECT_THROW(encodeStyle(network_, rgb_), Error);
}

TEST_F(NetworkTest, RunsAnyPictureOncePadded) {
    for (const Extent extent : {Extent{1, 1}, Extent{3, 50}, Extent{17, 16}}) {
        rgb_ =
            padToMultiple(test::randomTensor({3, extent.height, extent.width}, 3, 0.0f, 1.0f), network_.graph.multiple);
        const Tensor output = crop(runWith({&adain_, 1}).output(), extent);
        for (const float value : output.data())
            ASSERT_TRUE(value >= 0.0f && value <= 1.0f) << value;
    }
}

}  // namespace
}  // namespace impasto::reference
