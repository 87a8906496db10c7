// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gpu/vulkan.h"

struct GLFWwindow;

namespace impasto::ui {

/// Files dropped on the window.
struct Drop {
    std::vector<std::string> paths;
    ImVec2 position;  ///< in window coordinates
};

/// An operating system's window through GLFW. On the main thread.
class Window {
  public:
    struct Params {
        std::string title = {};
        int width = 1280;  ///< in logical pixels; times the content scale where windows are measured in device pixels
        int height = 800;
        std::optional<ImVec2> position = {};  ///< on the desktop; taken if the window can be reached there
        bool maximized = false;
        int minWidth = 640;  ///< a user cannot make it smaller
        int minHeight = 400;
        bool takesFocus = true;  ///< when it appears
    };
    /// A window after the first is opened `beside` one that is there. Throws Error when there is no display or no
    /// Vulkan loader.
    explicit Window(const Params& params, const Window* beside = nullptr);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    GLFWwindow* handle() const { return window_; }
    /// Vulkan instance extensions a surface needs.
    static std::vector<std::string> instanceExtensions();
    vk::raii::SurfaceKHR createSurface(const vk::raii::Instance& instance) const;

    vk::Extent2D framebufferExtent() const;
    /// Device pixels per logical pixel, as the desktop asks for.
    float contentScale() const;
    /// Device pixels per window coordinate: 1 where windows are measured in device pixels.
    float pixelsPerCoordinate() const;
    bool drawable() const;  ///< not minimised
    bool closeAsked() const;
    bool fullscreen() const;

    /// Where the window is while neither full screen nor minimised; position and size are those it had before it was
    /// maximised.
    struct Placement {
        int x = 0, y = 0;
        int width = 0, height = 0;  ///< logical pixels
        bool maximized = false;
    };
    Placement placement() const { return placement_; }
    void setFullscreen(bool on);
    /// The upper left corner of a monitor this window is not on; nothing where there is one monitor only.
    std::optional<ImVec2> otherMonitor() const;
    /// The pointer is not drawn over this window.
    void hidePointer(bool hidden);

    /// Handles what has happened to any window, waiting for at most `seconds` for something to happen.
    void waitEvents(double seconds);
    /// Whether there was input, or a reason to redraw, since the last call.
    bool takeActivity();
    std::vector<Drop> takeDrops();

    /// What ImGui 1.86, which has no event queue, would miss between two frames: keys that went down, perhaps up again,
    /// and where the mouse was when a button went down.
    struct Taps {
        struct Key {
            int code = 0;       ///< GLFW's
            int modifiers = 0;  ///< GLFW's bits, as they were when it went down
        };
        std::vector<Key> keys;
        std::optional<ImVec2> press;
    };
    Taps takeTaps();
    /// Keys pressed in another window that are meant for this one.
    void addKeys(const std::vector<Taps::Key>& keys);

  private:
    class Library;
    void installCallbacks();
    void correctPlace();
    void notePlacement();

    std::shared_ptr<const Library> library_;
    GLFWwindow* window_ = nullptr;
    bool activity_ = true;
    std::vector<Drop> drops_;
    Taps taps_;
    ImVec2 cursor_;
    Placement placement_;
    struct Wanted {
        int x = 0;
        int y = 0;
        std::chrono::steady_clock::time_point since;
    };
    std::optional<Wanted> wanted_;  ///< where it was opened, until its frame is there
    struct Rect {
        int x = 0, y = 0, width = 0, height = 0;
    } windowed_;
};

}  // namespace impasto::ui
