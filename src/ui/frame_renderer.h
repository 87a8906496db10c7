// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gpu/commands.h"
#include "gpu/device.h"
#include "gpu/retire.h"
#include "ui/draw_list_renderer.h"
#include "ui/swapchain.h"
#include "ui/textures.h"
#include "ui/window.h"

namespace impasto::ui {

/// Brings ImGui's frames to the window: two in flight, swapchain made anew when the window changes. One thread.
class FrameRenderer {
  public:
    FrameRenderer(gpu::Device& device, const Window& window);
    ~FrameRenderer();  ///< waits for the frames in flight

    /// Until everything submitted has finished; what went wrong meanwhile is logged.
    void waitForFrames();

    Textures& textures() { return textures_; }
    gpu::Retirement& retirement() { return retirement_; }
    /// The value reached once everything submitted so far has finished.
    std::uint64_t lastSubmitted() const { return timeline_.lastSubmitted(); }

    /// Takes a frame slot and a swapchain image. False when there is none yet (the device is busy, the window is
    /// minimised or just changed): try again later. Waits for at most `timeoutNs` for each.
    bool begin(std::uint64_t timeoutNs);

    /// Draws and presents; `wait` is reached before the pictures in `data` are read, `keep` lives until they were.
    /// Throws Error when the device is lost.
    void end(const ImDrawData& data, ImVec4 clearColor, const std::optional<gpu::SemaphorePoint>& wait,
             std::shared_ptr<const void> keep);

  private:
    static constexpr int kFramesInFlight = 2;
    struct Slot {
        vk::raii::CommandBuffer commands{nullptr};
        vk::raii::Semaphore available{nullptr};
        std::uint64_t value = 0;  ///< of the work submitted last
    };
    bool refreshSwapchain();
    void recoverSurface();

    gpu::Device* device_;
    const Window* window_;
    std::vector<vk::raii::SurfaceKHR> lostSurfaces_;  ///< outlive what was made for them
    vk::raii::SurfaceKHR surface_;
    std::optional<Swapchain> swapchain_;
    gpu::Timeline timeline_;
    gpu::Retirement retirement_;
    gpu::CommandPool commandPool_;
    Textures textures_;
    DrawListRenderer renderer_;
    std::array<Slot, kFramesInFlight> slots_;
    int slot_ = 0;
    bool stale_ = true;  ///< the swapchain does not fit the window any more
};

}  // namespace impasto::ui
