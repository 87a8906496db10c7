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

}  // namespace impasto::ui
