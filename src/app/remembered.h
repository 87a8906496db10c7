// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"

namespace impasto::app {

/// Where the window was. Sizes are in logical pixels, the position in the desktop's own.
struct WindowPlacement {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    bool maximized = false;
    bool operator==(const WindowPlacement&) const = default;
};

/// The second window, which shows the picture alone.
struct OutputPlacement {
    WindowPlacement window;
    bool fullscreen = false;
    bool open = false;
    bool operator==(const OutputPlacement&) const = default;
};

/// What the window of the last run hands to the next one. Runs without a window neither read nor write it.
struct Remembered {
    static constexpr std::size_t kMaxRecentSources = 8;
    static constexpr std::size_t kMaxAddedStyles = 64;

    Settings settings;
    std::optional<WindowPlacement> window;
    std::optional<OutputPlacement> output;   ///< nothing before it was opened once
    std::string device;                      ///< gpu::deviceTitle() of the one chosen by hand; empty: the best one
    std::map<std::string, bool> open;        ///< what was unfolded, by the window's own names
    std::vector<std::string> recentSources;  ///< INPUTs, the newest first
    /// Paths of pictures for the gallery to take over: files of earlier versions list them here, now the gallery's own
    /// file does. Read, never written.
    std::vector<std::string> addedStyles;
    bool operator==(const Remembered&) const = default;
};

/// $XDG_STATE_HOME/impasto/window.json.
std::filesystem::path rememberedPath();

std::string writeRemembered(const Remembered& remembered);

/// The inverse. Throws Error naming `source` and what is malformed; what is only missing keeps its default, and unknown
/// fields are passed over. Never paused.
Remembered readRemembered(std::string_view text, const std::string& source);

/// What was read from `path`, and what to tell the user. A file that is not there gives defaults and no message; one
/// that cannot be understood is renamed to end in ".damaged", so that nothing is lost.
struct Recollection {
    Remembered remembered;
    std::string message;
};
Recollection recall(const std::filesystem::path& path);

/// Atomic. Throws Error.
void remember(const Remembered& remembered, const std::filesystem::path& path);

/// `now`, but a field that still has the value it had at the `start` keeps what was `remembered`: arguments of one run
/// are not taken for settings of the next.
Settings withoutOverrides(const Settings& remembered, const Settings& start, const Settings& now);

}  // namespace impasto::app
