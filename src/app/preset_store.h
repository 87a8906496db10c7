// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

namespace impasto::app {

/// Presets by name, each a JSON file of its own in one folder. What is read there is untrusted: a file that cannot be
/// understood is passed over and told about. One thread.
class PresetStore {
  public:
    static constexpr std::size_t kMaxNameBytes = 64;
    static constexpr std::size_t kMaxPresets = 200;

    /// `presets` in the configuration folder.
    static std::filesystem::path defaultFolder();

    explicit PresetStore(std::filesystem::path folder);

    /// Names, in the order of their slots (the first nine are recalled with 1…9), then by name.
    const std::vector<std::string>& names() const { return names_; }

    /// One line for each file that was passed over, and for an order that could not be read.
    const std::vector<std::string>& problems() const { return problems_; }

    /// Looks at the folder again.
    void refresh();

    /// Saves under a name, replacing the preset of that name; new ones come last. Throws Error for a name that is
    /// empty, too long or of control characters, and when the file cannot be written.
    void save(std::string_view name, const Settings& settings);

    /// Throws Error when there is none of that name or it cannot be read.
    Settings load(std::string_view name) const;

    /// Throws Error when it cannot be removed.
    void remove(std::string_view name);

    /// Puts `name` at `slot` (from 0; clamped), moving the others along.
    void move(std::string_view name, std::size_t slot);

    /// A name that is still free: "Preset 1", "Preset 2", …
    std::string freeName() const;

    /// The file of a name: letters, digits and a few signs as they are, all other bytes as %XX.
    static std::string fileName(std::string_view name);
    /// The inverse; nullopt for what fileName() never gives.
    static std::optional<std::string> nameOfFile(std::string_view fileName);

  private:
    std::filesystem::path pathOf(std::string_view name) const;
    void saveOrder() const;
    std::vector<std::string> readOrder();

    std::filesystem::path folder_;
    std::vector<std::string> names_;
    std::vector<std::string> problems_;
};

/// `preset` as it is recalled while the program runs: the look of the picture from the preset; source, playback and
/// window stay as they are in `now`.
Settings recalled(const Settings& preset, const Settings& now);

/// Whether recalled() takes the field of that name from the preset.
bool isRecalled(std::string_view field);

}  // namespace impasto::app
