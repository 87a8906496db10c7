// SPDX-License-Identifier: MIT
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>

#include "headless_ui.h"
#include "ui/blend.h"

namespace impasto::ui {
namespace {

using Weights = std::vector<float>;

class Mix : public testing::Test {
  protected:
    Mix() {
        ui.settings.styles = {{"waves", 1.0f}, {"mosaic", 1.0f}, {"ink", 1.0f}};
        ui.draw(2);
    }
    Weights weights() const {
        Weights values;
        for (const app::StyleChoice& choice : ui.settings.styles)
            values.push_back(choice.weight);
        return values;
    }
    HeadlessUi ui;
};

TEST_F(Mix, SoloAndMuteButtons) {
    ui.click("mute.mosaic");
    EXPECT_TRUE(ui.settings.styles[1].muted);
    EXPECT_EQ(effectiveWeights(ui.settings), (Weights{0.5f, 0.0f, 0.5f}));
    ui.click("solo.ink");
    EXPECT_EQ(effectiveWeights(ui.settings), (Weights{0.0f, 0.0f, 1.0f}));
    ui.click("solo.waves");
    EXPECT_TRUE(ui.settings.styles[2].solo);
    ImGui::GetIO().KeyCtrl = true;
    ui.click("solo.ink");
    ui.click("solo.ink");
    ImGui::GetIO().KeyCtrl = false;
    EXPECT_FALSE(ui.settings.styles[0].solo);
    EXPECT_TRUE(ui.settings.styles[2].solo);
    ui.click("mute.mosaic");
    EXPECT_FALSE(ui.settings.styles[1].muted);
    EXPECT_EQ(weights(), (Weights{1, 1, 1})) << "weights stay";
}

TEST_F(Mix, RandomEqualAndSum) {
    ui.click("mix.random");
    const Weights first = weights();
    EXPECT_NE(first, (Weights{1, 1, 1}));
    EXPECT_EQ(*std::ranges::max_element(first), 1.0f);
    ui.key(GLFW_KEY_R);
    EXPECT_NE(weights(), first);
    ui.click("mix.equal");
    EXPECT_EQ(weights(), (Weights{1, 1, 1}));
    ui.settings.styles[0].weight = 2;
    ui.click("mix.sum");
    EXPECT_EQ(weights(), (Weights{0.5f, 0.25f, 0.25f}));
}

TEST_F(Mix, ThePadIsDragged) {
    // The first style is at the top: the point starts in the middle.
    const ImVec2 middle = ui.point("pad");
    ui.drag(middle, {middle.x, middle.y - 500});
    EXPECT_EQ(weights(), (Weights{1, 0, 0}));
    ui.drag(middle, {middle.x, middle.y + 500});
    EXPECT_NEAR(ui.settings.styles[0].weight, 0, 1e-4f);
    EXPECT_NEAR(ui.settings.styles[1].weight, 0.5f, 1e-3f);
    EXPECT_NEAR(ui.settings.styles[2].weight, 0.5f, 1e-3f);
    ui.rightClick("pad");
    for (const float weight : weights())
        EXPECT_NEAR(weight, 1.0f / 3, 1e-5f);
}

TEST_F(Mix, ThePadTakesTheArrowKeys) {
    ui.key(GLFW_KEY_UP);
    EXPECT_EQ(weights(), (Weights{1, 1, 1})) << "not without the focus";
    ui.key(GLFW_KEY_P);
    EXPECT_TRUE(ui.state.padFocused);
    for (int i = 0; i < 5; ++i)
        ui.key(GLFW_KEY_UP);
    EXPECT_GT(ui.settings.styles[0].weight, 0.42f);
    ui.key(GLFW_KEY_LEFT);
    EXPECT_EQ(ui.requests.seekSeconds, -1) << "the arrows do not seek";
    EXPECT_GT(ui.settings.styles[2].weight, ui.settings.styles[1].weight) << "the third style is at the lower left";
    ui.key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(ui.state.padFocused);
    ui.key(GLFW_KEY_LEFT);
    EXPECT_DOUBLE_EQ(ui.requests.seekSeconds, 2.0);
}

TEST_F(Mix, DriftIsHeldWhenItEndsAndWhenAWeightIsTouched) {
    ui.click("mix.drift");
    ASSERT_TRUE(ui.settings.drift);
    EXPECT_EQ(weights(), (Weights{1, 1, 1}));
    ui.stats.driftWeights = {{0.25f, 0.5f, 0.75f}};
    ui.draw();
    ui.drag("weight.mosaic", 0.5f, 0.9f);
    EXPECT_EQ(ui.settings.styles[0].weight, 0.25f);
    EXPECT_NEAR(ui.settings.styles[1].weight, 0.9f, 0.08f);
    EXPECT_EQ(ui.settings.styles[2].weight, 0.75f);
    ui.stats.driftWeights = {{0.1f, 0.2f, 0.3f}};
    ui.key(GLFW_KEY_D);
    EXPECT_FALSE(ui.settings.drift);
    EXPECT_EQ(weights(), (Weights{0.1f, 0.2f, 0.3f}));
}

TEST_F(Mix, DriftTimeIsDraggedAndReset) {
    ui.settings.drift = true;
    ui.draw();
    ui.drag("mix.driftSeconds", 0.3f, 1.0f);
    EXPECT_EQ(ui.settings.driftSeconds, 120.0f);
    ui.rightClick("mix.driftSeconds");
    EXPECT_EQ(ui.settings.driftSeconds, app::Settings{}.driftSeconds);
}

TEST_F(Mix, ColourModes) {
    ui.click("colour.luma");
    EXPECT_EQ(ui.settings.colour, nn::ColourMode::Luma);
    ui.click("colour.matched");
    EXPECT_EQ(ui.settings.colour, nn::ColourMode::Matched);
    ui.click("colour.styled");
    EXPECT_EQ(ui.settings.colour, nn::ColourMode::Styled);
}

TEST_F(Mix, TheSourceIsAStyle) {
    ImGui::GetIO().KeyShift = true;
    ui.click("style.source", 0.5f, 0.4f);
    ImGui::GetIO().KeyShift = false;
    ASSERT_EQ(ui.settings.styles.size(), 4u);
    EXPECT_EQ(ui.settings.styles[3].id, app::kSourceStyle);
    EXPECT_TRUE(ui.visible("weight.source"));
    ui.click("style.source", 0.5f, 0.4f);
    EXPECT_EQ(ui.settings.styles.size(), 1u);
    EXPECT_FALSE(ui.visible("pad")) << "one style needs none";
}

TEST_F(Mix, OneToNineAreTheStylesWithoutTheSource) {
    ImGui::GetIO().KeyCtrl = true;
    ui.key(GLFW_KEY_1);
    ImGui::GetIO().KeyCtrl = false;
    ASSERT_EQ(ui.settings.styles.size(), 1u);
    EXPECT_EQ(ui.settings.styles[0].id, "waves");
}

}  // namespace
}  // namespace impasto::ui
