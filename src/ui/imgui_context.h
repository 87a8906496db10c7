// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
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

    /// Keys are waiting for the next frame: it should come soon.
    bool keysWait() const { return !waiting_.empty(); }

  private:
    void takeKeys();

    std::deque<Window::Taps::Key> waiting_;  ///< went down and were not seen by a frame yet
    std::vector<int> seenBefore_;            ///< by the frame before
    std::vector<int> tappedKeys_;            ///< down for one frame only
    struct Modifiers {
        bool ctrl = false, shift = false, alt = false, super = false;
    } modifiers_;  ///< as they are now
};

}  // namespace impasto::ui
