// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "ui/ui.h"

namespace impasto::ui {
namespace {

/// "style_scale" → "style scale"; several are listed, many are counted.
std::string words(const std::vector<std::string_view>& fields) {
    constexpr std::size_t kMostNamed = 3;
    if (fields.size() > kMostNamed)
        return fmt::format("{} settings", fields.size());
    std::string text = fmt::format("{}", fmt::join(fields, ", "));
    std::ranges::replace(text, '_', ' ');
    return text;
}

void tell(Ui& ui, const char* what, const std::optional<std::vector<std::string_view>>& changed, const char* nothing) {
    // One line that is replaced while one goes back and forth.
    std::erase_if(ui.state.toasts, [&](const Toast& toast) { return toast.ofHistory; });
    say(ui.state, app::Message::Kind::Info,
        changed ? fmt::format("{}: {}", what, words(*changed)) : std::string(nothing));
    ui.state.toasts.back().ofHistory = true;
    ui.state.toasts.back().secondsLeft = 2;
}

}  // namespace

void undo(Ui& ui) {
    if (ui.state.history)
        tell(ui, "Undone", ui.state.history->undo(ui.settings), "Nothing to undo");
}

void redo(Ui& ui) {
    if (ui.state.history)
        tell(ui, "Done again", ui.state.history->redo(ui.settings), "Nothing to do again");
}

}  // namespace impasto::ui
