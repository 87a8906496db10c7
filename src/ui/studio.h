// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "ui/ui.h"

namespace impasto::ui {

void drawPresets(Ui& ui);
void drawSource(Ui& ui);
void drawRecord(Ui& ui);
void drawBatch(Ui& ui);

/// Full screen is the picture alone until the panel is called up.
bool panelShown(const Ui& ui);
void togglePanel(Ui& ui);

/// Starts a recording, or stops the one that runs.
void toggleRecording(Ui& ui);

/// Pauses and shows the next frame (`by` > 0) or the one before.
void stepFrame(Ui& ui, int by);

/// Asks for a snapshot as the settings say: at the source's size, or at the one it is shown at.
void requestSnapshot(Ui& ui);

/// Puts the picture into the clipboard, with its settings.
void copyPicture(Ui& ui);

/// Asks the clipboard for a picture, which becomes a style, or for files, which are taken as if dropped on the panel.
void pasteFromClipboard(Ui& ui);

/// Lets the user drag over the part of the screen that becomes the source.
void chooseScreenRegion(Ui& ui);

/// Takes over what the clipboard and the screen were asked for. Once per frame.
void followStudio(Ui& ui);

/// Takes over the preset in `slot` (from 0); says so when there is none.
void recallPreset(Ui& ui, std::size_t slot);

/// "1:05", "1:00:05".
std::string timeText(double seconds);
/// "1.2 MB".
std::string sizeText(std::uint64_t bytes);

}  // namespace impasto::ui
