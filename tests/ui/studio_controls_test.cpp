// SPDX-License-Identifier: MIT
// Controls of the studio that the other tests do not come by.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "headless_ui.h"
#include "ui/studio.h"

namespace impasto::ui {
namespace {

namespace fs = std::filesystem;
using Tool = MaskTools::Tool;

class StudioControls : public testing::Test {
  protected:
    StudioControls() : folder_(fs::temp_directory_path() / ("impasto-controls-" + std::to_string(::getpid()))) {
        fs::remove_all(folder_);
        fs::create_directories(folder_ / "pictures");
        for (const char* name : {"a.png", "b.jpg", "c.txt"})
            std::ofstream(folder_ / "pictures" / name) << "x";
        std::ofstream(folder_ / "clip.mp4") << "x";
        ui.state.studio.presets.emplace(folder_ / "presets");
        for (const char* section : {"Source", "Record", "Files", "Presets"})
            ui.state.isOpen(section, true) = true;
        ui.draw(2);
    }
    ~StudioControls() override { fs::remove_all(folder_); }

    fs::path folder_;
    HeadlessUi ui{{1280, 3200}};
};

TEST_F(StudioControls, EveryFormatAndQualityOfARecording) {
    for (const auto& [name, format] :
         {std::pair{"record.mkv", app::RecordFormat::Mkv}, std::pair{"record.webm", app::RecordFormat::WebM},
          std::pair{"record.mp4", app::RecordFormat::Mp4}}) {
        ui.click(name);
        EXPECT_EQ(ui.settings.recordFormat, format) << name;
    }
    for (const auto& [name, quality] :
         {std::pair{"record.draft", media::VideoQuality::Draft}, std::pair{"record.high", media::VideoQuality::High},
          std::pair{"record.good", media::VideoQuality::Good}}) {
        ui.click(name);
        EXPECT_EQ(ui.settings.recordQuality, quality) << name;
    }
}

TEST_F(StudioControls, ThePathOfARecordingIsCopied) {
    EXPECT_FALSE(ui.visible("record.path"));
    ui.stats.recording = {.path = "/videos/impasto 1.mp4"};
    ui.draw();
    ui.click("record.path");
    EXPECT_STREQ(ImGui::GetClipboardText(), "/videos/impasto 1.mp4");
}

TEST_F(StudioControls, SnapshotsBySectionsButtons) {
    ui.click("snapshot.jpeg");
    ui.click("snapshot.png");
    EXPECT_EQ(ui.settings.snapshotFormat, app::SnapshotFormat::Png);
    ui.click("snapshot.save");
    EXPECT_TRUE(ui.requests.snapshot);
    ui.requests = {};
    ui.click("snapshot.copy");
    EXPECT_FALSE(ui.requests.snapshot) << "there is no clipboard here";
    EXPECT_NE(ui.state.toasts.back().text.find("clipboard"), std::string::npos);
}

TEST_F(StudioControls, TheSecondWindowBySwitchAndKey) {
    ui.click("output.window", 0.95f);
    EXPECT_TRUE(ui.state.studio.outputWindow);
    ImGui::GetIO().KeyShift = true;
    ui.key(GLFW_KEY_F11);
    ImGui::GetIO().KeyShift = false;
    EXPECT_FALSE(ui.state.studio.outputWindow);
    EXPECT_FALSE(ui.state.fullscreen) << "F11 alone is full screen";
    ui.click("preset.name");
    ImGui::GetIO().KeyShift = true;
    ui.key(GLFW_KEY_F11);
    ImGui::GetIO().KeyShift = false;
    EXPECT_TRUE(ui.state.studio.outputWindow) << "while a name is being typed, too";
    ui.key(GLFW_KEY_S);
    EXPECT_FALSE(ui.requests.snapshot) << "but letters are letters";
}

TEST_F(StudioControls, APresetIsPutFirst) {
    for (const char* name : {"Dawn", "Noon"}) {
        ui.state.studio.presetName = name;
        ui.draw();
        ui.click("preset.save");
    }
    ui.moveTo(ui.point("preset.Noon", 0.3f));
    ui.draw();
    ui.click("preset.first.Noon");
    EXPECT_EQ(ui.state.studio.presets->names(), (std::vector<std::string>{"Noon", "Dawn"}));
}

TEST_F(StudioControls, FieldsOfFilesAreTypedAndDroppedOn) {
    ui.click("batch.input");
    ui.type("/holiday");
    ui.click("batch.output");
    ui.type("/elsewhere");
    ui.clickAt({5, 900});
    EXPECT_EQ(ui.state.studio.batchInput, "/holiday");
    EXPECT_EQ(ui.state.studio.batchOutput, "/elsewhere");
    Ui panel{ui.settings, ui.stats, ui.requests, ui.state, ui.theme, {}};
    dropFiles(panel, {(folder_ / "pictures").string()}, ui.point("batch.input"));
    EXPECT_EQ(ui.state.studio.batchInput, (folder_ / "pictures").string());
    EXPECT_EQ(ui.settings.source, "clip.mp4") << "it does not become the source";
    EXPECT_TRUE(ui.requests.addStyles.empty());
}

TEST_F(StudioControls, FilesBeginWithTheSource) {
    ui.settings.source = (folder_ / "clip.mp4").string();
    ui.draw();
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batchInput, (folder_ / "clip.mp4").string());
    EXPECT_EQ(ui.requests.batchOutput, (folder_ / "painted").string());
    ui.requests = {};
    ui.stats.bundledClip = ui.settings.source;
    ui.draw();
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batch, app::Requests::Switch::Leave)
        << "nothing is written beside what came with the program";
}

TEST_F(StudioControls, EveryQuarterTurn) {
    for (const auto& [name, turns] :
         {std::pair{"turn.90", 1}, std::pair{"turn.180", 2}, std::pair{"turn.270", 3}, std::pair{"turn.0", 0}}) {
        ui.click(name);
        EXPECT_EQ(ui.settings.rotation, turns) << name;
    }
    ui.drag("crop.right", 0.02f, 0.5f);
    EXPECT_GT(ui.settings.crop.right, 0.1f);
    ui.drag("crop.top", 0.02f, 0.5f);
    EXPECT_GT(ui.settings.crop.top, 0.1f);
    ui.drag("crop.bottom", 0.02f, 0.5f);
    EXPECT_GT(ui.settings.crop.bottom, 0.1f);
}

TEST_F(StudioControls, ASlideshowHasAnInterval) {
    ui.settings.source = (folder_ / "pictures").string();
    ui.draw();
    const float before = ui.settings.secondsPerImage;
    ui.drag("source.interval", 0.5f, 0.9f);
    EXPECT_GT(ui.settings.secondsPerImage, before);
    ui.rightClick("source.interval");
    EXPECT_EQ(ui.settings.secondsPerImage, app::Settings{}.secondsPerImage);
}

TEST_F(StudioControls, TheSourceMenuHasScreensFoldersAndSlideshows) {
    ui.settings.source = (folder_ / "clip.mp4").string();
    ui.draw();
    ui.click("source");
    ui.draw(2);
    ui.click("file.pictures");
    ui.draw(2);
    EXPECT_FALSE(ui.visible("file.c.txt"));
    ui.click("file.up");
    ui.draw(2);
    EXPECT_TRUE(ui.visible("file.clip.mp4"));
    ui.click("file.pictures");
    ui.draw(2);
    ui.click("file.slideshow");
    EXPECT_EQ(ui.settings.source, (folder_ / "pictures").string());
    ui.click("source");
    ui.draw(2);
    EXPECT_TRUE(ui.visible("source.region"));
    ui.click("source.screen");
    EXPECT_EQ(ui.settings.source, "screen");
}

TEST_F(StudioControls, RecentWindowsAreCalledByTheirTitles) {
    ui.settings.source = "screen:window=0x1a00003:Film: the end";
    ui.draw();
    ui.settings.source = "other.mp4";
    ui.draw();
    ui.click("source");
    ui.draw(2);
    ui.click("recent.screen:window=0x1a00003:Film: the end");
    EXPECT_EQ(ui.settings.source, "screen:window=0x1a00003:Film: the end");
}

class DeviceUi : public StudioControls {
  protected:
    DeviceUi() {
        const auto invented = [](const char* name, gpu::DeviceKind kind, bool old = false) {
            return gpu::DeviceProperties{.name = name,
                                         .driver = "invented 1.0",
                                         .kind = kind,
                                         .apiVersion = old ? 1u << 22 : (1u << 22 | 3u << 12),
                                         .hasComputeQueue = true,
                                         .timelineSemaphore = true,
                                         .deviceLocalBytes = 1u << 30};
        };
        reports = gpu::judgeDevices(
            {invented("Radeon 7", gpu::DeviceKind::Discrete), invented("Radeon 7", gpu::DeviceKind::Discrete),
             invented("Voodoo", gpu::DeviceKind::Discrete, true), invented("llvmpipe", gpu::DeviceKind::Software)},
            true);
        ui.state.devices = deviceChoices(reports, 0, "");
        ui.state.isOpen("Output", true) = true;
        ui.draw(2);
    }
    void choose(const char* name) {
        ui.click("device");
        ui.draw(2);
        ui.click(name);
        ui.draw(2);
    }
    std::vector<gpu::DeviceReport> reports;
};

TEST_F(DeviceUi, AnotherDeviceIsAskedForTheSameOneIsOnlyRemembered) {
    choose("device.Radeon 7 #2");
    EXPECT_FALSE(ui.visible("device.auto")) << "the list closes";
    EXPECT_EQ(ui.state.devices.asked, 1);
    EXPECT_EQ(ui.state.devices.wanted, "Radeon 7 #2");
    choose("device.Radeon 7");
    EXPECT_EQ(ui.state.devices.asked, std::nullopt) << "it is in use";
    EXPECT_EQ(ui.state.devices.wanted, "Radeon 7");
    choose("device.llvmpipe");
    EXPECT_EQ(ui.state.devices.asked, 3);

    ui.state.devices = deviceChoices(reports, 3, "llvmpipe");
    choose("device.auto");
    EXPECT_EQ(ui.state.devices.asked, 0);
    EXPECT_EQ(ui.state.devices.wanted, "");
    EXPECT_FALSE(ui.state.history->canUndo()) << "it is no setting";
}

TEST_F(DeviceUi, WhatCannotBeUsedCannotBeChosen) {
    choose("device.Voodoo");
    EXPECT_EQ(ui.state.devices.asked, std::nullopt);
    EXPECT_EQ(ui.state.devices.wanted, "");
    EXPECT_NE(ui.state.devices.entries[2].about.find("Vulkan 1.0"), std::string::npos);
    DeviceChoices none = deviceChoices({}, -1, "gone");
    none.choose("");
    none.choose("gone");
    EXPECT_EQ(none.asked, std::nullopt);
}

TEST_F(DeviceUi, EscapeClosesTheListAndNothingElse) {
    ui.state.fullscreen = ui.state.studio.fullscreenPanel = true;
    ui.draw(2);
    ui.click("device");
    ui.draw(2);
    ASSERT_TRUE(ui.visible("device.auto"));
    ui.key(GLFW_KEY_ESCAPE);
    ui.draw(2);
    EXPECT_FALSE(ui.visible("device.auto"));
    EXPECT_TRUE(ui.state.fullscreen);
    ui.key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(ui.state.fullscreen);
}

TEST_F(DeviceUi, NotWhileAFileIsWritten) {
    for (const auto begin : {+[](app::Stats& stats) { stats.recording.active = true; },
                             +[](app::Stats& stats) { stats.batch.active = true; },
                             +[](app::Stats& stats) { stats.virtualCamera.device = "/dev/video9"; }}) {
        const app::Stats before = ui.stats;
        begin(ui.stats);
        ui.draw(2);
        ui.click("device");
        ui.draw(2);
        EXPECT_FALSE(ui.visible("device.auto"));
        ui.stats = before;
    }
    ui.draw(2);
    ui.click("device");
    ui.draw(2);
    EXPECT_TRUE(ui.visible("device.auto"));
}

TEST_F(StudioControls, BrushesAndWhatTheyAreLike) {
    ui.click("region.add");
    ui.draw(2);
    EXPECT_EQ(ui.state.mask.tool, Tool::Brush);
    const app::Brush before = ui.state.mask.brush;
    ui.drag("mask.size", 0.3f, 0.8f);
    EXPECT_GT(ui.state.mask.brush.radius, before.radius);
    ui.drag("mask.softness", 0.9f, 0.2f);
    EXPECT_LT(ui.state.mask.brush.softness, 0.4f);
    ui.click("mask.show", 0.95f);
    EXPECT_FALSE(ui.state.mask.visible);
    ui.click("tool.none");
    EXPECT_EQ(ui.state.mask.tool, Tool::None);
    EXPECT_FALSE(ui.visible("mask.size"));
    ui.click("tool.brush");
    EXPECT_EQ(ui.state.mask.tool, Tool::Brush);
}

TEST(StudioGallery, IsFoldedToWhatFitsAndUnfolded) {
    HeadlessUi ui({1280, 700});
    for (int i = 0; i < 40; ++i)
        ui.stats.gallery.push_back({.id = "s" + std::to_string(i), .label = "S"});
    ui.draw(2);
    EXPECT_FALSE(ui.visible("style.s39"));
    ui.click("style.more");
    EXPECT_TRUE(ui.state.open.at("gallery"));
    ui.draw(2);
    ImGuiWindow* panel = ImGui::FindWindowByName("panel");
    for (int i = 0; i < 40 && !ui.visible("style.fewer"); ++i) {
        ImGui::SetScrollY(panel, panel->Scroll.y + 200);
        ui.draw(2);
    }
    ui.click("style.fewer");
    EXPECT_FALSE(ui.state.open.at("gallery"));
}

}  // namespace
}  // namespace impasto::ui
