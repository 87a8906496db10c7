// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/remembered.h"
#include "app/session.h"
#include "gpu/device.h"
#include "gpu/pipeline.h"
#include "ui/ui.h"
#include "ui/window.h"

struct GLFWwindow;

namespace impasto::ui {

class OutputWindow;

/// Where the window's pictures come from: a live session, or what a test puts in its place. Every call returns at once.
class PictureProvider {
  public:
    virtual ~PictureProvider() = default;
    virtual void apply(const app::Settings& settings) = 0;
    virtual void request(app::Requests requests) = 0;
    virtual std::shared_ptr<const app::Picture> picture() const = 0;  ///< null before the first
    /// Shown while there is no picture: Rgba8, not mirrored; null where there is nothing to show.
    virtual media::FramePtr sourcePreview() const { return nullptr; }
    virtual std::shared_ptr<const app::Stats> stats() const = 0;  ///< may be null before the first
};
/// May correct settings that cannot be had.
using MakeProvider =
    std::function<std::unique_ptr<PictureProvider>(gpu::Device&, gpu::PipelineLibrary&, app::Settings&)>;

struct WindowOptions {
    std::string title = "Impasto";
    int width = 1280;  ///< logical pixels
    int height = 800;
    std::optional<ImVec2> position = {};
    bool maximized = false;
    std::optional<app::OutputPlacement> output = {};  ///< of the second window
    gpu::DeviceOptions device = {};                   ///< the window's extensions are added
};

/// The window: device, swapchain, ImGui and the panel over the provider's newest picture. On the main thread.
///
/// It redraws at most 60 times a second while something moves, 10 times a second when nothing does, and not at all
/// while minimised. It never waits for the network: a frame that finds the device busy is drawn a little later.
class WindowApp {
  public:
    WindowApp(const app::Settings& settings, const WindowOptions& options, const MakeProvider& makeProvider);
    ~WindowApp();

    /// Until the window is closed. Throws Error when the device is lost.
    void run();

    /// One turn: waits for events for at most `maxWaitSeconds`, draws when there is a reason to. True when a frame was
    /// presented.
    bool step(double maxWaitSeconds = 0.1);
    bool closed() const;
    void requestRedraw();

    const app::Settings& settings() const;
    UiState& state();
    void request(app::Requests requests);
    bool showsPicture() const;  ///< the frame presented last had one
    Window::Placement placement() const;
    /// Of the second window, or what it will be opened with; nothing when it was never open.
    std::optional<app::OutputPlacement> outputPlacement() const;
    const OutputWindow* outputWindow() const;  ///< null while it is not open
    std::shared_ptr<const app::Stats> stats() const;
    gpu::Device& device();
    GLFWwindow* nativeWindow();

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace impasto::ui
