// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <filesystem>
#include <fstream>

#include "headless_ui.h"

namespace impasto::ui {
namespace {

using Styles = std::vector<app::StyleChoice>;

TEST(Gallery, ClickChoosesAStyleAlone) {
    HeadlessUi ui;
    ui.click("style.mosaic", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.styles, (Styles{{"mosaic", 1.0f}}));
}

TEST(Gallery, ShiftClickBlendsAndTakesOut) {
    HeadlessUi ui;
    ImGui::GetIO().KeyShift = true;
    ui.click("style.ink", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.styles, (Styles{{"waves", 1.0f}, {"ink", 1.0f}}));
    ui.click("style.waves", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.styles, (Styles{{"ink", 1.0f}}));
    ui.click("style.ink", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.styles, (Styles{{"ink", 1.0f}})) << "the last style stays";
}

TEST(Gallery, CornerAddsAndRemoves) {
    HeadlessUi ui;
    ui.click("style.mosaic", 0.92f, 0.08f);
    EXPECT_EQ(ui.settings.styles, (Styles{{"waves", 1.0f}, {"mosaic", 1.0f}}));
    ui.click("style.waves", 0.92f, 0.08f);
    EXPECT_EQ(ui.settings.styles, (Styles{{"mosaic", 1.0f}}));
}

TEST(Gallery, TheBandSetsTheWeightAndIsNoClick) {
    HeadlessUi ui;
    ui.settings.styles = {{"waves", 1.0f}, {"mosaic", 1.0f}};
    ui.draw();
    ui.drag("style.waves", 0.9f, 0.25f, 0.92f);
    ASSERT_EQ(ui.settings.styles.size(), 2u);
    EXPECT_NEAR(ui.settings.styles[0].weight, 0.25f, 0.01f);
    EXPECT_EQ(ui.settings.styles[1].weight, 1.0f);
}

TEST(Gallery, DraggingAChosenPictureChangesItsWeight) {
    HeadlessUi ui;
    ui.settings.styles = {{"waves", 0.8f}, {"mosaic", 1.0f}};
    ui.draw();
    ui.drag("style.waves", 0.7f, 0.3f, 0.4f);
    ASSERT_EQ(ui.settings.styles.size(), 2u);
    EXPECT_NEAR(ui.settings.styles[0].weight, 0.4f, 0.11f);
    EXPECT_LT(ui.settings.styles[0].weight, 0.6f);
}

TEST(Gallery, AStyleThatCannotBeReadIsNotChosen) {
    HeadlessUi ui;
    ui.stats.gallery[1].error = "cannot read";
    ui.click("style.mosaic", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.styles, (Styles{{"waves", 1.0f}}));
}

TEST(Weights, SliderRemoveAndNormalize) {
    HeadlessUi ui;
    ui.settings.styles = {{"waves", 1.0f}, {"mosaic", 1.0f}};
    ui.draw();
    ui.drag("weight.mosaic", 0.9f, 0.5f);
    EXPECT_NEAR(ui.settings.styles[1].weight, 0.5f, 0.02f);
    EXPECT_TRUE(ui.settings.normalizeWeights);
    ui.click("normalizeWeights");
    EXPECT_FALSE(ui.settings.normalizeWeights);
    ui.rightClick("weight.mosaic");
    EXPECT_EQ(ui.settings.styles[1].weight, 1.0f);
    ui.click("remove.waves");
    EXPECT_EQ(ui.settings.styles, (Styles{{"mosaic", 1.0f}}));
}

TEST(Weights, StrengthDragTypeAndReset) {
    HeadlessUi ui;
    ui.drag("strength", 0.9f, 0.5f);
    EXPECT_NEAR(ui.settings.strength, 0.5f, 0.02f);
    ui.rightClick("strength");
    EXPECT_EQ(ui.settings.strength, 1.0f);

    ImGui::GetIO().KeyCtrl = true;
    ui.click("strength");
    EXPECT_EQ(ui.settings.strength, 1.0f) << "Ctrl+click does not drag";
    ui.key('A');
    ImGui::GetIO().KeyCtrl = false;
    ui.type("25");
    ui.key(HeadlessUi::kEnterKey);
    EXPECT_FLOAT_EQ(ui.settings.strength, 0.25f);
    ui.drag("strength", 0.25f, 0.75f);
    EXPECT_NEAR(ui.settings.strength, 0.75f, 0.03f) << "the slider works again";
}

TEST(Picture, WipeLineIsDragged) {
    HeadlessUi ui;
    ui.click("compare");
    ASSERT_TRUE(ui.settings.wipe);
    const ImVec2 from = ui.point("wipe line");
    ui.drag(from, {from.x - 120, from.y});
    // The picture fills the width: 1280 minus the panel.
    const float width = ui.state.pictureArea.GetWidth();
    EXPECT_NEAR(ui.settings.wipePosition, 0.5f - 120 / width, 0.01f);
    const ImVec2 line = ui.point("wipe line");
    ui.drag(line, {5000, line.y});
    EXPECT_EQ(ui.settings.wipePosition, 1.0f);
}

TEST(TopBar, PauseSnapshotThemeAndPanel) {
    HeadlessUi ui;
    ui.click("pause");
    EXPECT_TRUE(ui.settings.paused);
    ui.click("snapshot");
    EXPECT_TRUE(ui.requests.snapshot);
    ui.click("theme");
    EXPECT_TRUE(ui.settings.lightTheme);
    ui.click("panel");
    EXPECT_FALSE(ui.settings.panelVisible);
    EXPECT_FALSE(ui.visible("strength"));
}

TEST(Keyboard, Shortcuts) {
    HeadlessUi ui;
    ui.key(GLFW_KEY_SPACE);
    EXPECT_TRUE(ui.settings.paused);
    ui.key(GLFW_KEY_W);
    EXPECT_TRUE(ui.settings.wipe);
    ui.key(GLFW_KEY_S);
    EXPECT_TRUE(ui.requests.snapshot);
    ui.key(GLFW_KEY_TAB);
    EXPECT_FALSE(ui.settings.panelVisible);
    ui.key(GLFW_KEY_T);
    EXPECT_TRUE(ui.settings.lightTheme);
    ui.key(GLFW_KEY_RIGHT);
    EXPECT_DOUBLE_EQ(ui.requests.seekSeconds, 6.0);
    ui.key(GLFW_KEY_LEFT_BRACKET);
    EXPECT_NEAR(ui.settings.strength, 0.95f, 1e-6f);
    ui.key(GLFW_KEY_PERIOD);
    EXPECT_TRUE(ui.requests.step);
    ui.key(GLFW_KEY_F11);
    EXPECT_TRUE(ui.state.fullscreen);
    ui.key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(ui.state.fullscreen);
}

TEST(Keyboard, DigitsChooseStyles) {
    HeadlessUi ui;
    ImGui::GetIO().KeyCtrl = true;
    ui.key(GLFW_KEY_2);
    EXPECT_EQ(ui.settings.styles, (Styles{{"mosaic", 1.0f}}));
    ImGui::GetIO().KeyCtrl = false;
    ImGui::GetIO().KeyShift = true;
    ui.key(GLFW_KEY_3);
    EXPECT_EQ(ui.settings.styles, (Styles{{"mosaic", 1.0f}, {"ink", 1.0f}}));
    ui.key(GLFW_KEY_9);
    EXPECT_EQ(ui.settings.styles.size(), 2u) << "no ninth style";
}

TEST(Keyboard, TypingIsNotAShortcut) {
    HeadlessUi ui;
    ui.click("source");
    ui.click("source.path");
    ui.draw(2);
    ui.key(GLFW_KEY_SPACE);
    ui.key(GLFW_KEY_W);
    EXPECT_FALSE(ui.settings.paused);
    EXPECT_FALSE(ui.settings.wipe);
}

TEST(SourceMenu, CameraClipAndTypedPath) {
    HeadlessUi ui;
    ui.click("source");
    ui.click("source.webcam:0");
    EXPECT_EQ(ui.settings.source, "webcam:0");
    ui.click("source");
    ui.click("source.clip");
    EXPECT_EQ(ui.settings.source, "/data/clip.mp4");
    ui.click("source");
    ui.click("source.path");
    ui.draw();
    ui.type("lavfi:testsrc2");
    ui.key(HeadlessUi::kEnterKey);
    EXPECT_EQ(ui.settings.source, "lavfi:testsrc2");
    ui.draw();
    EXPECT_FALSE(ui.visible("source.path")) << "the menu closes";
}

TEST(SourceMenu, FilesOfAFolder) {
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "impasto_files";
    std::filesystem::create_directories(folder / "inner");
    for (const char* name : {"b.mp4", "a.JPG", "notes.txt", ".hidden.png"})
        std::ofstream(folder / name) << "x";
    FileList list;
    listFolder(list, folder);
    ASSERT_EQ(list.entries.size(), 3u);
    EXPECT_TRUE(list.entries[0].folder);
    EXPECT_EQ(list.entries[1].name, "a.JPG");
    EXPECT_EQ(list.entries[2].name, "b.mp4");

    HeadlessUi ui;
    ui.settings.source = (folder / "b.mp4").string();
    ui.draw();
    ui.click("source");
    ui.click("file.a.JPG");
    EXPECT_EQ(ui.settings.source, (folder / "a.JPG").string());
    std::filesystem::remove_all(folder);
    listFolder(list, folder);
    EXPECT_TRUE(list.entries.empty());
    EXPECT_FALSE(list.error.empty());
}

TEST(StatusLine, SeekBar) {
    HeadlessUi ui;
    ui.click("seek", 0.75f);
    EXPECT_NEAR(ui.requests.seekSeconds, 7.5, 0.2);
}

TEST(StatusLine, MessagesShowAndAreDismissed) {
    HeadlessUi ui;
    ui.stats.messages = {{app::Message::Kind::Error, 1, "camera lost"}, {app::Message::Kind::Info, 2, "saved"}};
    ui.draw();
    ASSERT_EQ(ui.state.toasts.size(), 2u);
    EXPECT_EQ(ui.state.toasts.back().text, "saved");
    EXPECT_TRUE(ui.visible("toast.1")) << "both are told";
    ui.click("toast.2");
    EXPECT_FALSE(ui.visible("toast.2"));
    EXPECT_TRUE(ui.visible("toast.1"));
    ui.click("toast.1");
    ui.draw(5);
    EXPECT_TRUE(ui.state.toasts.empty()) << "an old message does not come back";
}

TEST(Drop, WhereItFallsDecides) {
    HeadlessUi ui;
    Ui panel{ui.settings, ui.stats, ui.requests, ui.state, ui.theme, {}};
    const ImVec2 onPanel = ui.state.panelArea.GetCenter();
    const ImVec2 onPicture = ui.state.pictureArea.GetCenter();
    dropFiles(panel, {"/x/a.png", "/x/b.jpeg"}, onPanel);
    EXPECT_EQ(ui.requests.addStyles, (std::vector<std::string>{"/x/a.png", "/x/b.jpeg"}));
    EXPECT_EQ(ui.settings.source, "clip.mp4");
    dropFiles(panel, {"/x/c.png"}, onPicture);
    EXPECT_EQ(ui.settings.source, "/x/c.png");
    dropFiles(panel, {"/x/d.mkv"}, onPanel);
    EXPECT_EQ(ui.settings.source, "/x/d.mkv") << "a video is no style";
    EXPECT_EQ(ui.requests.addStyles.size(), 2u);
}

TEST(Sections, FoldAndUnfold) {
    HeadlessUi ui;
    ASSERT_TRUE(ui.visible("epsilon"));
    ui.click("section.Normalization", 0.9f);
    ui.draw();
    EXPECT_FALSE(ui.visible("epsilon"));
    ui.click("section.Normalization", 0.9f);
    ui.draw();
    EXPECT_TRUE(ui.visible("epsilon"));
}

TEST(Output, NetworkSizePrecisionAndSwitches) {
    HeadlessUi ui;
    ui.click("model.nano");
    EXPECT_EQ(ui.settings.model, "nano");
    ui.settings.exactSize = {100, 100};
    ui.click("size.384");
    EXPECT_EQ(ui.settings.shortSide, 384);
    EXPECT_EQ(ui.settings.exactSize, Extent{});
    ui.click("precision.fp32");
    EXPECT_EQ(ui.settings.precision, nn::Precision::Fp32);
    ui.click("wipe");
    EXPECT_TRUE(ui.settings.wipe);
    ui.click("mirror");
    EXPECT_TRUE(ui.settings.mirror);
    ui.click("loop");
    EXPECT_FALSE(ui.settings.loop);
}

TEST(Panel, FitsWithoutHorizontalScrolling) {
    for (const ImVec2 size : {ImVec2{1024, 640}, ImVec2{1600, 900}, ImVec2{2560, 1440}}) {
        HeadlessUi ui(size);
        const ImGuiWindow* panel = ImGui::FindWindowByName("panel");
        ASSERT_NE(panel, nullptr);
        EXPECT_EQ(panel->ScrollMax.x, 0.0f) << size.x;
        for (const auto& [name, placed] : ui.state.placed) {
            EXPECT_GE(placed.rect.Min.x, 0.0f) << name;
            EXPECT_LE(placed.rect.Max.x, size.x) << name;
            EXPECT_GT(placed.rect.GetWidth(), 3.0f) << name;
        }
    }
}

}  // namespace
}  // namespace impasto::ui
