// SPDX-License-Identifier: MIT
#include "ui/imgui_context.h"

#include <backends/imgui_impl_glfw.h>
#include <imgui.h>

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
    for (const int key : taps.keys) {
        if (key < IM_ARRAYSIZE(io.KeysDown) && !io.KeysDown[key]) {
            io.KeysDown[key] = true;
            tappedKeys_.push_back(key);
        }
    }
    ImGui::NewFrame();
}

void ImguiContext::render() {
    ImGui::Render();
    for (const int key : tappedKeys_)
        ImGui::GetIO().KeysDown[key] = false;
    tappedKeys_.clear();
}

}  // namespace impasto::ui
