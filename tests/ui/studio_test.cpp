// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include "ui/studio.h"

#include <GLFW/glfw3.h>
#include <unistd.h>

#include <filesystem>

#include "headless_ui.h"

namespace impasto::ui {
namespace {

namespace fs = std::filesystem;
using Record = app::Requests::Record;
using Switch = app::Requests::Switch;

/// The panel with presets in a folder of its own.
class StudioUi : public testing::Test {
  protected:
    StudioUi() : folder_(fs::temp_directory_path() / ("impasto-studio-" + std::to_string(::getpid()))) {
        fs::remove_all(folder_);
        ui.state.studio.presets.emplace(folder_);
        for (const char* section : {"Source", "Record", "Files", "Presets"})
            ui.state.isOpen(section, true) = true;
        ui.draw(2);
    }
    ~StudioUi() override { fs::remove_all(folder_); }

    fs::path folder_;
    HeadlessUi ui{{1280, 3200}};
};

TEST_F(StudioUi, RecordsFromTopBarPanelAndKeyboard) {
    ui.click("record");
    EXPECT_EQ(ui.requests.record, Record::Start);
    ui.stats.recording = {.active = true, .path = "/tmp/x.mp4", .seconds = 65};
    ui.draw();
    ui.click("record");
    EXPECT_EQ(ui.requests.record, Record::Stop);
    ui.requests = {};
    ui.click("record.button");
    EXPECT_EQ(ui.requests.record, Record::Stop);
    ui.stats.recording = {};
    ui.draw();
    ImGui::GetIO().KeyCtrl = true;
    ui.key(GLFW_KEY_R);
    ImGui::GetIO().KeyCtrl = false;
    EXPECT_EQ(ui.requests.record, Record::Start);
}

TEST_F(StudioUi, FormatQualityAndSound) {
    ui.click("record.webm");
    EXPECT_EQ(ui.settings.recordFormat, app::RecordFormat::WebM);
    ui.click("record.high");
    EXPECT_EQ(ui.settings.recordQuality, media::VideoQuality::High);
    ui.click("record.sound");
    EXPECT_FALSE(ui.settings.recordSound);
    ui.stats.recording.active = true;
    ui.draw();
    ui.click("record.mp4");
    EXPECT_EQ(ui.settings.recordFormat, app::RecordFormat::WebM) << "not while it records";
}

TEST_F(StudioUi, SnapshotsAreOfTheSourcesSizeOrOfTheScreens) {
    ui.key(GLFW_KEY_S);
    EXPECT_TRUE(ui.requests.snapshot);
    EXPECT_EQ(ui.requests.snapshotExtent.width, 0);
    ui.click("snapshot.jpeg");
    EXPECT_EQ(ui.settings.snapshotFormat, app::SnapshotFormat::Jpeg);
    ui.click("snapshot.shown");
    ui.requests = {};
    ui.click("snapshot");
    EXPECT_TRUE(ui.requests.snapshot);
    EXPECT_EQ(ui.requests.snapshotExtent.width, static_cast<int>(ui.state.studio.pictureRect.GetWidth()));
    EXPECT_GT(ui.requests.snapshotExtent.height, 100);
}

TEST_F(StudioUi, PresetsAreSavedRecalledAndRemoved) {
    ui.settings.strength = 0.25f;
    ui.click("preset.name");
    ui.type("Dusk");
    ui.key(HeadlessUi::kEnterKey);
    ui.clickAt({5, 700});
    ui.settings.strength = 1;
    ui.settings.source = "other.mp4";
    ui.draw();
    ui.click("preset.save");
    EXPECT_EQ(ui.state.studio.presets->names(), (std::vector<std::string>{"Dusk", "Preset 1"}));
    ui.key(GLFW_KEY_1);
    EXPECT_EQ(ui.settings.strength, 0.25f);
    EXPECT_EQ(ui.settings.source, "other.mp4") << "the source stays";
    ui.click("preset.Preset 1", 0.3f);
    EXPECT_EQ(ui.settings.strength, 1.0f);
    ui.key(GLFW_KEY_9);
    ASSERT_FALSE(ui.state.toasts.empty());
    EXPECT_NE(ui.state.toasts.back().text.find("no preset 9"), std::string::npos);
    ui.moveTo(ui.point("preset.Dusk", 0.3f));
    ui.draw();
    ui.click("preset.remove.Dusk");
    EXPECT_EQ(ui.state.studio.presets->names(), std::vector<std::string>{"Preset 1"});
}

TEST_F(StudioUi, APresetIsLitWhileThePictureLooksLikeIt) {
    ui.click("preset.save");
    const auto lit = [&] {
        return ui.state.studio.recalled == "Preset 1" &&
               app::recalled(ui.state.studio.recalledLook, ui.settings) == ui.settings;
    };
    EXPECT_TRUE(lit());
    ui.settings.source = "other.mp4";
    EXPECT_TRUE(lit()) << "the source is no part of it";
    ui.drag("strength", 0.9f, 0.4f);
    EXPECT_FALSE(lit());
    ui.key(GLFW_KEY_1);
    EXPECT_TRUE(lit());
}

TEST_F(StudioUi, DigitsWithCtrlChooseStyles) {
    ImGui::GetIO().KeyCtrl = true;
    ui.key(GLFW_KEY_2);
    ImGui::GetIO().KeyCtrl = false;
    EXPECT_EQ(ui.settings.styles, (std::vector<app::StyleChoice>{{"mosaic", 1.0f}}));
}

TEST_F(StudioUi, BatchStartsShowsAndStops) {
    ui.state.studio.batchInput = "/in";
    ui.draw();
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batchOutput, "/in-painted") << "beside the input where nothing is typed";
    ui.requests = {};
    ui.state.studio.batchInput.clear();
    ui.draw();
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batch, Switch::Leave) << "the source is no file here";
    ui.state.studio.batchInput = "/in";
    ui.state.studio.batchOutput = "/out";
    ui.draw();
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batch, Switch::On);
    EXPECT_EQ(ui.requests.batchInput, "/in");
    EXPECT_EQ(ui.requests.batchOutput, "/out");
    ui.stats.batch = {.active = true, .files = 9, .done = 3, .fraction = 0.4, .secondsLeft = 75, .current = "d.png"};
    ui.draw();
    EXPECT_FALSE(ui.visible("batch.start"));
    ui.click("batch.stop");
    EXPECT_EQ(ui.requests.batch, Switch::Off);
}

TEST_F(StudioUi, BatchInEachStyle) {
    ui.state.studio.batchInput = "/in";
    ui.settings.styles = {{"mosaic", 0.3f}, {"/home/me/own.jpg", 1.0f}};
    ui.draw();
    ui.click("batch.each");
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batchStyles, (std::vector<std::string>{"mosaic", "/home/me/own.jpg"}));
    ui.requests = {};
    ui.stats.gallery[0].error = "unreadable";
    ui.draw();
    ui.click("batch.gallery");
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batchStyles.size(), ui.stats.gallery.size() - 1);
    EXPECT_EQ(ui.requests.batchStyles.front(), ui.stats.gallery[1].id);
    ui.requests = {};
    ui.click("batch.mix");
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batch, Switch::On);
    EXPECT_TRUE(ui.requests.batchStyles.empty());
    ui.requests = {};
    ui.settings.styles.clear();
    ui.draw();
    ui.click("batch.each");
    ui.click("batch.start");
    EXPECT_EQ(ui.requests.batch, Switch::Leave) << "there is no style to restyle in";
}

TEST_F(StudioUi, TurnCropSpeedAndFrames) {
    ui.click("turn.90");
    EXPECT_EQ(ui.settings.rotation, 1);
    ui.drag("crop.left", 0.02f, 0.5f);
    EXPECT_NEAR(ui.settings.crop.left, 0.225f, 0.03f);
    ui.rightClick("crop.left");
    EXPECT_EQ(ui.settings.crop.left, 0.0f);
    ui.drag("source.speed", 0.5f, 0.98f);
    EXPECT_GT(ui.settings.speed, 3.0f);
    ui.click("source.back");
    EXPECT_TRUE(ui.requests.stepBack);
    EXPECT_TRUE(ui.settings.paused);
    ui.click("source.next");
    EXPECT_TRUE(ui.requests.step);
    ui.key(GLFW_KEY_COMMA);
    EXPECT_TRUE(ui.requests.stepBack);
}

TEST_F(StudioUi, CameraFormats) {
    ui.stats.live = true;
    ui.stats.capture = "mjpeg 1280x720 30";
    ui.stats.cameraFormats = {"mjpeg 1280x720 30", "yuyv422 640x480 30"};
    ui.draw();
    ui.click("camera.format");
    ui.draw(2);
    ui.click("format.yuyv422 640x480 30");
    EXPECT_EQ(ui.settings.cameraFormat, "yuyv422 640x480 30");
}

TEST_F(StudioUi, VirtualCamera) {
    EXPECT_TRUE(ui.visible("camera.again"));
    ui.click("camera.again");
    EXPECT_TRUE(ui.requests.lookForDevices);
    ui.stats.virtualCameras = {"/dev/video9\tImpasto"};
    ui.draw();
    ui.click("camera./dev/video9");
    EXPECT_EQ(ui.requests.virtualCamera, Switch::On);
    EXPECT_EQ(ui.requests.virtualCameraDevice, "/dev/video9");
    ui.stats.virtualCamera = {.device = "/dev/video9"};
    ui.draw();
    ui.click("camera./dev/video9");
    EXPECT_EQ(ui.requests.virtualCamera, Switch::Off);
}

TEST_F(StudioUi, FullscreenIsThePictureAlone) {
    ui.key(GLFW_KEY_F11);
    EXPECT_TRUE(ui.state.fullscreen);
    ui.draw();
    EXPECT_FALSE(ui.visible("strength"));
    EXPECT_FALSE(ui.visible("snapshot"));
    EXPECT_TRUE(ui.settings.panelVisible) << "it comes back with the window";
    ui.key(GLFW_KEY_TAB);
    EXPECT_TRUE(ui.visible("strength")) << "it can be called up";
    ui.key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(ui.state.fullscreen);
    EXPECT_TRUE(ui.visible("strength"));
}

}  // namespace
}  // namespace impasto::ui
