// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/settings.h"
#include "media/frame.h"

namespace impasto::app {

/// What one start of the program is asked to do.
struct CommandLine {
    enum class Mode { Window, Headless, Batch, Benchmark, SelfTest, ListDevices, ListCameras };
    Mode mode = Mode::Window;
    Settings settings;             ///< of the preset, if one was given, under what the other options say
    bool useDefaultStyle = false;  ///< nothing chose any: no preset, no --style, no earlier run
    std::filesystem::path output;  ///< empty: nothing is written; of Batch: the folder of the results
    bool eachStyle = false;        ///< of Batch: every file once in each of the styles instead of in their mix
    std::optional<std::int64_t> frames;
    std::optional<media::FrameRate> rate;
    int device = -1;  ///< −1: the best one
    bool retune = false;
    bool json = false;          ///< the benchmark's form
    bool policies = false;      ///< the benchmark measures the statistics policies instead
    bool networkGiven = false;  ///< --model, --size or a preset named what to measure
    /// The benchmark's own child: measure the start of this process, which was begun at this steady-clock time, ns.
    std::optional<std::int64_t> startedNs;
    std::vector<std::string> notes;  ///< worth a warning, e.g. fields of the preset that were not understood
};

/// Text to print instead of doing anything, and the status to exit with: help, version, or what is wrong with the
/// arguments.
struct EarlyExit {
    int status = 0;
    std::string text;
};

/// Reads the arguments after the program's name, over the settings in `under`. Bad arguments give status 2; a preset
/// that cannot be read throws Error.
std::variant<CommandLine, EarlyExit> parseCommandLine(std::span<const char* const> arguments,
                                                      const Settings& under = {});

/// `NAME|PATH[:WEIGHT]`: a weight is what follows the last colon when it is a number; else the weight is 1.
/// Throws Error for a weight that is negative or over 100.
StyleChoice parseStyle(std::string_view text);

/// `N` (short side) or `WxH` into the settings. Throws Error.
void parseSize(std::string_view text, Settings& settings);

/// `30`, `29.97` or `30000/1001`, in 0.01..1000 frames per second. Throws Error.
media::FrameRate parseRate(std::string_view text);

}  // namespace impasto::app
