// SPDX-License-Identifier: MIT
#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "app/preset.h"
#include "base/error.h"

namespace impasto::app {
namespace {

using testing::HasSubstr;
using Mode = CommandLine::Mode;

std::variant<CommandLine, EarlyExit> parse(const std::vector<const char*>& arguments) {
    return parseCommandLine(arguments);
}

CommandLine good(const std::vector<const char*>& arguments) {
    auto parsed = parse(arguments);
    if (const auto* early = std::get_if<EarlyExit>(&parsed)) {
        ADD_FAILURE() << early->text;
        return {};
    }
    return std::get<CommandLine>(parsed);
}

TEST(CommandLine, NothingOpensTheWindowWithTheDefaultStyle) {
    const CommandLine line = good({});
    EXPECT_EQ(line.mode, Mode::Window);
    EXPECT_TRUE(line.settings == Settings{});
    EXPECT_TRUE(line.useDefaultStyle);
    EXPECT_EQ(line.device, -1);
    EXPECT_FALSE(line.frames);
}

TEST(CommandLine, PoliciesSplitAndGate) {
    const CommandLine line = good({"--norm", "adain:temporal=0.25", "--split", "ln:channels=4", "--gate", "3"});
    EXPECT_EQ(line.settings.normalization.policy, StatisticsPolicy::Temporal);
    EXPECT_EQ(line.settings.normalization.timeConstantSeconds, 0.25f);
    EXPECT_TRUE(line.settings.split);
    EXPECT_EQ(line.settings.normalizationB.channelStep, 4);
    EXPECT_TRUE(line.settings.gate);
    EXPECT_EQ(line.settings.gateThreshold, 3);
    EXPECT_TRUE(good({"--benchmark", "--policies"}).policies);
}

TEST(CommandLine, ArgumentsLieOverWhatWasRemembered) {
    Settings under;
    under.source = "webcam:0";
    under.strength = 0.25f;
    under.mirror = true;
    under.styles = {{"waves", 0.5f}};
    const std::vector<const char*> arguments{"clip.mp4", "--strength", "0.75"};
    const auto parsed = parseCommandLine(arguments, under);
    ASSERT_TRUE(std::holds_alternative<CommandLine>(parsed));
    const auto& line = std::get<CommandLine>(parsed);
    EXPECT_EQ(line.settings.source, "clip.mp4");
    EXPECT_EQ(line.settings.strength, 0.75f);
    EXPECT_TRUE(line.settings.mirror);
    EXPECT_EQ(line.settings.styles, under.styles);
    EXPECT_FALSE(line.useDefaultStyle);
}

TEST(CommandLine, EveryOptionArrives) {
    const CommandLine line =
        good({"lavfi:testsrc2", "--style",         "waves:0.25", "--style", "a/b.png", "--strength", "0.5",
              "--norm",         "group:4+learned", "--model",    "nano",    "--size",  "97x131",     "--output",
              "x.mp4",          "--frames",        "100",        "--fps",   "29.97",   "--headless", "--precision",
              "fp32",           "--device",        "2",          "--retune"});
    EXPECT_EQ(line.mode, Mode::Headless);
    EXPECT_EQ(line.settings.source, "lavfi:testsrc2");
    EXPECT_EQ(line.settings.styles, (std::vector<StyleChoice>{{"waves", 0.25f}, {"a/b.png", 1.0f}}));
    EXPECT_FALSE(line.useDefaultStyle);
    EXPECT_EQ(line.settings.strength, 0.5f);
    EXPECT_EQ(line.settings.normalization, (Normalization{StatisticsSource::Group, AffineSource::Learned, 4, 0}));
    EXPECT_EQ(line.settings.model, "nano");
    EXPECT_EQ(line.settings.exactSize, (Extent{.height = 131, .width = 97}));
    EXPECT_EQ(line.output, "x.mp4");
    EXPECT_EQ(line.frames, 100);
    EXPECT_EQ(line.rate, (media::FrameRate{30000, 1001}));
    EXPECT_EQ(line.settings.precision, nn::Precision::Fp32);
    EXPECT_EQ(line.device, 2);
    EXPECT_TRUE(line.retune);
}

TEST(CommandLine, StyleDoesNotSwallowTheInput) {
    const CommandLine line = good({"--style", "waves", "clip.mp4"});
    EXPECT_EQ(line.settings.source, "clip.mp4");
    EXPECT_EQ(line.settings.styles.size(), 1u);
}

TEST(CommandLine, Modes) {
    EXPECT_EQ(good({"--headless"}).mode, Mode::Headless);
    EXPECT_EQ(good({"--output", "a.png"}).mode, Mode::Headless);
    EXPECT_EQ(good({"photos", "--output", "results/"}).mode, Mode::Batch);
    EXPECT_EQ(good({"photos", "--output", "/tmp"}).mode, Mode::Batch);
    EXPECT_FALSE(good({"photos", "--output", "/tmp"}).eachStyle);
    EXPECT_TRUE(good({"photos", "--output", "/tmp", "--each-style"}).eachStyle);
    EXPECT_EQ(good({"--benchmark", "--json"}).mode, Mode::Benchmark);
    EXPECT_TRUE(good({"--benchmark", "--json"}).json);
    EXPECT_EQ(good({"--benchmark", "--headless"}).mode, Mode::Benchmark);
    EXPECT_EQ(good({"--self-test"}).mode, Mode::SelfTest);
    EXPECT_EQ(good({"--list-devices"}).mode, Mode::ListDevices);
    EXPECT_EQ(good({"--list-cameras"}).mode, Mode::ListCameras);
}

TEST(CommandLine, BadArgumentsGiveStatus2AndOneLine) {
    const std::vector<std::vector<const char*>> cases = {
        {"--nonsense"},
        {"a.mp4", "b.mp4"},
        {"--strength", "1.5"},
        {"--strength", "nan"},
        {"--strength"},
        {"--norm", "bogus"},
        {"--norm", "group:3+adaptive"},
        {"--norm", "group+nothing"},
        {"--norm", "batch:65+learned"},
        {"--size", "0"},
        {"--size", "64x"},
        {"--size", "x64"},
        {"--size", "64x64x64"},
        {"--size", "99999"},
        {"--size", "large"},
        {"--frames", "0"},
        {"--frames", "-1"},
        {"--frames", "many"},
        {"--fps", "0"},
        {"--fps", "-30"},
        {"--fps", "30/0"},
        {"--fps", "1e9"},
        {"--precision", "fp8"},
        {"--device", "-1"},
        {"--style", "waves:-1"},
        {"--style", "waves:1000"},
        {"--style", ":0.5"},
        {"--json"},
        {"--benchmark", "--self-test"},
        {"--policies"},
        {"--norm", "adain:channels=2"},
        {"--split", "bn:temporal"},
        {"--gate", "33"},
        {"--benchmark", "--output", "x.mp4"},
    };
    for (const auto& arguments : cases) {
        const auto parsed = parse(arguments);
        const auto* early = std::get_if<EarlyExit>(&parsed);
        ASSERT_NE(early, nullptr) << arguments[0];
        EXPECT_EQ(early->status, 2) << arguments[0];
        EXPECT_EQ(std::ranges::count(early->text, '\n'), 1) << early->text;
        EXPECT_THAT(early->text, testing::StartsWith("impasto: "));
    }
}

TEST(CommandLine, TooManyStylesAreRefused) {
    std::vector<const char*> arguments;
    for (int i = 0; i <= kMaxBlendedStyles; ++i)
        arguments.insert(arguments.end(), {"--style", "waves"});
    EXPECT_EQ(std::get<EarlyExit>(parse(arguments)).status, 2);
}

TEST(CommandLine, HelpAndVersionEndWellAndNameEveryOption) {
    const auto help = parse({"--help"});
    const auto& text = std::get<EarlyExit>(help);
    EXPECT_EQ(text.status, 0);
    for (const char* option :
         {"INPUT",       "--style", "--strength",  "--norm",         "--model",        "--size",   "--output",
          "--frames",    "--fps",   "--headless",  "--precision",    "--device",       "--retune", "--preset",
          "--benchmark", "--json",  "--self-test", "--list-devices", "--list-cameras", "--version"})
        EXPECT_THAT(text.text, HasSubstr(option));
    EXPECT_THAT(std::get<EarlyExit>(parse({"--version"})).text, testing::StartsWith("impasto 0."));
}

TEST(CommandLine, StyleWeights) {
    EXPECT_EQ(parseStyle("waves"), (StyleChoice{"waves", 1.0f}));
    EXPECT_EQ(parseStyle("waves:0"), (StyleChoice{"waves", 0.0f}));
    EXPECT_EQ(parseStyle("a:b:2.5"), (StyleChoice{"a:b", 2.5f}));
    EXPECT_EQ(parseStyle("a:b"), (StyleChoice{"a:b", 1.0f}));
    EXPECT_EQ(parseStyle("a:"), (StyleChoice{"a:", 1.0f}));
    EXPECT_EQ(parseStyle("a:1.5x"), (StyleChoice{"a:1.5x", 1.0f}));
    EXPECT_EQ(parseStyle("a:inf"), (StyleChoice{"a:inf", 1.0f}));
}

TEST(CommandLine, Rates) {
    EXPECT_EQ(parseRate("30"), (media::FrameRate{30, 1}));
    EXPECT_EQ(parseRate("23.976"), (media::FrameRate{24000, 1001}));
    EXPECT_EQ(parseRate("59.94"), (media::FrameRate{60000, 1001}));
    EXPECT_EQ(parseRate("12.5"), (media::FrameRate{12500, 1000}));
    EXPECT_EQ(parseRate("25/2"), (media::FrameRate{25, 2}));
}

TEST(CommandLine, OptionsTakePrecedenceOverThePreset) {
    const auto path = std::filesystem::temp_directory_path() / ("impasto-cli-" + std::to_string(::getpid()) + ".json");
    Settings saved;
    saved.source = "saved.mp4";
    saved.strength = 0.25f;
    saved.styles = {{"waves", 0.5f}};
    savePreset(saved, path);
    const CommandLine line = good({"--preset", path.c_str(), "--strength", "0.75"});
    EXPECT_EQ(line.settings.source, "saved.mp4");
    EXPECT_EQ(line.settings.strength, 0.75f);
    EXPECT_EQ(line.settings.styles, saved.styles);
    EXPECT_FALSE(line.useDefaultStyle);
    std::filesystem::remove(path);
    EXPECT_THROW(parse({"--preset", path.c_str()}), Error);
}

}  // namespace
}  // namespace impasto::app
