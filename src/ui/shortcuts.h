// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include "ui/ui.h"

namespace impasto::ui {

/// What a key can do.
enum class Action {
    Pause,
    Step,
    StepBack,
    Back,
    On,
    Beginning,
    Sources,
    NextStyle,
    PreviousStyle,
    RandomMix,
    Drift,
    Pad,
    Paint,
    Surprise,
    LessStrength,
    MoreStrength,
    NextNormalization,
    PreviousNormalization,
    Compare,
    Split,
    Peek,
    Mirror,
    Snapshot,
    Record,
    Copy,
    Paste,
    Undo,
    Redo,
    Panel,
    Theme,
    Fullscreen,
    OutputWindow,
    Help
};

enum class Modifier { None, Shift, Ctrl, CtrlShift };

/// A key and what it does: the one table that keyboard, tooltips and help page read.
struct Shortcut {
    Action action;
    std::string_view group;
    int key = 0;  ///< GLFW code
    Modifier modifier = Modifier::None;
    std::string_view keys;  ///< for people
    std::string_view text;
    void (*run)(Ui&) = nullptr;
    bool repeats = false;  ///< while the key is held
    bool listed = true;    ///< false: a second key of an action that is listed already
};
std::span<const Shortcut> shortcuts();

/// The key of an action, for tooltips.
std::string_view keysOf(Action action);

/// Runs what was pressed in this frame, unless text is being typed.
void handleShortcuts(Ui& ui);

}  // namespace impasto::ui
