// SPDX-License-Identifier: MIT
#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <limits>

#include "app/colour_names.h"
#include "app/fields.h"
#include "app/preset.h"
#include "base/error.h"

namespace impasto::app {
namespace {

/// All of `text` as a finite number, or nothing.
template <typename Number>
std::optional<Number> parseNumber(std::string_view text) {
    Number value{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    if constexpr (std::is_floating_point_v<Number>) {
        if (!std::isfinite(value))
            return std::nullopt;
    }
    return value;
}

Error badArgument(std::string_view option, std::string_view value, std::string_view reason) {
    return Error({fmt::format("bad {}", option), std::string(value), std::string(reason), "see impasto --help"});
}

/// The options as they were typed; what was not given stays empty, so that a preset shows through.
struct Given {
    std::string input;
    std::vector<std::string> styles;
    std::optional<float> strength;
    std::string normalization;
    std::string split;
    std::optional<float> gate;
    std::string model;
    std::string size;
    std::string output;
    bool eachStyle = false;
    std::optional<std::int64_t> frames;
    std::string rate;
    bool headless = false;
    std::string colour;
    std::string precision;
    int device = -1;
    bool retune = false;
    std::string preset;
    bool benchmark = false;
    bool json = false;
    std::optional<std::int64_t> startedNs;
    bool policies = false;
    bool selfTest = false;
    bool listDevices = false;
    bool listCameras = false;
};

void declareOptions(CLI::App& cli, Given& given) {
    cli.add_option("INPUT", given.input,
                   "a file or folder; webcam[:N]; screen; FORMAT:URL, e.g. lavfi:testsrc2; or a URL\n"
                   "(default: the camera, else the bundled clip)");
    cli.add_option("--style", given.styles, "a bundled style or an image, with its weight; may be repeated")
        ->type_name("NAME|PATH[:WEIGHT]")
        ->allow_extra_args(false);
    cli.add_option("--strength", given.strength, "how far the style goes")->type_name("0..1");
    cli.add_option("--norm", given.normalization,
                   "none, bn, ln, gn, in, cin, adain, or e.g. group:8+adaptive, batch:16+learned; then a policy, e.g.\n"
                   "adain:temporal=0.5, in:frozen, adain:sparse=8, ln:channels=2, adain:rank=16, gn:frames=8")
        ->type_name("PRESET|STATS+AFFINE[:POLICY]");
    cli.add_option("--split", given.split, "the right half by this instead, as in --norm")
        ->type_name("PRESET|STATS+AFFINE[:POLICY]");
    cli.add_option("--gate", given.gate, "hold the picture where the source changes by less than this (0..255), e.g. 2")
        ->type_name("0..32");
    cli.add_option("--model", given.model,
                   "the network: nano, micro, full, a file, or auto (by device and measured speed)")
        ->type_name("NAME|PATH");
    cli.add_option("--size", given.size, "the network's input: short side, or exact")->type_name("N|WxH");
    cli.add_option("--output", given.output,
                   "write to .png, .jpg, a printf pattern, .mp4, .mkv or .webm, without a window; a folder (FOLDER/)\n"
                   "takes a result of the same name for INPUT, or for each picture and video of the folder INPUT")
        ->type_name("PATH");
    cli.add_flag("--each-style", given.eachStyle,
                 "with a folder as output: each file once in every --style (default: all bundled ones), as\n"
                 "NAME.STYLE.EXTENSION");
    cli.add_option("--frames", given.frames, "stop after N frames")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
    cli.add_option("--fps", given.rate, "output rate")->type_name("N");
    cli.add_flag("--headless", given.headless, "no window");
    cli.add_option("--colour", given.colour, "whose colours: the style's, or the source's, kept or matched")
        ->type_name("styled|luma|matched")
        ->check(CLI::IsMember({"styled", "luma", "matched"}));
    cli.add_option("--precision", given.precision, "how features are stored")
        ->type_name("fp16|fp32")
        ->check(CLI::IsMember({"fp16", "fp32"}));
    cli.add_option("--device", given.device, "a Vulkan device of --list-devices")
        ->type_name("N")
        ->check(CLI::Range(0, 1023));
    cli.add_flag("--retune", given.retune, "measure the kernels anew");
    cli.add_option("--preset", given.preset, "load settings from a preset or a snapshot PNG")->type_name("FILE");
    auto* benchmark = cli.add_flag("--benchmark", given.benchmark, "measure the frame rate");
    cli.add_flag("--json", given.json, "print the benchmark as JSON")->needs(benchmark);
    cli.add_option("--started-ns", given.startedNs)->needs(benchmark)->group("");  // the benchmark's own children
    cli.add_flag("--policies", given.policies, "measure the statistics policies on a clip instead")->needs(benchmark);
    cli.add_flag("--self-test", given.selfTest, "compare every operation with the CPU reference");
    cli.add_flag("--list-devices", given.listDevices, "list the Vulkan devices");
    cli.add_flag("--list-cameras", given.listCameras, "list the cameras");
    cli.set_version_flag("--version", "impasto " IMPASTO_VERSION);
}

CommandLine::Mode modeOf(const Given& given) {
    using Mode = CommandLine::Mode;
    Mode mode = Mode::Window;
    int chosen = 0;
    const auto choose = [&](bool wanted, Mode of) {
        if (wanted) {
            mode = of;
            ++chosen;
        }
    };
    std::error_code ignored;
    const bool folder = given.output.ends_with('/') || std::filesystem::is_directory(given.output, ignored);
    choose(given.headless || !given.output.empty(), folder ? Mode::Batch : Mode::Headless);
    choose(given.benchmark, Mode::Benchmark);
    choose(given.selfTest, Mode::SelfTest);
    choose(given.listDevices, Mode::ListDevices);
    choose(given.listCameras, Mode::ListCameras);
    // --headless says nothing new about the modes that have no window anyway.
    if (chosen > 1 && !(chosen == 2 && given.headless && given.output.empty()))
        throw Error(
            {"bad arguments", "", "output, benchmark, self-test and lists exclude each other", "see impasto --help"});
    return mode;
}

/// A cell whose policy can act.
Normalization parseCell(std::string_view option, std::string_view text) {
    const Normalization cell = parseNormalization(text);
    if (const std::string_view obstacle = policyObstacle(cell, cell.policy); !obstacle.empty())
        throw badArgument(option, text, obstacle);
    return cell;
}

void setSettings(const Given& given, Settings& settings) {
    if (!given.input.empty())
        settings.source = given.input;
    if (!given.styles.empty()) {
        if (given.styles.size() > kMaxBlendedStyles && !given.eachStyle)
            throw badArgument("--style", given.styles.back(), fmt::format("at most {} styles", kMaxBlendedStyles));
        settings.styles.clear();
        for (const std::string& style : given.styles)
            settings.styles.push_back(parseStyle(style));
    }
    if (given.strength && !(*given.strength >= 0 && *given.strength <= 1))
        throw badArgument("--strength", fmt::format("{}", *given.strength), "a number in 0..1");
    if (given.strength)
        settings.strength = *given.strength;
    if (!given.normalization.empty()) {
        settings.normalization = parseCell("--norm", given.normalization);
        settings.perSite = false;
    }
    if (!given.split.empty()) {
        settings.normalizationB = parseCell("--split", given.split);
        settings.siteNormalizationB.clear();
        settings.split = true;
    }
    if (given.gate && !(*given.gate >= 0 && *given.gate <= 32))
        throw badArgument("--gate", fmt::format("{}", *given.gate), "a number in 0..32");
    if (given.gate) {
        settings.gate = true;
        settings.gateThreshold = *given.gate;
    }
    if (!given.model.empty()) {
        settings.model = given.model;
    }
    if (!given.size.empty())
        parseSize(given.size, settings);
    if (!given.colour.empty())
        settings.colour = *parseColour(given.colour);
    if (!given.precision.empty())
        settings.precision = given.precision == "fp16" ? nn::Precision::Fp16 : nn::Precision::Fp32;
}

std::string oneLine(std::string text) {
    for (char& character : text) {
        if (character == '\n')
            character = ' ';
    }
    return text;
}

}  // namespace

StyleChoice parseStyle(std::string_view text) {
    StyleChoice choice{std::string(text), 1.0f};
    if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
        if (const auto weight = parseNumber<float>(text.substr(colon + 1))) {
            if (*weight < 0 || *weight > 100)
                throw badArgument("--style", text, "a weight is in 0..100");
            choice = {std::string(text.substr(0, colon)), *weight};
        }
    }
    if (choice.id.empty())
        throw badArgument("--style", text, "the name is empty");
    return choice;
}

void parseSize(std::string_view text, Settings& settings) {
    const auto side = [&](std::string_view part) {
        const auto value = parseNumber<int>(part);
        if (!value || *value < 1 || *value > kMaxNetworkSide)
            throw badArgument("--size", text, fmt::format("N or WxH, each in 1..{}", kMaxNetworkSide));
        return *value;
    };
    if (const std::size_t cross = text.find('x'); cross != std::string_view::npos) {
        settings.exactSize = {.height = side(text.substr(cross + 1)), .width = side(text.substr(0, cross))};
        settings.shortSide = 0;
    } else {
        settings.shortSide = side(text);
        settings.exactSize = {};
    }
}

media::FrameRate parseRate(std::string_view text) {
    constexpr double kLeast = 0.01;
    constexpr double kMost = 1000;
    media::FrameRate rate;
    bool valid = false;
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        const auto numerator = parseNumber<int>(text.substr(0, slash));
        const auto denominator = parseNumber<int>(text.substr(slash + 1));
        valid = numerator && denominator && *numerator > 0 && *denominator > 0;
        if (valid)
            rate = {*numerator, *denominator};
    } else if (const auto number = parseNumber<double>(text); number && *number >= kLeast && *number <= kMost) {
        valid = true;
        const double rounded = std::round(*number);
        if (std::abs(*number - rounded) < 1e-9)
            rate = {static_cast<int>(rounded), 1};
        else if (std::abs(*number - std::ceil(*number) * 1000 / 1001) < 0.005)
            rate = {static_cast<int>(std::ceil(*number)) * 1000, 1001};  // 23.976, 29.97, 59.94: NTSC rates
        else
            rate = {static_cast<int>(std::lround(*number * 1000)), 1000};
    }
    if (!valid || rate.perSecond() < kLeast || rate.perSecond() > kMost)
        throw badArgument("--fps", text, "a rate such as 30, 29.97 or 30000/1001");
    return rate;
}

std::variant<CommandLine, EarlyExit> parseCommandLine(std::span<const char* const> arguments, const Settings& under) {
    CLI::App cli("impasto restyles live video with neural networks on any Vulkan device.", "impasto");
    Given given;
    declareOptions(cli, given);
    try {
        // CLI11 takes a list in reverse order.
        cli.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::Success& success) {
        std::ostringstream text;
        cli.exit(success, text, text);
        return EarlyExit{0, text.str()};
    } catch (const CLI::ParseError& error) {
        return EarlyExit{2, fmt::format("impasto: bad arguments: {}; see impasto --help\n", oneLine(error.what()))};
    }

    CommandLine line;
    line.settings = under;
    // The preset comes first and may fail for reasons of its own; what is wrong in the arguments comes after it.
    if (!given.preset.empty()) {
        Preset preset = loadPreset(given.preset);
        line.settings = std::move(preset.settings);
        line.notes = std::move(preset.notes);
    }
    try {
        setSettings(given, line.settings);
        line.mode = modeOf(given);
        if (!given.rate.empty())
            line.rate = parseRate(given.rate);
    } catch (const Error& error) {
        return EarlyExit{2, fmt::format("impasto: {}\n", error.what())};
    }
    if (line.mode == CommandLine::Mode::Batch && (given.input.empty() || given.frames || line.rate))
        return EarlyExit{2,
                         "impasto: bad arguments: a folder of results needs an INPUT and takes no --frames and "
                         "--fps; see impasto --help\n"};
    if (given.eachStyle && line.mode != CommandLine::Mode::Batch)
        return EarlyExit{2,
                         "impasto: bad arguments: --each-style needs a folder of results, --output FOLDER/; see "
                         "impasto --help\n"};
    line.eachStyle = given.eachStyle;
    line.useDefaultStyle = line.settings.styles.empty() && given.preset.empty();
    line.output = given.output;
    line.frames = given.frames;
    line.device = given.device;
    line.retune = given.retune;
    line.json = given.json;
    line.networkGiven = !given.model.empty() || !given.size.empty() || !given.preset.empty();
    line.startedNs = given.startedNs;
    line.policies = given.policies;
    return line;
}

}  // namespace impasto::app
