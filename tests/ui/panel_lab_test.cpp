// SPDX-License-Identifier: MIT
// The laboratory's controls: split, policies, statistics, gate.
#include <fmt/format.h>

#include "headless_ui.h"

namespace impasto::ui {
namespace {

app::LaboratoryStats measured(bool split) {
    auto site = std::make_shared<app::SiteStatistics>();
    site->site = "s1";
    for (int c = 0; c < 8; ++c) {
        const auto value = static_cast<float>(c);
        for (auto* moments : {&site->content, &site->style, &site->usedA, &site->afterA}) {
            moments->mean.push_back(value - 3);
            moments->sigma.push_back(1);
        }
        site->afterA.mean.back() += c == 5 ? 10 : 0;
        if (split) {
            site->afterB.mean.push_back(value - 3);
            site->afterB.sigma.push_back(1);
        }
        site->driftDeviation.push_back(0.1f);
    }
    for (int i = 0; i < 4; ++i) {
        site->driftSeconds.push_back(static_cast<float>(i - 3));
        site->driftMean.insert(site->driftMean.end(), site->content.mean.begin(), site->content.mean.end());
        site->driftSigma.insert(site->driftSigma.end(), site->content.sigma.begin(), site->content.sigma.end());
    }
    app::LaboratoryStats stats;
    stats.site = site;
    return stats;
}

TEST(Split, ButtonAndKeyAndLine) {
    HeadlessUi ui({1280, 2600});
    ui.picture.other = reinterpret_cast<ImTextureID>(3);
    ui.click("split");
    ASSERT_TRUE(ui.settings.split);
    ui.draw(2);
    ui.drag("wipe line", 0.5f, 6.0f);
    EXPECT_GT(ui.settings.wipePosition, 0.55f);
    ui.key('C');
    EXPECT_FALSE(ui.settings.split);
    ui.draw(2);
    EXPECT_FALSE(ui.visible("side.a"));
}

TEST(Split, EachSideHasItsCellAndPolicy) {
    HeadlessUi ui({1280, 2600});
    ui.click("split");
    ui.draw(2);
    ui.click("side.b");
    ui.click("norm.layer+adaptive");
    EXPECT_EQ(ui.settings.normalizationB.statistics, StatisticsSource::Layer);
    EXPECT_EQ(ui.settings.normalization.statistics, StatisticsSource::Instance);
    ui.click("policy.temporal");
    EXPECT_EQ(ui.settings.normalizationB.policy, StatisticsPolicy::Temporal);
    EXPECT_EQ(ui.settings.normalization.policy, StatisticsPolicy::Exact);
    ui.click("side.a");
    ui.click("preset.bn");
    EXPECT_EQ(ui.settings.normalization.statistics, StatisticsSource::Batch);
    EXPECT_EQ(ui.settings.normalizationB.statistics, StatisticsSource::Layer);
}

TEST(Split, PerSiteGridsOfBothSides) {
    HeadlessUi ui({1280, 2600});
    ui.click("split");
    ui.draw(2);
    ui.click("perSite");
    ui.click("side.b");
    ui.click("site.1");
    ui.click("norm.none+identity");
    EXPECT_EQ(ui.settings.siteNormalizationB[1].statistics, StatisticsSource::None);
    EXPECT_EQ(ui.settings.siteNormalization[1].statistics, StatisticsSource::Instance);
}

TEST(Policies, EachIsOneClickWhereItActs) {
    HeadlessUi ui({1280, 2600});
    for (int i = 0; i < kStatisticsPolicyCount; ++i) {
        const auto policy = static_cast<StatisticsPolicy>(i);
        ui.settings.normalization.policy = StatisticsPolicy::Exact;
        ui.click("norm.instance+adaptive");
        const bool acts = policyObstacle(ui.settings.normalization, policy).empty();
        ui.click(fmt::format("policy.{}", name(policy)));
        EXPECT_EQ(ui.settings.normalization.policy, acts ? policy : StatisticsPolicy::Exact) << name(policy);
    }
    ui.click("norm.layer+adaptive");
    ui.click("policy.channels");
    EXPECT_EQ(ui.settings.normalization.policy, StatisticsPolicy::Channels);
}

TEST(Policies, NumbersDragAndReset) {
    HeadlessUi ui({1280, 2600});
    ui.click("policy.temporal");
    ui.draw(2);
    ui.drag("policy.seconds", 0.5f, 1.0f);
    EXPECT_NEAR(ui.settings.normalization.timeConstantSeconds, kMaxTimeConstantSeconds, 0.5f);
    ui.rightClick("policy.seconds");
    EXPECT_FLOAT_EQ(ui.settings.normalization.timeConstantSeconds, 2.0f);
    ui.click("policy.sparse");
    ui.draw(2);
    ui.drag("policy.pixels", 0.5f, 1.0f);
    EXPECT_EQ(ui.settings.normalization.pixelStep, kMaxPixelStep);
    ui.rightClick("policy.pixels");
    EXPECT_EQ(ui.settings.normalization.pixelStep, 8);
    ui.click("policy.frames");
    ui.draw(2);
    ui.drag("policy.frames.value", 0.5f, 0.5f);
    EXPECT_FALSE(ui.visible("policy.pixels"));
}

TEST(Statistics, NothingIsMeasuredWhileHidden) {
    HeadlessUi ui({1280, 2600});
    EXPECT_FALSE(ui.state.statistics.asked.any());
    ui.click("section.Statistics");
    ui.draw(2);
    EXPECT_TRUE(ui.state.statistics.asked.statistics);
    ASSERT_TRUE(ui.requests.watch);
    EXPECT_TRUE(ui.requests.watch->statistics);
    EXPECT_FALSE(ui.requests.watch->flicker);
    ui.click("section.Statistics");
    ui.draw(2);
    EXPECT_FALSE(ui.requests.watch->statistics);
    ui.click("section.Flicker and scores");
    ui.draw(2);
    EXPECT_TRUE(ui.requests.watch->flicker);
    ui.settings.panelVisible = false;
    ui.draw(2);
    EXPECT_FALSE(ui.requests.watch->any()) << "a hidden panel shows nothing";
}

TEST(Statistics, SiteKindChannelAndExport) {
    HeadlessUi ui({1280, 2600});
    ui.stats.laboratory = measured(false);
    ui.click("section.Statistics");
    ui.draw(2);
    ui.click("statistics.site.2");
    EXPECT_EQ(ui.state.statistics.asked.site, 2);
    // Channel 5 is the one that misses the style: it comes first.
    ui.click("statistics.bars", 0.03f);
    EXPECT_EQ(ui.state.statistics.channel, 5);
    ui.click("statistics.sigma");
    EXPECT_TRUE(ui.state.statistics.sigma);
    ui.click("statistics.mean");
    EXPECT_FALSE(ui.state.statistics.sigma);
    EXPECT_FALSE(ui.requests.exportStatistics);
    ui.click("statistics.export");
    EXPECT_TRUE(ui.requests.exportStatistics);
    ui.stats.laboratory = measured(true);
    ui.draw(2);
    ui.stats.sites.clear();
    ui.draw(2);
}

TEST(Statistics, APictureOfThemIsDrawnOnceAndDoesNotShow) {
    HeadlessUi ui({1280, 2600});
    ui.stats.laboratory = measured(true);
    ui.click("section.Statistics");
    ui.draw(2);
    EXPECT_FALSE(ui.state.statistics.picture);
    ui.click("statistics.picture");
    ASSERT_TRUE(ui.state.statistics.picture);
    EXPECT_GT(ui.state.statistics.picture->VtxBuffer.Size, 500);
    EXPECT_FALSE(ui.state.statistics.pictureAsked);
    for (const ImDrawVert& vertex : ui.state.statistics.picture->VtxBuffer) {
        ASSERT_LE(vertex.pos.x, ui.state.statistics.pictureSize.x);
        ASSERT_LE(vertex.pos.y, ui.state.statistics.pictureSize.y) << "it is cut off";
    }
    ui.state.statistics.picture.reset();
    ui.draw();
    EXPECT_FALSE(ui.state.statistics.picture) << "one click is one picture";
    EXPECT_TRUE(ui.visible("statistics.picture")) << "the panel stays what the mouse finds";
}

TEST(Statistics, LayersAndTheirChannels) {
    HeadlessUi ui({1280, 2600});
    ui.stats.laboratory = measured(false);
    ui.stats.layers = {{"conv a", 16}, {"conv b", 64}, {"conv c", 5}};
    ui.picture.layer = reinterpret_cast<ImTextureID>(4);
    ui.click("section.Statistics");
    ui.draw(2);
    EXPECT_EQ(ui.state.statistics.asked.layer, -1);
    ui.click("layer");
    ui.draw(2);
    EXPECT_EQ(ui.state.statistics.asked.layer, 0);
    ui.click("layer.save");
    EXPECT_TRUE(ui.requests.snapshotLayer);
    ui.click("layer.picture", 0.3f, 0.1f);
    EXPECT_EQ(ui.state.statistics.layerChannel, 1);
    ui.draw(2);
    EXPECT_EQ(ui.state.statistics.asked.layerChannel, 1);
    ui.click("layer.picture");
    EXPECT_EQ(ui.state.statistics.layerChannel, -1);
    ui.drag("layer.index", 0.1f, 1.0f);
    EXPECT_EQ(ui.state.statistics.layer, 2);
    ui.draw(2);
    ui.click("layer.picture", 0.9f, 0.9f);
    EXPECT_EQ(ui.state.statistics.layerChannel, -1) << "there is no ninth of five channels";
}

TEST(Meter, ItsSwitchIsThePolicyOfTheSideInHand) {
    HeadlessUi ui({1280, 2600});
    ui.stats.laboratory.flickerA = {.frameDifference = 12, .noise = 2, .stillShare = 0.5, .frames = 30};
    ui.stats.laboratory.flickerCompared = {.frameDifference = 9, .noise = 1, .stillShare = 0.5, .frames = 30};
    ui.stats.laboratory.comparedIsTemporal = true;
    ui.click("section.Flicker and scores");
    ui.draw(2);
    ui.click("temporal");
    EXPECT_EQ(ui.settings.normalization.policy, StatisticsPolicy::Temporal);
    ui.click("undo");
    EXPECT_EQ(ui.settings.normalization.policy, StatisticsPolicy::Exact) << "one step of undo";
    ui.click("temporal");
    ui.click("temporal");
    EXPECT_EQ(ui.settings.normalization.policy, StatisticsPolicy::Exact);
    ui.click("split");
    ui.draw(2);
    ui.click("side.b");
    ui.click("norm.instance+adaptive");
    ui.click("temporal");
    EXPECT_EQ(ui.settings.normalizationB.policy, StatisticsPolicy::Temporal);
    EXPECT_EQ(ui.settings.normalization.policy, StatisticsPolicy::Exact);
    ui.click("norm.none+identity");
    const Normalization before = ui.settings.normalizationB;
    ui.click("temporal");
    EXPECT_EQ(ui.settings.normalizationB, before) << "there is nothing of the picture to average";
}

TEST(Meter, TheSwitchIsForAllSites) {
    HeadlessUi ui({1280, 2600});
    ui.click("section.Flicker and scores");
    ui.draw(2);
    ui.click("perSite");
    ui.click("site.1");
    ui.click("norm.none+identity");
    ui.click("temporal");
    EXPECT_EQ(ui.settings.siteNormalization[0].policy, StatisticsPolicy::Temporal);
    EXPECT_EQ(ui.settings.siteNormalization[1].policy, StatisticsPolicy::Exact);
    EXPECT_EQ(ui.settings.siteNormalization[2].policy, StatisticsPolicy::Temporal);
}

TEST(Gate, SwitchAndThreshold) {
    HeadlessUi ui({1280, 2600});
    ui.click("section.Flicker and scores");
    ui.draw(2);
    ui.click("gate");
    ASSERT_TRUE(ui.settings.gate);
    ui.draw(2);
    ui.drag("gate.threshold", 0.2f, 1.0f);
    EXPECT_NEAR(ui.settings.gateThreshold, 32, 0.5f);
    ui.rightClick("gate.threshold");
    EXPECT_FLOAT_EQ(ui.settings.gateThreshold, 2);
}

}  // namespace
}  // namespace impasto::ui
