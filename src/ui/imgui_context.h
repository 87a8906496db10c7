// SPDX-License-Identifier: MIT
#pragma once

#include "ui/theme.h"
#include "ui/window.h"

namespace impasto::ui {

/// ImGui's context bound to a window's input. One at a time.
class ImguiContext {
  public:
    explicit ImguiContext(const Window& window);
    ~ImguiContext();
    ImguiContext(const ImguiContext&) = delete;
    ImguiContext& operator=(const ImguiContext&) = delete;
};

}  // namespace impasto::ui
