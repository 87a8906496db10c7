// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "app/settings.h"

namespace impasto::app {

/// Undo and redo over Settings. Everything that changes the picture is undone; pause, theme and the panel's being there
/// are not (kept out by `isUndoable`), as one switches those back where one sees them. One thread.
class SettingsHistory {
  public:
    static constexpr std::size_t kMaxSteps = 200;  ///< older ones are forgotten

    explicit SettingsHistory(Settings start) : current_(std::move(start)) {}

    /// Takes note of what has changed since the last call. Changes with the same non-zero `gesture` (one press of a
    /// button or key, until the next press) are one step, so that a drag is undone at once; one that ends where it
    /// began leaves no step.
    void record(const Settings& settings, std::uint64_t gesture);

    bool canUndo() const { return !undo_.empty(); }
    bool canRedo() const { return !redo_.empty(); }

    /// Takes the last step back, or does it again: writes the undoable fields into `settings` and returns the names of
    /// those that changed, as in presets. Nothing when there is no step.
    std::optional<std::vector<std::string_view>> undo(Settings& settings);
    std::optional<std::vector<std::string_view>> redo(Settings& settings);

    static bool isUndoable(std::string_view field);

  private:
    struct Step {
        Settings before;
        Settings after;
        std::uint64_t gesture = 0;
    };
    std::vector<std::string_view> go(const Settings& to, Settings& settings);

    Settings current_;
    std::deque<Step> undo_;  ///< the newest last
    std::vector<Step> redo_;
};

}  // namespace impasto::app
