// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "ui/window.h"

namespace impasto::ui {

/// ImGui's context bound to a window's input. One at a time.
class ImguiContext {
  public:
    explicit ImguiContext(const Window& window);
    ~ImguiContext();
    ImguiContext(const ImguiContext&) = delete;
    ImguiContext& operator=(const ImguiContext&) = delete;

    /// Feeds what happened since the last frame to ImGui and begins the next.
    void newFrame(Window& window);
    /// Ends the frame; its draw data are ready.
    void render();

  private:
    std::vector<int> tappedKeys_;  ///< down for one frame only
};

}  // namespace impasto::ui
