// SPDX-License-Identifier: MIT
// What temporal statistics and the similarity gate do against flicker, on the bundled clip and on a still with noise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "app/defaults.h"
#include "app/flicker_meter.h"
#include "app/scene_change.h"
#include "app/session.h"
#include "base/file.h"
#include "media/source.h"
#include "support/gpu_device.h"

namespace impasto::app::test {
namespace {

using Pixels = std::vector<std::uint8_t>;

class FlickerTest : public impasto::test::GpuTest {
  protected:
    Session makeSession() {
        return Session(
            {.device = device(), .pipelines = pipelines(), .readBack = true, .throwErrors = true, .useCache = false});
    }
    static Settings withStyle(const char* cell, bool gate) {
        Settings settings;
        settings.model = "micro";
        settings.styles = defaultStyles();
        settings.normalization = parseNormalization(cell);
        settings.gate = gate;
        return settings;
    }
    static double flickerOf(Session& session, const Settings& settings, const std::vector<media::FramePtr>& frames) {
        session.apply(settings);
        session.resetHistory();
        double sum = 0;
        Pixels before;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            Pixels made = session.download(*session.step(*frames[i]))->pixels;
            if (i > 0)
                sum += frameDifferenceFlicker(made, before, frames[i]->pixels, frames[i - 1]->pixels);
            before = std::move(made);
        }
        return sum / static_cast<double>(frames.size() - 1);
    }
};

TEST_F(FlickerTest, TemporalStatisticsAndTheGateHalveItOnTheBundledClip) {
    const auto source = media::openSource({.input = bundledClip()});
    std::vector<media::FramePtr> frames;
    SceneChange change;
    for (int i = 0; i < 480; ++i) {
        const media::FramePtr frame = source->next();
        ASSERT_TRUE(frame);
        EXPECT_FALSE(change.isCut(*frame)) << "shots dissolve into each other, frame " << i;
        frames.push_back(frame);
    }
    Session session = makeSession();
    const auto flicker = [&](const char* cell, bool gate) {
        Settings settings = withStyle(cell, gate);
        settings.model = "nano";
        settings.shortSide = 96;
        return flickerOf(session, settings, frames);
    };
    const double plain = flicker("adain", false);
    const double temporal = flicker("adain:temporal", false);
    const double both = flicker("adain:temporal", true);
    std::printf("flicker: exact %.3f, temporal %.3f, temporal and gate %.3f\n", plain, temporal, both);
    EXPECT_LT(temporal, 0.8 * plain);
    EXPECT_LT(both, 0.5 * plain);
}

TEST_F(FlickerTest, TemporalStatisticsBeginAnewAtACut) {
    const auto before = media::loadImage(dataFolder() / "assets/content/coffee.png", 240);
    const auto after = media::loadImage(dataFolder() / "assets/content/rocket.jpg", 240);
    media::Frame frame = *before;
    ASSERT_EQ(after->height, frame.height);
    ASSERT_GE(after->width, 200);
    Session session = makeSession();
    session.apply(withStyle("adain:temporal=8", false));
    const auto made = [&](double seconds) {
        frame.timestampSeconds = seconds;
        return session.download(*session.step(frame))->pixels;
    };
    for (int i = 0; i < 5; ++i)
        made(i * 0.04);
    // The other photograph's pixels in a frame of the same size, so that only the picture tells of a cut.
    for (int y = 0; y < frame.height; ++y)
        for (int x = 0; x < frame.width; ++x)
            for (int c = 0; c < 4; ++c)
                frame.pixels[static_cast<std::size_t>((y * frame.width + x) * 4 + c)] =
                    after->pixels[static_cast<std::size_t>((y * after->width + std::min(x, after->width - 1)) * 4 + c)];
    const Pixels cut = made(5 * 0.04);
    session.resetHistory();
    EXPECT_EQ(cut, made(6 * 0.04));
}

TEST_F(FlickerTest, NoiseOnAStillSceneIsHeld) {
    const auto still = media::loadImage(dataFolder() / "assets/content/chelsea.png", 480);
    Session session = makeSession();
    const auto noiseFlicker = [&](bool gate) {
        session.apply(withStyle("adain:temporal", gate));
        session.resetHistory();
        std::vector<double> sums(still->pixels.size(), 0.0);
        std::vector<double> squares(still->pixels.size(), 0.0);
        constexpr int kCopies = 16;
        std::mt19937 random(7);
        std::normal_distribution<float> noise(0, 2);
        media::Frame frame = *still;
        for (int copy = 0; copy < kCopies; ++copy) {
            for (std::size_t i = 0; i < frame.pixels.size(); ++i) {
                const auto value = static_cast<float>(still->pixels[i]) + (i % 4 == 3 ? 0.0f : noise(random));
                frame.pixels[i] = static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l));
            }
            frame.timestampSeconds = copy * 0.04;
            const Pixels made = session.download(*session.step(frame))->pixels;
            for (std::size_t i = 0; i < made.size(); ++i) {
                sums[i] += made[i];
                squares[i] += double{static_cast<double>(made[i])} * made[i];
            }
        }
        double deviation = 0;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const double mean = sums[i] / kCopies;
            deviation += i % 4 == 3 ? 0 : std::sqrt(std::max(0.0, squares[i] / kCopies - mean * mean));
        }
        return deviation / (static_cast<double>(sums.size()) * 0.75);
    };
    const double open = noiseFlicker(false);
    const double gated = noiseFlicker(true);
    std::printf("noise flicker: %.3f, with the gate %.3f\n", open, gated);
    EXPECT_GT(open, 0.5);
    EXPECT_LT(gated, 0.3);
}

TEST_F(FlickerTest, ASettingShowsAtOnceBehindTheGate) {
    const auto still = media::loadImage(dataFolder() / "assets/content/chelsea.png", 240);
    media::Frame frame = *still;
    Session session = makeSession();
    session.apply(withStyle("adain", true));
    for (int i = 0; i < 40; ++i) {
        frame.timestampSeconds = i * 0.04;
        session.wait(*session.step(frame));
    }
    Settings other = withStyle("bn", true);
    session.apply(other);
    frame.timestampSeconds = 40 * 0.04;
    const Pixels gated = session.download(*session.step(frame))->pixels;
    other.gate = false;
    session.apply(other);
    EXPECT_EQ(session.download(*session.step(frame))->pixels, gated);
}

/// With and without the temporal policy at once, whichever of the two is shown.
TEST_F(FlickerTest, TheMeterHasTheSameFramesOtherwise) {
    const auto source = media::openSource({.input = bundledClip()});
    std::vector<media::FramePtr> frames;
    while (frames.size() < 10)
        frames.push_back(source->next());
    Session session({.device = device(), .pipelines = pipelines(), .throwErrors = true, .useCache = false});
    const auto measured = [&](const char* cell, bool gate) {
        Settings settings = withStyle(cell, gate);
        settings.shortSide = 64;
        session.apply(settings);
        session.resetHistory();
        session.watch({});
        session.watch({.everyFrame = true, .flicker = true});
        for (const media::FramePtr& frame : frames) {
            const auto picture = session.step(*frame);
            session.wait(*picture);
            session.measure(*picture);
        }
        Stats stats;
        session.fill(stats);
        return stats.laboratory;
    };
    const LaboratoryStats exact = measured("adain", false);
    const LaboratoryStats temporal = measured("adain:temporal", false);
    const LaboratoryStats gated = measured("adain", true);
    EXPECT_TRUE(exact.comparedIsTemporal);
    EXPECT_FALSE(temporal.comparedIsTemporal);
    EXPECT_FALSE(gated.comparedIsTemporal);
    EXPECT_EQ(exact.flickerA.frames, 10);
    EXPECT_EQ(exact.flickerCompared.frames, 10);
    EXPECT_GT(exact.flickerA.frameDifference, 0);
    EXPECT_NE(exact.flickerA.frameDifference, exact.flickerCompared.frameDifference);
    EXPECT_DOUBLE_EQ(temporal.flickerCompared.frameDifference, exact.flickerA.frameDifference);
    EXPECT_DOUBLE_EQ(temporal.flickerA.frameDifference, exact.flickerCompared.frameDifference);
    EXPECT_DOUBLE_EQ(temporal.flickerCompared.noise, exact.flickerA.noise);
    EXPECT_DOUBLE_EQ(gated.flickerCompared.frameDifference, exact.flickerA.frameDifference);
    EXPECT_LT(gated.flickerA.frameDifference, exact.flickerA.frameDifference);
}

TEST_F(FlickerTest, MeasuresArriveInTheStats) {
    const auto source = media::openSource({.input = bundledClip()});
    Settings settings = withStyle("adain:sparse=16", false);
    settings.shortSide = 128;  // at 64, every 16th pixel each way leaves too few to paint by
    settings.split = true;
    Session session({.device = device(), .pipelines = pipelines(), .throwErrors = true, .useCache = false});
    session.apply(settings);
    session.watch({.statistics = true, .site = 1, .policy = true, .everyFrame = true, .flicker = true, .scores = true});
    for (int i = 0; i < 8; ++i) {
        const auto picture = session.step(*source->next());
        session.wait(*picture);
        session.measure(*picture);
    }
    Stats stats;
    session.fill(stats);
    const LaboratoryStats& measured = stats.laboratory;
    ASSERT_TRUE(measured.site);
    EXPECT_EQ(measured.site->site, stats.sites[1].name);
    EXPECT_EQ(measured.site->content.mean.size(), static_cast<std::size_t>(stats.sites[1].channels));
    EXPECT_EQ(measured.site->afterB.mean.size(), measured.site->content.mean.size());
    ASSERT_TRUE(measured.policy.valid);
    EXPECT_GT(measured.policy.statistics, 0);
    EXPECT_LT(measured.policy.statistics, 0.5);
    EXPECT_GT(measured.policy.psnr, 10);
    EXPECT_LT(measured.policy.psnr, 80);
    EXPECT_GT(measured.policy.measured, 3);
    EXPECT_GT(measured.flickerA.frames, 0);
    EXPECT_TRUE(measured.scoresA.valid);
    EXPECT_TRUE(measured.scoresB.valid);
    EXPECT_GT(measured.scoresA.content, 0);
    EXPECT_LT(measured.scoresA.style, 1) << "nearer to the style than the source is";
    session.watch({});
    session.wait(*session.step(*source->next()));
}

}  // namespace
}  // namespace impasto::app::test
