// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "ui/window_app.h"

namespace impasto::ui {

/// Tells scripts where the controls are: where $IMPASTO_PLACED names a file, it holds what is on screen as JSON, anew a
/// few times a second: {"first_picture_ms": N, "pictures": N, "open": {NAME: bool}, "controls": {NAME: [x, y, width,
/// height]}}, in the window's pixels.
class PlacedFile {
  public:
    PlacedFile();
    void update(WindowApp& window);

  private:
    using Clock = std::chrono::steady_clock;
    std::filesystem::path path_;
    Clock::time_point written_{};
    std::string text_;
    double firstPictureMs_ = -1;  ///< since the process began, until the first picture was presented
};

}  // namespace impasto::ui
