// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <filesystem>
#include <fstream>

#include "headless_ui.h"

namespace impasto::ui {
namespace {

using Kind = app::GalleryEdit::Kind;

TEST(GallerySearch, ShowsWhatHasEveryWord) {
    HeadlessUi ui;
    ui.state.gallery.search = "MO sa";
    ui.draw(2);
    EXPECT_TRUE(ui.visible("style.mosaic"));
    EXPECT_FALSE(ui.visible("style.waves"));
    EXPECT_FALSE(ui.visible("style.source"));
    EXPECT_TRUE(ui.visible("style.add")) << "one may still be added";
    ui.state.gallery.search = "nothing of the kind";
    ui.draw(2);
    EXPECT_FALSE(ui.visible("style.mosaic"));
    ui.state.gallery.search.clear();
    ui.draw(2);
    EXPECT_TRUE(ui.visible("style.waves"));
}

TEST(GallerySearch, TypingSearchesAndRunsNoShortcut) {
    HeadlessUi ui;
    ui.clickAt({ui.point("style.search", 0.3f).x, ui.point("style.search", 0.3f, 0.5f).y});
    ui.type("ink");
    ui.key(GLFW_KEY_W);
    EXPECT_EQ(ui.state.gallery.search, "ink");
    EXPECT_FALSE(ui.settings.wipe);
    EXPECT_FALSE(ui.visible("style.waves"));
}

TEST(GalleryOrder, ACardIsDraggedToAnotherPlace) {
    HeadlessUi ui;
    ui.drag(ui.point("style.ink", 0.5f, 0.4f), ui.point("style.waves", 0.2f, 0.4f));
    ASSERT_EQ(ui.requests.galleryEdits.size(), 1u);
    EXPECT_EQ(ui.requests.galleryEdits[0].kind, Kind::MoveBefore);
    EXPECT_EQ(ui.requests.galleryEdits[0].id, "ink");
    EXPECT_EQ(ui.requests.galleryEdits[0].before, "waves");
    EXPECT_EQ(ui.settings.styles, (app::StyleMix{{"waves", 1.0f}})) << "a drag is no click";
    ui.requests = {};
    ui.drag(ui.point("style.mosaic", 0.5f, 0.4f), ui.point("style.ink", 0.8f, 0.4f));
    ASSERT_EQ(ui.requests.galleryEdits.size(), 1u);
    EXPECT_EQ(ui.requests.galleryEdits[0].before, "") << "after the last";
    ui.click("style.mosaic", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.styles, (app::StyleMix{{"mosaic", 1.0f}})) << "a click is one again";
}

TEST(GalleryMenu, RemovesAndShowsAgain) {
    HeadlessUi ui;
    ui.rightClick("style.ink");
    ui.draw();
    ui.click("menu.remove");
    ASSERT_EQ(ui.requests.galleryEdits.size(), 1u);
    EXPECT_EQ(ui.requests.galleryEdits[0].kind, Kind::Remove);
    EXPECT_EQ(ui.requests.galleryEdits[0].id, "ink");
    ui.requests = {};
    ui.stats.hiddenStyles = 2;
    ui.draw();
    ui.click("style.showAll");
    ASSERT_EQ(ui.requests.galleryEdits.size(), 1u);
    EXPECT_EQ(ui.requests.galleryEdits[0].kind, Kind::ShowAll);
}

TEST(GalleryPreviews, AreSwitched) {
    HeadlessUi ui;
    ASSERT_TRUE(ui.settings.stylePreviews);
    ui.click("style.previews");
    EXPECT_FALSE(ui.settings.stylePreviews);
}

class Files : public testing::Test {
  protected:
    Files() {
        std::filesystem::create_directories(folder_ / "more");
        for (const char* name : {"a b.png", "c.jpg", "notes.txt"})
            std::ofstream(folder_ / name) << "x";
    }
    ~Files() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("impasto_gallery_test_" + std::to_string(::getpid()));
};

TEST_F(Files, TheBrowserShowsPicturesAndFoldersAndTakesATypedPath) {
    HeadlessUi ui;
    ui.click("style.add");
    ui.draw(2);
    ASSERT_TRUE(ui.visible("browser.path"));
    ui.state.gallery.browser.path.clear();
    ui.clickAt(ui.point("browser.path"));
    ImGui::GetIO().KeyCtrl = true;
    ui.key('A');
    ImGui::GetIO().KeyCtrl = false;
    ui.type(folder_.c_str());
    ui.key(HeadlessUi::kEnterKey);
    ui.draw(2);
    EXPECT_TRUE(ui.visible("browse.a b.png"));
    EXPECT_TRUE(ui.visible("browse.more"));
    EXPECT_FALSE(ui.visible("browse.notes.txt"));
    ui.click("browse.more");
    ui.draw(2);
    EXPECT_EQ(ui.state.gallery.browser.folder, folder_ / "more");
    ui.click("browse.up");
    ui.draw(2);
    ui.click("browse.c.jpg", 0.5f, 0.3f);
    EXPECT_EQ(ui.requests.addStyles, (std::vector<std::string>{(folder_ / "c.jpg").string()}));
    EXPECT_EQ(ui.settings.styles, (app::StyleMix{{(folder_ / "c.jpg").string(), 1.0f}}));
}

}  // namespace
}  // namespace impasto::ui
