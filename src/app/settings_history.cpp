// SPDX-License-Identifier: MIT
#include "app/settings_history.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/dirty.h"
#include "app/fields.h"

namespace impasto::app {
namespace {

constexpr std::array<std::string_view, 3> kNotUndoable{"paused", "light_theme", "panel_visible"};

bool differs(const Settings& a, const Settings& b) {
    return std::ranges::any_of(changedFields(a, b), SettingsHistory::isUndoable);
}

}  // namespace

bool SettingsHistory::isUndoable(std::string_view field) {
    return std::ranges::find(kNotUndoable, field) == kNotUndoable.end();
}

void SettingsHistory::record(const Settings& settings, std::uint64_t gesture) {
    if (settings == current_)
        return;
    if (differs(current_, settings)) {
        redo_.clear();
        if (gesture != 0 && !undo_.empty() && undo_.back().gesture == gesture) {
            undo_.back().after = settings;
            if (!differs(undo_.back().before, undo_.back().after))
                undo_.pop_back();
        } else {
            undo_.push_back({current_, settings, gesture});
            if (undo_.size() > kMaxSteps)
                undo_.pop_front();
        }
    }
    current_ = settings;
}

std::vector<std::string_view> SettingsHistory::go(const Settings& to, Settings& settings) {
    std::vector<std::string_view> changed = changedFields(settings, to);
    std::erase_if(changed, [](std::string_view field) { return !isUndoable(field); });
    forEachField([&](const auto& field) {
        if (isUndoable(field.name))
            settings.*field.member = to.*field.member;
    });
    current_ = settings;
    return changed;
}

std::optional<std::vector<std::string_view>> SettingsHistory::undo(Settings& settings) {
    record(settings, 0);
    if (undo_.empty())
        return std::nullopt;
    Step step = std::move(undo_.back());
    undo_.pop_back();
    step.gesture = 0;  // what follows is a step of its own
    std::vector<std::string_view> changed = go(step.before, settings);
    redo_.push_back(std::move(step));
    return changed;
}

std::optional<std::vector<std::string_view>> SettingsHistory::redo(Settings& settings) {
    record(settings, 0);
    if (redo_.empty())
        return std::nullopt;
    Step step = std::move(redo_.back());
    redo_.pop_back();
    std::vector<std::string_view> changed = go(step.after, settings);
    undo_.push_back(std::move(step));
    return changed;
}

}  // namespace impasto::app
