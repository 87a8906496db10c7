// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/remembered.h"
#include "app/session.h"
#include "gpu/device.h"
#include "ui/frame_renderer.h"
#include "ui/window.h"

namespace impasto::ui {

/// A second window with the picture and nothing else: for a projector, a second screen, or a program that captures
/// windows. It has a swapchain of its own on the same device and never waits for one: where no image is free, the
/// picture is shown a little later. On the main thread, while the main window exists.
class OutputWindow {
  public:
    /// Opens where `last` was, else on another monitor than the main window's. Throws Error.
    OutputWindow(gpu::Device& device, const Window& main, const std::optional<app::OutputPlacement>& last);

    /// What the user did to it since the last call: F11 and a double click put it to full screen and back, Escape ends
    /// that. False when it is to be closed.
    bool followInput();
    std::vector<Drop> takeDrops() { return window_.takeDrops(); }
    /// Keys that mean nothing to this window.
    std::vector<Window::Taps::Key> takeKeys() { return std::exchange(keys_, {}); }

    /// What is shown. Right of `splitPosition` (of the width) it is the other side of a picture that has one.
    struct View {
        std::shared_ptr<const app::Picture> picture;
        float splitPosition = 0.5f;
    };
    /// Shows `view` unless it is there already. True when it was presented.
    bool show(const View& view);

    /// Whether show() has not brought the newest picture to the screen yet.
    bool behind(const View& view) const { return window_.drawable() && view.picture != shown_.picture; }

    bool fullscreen() const { return window_.fullscreen(); }
    void setFullscreen(bool on) { window_.setFullscreen(on); }
    app::OutputPlacement placement() const;
    GLFWwindow* nativeWindow() { return window_.handle(); }
    std::uint64_t presented() const { return presented_; }

  private:
    using Clock = std::chrono::steady_clock;
    void drawView(const View& view);

    Window window_;
    FrameRenderer renderer_;
    ImDrawList list_;
    View shown_;
    std::vector<Window::Taps::Key> keys_;
    bool stale_ = true;  ///< the window's content is not what it showed last
    bool fullscreenAtFirst_ = false;
    std::optional<Clock::time_point> lastPress_;
    Clock::time_point lastShown_{};
    std::uint64_t presented_ = 0;
};

}  // namespace impasto::ui
