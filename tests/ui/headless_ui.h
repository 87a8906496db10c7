// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "ui/ui.h"

namespace impasto::ui {

/// The whole panel in an ImGui context with no window behind it. Mouse and keyboard are fed to ImGui's IO; controls are
/// found by their names.
class HeadlessUi {
  public:
    explicit HeadlessUi(ImVec2 size = {1280, 1800}) {
        context_ = ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = size;
        io.DeltaTime = 1.0f / 60;
        for (int i = 0; i < ImGuiKey_COUNT; ++i)
            io.KeyMap[i] = -1;
        io.KeyMap[ImGuiKey_Enter] = kEnterKey;
        io.KeyMap[ImGuiKey_A] = 'A';
        theme.fonts = loadFonts(*io.Fonts, theme.scale);
        theme.colors = darkPalette();
        applyTheme(theme);
        fillStats();
        settings.styles = {{"waves", 1.0f}};
        settings.source = "clip.mp4";
        draw(3);
    }
    ~HeadlessUi() { ImGui::DestroyContext(context_); }

    /// As on a screen that asks for `scale`.
    void setScale(float scale) {
        theme.scale = scale;
        ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
        atlas.Clear();
        theme.fonts = loadFonts(atlas, scale);
        applyTheme(theme);
    }

    void draw(int frames = 1) {
        for (int i = 0; i < frames; ++i) {
            ImGui::NewFrame();
            Ui ui{settings, stats, requests, state, theme, {}};
            drawScreen(ui, picture);
            ImGui::Render();
        }
    }

    bool visible(std::string_view name) const {
        const auto found = state.placed.find(name);
        return found != state.placed.end() && found->second.frame == ImGui::GetFrameCount();
    }
    ImRect rect(std::string_view name) const {
        EXPECT_TRUE(visible(name)) << name << " is not on screen";
        const auto found = state.placed.find(name);
        return found == state.placed.end() ? ImRect{} : found->second.rect;
    }
    /// A point of the control; 0..1 along each axis.
    ImVec2 point(std::string_view name, float x = 0.5f, float y = 0.5f) const {
        const ImRect at = rect(name);
        return {ImLerp(at.Min.x, at.Max.x, x), ImLerp(at.Min.y, at.Max.y, y)};
    }

    void moveTo(ImVec2 position) {
        ImGui::GetIO().MousePos = position;
        draw();
    }
    void button(int which, bool down) {
        ImGui::GetIO().MouseDown[which] = down;
        draw();
    }
    void clickAt(ImVec2 position, int which = 0) {
        moveTo(position);
        button(which, true);
        button(which, false);
        draw();
    }
    void click(std::string_view name, float x = 0.5f, float y = 0.5f) { clickAt(point(name, x, y)); }
    void rightClick(std::string_view name) { clickAt(point(name), 1); }
    void drag(ImVec2 from, ImVec2 to) {
        moveTo(from);
        button(0, true);
        for (int i = 1; i <= 4; ++i)
            moveTo(ImLerp(from, to, static_cast<float>(i) / 4));
        button(0, false);
        draw();
    }
    void drag(std::string_view name, float fromX, float toX, float y = 0.5f) {
        drag(point(name, fromX, y), point(name, toX, y));
    }
    void key(int code) {
        ImGui::GetIO().KeysDown[code] = true;
        draw();
        ImGui::GetIO().KeysDown[code] = false;
        draw();
    }
    void type(const char* text) {
        ImGui::GetIO().AddInputCharactersUTF8(text);
        draw();
    }
    static constexpr int kEnterKey = 257;

    app::Settings settings;
    app::Stats stats;
    app::Requests requests;
    UiState state;
    Theme theme;
    PictureTextures picture{.stylized = reinterpret_cast<ImTextureID>(1),
                            .source = reinterpret_cast<ImTextureID>(2),
                            .width = 640,
                            .height = 480};

  private:
    void fillStats() {
        stats.deviceName = "Test device";
        stats.model = "micro";
        stats.models = {"nano", "micro"};
        stats.preferredSizes = {256, 384};
        stats.trainedCells = {"instance+adaptive", "instance+conditional", "instance+learned"};
        stats.sites = {{"s1", 16}, {"s2", 32}, {"s3", 64}};
        stats.gallery = {{.id = "waves", .label = "Waves", .bundled = true, .hasConditionalRow = true},
                         {.id = "mosaic", .label = "Mosaic", .bundled = true, .hasConditionalRow = true},
                         {.id = "ink", .label = "Ink", .bundled = true}};
        stats.cameras = {"webcam:0\tFront camera"};
        stats.bundledClip = "/data/clip.mp4";
        stats.sourceName = "clip.mp4";
        stats.seekable = true;
        stats.durationSeconds = 10;
        stats.positionSeconds = 4;
        stats.stages = {{"upload", 0.5}, {"network", 60}};
        stats.operations = {{"conv1", 12}, {"conv2", 20}};
    }

    ImGuiContext* context_ = nullptr;
};

}  // namespace impasto::ui
