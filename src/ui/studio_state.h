// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>
#include <imgui_internal.h>

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "app/preset_store.h"
#include "ui/image_clipboard.h"

namespace impasto::ui {

/// What presets, files and the clipboard need while the window is open.
struct StudioState {
    std::optional<app::PresetStore> presets;  ///< opened when first needed
    std::string presetName;                   ///< as typed
    std::string recalled;                     ///< the preset recalled or saved last
    app::Settings recalledLook;               ///< the settings then: the preset is lit while they look the same
    std::string batchInput;                   ///< as typed
    std::string batchOutput;
    enum class BatchStyles { Mix, EachChosen, Gallery };
    BatchStyles batchStyles = BatchStyles::Mix;

    std::shared_ptr<ImageClipboard> clipboard;  ///< null: none
    std::shared_future<Pasted> pasting;         ///< valid while the clipboard is asked
    std::shared_future<std::string> region;     ///< valid while a part of the screen is being chosen

    ImRect pictureRect;            ///< of the picture on screen
    bool outputWindow = false;     ///< the second window, with the picture alone, is wanted
    bool fullscreenPanel = false;  ///< the panel was called up in full screen
};

}  // namespace impasto::ui
