// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include "headless_ui.h"

namespace impasto::ui {
namespace {

using nn::RegionMask;
using Tool = MaskTools::Tool;

class Mask : public testing::Test {
  protected:
    Mask() {
        ui.click("region.add");
        ui.draw();
    }

    const RegionMask& mask() const { return *ui.settings.mask.mask; }
    /// Weight of a region at a place of the picture, 0..1.
    double at(float x, float y, std::size_t region) const {
        const auto cell = [](float p) { return static_cast<int>(p * RegionMask::kSide); };
        return mask().at(cell(x), cell(y))[region] / 255.0;
    }
    ImVec2 canvas(float x, float y) const { return ui.point("mask canvas", x, y); }

    /// The style at this place of the gallery, by its key.
    void choosePlace(int place) {
        ImGui::GetIO().KeyCtrl = true;
        ui.key(GLFW_KEY_0 + place);
        ImGui::GetIO().KeyCtrl = false;
    }

    HeadlessUi ui;
};

TEST_F(Mask, AddingARegionGivesItAMixAndTheBrush) {
    ASSERT_EQ(ui.settings.regionMixes.size(), 1u);
    EXPECT_EQ(ui.settings.regionMixes[0], (app::StyleMix{{"mosaic", 1.0f}})) << "another style than the picture's";
    EXPECT_EQ(ui.state.region, 1);
    EXPECT_EQ(ui.state.mask.tool, Tool::Brush);
    EXPECT_EQ(mask(), RegionMask());
}

TEST_F(Mask, TheGalleryAndKeysEditTheChosenRegion) {
    ui.click("style.ink", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.regionMixes[0], (app::StyleMix{{"ink", 1.0f}}));
    EXPECT_EQ(ui.settings.styles, (app::StyleMix{{"waves", 1.0f}}));
    choosePlace(2);
    EXPECT_EQ(ui.settings.regionMixes[0], (app::StyleMix{{"mosaic", 1.0f}}));
    ui.click("region.1");
    choosePlace(3);
    EXPECT_EQ(ui.settings.styles, (app::StyleMix{{"ink", 1.0f}}));
    EXPECT_EQ(ui.settings.regionMixes[0], (app::StyleMix{{"mosaic", 1.0f}}));
}

TEST_F(Mask, BrushAndEraser) {
    ui.drag(canvas(0.3f, 0.5f), canvas(0.7f, 0.5f));
    EXPECT_EQ(at(0.3f, 0.5f, 1), 1);
    EXPECT_EQ(at(0.5f, 0.5f, 1), 1);
    EXPECT_EQ(at(0.7f, 0.5f, 1), 1);
    EXPECT_EQ(at(0.5f, 0.9f, 1), 0);
    const double soft = at(0.5f, 0.5f + 0.09f, 1);
    EXPECT_GT(soft, 0.05);
    EXPECT_LT(soft, 0.95);
    ui.click("tool.eraser");
    ui.clickAt(canvas(0.5f, 0.5f));
    EXPECT_EQ(at(0.5f, 0.5f, 0), 1);
    EXPECT_EQ(at(0.3f, 0.5f, 1), 1);
}

TEST_F(Mask, GradientAndEllipse) {
    ui.click("tool.gradient");
    ui.drag(canvas(0.2f, 0.5f), canvas(0.8f, 0.5f));
    EXPECT_EQ(at(0.1f, 0.3f, 1), 1);
    EXPECT_NEAR(at(0.5f, 0.7f, 1), 0.5, 0.02);
    EXPECT_EQ(at(0.9f, 0.3f, 1), 0);
    ui.click("mask.clear");
    EXPECT_EQ(mask(), RegionMask());
    ui.click("tool.ellipse");
    ui.drag(canvas(0.1f, 0.2f), canvas(0.5f, 0.8f));
    EXPECT_EQ(at(0.3f, 0.5f, 1), 1);
    EXPECT_EQ(at(0.12f, 0.22f, 1), 0);
}

TEST_F(Mask, FillInvertAndRemove) {
    ui.click("mask.fill");
    EXPECT_EQ(at(0.9f, 0.1f, 1), 1);
    ui.click("mask.invert");
    EXPECT_EQ(mask(), RegionMask());
    ui.click("region.add");
    ui.click("mask.fill");
    EXPECT_EQ(at(0.5f, 0.5f, 2), 1);
    ui.click("region.2");
    ui.click("mask.remove");
    ASSERT_EQ(ui.settings.regionMixes.size(), 1u);
    EXPECT_EQ(at(0.5f, 0.5f, 1), 1) << "the third is the second now";
    ui.click("region.2");
    ui.click("mask.remove");
    EXPECT_TRUE(ui.settings.regionMixes.empty());
    EXPECT_FALSE(ui.settings.mask.mask) << "nothing is left of it";
    EXPECT_FALSE(ui.visible("mask canvas"));
}

TEST_F(Mask, FourRegionsAreAll) {
    ui.click("region.add");
    ui.click("region.add");
    EXPECT_EQ(ui.settings.regionMixes.size(), 3u);
    EXPECT_FALSE(ui.visible("region.add"));
}

TEST_F(Mask, WithoutAToolTheMouseDoesNotPaint) {
    const ImVec2 middle = canvas(0.5f, 0.5f);
    ui.key(GLFW_KEY_K);
    EXPECT_EQ(ui.state.mask.tool, Tool::None);
    ui.clickAt(middle);
    EXPECT_EQ(mask(), RegionMask());
    ui.key(GLFW_KEY_K);
    EXPECT_EQ(ui.state.mask.tool, Tool::Brush);
    ui.clickAt(middle);
    EXPECT_NE(mask(), RegionMask());
    ui.key(GLFW_KEY_ESCAPE);
    EXPECT_EQ(ui.state.mask.tool, Tool::None);
}

TEST_F(Mask, ARegionThatIsGoneIsNotEdited) {
    ui.settings.regionMixes.clear();
    ui.settings.mask = {};
    ui.draw(2);
    EXPECT_EQ(ui.state.region, 0);
    choosePlace(3);
    EXPECT_EQ(ui.settings.styles, (app::StyleMix{{"ink", 1.0f}}));
}

}  // namespace
}  // namespace impasto::ui
