// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "headless_ui.h"
#include "ui/explain.h"

namespace impasto::ui {
namespace {

TEST(Grid, EveryCellIsOneClick) {
    HeadlessUi ui;
    for (int row = 0; row < kStatisticsSourceCount; ++row) {
        for (int column = 0; column < kAffineSourceCount; ++column) {
            const auto statistics = static_cast<StatisticsSource>(row);
            const auto affine = static_cast<AffineSource>(column);
            ui.click(fmt::format("norm.{}+{}", name(statistics), name(affine)));
            EXPECT_EQ(ui.settings.normalization.statistics, statistics);
            EXPECT_EQ(ui.settings.normalization.affine, affine);
        }
    }
}

TEST(Grid, ClickKeepsGroupsAndFrames) {
    HeadlessUi ui;
    ui.settings.normalization.groups = 4;
    ui.settings.normalization.lastFrames = 12;
    ui.click("norm.group+adaptive");
    ui.click("norm.batch+learned");
    EXPECT_EQ(ui.settings.normalization.groups, 4);
    EXPECT_EQ(ui.settings.normalization.lastFrames, 12);
}

TEST(Presets, AreTheirCells) {
    HeadlessUi ui;
    for (const NormalizationPreset& preset : normalizationPresets()) {
        ui.settings.normalization.groups = 2;
        ui.settings.normalization.lastFrames = 5;
        ui.click(fmt::format("preset.{}", preset.name));
        EXPECT_EQ(ui.settings.normalization.statistics, preset.cell.statistics) << preset.name;
        EXPECT_EQ(ui.settings.normalization.affine, preset.cell.affine) << preset.name;
        const bool isGroup = preset.cell.statistics == StatisticsSource::Group;
        EXPECT_EQ(ui.settings.normalization.groups, isGroup ? 8 : 2) << preset.name;
        const bool isBatch = preset.cell.statistics == StatisticsSource::Batch;
        EXPECT_EQ(ui.settings.normalization.lastFrames, isBatch ? 0 : 5) << preset.name;
    }
}

TEST(Parameters, EpsilonIsLogarithmic) {
    HeadlessUi ui;
    const ImRect track = ui.rect("epsilon");
    const float inset = ui.theme.px(6) / track.GetWidth();
    ui.click("epsilon", 0.5f);
    EXPECT_NEAR(std::log10(ui.settings.epsilon), -4.0f, 0.1f);
    ui.click("epsilon", 1 - inset);
    EXPECT_NEAR(ui.settings.epsilon, 1.0f, 0.05f);
    ui.rightClick("epsilon");
    EXPECT_FLOAT_EQ(ui.settings.epsilon, 1e-5f);
}

TEST(Parameters, GroupsOnlyInTheirRow) {
    HeadlessUi ui;
    ui.click("groups.2");
    EXPECT_EQ(ui.settings.normalization.groups, 8) << "not in force with 'instance'";
    ui.click("norm.group+adaptive");
    ui.click("groups.2");
    EXPECT_EQ(ui.settings.normalization.groups, 2);
    ui.click("groups.64");
    EXPECT_EQ(ui.settings.normalization.groups, 64);
}

TEST(Parameters, BatchOfTheLastFrames) {
    HeadlessUi ui;
    ui.click("batch.frames");
    EXPECT_EQ(ui.settings.normalization.lastFrames, 0) << "not in force with 'instance'";
    ui.click("norm.batch+adaptive");
    ui.click("batch.frames");
    EXPECT_EQ(ui.settings.normalization.lastFrames, 16);
    ui.drag("batch.count", 0.2f, 1.0f);
    EXPECT_EQ(ui.settings.normalization.lastFrames, 64);
    ui.click("batch.stored");
    EXPECT_EQ(ui.settings.normalization.lastFrames, 0);
}

TEST(PerSite, EachSiteHasItsCell) {
    HeadlessUi ui;
    ui.click("perSite");
    ASSERT_TRUE(ui.settings.perSite);
    ASSERT_EQ(ui.settings.siteNormalization.size(), 3u);
    ui.click("site.1");
    ui.click("norm.layer+adaptive");
    EXPECT_EQ(ui.settings.siteNormalization[1].statistics, StatisticsSource::Layer);
    EXPECT_EQ(ui.settings.siteNormalization[0].statistics, StatisticsSource::Instance);
    EXPECT_EQ(ui.settings.siteNormalization[2].statistics, StatisticsSource::Instance);
    EXPECT_EQ(ui.settings.normalization.statistics, StatisticsSource::Instance);
    ui.click("perSite");
    EXPECT_FALSE(ui.settings.perSite);
}

TEST(PerSite, SurvivesANetworkWithFewerSites) {
    HeadlessUi ui;
    ui.click("perSite");
    ui.click("site.2");
    ui.stats.sites.resize(1);
    ui.draw(2);
    EXPECT_EQ(ui.settings.siteNormalization.size(), 1u);
    ui.stats.sites.clear();
    ui.draw(2);
    ui.click("norm.none+identity");
    EXPECT_EQ(ui.settings.normalization.statistics, StatisticsSource::None);
}

TEST(Explanations, EveryChoiceHasOneWithAFormula) {
    for (int row = 0; row < kStatisticsSourceCount; ++row) {
        EXPECT_FALSE(explain(static_cast<StatisticsSource>(row)).formula.empty());
        for (int column = 0; column < kAffineSourceCount; ++column) {
            const auto affine = static_cast<AffineSource>(column);
            EXPECT_FALSE(explain(affine).formula.empty());
            EXPECT_FALSE(cellEffect(static_cast<StatisticsSource>(row), affine).empty());
        }
    }
}

}  // namespace
}  // namespace impasto::ui
