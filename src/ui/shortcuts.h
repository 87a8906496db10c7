// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include "ui/ui.h"

namespace impasto::ui {

/// A key and what it does: the table both the keyboard and the help page read.
struct Shortcut {
    int key = 0;  ///< GLFW code
    std::string_view keys;
    std::string_view text;
    void (*run)(Ui&) = nullptr;
};
std::span<const Shortcut> shortcuts();

/// Runs what was pressed in this frame, unless text is being typed.
void handleShortcuts(Ui& ui);

}  // namespace impasto::ui
