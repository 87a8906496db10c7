// SPDX-License-Identifier: MIT
#include "ui/imgui_context.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <imgui.h>

#include <algorithm>
#include <optional>

namespace impasto::ui {

ImguiContext::ImguiContext(const Window& window) {
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.BackendRendererName = "impasto";
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    ImGui_ImplGlfw_InitForVulkan(window.handle(), true);
}

ImguiContext::~ImguiContext() {
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
}

void ImguiContext::newFrame(Window& window) {
    ImGui_ImplGlfw_NewFrame();
    ImGuiIO& io = ImGui::GetIO();
    const Window::Taps taps = window.takeTaps();
    if (taps.press)
        io.MousePos = *taps.press;
    waiting_.insert(waiting_.end(), taps.keys.begin(), taps.keys.end());
    modifiers_ = {io.KeyCtrl, io.KeyShift, io.KeyAlt, io.KeySuper};
    takeKeys();
    ImGui::NewFrame();
}

/// One frame sees the keys that went down under the same modifiers, each once; the rest wait for the next. Between two
/// slow frames Ctrl+Z may have come and gone: the Z is seen with the Ctrl it had.
void ImguiContext::takeKeys() {
    ImGuiIO& io = ImGui::GetIO();
    const auto isModifier = [](int key) { return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER; };
    std::optional<int> together;
    std::vector<int> seen;
    while (!waiting_.empty()) {
        const Window::Taps::Key key = waiting_.front();
        if (isModifier(key.code) || key.code >= IM_ARRAYSIZE(io.KeysDown)) {
            waiting_.pop_front();
            continue;
        }
        // ImGui takes a key for pressed anew only after a frame without it.
        const auto isIn = [&](const std::vector<int>& keys) { return std::ranges::find(keys, key.code) != keys.end(); };
        if ((together && *together != key.modifiers) || isIn(seen) || isIn(seenBefore_))
            break;
        together = key.modifiers;
        seen.push_back(key.code);
        waiting_.pop_front();
        if (!io.KeysDown[key.code]) {
            io.KeysDown[key.code] = true;
            tappedKeys_.push_back(key.code);
        }
    }
    seenBefore_ = seen;
    if (together) {
        io.KeyCtrl = *together & GLFW_MOD_CONTROL;
        io.KeyShift = *together & GLFW_MOD_SHIFT;
        io.KeyAlt = *together & GLFW_MOD_ALT;
        io.KeySuper = *together & GLFW_MOD_SUPER;
    }
}

void ImguiContext::render() {
    ImGui::Render();
    for (const int key : tappedKeys_)
        ImGui::GetIO().KeysDown[key] = false;
    tappedKeys_.clear();
    ImGuiIO& io = ImGui::GetIO();
    io.KeyCtrl = modifiers_.ctrl;
    io.KeyShift = modifiers_.shift;
    io.KeyAlt = modifiers_.alt;
    io.KeySuper = modifiers_.super;
}

}  // namespace impasto::ui
