// SPDX-License-Identifier: MIT
#include "ui/output_window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <cmath>
#include <utility>

#include "ui/fit_picture.h"

namespace impasto::ui {
namespace {

constexpr std::chrono::milliseconds kShortestInterval{15};
constexpr std::chrono::milliseconds kDoubleClick{400};

Window::Params paramsFor(const Window& main, const std::optional<app::OutputPlacement>& last) {
    Window::Params params{
        .title = "Impasto output", .width = 960, .height = 540, .minWidth = 160, .minHeight = 90, .takesFocus = false};
    params.position = main.otherMonitor();
    if (!last)
        return params;
    params.width = last->window.width;
    params.height = last->window.height;
    params.position = ImVec2(static_cast<float>(last->window.x), static_cast<float>(last->window.y));
    params.maximized = last->window.maximized;
    return params;
}

}  // namespace

OutputWindow::OutputWindow(gpu::Device& device, const Window& main, const std::optional<app::OutputPlacement>& last)
    : window_(paramsFor(main, last), &main),
      renderer_(device, window_),
      list_(ImGui::GetDrawListSharedData()),
      fullscreenAtFirst_(last && last->fullscreen) {}

bool OutputWindow::followInput() {
    // The events were handled with the main window's; what is left is to take note of where this one is.
    window_.waitEvents(0);
    // Only once the window is on its monitor: full screen is on the one it is on.
    if (presented_ > 0 && std::exchange(fullscreenAtFirst_, false))
        window_.setFullscreen(true);
    stale_ |= window_.takeActivity();
    const Window::Taps taps = window_.takeTaps();
    bool toggle = false;
    for (const Window::Taps::Key& key : taps.keys) {
        if (key.code == GLFW_KEY_F11 && (key.modifiers & GLFW_MOD_SHIFT))
            return false;
        if (key.code == GLFW_KEY_F11)
            toggle = !toggle;
        else if (key.code == GLFW_KEY_ESCAPE)
            window_.setFullscreen(false);
        else
            keys_.push_back(key);
    }
    if (taps.press) {
        const Clock::time_point now = Clock::now();
        const bool twice = lastPress_ && now - *lastPress_ < kDoubleClick;
        toggle ^= twice;
        lastPress_ = twice ? std::nullopt : std::optional(now);
    }
    if (toggle)
        window_.setFullscreen(!window_.fullscreen());
    window_.hidePointer(window_.fullscreen());
    return !window_.closeAsked();
}

bool OutputWindow::show(const View& view) {
    const bool same = view.picture == shown_.picture && view.splitPosition == shown_.splitPosition;
    const Clock::time_point now = Clock::now();
    if ((same && !stale_) || now - lastShown_ < kShortestInterval)
        return false;
    constexpr std::uint64_t kDoNotWait = 0;
    if (!renderer_.begin(kDoNotWait))
        return false;
    lastShown_ = now;
    shown_ = view;
    stale_ = false;
    drawView(view);
    ++presented_;
    return true;
}

void OutputWindow::drawView(const View& view) {
    const vk::Extent2D extent = window_.framebufferExtent();
    const ImVec2 size{static_cast<float>(extent.width), static_cast<float>(extent.height)};
    list_._ResetForNewFrame();
    list_.PushClipRect({0, 0}, size);
    std::optional<gpu::SemaphorePoint> ready;
    if (view.picture && view.picture->stylized) {
        const app::Picture& picture = *view.picture;
        const ImRect image = fitPicture({{0, 0}, size}, static_cast<int>(picture.stylized->width()),
                                        static_cast<int>(picture.stylized->height()));
        const float split = picture.hasOther ? view.splitPosition : 1.0f;
        const float middle = std::round(image.Min.x + split * image.GetWidth());
        list_.AddImage(renderer_.textures().forFrame(*picture.stylized), image.Min, {middle, image.Max.y}, {0, 0},
                       {split, 1});
        if (picture.hasOther)
            list_.AddImage(renderer_.textures().forFrame(*picture.other), {middle, image.Min.y}, image.Max, {split, 0},
                           {1, 1});
        ready = picture.ready;
        ready->stages = vk::PipelineStageFlagBits::eFragmentShader;
    }
    list_._PopUnusedDrawCmd();
    ImDrawList* lists[] = {&list_};
    ImDrawData data;
    data.Valid = true;
    data.CmdListsCount = 1;
    data.CmdLists = lists;
    data.TotalVtxCount = list_.VtxBuffer.Size;
    data.TotalIdxCount = list_.IdxBuffer.Size;
    data.DisplaySize = size;
    data.FramebufferScale = {1, 1};
    renderer_.end(data, {0, 0, 0, 1}, ready, view.picture);
}

app::OutputPlacement OutputWindow::placement() const {
    const Window::Placement at = window_.placement();
    return {.window = {.x = at.x, .y = at.y, .width = at.width, .height = at.height, .maximized = at.maximized},
            .fullscreen = window_.fullscreen()};
}

}  // namespace impasto::ui
