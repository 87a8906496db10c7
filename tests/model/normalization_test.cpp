// SPDX-License-Identifier: MIT
#include "model/normalization.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace impasto {
namespace {

TEST(Normalization, PresetsAreTheirCells) {
    const auto expect = [](std::string_view text, StatisticsSource statistics, AffineSource affine) {
        const Normalization cell = parseNormalization(text);
        EXPECT_EQ(cell.statistics, statistics) << text;
        EXPECT_EQ(cell.affine, affine) << text;
        EXPECT_EQ(toString(cell), text);
    };
    expect("none", StatisticsSource::None, AffineSource::Identity);
    expect("bn", StatisticsSource::Batch, AffineSource::Learned);
    expect("ln", StatisticsSource::Layer, AffineSource::Learned);
    expect("gn", StatisticsSource::Group, AffineSource::Learned);
    expect("in", StatisticsSource::Instance, AffineSource::Learned);
    expect("cin", StatisticsSource::Instance, AffineSource::Conditional);
    expect("adain", StatisticsSource::Instance, AffineSource::Adaptive);
    EXPECT_EQ(parseNormalization("gn").groups, 8);
    EXPECT_EQ(parseNormalization("bn").lastFrames, 0);
}

TEST(Normalization, EveryCellReadsBackFromItsText) {
    for (int row = 0; row < kStatisticsSourceCount; ++row) {
        for (int column = 0; column < kAffineSourceCount; ++column) {
            const Normalization cell{static_cast<StatisticsSource>(row), static_cast<AffineSource>(column)};
            EXPECT_EQ(parseNormalization(toString(cell)), cell) << toString(cell);
            const std::string plain = std::string(name(cell.statistics)) + "+" + std::string(name(cell.affine));
            EXPECT_EQ(parseNormalization(plain), cell);
        }
    }
}

TEST(Normalization, ReadsGroupCountsAndFrames) {
    EXPECT_EQ(parseNormalization("group:32+adaptive").groups, 32);
    EXPECT_EQ(parseNormalization("group:1+adaptive").groups, 1);
    EXPECT_EQ(parseNormalization("batch:16+learned").lastFrames, 16);
    EXPECT_EQ(toString(parseNormalization("group:32+learned")), "group:32+learned");
    EXPECT_EQ(toString(parseNormalization("group:8+learned")), "gn");
    EXPECT_EQ(toString(parseNormalization("batch:1+learned")), "batch:1+learned");
    EXPECT_EQ(toString(parseNormalization("batch+adaptive")), "batch+adaptive");
}

TEST(Normalization, PoliciesReadBackFromTheirText) {
    for (const char* text : {"adain:temporal=0.5", "adain:temporal=0.05", "in:frozen", "ln:channels=4", "gn:sparse=16",
                             "group:32+adaptive:thumbnail=2", "adain:rank=0", "adain:rank=128",
                             "layer+adaptive:frames=64", "batch:16+learned:sparse=2"}) {
        EXPECT_EQ(toString(parseNormalization(text)), text);
        EXPECT_EQ(parseNormalization(toString(parseNormalization(text))), parseNormalization(text)) << text;
    }
    EXPECT_EQ(parseNormalization("adain:temporal=2").timeConstantSeconds, 2);
    EXPECT_EQ(parseNormalization("adain:temporal").timeConstantSeconds, 2.0f);
    EXPECT_EQ(toString(parseNormalization("instance+adaptive:exact")), "adain");
}

TEST(Normalization, PoliciesActWhereTheyCan) {
    const auto acts = [](const char* text) {
        const Normalization cell = parseNormalization(text);
        EXPECT_EQ(policyObstacle(cell, cell.policy).empty(), effectivePolicy(cell) == cell.policy) << text;
        return effectivePolicy(cell) == cell.policy;
    };
    EXPECT_TRUE(acts("adain:temporal"));
    EXPECT_TRUE(acts("batch:8+learned:sparse=4"));
    EXPECT_TRUE(acts("ln:channels=2"));
    EXPECT_FALSE(acts("adain:channels=2"));
    EXPECT_FALSE(acts("bn:temporal"));
    EXPECT_FALSE(acts("none:frozen"));
    EXPECT_FALSE(acts("batch:8+learned:frames=4"));
    EXPECT_FALSE(acts("in:rank=4"));
    EXPECT_EQ(samplingOf(parseNormalization("bn:sparse=4")), PixelSampling{}) << "not in force";
}

TEST(Normalization, SamplesCoverThePlane) {
    for (const int step : {1, 2, 7, 16}) {
        const PixelSampling sparse{PixelSampling::Kind::Sparse, step};
        const int count = sampleCount(sparse, 9, 13);
        for (int i = 0; i < count; ++i) {
            EXPECT_GE(sparsePixel(i, step, 9 * 13), std::min(i * step, 9 * 13 - 1));
            EXPECT_LT(sparsePixel(i, step, 9 * 13), std::min((i + 1) * step, 9 * 13));
        }
        EXPECT_GE(count * step, 9 * 13);
        EXPECT_EQ(sampleCount({PixelSampling::Kind::Thumbnail, step}, 9, 13),
                  ((9 + step - 1) / step) * ((13 + step - 1) / step));
    }
}

TEST(Normalization, RefusesWhatIsNotKnownAndListsWhatIs) {
    for (const char* text : {"",
                             "+",
                             "adaIN",
                             "instance",
                             "instance+",
                             "+adaptive",
                             "instance+adaptive+learned",
                             "instance + adaptive",
                             "group:0+adaptive",
                             "group:3+adaptive",
                             "group:-8+adaptive",
                             "group:8192+adaptive",
                             "group:+adaptive",
                             "group:8x+adaptive",
                             "group:99999999999+adaptive",
                             "batch:0+learned",
                             "batch:65+learned",
                             "layer:2+learned",
                             "instance:8+adaptive",
                             "none:1+identity",
                             "adain:",
                             "adain:quick",
                             "adain:temporal=0",
                             "adain:temporal=nan",
                             "adain:temporal=11",
                             "adain:temporal=0.5x",
                             "adain:sparse=0",
                             "adain:sparse=257",
                             "adain:frozen=1",
                             "adain:rank=129",
                             "adain:frames=65",
                             "adain:frozen:sparse=2",
                             "group:8:sparse=2"}) {
        try {
            parseNormalization(text);
            ADD_FAILURE() << text << " was accepted";
        } catch (const Error& error) {
            EXPECT_NE(error.parts().hint.find("adain"), std::string::npos) << text;
        }
    }
}

TEST(Normalization, GroupsCoverAllChannelsInOrder) {
    for (const int channels : {1, 3, 12, 16, 100}) {
        for (const int wanted : {1, 2, 8, 64}) {
            const int groups = groupCount(wanted, channels);
            EXPECT_EQ(groups, std::min(wanted, channels));
            EXPECT_EQ(groupBegin(0, groups, channels), 0);
            EXPECT_EQ(groupBegin(groups, groups, channels), channels);
            for (int group = 0; group < groups; ++group) {
                const int size = groupBegin(group + 1, groups, channels) - groupBegin(group, groups, channels);
                EXPECT_GE(size, channels / groups);
                EXPECT_LE(size, (channels + groups - 1) / groups);
            }
        }
    }
}

}  // namespace
}  // namespace impasto
