// SPDX-License-Identifier: MIT
#include "app/preset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>

#include "app/fields.h"
#include "app/snapshot.h"
#include "base/error.h"
#include "base/file.h"
#include "folder.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PresetFile : public testing::Test {
  protected:
    test::TemporaryFolder folder_;
};

Settings unusualSettings() {
    Settings settings;
    settings.source = "lavfi:testsrc2=size=64x48";
    settings.paused = true;
    settings.loop = false;
    settings.mirror = true;
    settings.rotation = 3;
    settings.crop = {0.1f, 0.2f, 0.3f, 0.4f};
    settings.speed = 0.7f;
    settings.secondsPerImage = 4.1f;
    settings.cameraFormat = "mjpeg 1280x720 30";
    settings.model = "some/where/né \"w\".safetensors";
    settings.precision = nn::Precision::Fp32;
    settings.exactSize = {.height = 131, .width = 97};
    settings.styles = {{"waves", 0.1f}, {"/a b/c:d.png", 1.7f, true}, {"source", 0.2f, false, true}};
    settings.normalizeWeights = false;
    settings.regionMixes = {{{"ink", 0.4f}}, {}, {{"source", 1.0f}, {"waves", 0.25f, true}}};
    auto mask = std::make_shared<nn::RegionMask>();
    for (int x = 0; x < nn::RegionMask::kSide; ++x)
        mask->set(x, x * 7 % 256, {1.0f, static_cast<float>(x), 3.0f, 2.5f});
    settings.mask = {mask};
    settings.drift = true;
    settings.driftSeconds = 3.7f;
    settings.driftSeed = 4242;
    settings.styleScale = 1.3f;
    settings.strength = 0.3333333f;
    settings.normalization = {StatisticsSource::Group, AffineSource::Learned, 16, 0};
    settings.perSite = true;
    settings.siteNormalization = {{StatisticsSource::Batch, AffineSource::Conditional, 8, 16},
                                  {StatisticsSource::None, AffineSource::Identity},
                                  {}};
    settings.epsilon = 3.3e-7f;
    settings.split = true;
    settings.normalizationB = {StatisticsSource::Group, AffineSource::Conditional, 4, 0};
    settings.siteNormalizationB = {{StatisticsSource::Batch, AffineSource::Learned, 8, 5}, {}};
    settings.gate = true;
    settings.gateThreshold = 3.25f;
    settings.colour = nn::ColourMode::Matched;
    settings.guidance = 0.4f;
    settings.targetRate = 24;
    settings.wipe = true;
    settings.wipePosition = 0.123f;
    settings.recordFormat = RecordFormat::WebM;
    settings.recordQuality = media::VideoQuality::High;
    settings.recordSound = false;
    settings.snapshotFormat = SnapshotFormat::Jpeg;
    settings.snapshotAsShown = true;
    settings.stylePreviews = false;
    settings.lightTheme = true;
    settings.panelVisible = false;
    return settings;
}

std::string errorOf(const std::string& text) {
    try {
        readPreset(text, "some.json");
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

std::string withField(const std::string& field) {
    return R"({"impasto_preset": 1, "settings": {)" + field + "}}";
}

TEST(Preset, RoundTripKeepsEveryField) {
    const Settings settings = unusualSettings();
    const Settings defaults;
    forEachField([&](const auto& field) {
        if (field.name != "short_side") {  // 0 beside an exact size
            EXPECT_FALSE(settings.*field.member == defaults.*field.member) << field.name << " is not tested";
        }
    });
    const Preset read = readPreset(writePreset(settings), "test");
    EXPECT_TRUE(read.settings == settings);
    EXPECT_TRUE(read.notes.empty());
}

TEST(Preset, MissingFieldsKeepTheirDefaults) {
    const Preset read = readPreset(withField(R"("strength": 0.5)"), "test");
    Settings expected;
    expected.strength = 0.5f;
    EXPECT_TRUE(read.settings == expected);
    EXPECT_TRUE(read.notes.empty());
}

TEST(Preset, UnknownFieldsAreReported) {
    const Preset read = readPreset(
        R"({"impasto_preset": 1, "more": 1, "settings": {"strenght": 0.5, "styles": [{"id": "a", "colour": 3}]}})",
        "test");
    EXPECT_THAT(read.notes,
                testing::UnorderedElementsAre(HasSubstr("more"), HasSubstr("strenght"), HasSubstr("styles.colour")));
    ASSERT_EQ(read.settings.styles.size(), 1u);
    EXPECT_EQ(read.settings.styles[0].weight, 1.0f);
}

TEST(Preset, CorruptTextIsRefusedWithFileAndField) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "not a JSON object"},
        {"{", "not a JSON object"},
        {"[]", "not a JSON object"},
        {"{}", "impasto_preset"},
        {R"({"impasto_preset": 2, "settings": {}})", "version"},
        {R"({"impasto_preset": "1", "settings": {}})", "impasto_preset"},
        {R"({"impasto_preset": 1})", "settings"},
        {R"({"impasto_preset": 1, "settings": []})", "settings"},
        {withField(R"("strength": "much")"), "strength"},
        {withField(R"("strength": 1.5)"), "strength"},
        {withField(R"("strength": 1e999)"), ""},
        {withField(R"("epsilon": 0)"), "epsilon"},
        {withField(R"("paused": 1)"), "paused"},
        {withField(R"("short_side": 1.5)"), "short_side"},
        {withField(R"("short_side": -3)"), "short_side"},
        {withField(R"("short_side": 99999999999999)"), "short_side"},
        {withField(R"("exact_size": {"width": 3})"), "exact_size"},
        {withField(R"("exact_size": {"width": 3, "height": 0})"), "exact_size"},
        {withField(R"("precision": "fp8")"), "precision"},
        {withField(R"("record_format": "avi")"), "record_format"},
        {withField(R"("record_quality": 3)"), "record_quality"},
        {withField(R"("rotation": 4)"), "rotation"},
        {withField(R"("crop": {"left": 0.9})"), "crop"},
        {withField(R"("crop": [])"), "crop"},
        {withField(R"("region_mixes": [[], [], [], []])"), "region_mixes"},
        {withField(R"("region_mixes": [3])"), "region_mixes"},
        {withField(R"("mask": 3)"), "mask"},
        {withField(R"("mask": "abc")"), "mask"},
        {withField(R"("mask": "eJwDAAAAAAE=")"), "mask"},
        {withField(R"("colour": "sepia")"), "colour"},
        {withField(R"("colour": 1)"), "colour"},
        {withField(R"("normalization": "adaptive")"), "normalization"},
        {withField(R"("normalization": 3)"), "normalization"},
        {withField(R"("site_normalization": {})"), "site_normalization"},
        {withField(R"("styles": [{"weight": 1}])"), "styles"},
        {withField(R"("styles": [{"id": "a", "weight": -1}])"), "styles"},
        {withField(R"("styles": "waves")"), "styles"},
        {withField(R"("model": ")" + std::string(5000, 'x') + "\""), "model"},
        {std::string(100000, '['), "not a JSON object"},
        {std::string(2u << 20, ' '), "1 MiB"},
    };
    for (const auto& [text, expected] : cases) {
        const std::string what = errorOf(text);
        EXPECT_THAT(what, HasSubstr("some.json")) << text.substr(0, 80);
        EXPECT_THAT(what, HasSubstr(expected)) << text.substr(0, 80);
        EXPECT_EQ(what.find('\n'), std::string::npos);
    }
}

TEST(Preset, EveryTruncationIsRefused) {
    const std::string whole = writePreset(unusualSettings());
    for (std::size_t size = 0; size + 2 < whole.size(); ++size)
        EXPECT_NE(errorOf(whole.substr(0, size)), "") << size;
}

TEST_F(PresetFile, FileRoundTrip) {
    savePreset(unusualSettings(), folder_ / "new/preset.json");
    EXPECT_TRUE(loadPreset(folder_ / "new/preset.json").settings == unusualSettings());
    EXPECT_THROW(loadPreset(folder_ / "missing.json"), Error);
    EXPECT_THROW(savePreset({}, "/proc/impasto/preset.json"), Error);
}

TEST_F(PresetFile, SnapshotIsAPreset) {
    media::Frame frame;
    frame.width = 3;
    frame.height = 2;
    frame.pixels.assign(24, 200);
    const fs::path path = folder_ / "snapshot.png";
    writeSnapshot(frame, writePreset(unusualSettings()), path);
    EXPECT_TRUE(loadPreset(path).settings == unusualSettings());
}

TEST_F(PresetFile, DamagedSnapshotsAreRefused) {
    media::Frame frame;
    frame.width = 5;
    frame.height = 4;
    frame.pixels.assign(80, 17);
    const fs::path path = folder_ / "snapshot.png";
    writeSnapshot(frame, writePreset({}), path);
    const std::vector<std::byte> whole = readFile(path, 1u << 20);
    int refused = 0;
    for (std::size_t size = 8; size < whole.size(); size += 7) {
        try {
            settingsOfSnapshot(std::span(whole).first(size), "cut.png");
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("cut.png"));
            ++refused;
        }
    }
    EXPECT_GT(refused, 10);
    std::vector<std::byte> huge = whole;
    for (std::size_t i = 8; i < 12; ++i)
        huge[i] = std::byte{0xff};
    EXPECT_THROW(settingsOfSnapshot(huge, "huge.png"), Error);
}

}  // namespace
}  // namespace impasto::app
