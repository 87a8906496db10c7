// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

namespace impasto::app {

/// Settings as they are saved, and what was not understood while reading them.
struct Preset {
    Settings settings;
    std::vector<std::string> notes;  ///< one line for each unknown field
};

/// JSON text of the form {"impasto_preset": 1, "settings": {…}}, one key per field of Settings.
std::string writePreset(const Settings& settings);

/// The inverse. A missing field keeps its default, an unknown one becomes a note; a wrong type, a number out of range
/// and everything else that is malformed throws Error naming `source` and the field.
Preset readPreset(std::string_view text, const std::string& source);

/// From a file: JSON, or a snapshot PNG that carries its settings.
Preset loadPreset(const std::filesystem::path& path);
void savePreset(const Settings& settings, const std::filesystem::path& path);

}  // namespace impasto::app
