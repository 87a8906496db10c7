// SPDX-License-Identifier: MIT
#include "app/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "app/defaults.h"
#include "app/style_bank.h"
#include "base/error.h"
#include "base/file.h"
#include "folder.h"
#include "support/gpu_device.h"

namespace impasto::app::test {
namespace {

using testing::HasSubstr;
using Pixels = std::vector<std::uint8_t>;

media::Frame makeFrame(int width, int height, int phase = 0) {
    media::Frame frame;
    frame.width = width;
    frame.height = height;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int wave = (x * 7 + y * 13 + phase * 29) % 256;
            for (const int value : {wave, (x * y + phase) % 256, x < width / 2 ? 40 : 220, 255})
                frame.pixels.push_back(static_cast<std::uint8_t>(value));
        }
    }
    return frame;
}

Settings smallSettings() {
    Settings settings;
    settings.model = "micro";
    settings.shortSide = 32;
    settings.styles = defaultStyles();
    return settings;
}

class SessionTest : public impasto::test::GpuTest {
  protected:
    std::unique_ptr<Session> makeSession(bool throwErrors = false) {
        return std::make_unique<Session>(Session::Params{.device = device(),
                                                         .pipelines = pipelines(),
                                                         .readBack = true,
                                                         .throwErrors = throwErrors,
                                                         .useCache = false});
    }
    static Pixels pixelsOf(Session& session, const media::Frame& frame) {
        return session.download(*session.step(frame))->pixels;
    }
    static int errors(const Session& session) {
        Stats stats;
        session.fill(stats);
        return static_cast<int>(std::ranges::count(stats.messages, Message::Kind::Error, &Message::kind));
    }
};

TEST_F(SessionTest, EveryChangeShowsInTheNextFrameAndThereAndBackIsBitIdentical) {
    const auto session = makeSession(true);
    const media::Frame frame = makeFrame(61, 47);
    const Settings before = smallSettings();
    ASSERT_FALSE(before.styles.empty());
    session->apply(before);
    const Pixels first = pixelsOf(*session, frame);
    EXPECT_EQ(pixelsOf(*session, frame), first);

    const std::vector<std::pair<const char*, std::function<void(Settings&)>>> changes = {
        {"strength", [](Settings& s) { s.strength = 0.3f; }},
        {"epsilon", [](Settings& s) { s.epsilon = 0.5f; }},
        {"cell",
         [](Settings& s) {
             s.normalization = {StatisticsSource::Layer, AffineSource::Adaptive};
         }},
        {"group",
         [](Settings& s) {
             s.normalization = {StatisticsSource::Group, AffineSource::Learned, 4};
         }},
        {"one site",
         [](Settings& s) {
             s.perSite = true;
             s.siteNormalization = {Normalization{}, Normalization{StatisticsSource::None, AffineSource::Identity}};
         }},
        {"weight",
         [](Settings& s) {
             s.styles[0].weight = 0.25f;
             s.normalizeWeights = false;
         }},
        {"two regions",
         [](Settings& s) {
             auto mask = std::make_shared<nn::RegionMask>();
             for (int y = 0; y < nn::RegionMask::kSide; ++y) {
                 for (int x = 100; x < 200; ++x)
                     mask->set(x, y, {0.0f, 1.0f, 0.0f, 0.0f});
             }
             s.mask = {mask};
             s.regionMixes = {{{"mosaic", 1.0f}}};
         }},
        {"luma only", [](Settings& s) { s.colour = nn::ColourMode::Luma; }},
        {"colours matched", [](Settings& s) { s.colour = nn::ColourMode::Matched; }},
        {"muted", [](Settings& s) { s.styles[0].muted = true; }},
        {"the source as a style",
         [](Settings& s) {
             s.styles.push_back({std::string(kSourceStyle), 1.0f});
         }},
        {"two styles",
         [](Settings& s) {
             s.styles.push_back({"mosaic", 1.0f});
         }},
        {"no style", [](Settings& s) { s.styles.clear(); }},
        {"style scale", [](Settings& s) { s.styleScale = 0.5f; }},
        {"mirror", [](Settings& s) { s.mirror = true; }},
        {"size", [](Settings& s) { s.shortSide = 24; }},
        {"exact size", [](Settings& s) { s.exactSize = {.height = 20, .width = 52}; }},
        {"precision", [](Settings& s) { s.precision = nn::Precision::Fp32; }},
    };
    for (const auto& [name, change] : changes) {
        Settings after = before;
        change(after);
        session->apply(after);
        EXPECT_TRUE(session->needsStep()) << name;
        EXPECT_NE(pixelsOf(*session, frame), first) << name;
        session->apply(before);
        EXPECT_EQ(pixelsOf(*session, frame), first) << name;
        EXPECT_FALSE(session->needsStep()) << name;
    }
}

TEST_F(SessionTest, LiveSettingsAllocateAndBuildNothing) {
    const auto session = makeSession(true);
    const media::Frame frame = makeFrame(64, 48);
    Settings settings = smallSettings();
    settings.styles.push_back({"mosaic", 0.5f});
    session->apply(settings);
    for (int i = 0; i < 4; ++i)
        pixelsOf(*session, frame);
    const auto& counters = device().counters();
    const std::uint64_t allocations = counters.memoryAllocations;
    const std::uint64_t built = counters.pipelinesBuilt;
    const std::uint64_t created = counters.objectsCreated;
    const std::uint64_t updates = counters.descriptorUpdates;
    for (int step = 0; step < kStatisticsSourceCount * kAffineSourceCount; ++step) {
        settings.normalization = {static_cast<StatisticsSource>(step % kStatisticsSourceCount),
                                  static_cast<AffineSource>(step / kStatisticsSourceCount), 1 << (step % 4)};
        settings.strength = static_cast<float>(step) / 20;
        settings.styles[1].weight = static_cast<float>(step) / 10;
        settings.epsilon = 1e-6f * static_cast<float>(step + 1);
        session->apply(settings);
        pixelsOf(*session, frame);
    }
    EXPECT_EQ(counters.memoryAllocations, allocations);
    EXPECT_EQ(counters.pipelinesBuilt, built);
    EXPECT_EQ(counters.objectsCreated, created);
    EXPECT_EQ(counters.descriptorUpdates, updates);
}

TEST_F(SessionTest, MirrorIsTheMirroredPictureStylized) {
    const media::Frame frame = makeFrame(33, 21);
    media::Frame mirrored = frame;
    for (int y = 0; y < frame.height; ++y) {
        for (int x = 0; x < frame.width; ++x)
            std::copy_n(&frame.pixels[static_cast<std::size_t>((y * frame.width + x) * 4)], 4,
                        &mirrored.pixels[static_cast<std::size_t>((y * frame.width + frame.width - 1 - x) * 4)]);
    }
    const auto session = makeSession(true);
    Settings settings = smallSettings();
    session->apply(settings);
    const Pixels expected = pixelsOf(*session, mirrored);
    settings.mirror = true;
    session->apply(settings);
    EXPECT_EQ(pixelsOf(*session, frame), expected);
}

TEST_F(SessionTest, FramesMayChangeTheirSize) {
    const auto session = makeSession(true);
    session->apply(smallSettings());
    const Pixels first = pixelsOf(*session, makeFrame(40, 30));
    EXPECT_EQ(pixelsOf(*session, makeFrame(31, 57)).size(), 31u * 57 * 4);
    EXPECT_EQ(pixelsOf(*session, makeFrame(1, 1)).size(), 4u);
    EXPECT_EQ(pixelsOf(*session, makeFrame(40, 30)), first);
}

TEST_F(SessionTest, MissingStyleIsReportedOnceAndTheOthersGoOn) {
    const auto session = makeSession();
    const media::Frame frame = makeFrame(40, 30);
    Settings settings = smallSettings();
    session->apply(settings);
    const Pixels good = pixelsOf(*session, frame);
    Settings bad = settings;
    bad.styles.push_back({"/no/such/picture.png", 1.0f});
    session->apply(bad);
    EXPECT_EQ(pixelsOf(*session, frame), good);
    EXPECT_EQ(errors(*session), 1);
    bad.strength = 0.5f;
    session->apply(bad);
    pixelsOf(*session, frame);
    EXPECT_EQ(errors(*session), 1);

    settings.styles = {{"/no/such/picture.png", 1.0f}};
    session->apply(settings);
    EXPECT_EQ(pixelsOf(*session, frame), good) << "with no style left it keeps the ones it had";
    Stats stats;
    session->fill(stats);
    EXPECT_THAT(stats.messages.back().text, HasSubstr("/no/such/picture.png"));
}

TEST_F(SessionTest, BrokenNetworkIsReportedAndTheRunningOneGoesOn) {
    const auto session = makeSession();
    const media::Frame frame = makeFrame(40, 30);
    Settings settings = smallSettings();
    session->apply(settings);
    const Pixels good = pixelsOf(*session, frame);
    settings.model = "/no/such/network.safetensors";
    session->apply(settings);
    EXPECT_EQ(pixelsOf(*session, frame), good);
    EXPECT_EQ(errors(*session), 1);
    Stats stats;
    session->fill(stats);
    EXPECT_EQ(stats.model, "micro");
    settings.strength = 0.5f;
    session->apply(settings);
    EXPECT_NE(pixelsOf(*session, frame), good);
    EXPECT_EQ(errors(*session), 1) << "it is not tried again for another setting";
}

TEST_F(SessionTest, WithThrowErrorsWhatCannotBeHadIsThrown) {
    const auto session = makeSession(true);
    Settings settings = smallSettings();
    settings.model = "/no/such/network.safetensors";
    EXPECT_THROW(session->apply(settings), Error);
    settings = smallSettings();
    settings.styles = {{"/no/such/picture.png", 1.0f}};
    session->apply(settings);
    EXPECT_THROW(session->step(makeFrame(40, 30)), Error);
}

TEST_F(SessionTest, NetworkLoadedInTheBackgroundTakesOverWhenItIsThere) {
    Session session(
        {.device = device(), .pipelines = pipelines(), .readBack = true, .loadInBackground = true, .useCache = false});
    const media::Frame frame = makeFrame(40, 30);
    Settings settings = smallSettings();
    session.apply(settings);
    const Pixels before = pixelsOf(session, frame);
    settings.model = IMPASTO_SOURCE_DIR "/tests/data/micro_start.safetensors";
    session.apply(settings);
    Stats stats;
    session.fill(stats);
    EXPECT_EQ(stats.modelLoading, settings.model);
    for (int i = 0; i < 20000 && stats.model != settings.model; ++i) {
        pixelsOf(session, frame);
        session.fill(stats);
    }
    EXPECT_EQ(stats.model, settings.model);
    EXPECT_EQ(stats.modelLoading, "");
    EXPECT_EQ(errors(session), 0);
    const Pixels loaded = pixelsOf(session, frame);
    const auto fresh = makeSession(true);
    fresh->apply(settings);
    EXPECT_EQ(pixelsOf(*fresh, frame), loaded);
}

TEST_F(SessionTest, AddedStyleIsChosenByItsPath) {
    const auto session = makeSession(true);
    const media::Frame frame = makeFrame(40, 30);
    Settings settings = smallSettings();
    session->apply(settings);
    const Pixels before = pixelsOf(*session, frame);
    const std::string id = session->addStyle(IMPASTO_SOURCE_DIR "/assets/content/coffee.png");
    EXPECT_EQ(session->addStyle(id), id);
    settings.styles = {{id, 1.0f}};
    session->apply(settings);
    EXPECT_NE(pixelsOf(*session, frame), before);
    Stats stats;
    session->fill(stats);
    EXPECT_EQ(std::ranges::count(stats.gallery, id, &GalleryStyle::id), 1);
    EXPECT_NE(stats.gallery.back().thumbnail, nullptr);
    EXPECT_THROW(session->addStyle("/no/such/picture.png"), Error);
}

TEST_F(SessionTest, StyleStatisticsAreKeptInFilesByContent) {
    const TemporaryFolder folder;
    const auto network = std::make_shared<model::Network>(model::loadNetworkByName("micro"));
    const StyleBank::Params params{
        .device = device(), .pipelines = pipelines(), .network = network, .cache = folder / "styles"};
    const std::filesystem::path picture = IMPASTO_SOURCE_DIR "/assets/content/coffee.png";
    const auto equal = [](const StyleStatistics& a, const StyleStatistics& b) {
        return std::ranges::equal(a, b, [](const ChannelStatistics& x, const ChannelStatistics& y) {
            return x.mean == y.mean && x.variance == y.variance;
        });
    };
    StyleBank first(params);
    const StyleStatistics& encoded = first.get(picture, 1.0f);
    EXPECT_EQ(&first.get(picture, 1.0f), &encoded);
    EXPECT_EQ(first.encoded(), 1);

    StyleBank second(params);
    EXPECT_TRUE(equal(second.get(picture, 1.0f), encoded));
    EXPECT_EQ(second.encoded(), 0);
    EXPECT_FALSE(equal(second.get(picture, 0.5f), encoded));
    EXPECT_EQ(second.encoded(), 1);

    for (const auto& file : std::filesystem::directory_iterator(folder / "styles"))
        std::filesystem::resize_file(file.path(), file.file_size() / 2);
    StyleBank third(params);
    EXPECT_TRUE(equal(third.get(picture, 1.0f), encoded)) << "a damaged file is not used";
    EXPECT_EQ(third.encoded(), 1);
}

TEST_F(SessionTest, DriftFollowsTimeAndSeedAlone) {
    const auto session = makeSession(true);
    const media::Frame frame = makeFrame(40, 32);
    Settings settings = smallSettings();
    settings.styles = {{"mosaic", 1.0f}, {"batik", 0.0f}, {"source", 0.0f}};
    settings.drift = true;
    settings.driftSeconds = 2;
    const auto at = [&](double seconds) {
        session->setTime(seconds);
        return pixelsOf(*session, frame);
    };
    session->setTime(10);
    session->apply(settings);
    const Pixels begin = at(10);
    EXPECT_TRUE(session->needsStep());
    const Pixels later = at(13);
    EXPECT_NE(later, begin);
    EXPECT_EQ(at(10), begin) << "it begins with the weights as set";
    Stats stats;
    session->fill(stats);
    EXPECT_EQ(stats.driftWeights, (std::vector<std::vector<float>>{{1, 0, 0}}));

    Settings other = settings;
    other.driftSeed = 2;
    session->setTime(20);
    session->apply(other);
    EXPECT_EQ(at(20), begin);
    EXPECT_NE(at(23), later) << "another seed, another way";
    session->setTime(30);
    session->apply(settings);
    EXPECT_EQ(at(33), later) << "the same seed, the same way";

    settings.paused = true;
    session->apply(settings);
    at(33);
    EXPECT_FALSE(session->needsStep());
}

TEST_F(SessionTest, PreviewsAreMadeOneByOneAndAnewForAnotherSource) {
    const auto session = makeSession();
    const media::Frame frame = makeFrame(61, 47);
    session->apply(smallSettings());
    EXPECT_FALSE(session->previewNextStyle(frame)) << "nothing is ready before the first frame";
    const Pixels before = pixelsOf(*session, frame);
    const auto madeOf = [&](const media::Frame& from) {
        int made = 0;
        while (session->previewNextStyle(from))
            ++made;
        return made;
    };
    // The source itself, and the default style, the only one that is encoded.
    EXPECT_EQ(madeOf(frame), 2);
    Stats stats;
    session->fill(stats);
    ASSERT_TRUE(stats.sourceStyle.preview);
    EXPECT_EQ(stats.sourceStyle.preview->rgba.size(), 128u * 128 * 4);
    const auto previewOf = [&](const std::string& id) {
        const auto found = std::ranges::find(stats.gallery, id, &GalleryStyle::id);
        return found == stats.gallery.end() ? nullptr : found->preview;
    };
    const std::string first = smallSettings().styles[0].id;
    const auto preview = previewOf(first);
    ASSERT_TRUE(preview);
    EXPECT_NE(preview->rgba, stats.sourceStyle.preview->rgba);
    ASSERT_TRUE(session->encodeNextStyle());
    EXPECT_EQ(madeOf(frame), 1) << "a style that was encoded since";
    EXPECT_EQ(madeOf(makeFrame(61, 47, 5)), 0) << "another frame of the same source asks for none";
    session->restartPreviews();
    EXPECT_EQ(madeOf(makeFrame(61, 47, 5)), 3);
    session->fill(stats);
    EXPECT_NE(previewOf(first)->rgba, preview->rgba);
    EXPECT_EQ(pixelsOf(*session, frame), before) << "the picture itself is left alone";
}

}  // namespace
}  // namespace impasto::app::test
