// SPDX-License-Identifier: MIT
// What a user does with mouse and keyboard, and what it makes of Settings.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "app/preset.h"
#include "headless_ui.h"
#include "ui/shortcuts.h"

namespace impasto::ui {
namespace {

using Styles = std::vector<app::StyleChoice>;

void keyWith(HeadlessUi& ui, int code, bool ctrl, bool shift) {
    ImGui::GetIO().KeyCtrl = ctrl;
    ImGui::GetIO().KeyShift = shift;
    ui.key(code);
    ImGui::GetIO().KeyCtrl = ImGui::GetIO().KeyShift = false;
    ui.draw();
}
void undoKey(HeadlessUi& ui) {
    keyWith(ui, GLFW_KEY_Z, true, false);
}
void redoKey(HeadlessUi& ui) {
    keyWith(ui, GLFW_KEY_Z, true, true);
}

/// Does something to the panel, then takes it back and does it again by keys.
template <typename Doing>
void expectUndoable(Doing&& doing, const char* what) {
    HeadlessUi ui;
    const app::Settings before = ui.settings;
    doing(ui);
    const app::Settings after = ui.settings;
    ASSERT_NE(after, before) << what << " changed nothing";
    undoKey(ui);
    EXPECT_EQ(ui.settings, before) << what;
    redoKey(ui);
    EXPECT_EQ(ui.settings, after) << what;
}

TEST(Undo, TakesEveryControlBackInOneStep) {
    expectUndoable([](HeadlessUi& ui) { ui.click("style.mosaic", 0.5f, 0.4f); }, "a style");
    expectUndoable([](HeadlessUi& ui) { ui.click("style.mosaic", 0.92f, 0.08f); }, "blending");
    expectUndoable([](HeadlessUi& ui) { ui.drag("style.waves", 0.9f, 0.3f, 0.92f); }, "a weight on its picture");
    expectUndoable([](HeadlessUi& ui) { ui.drag("weight.waves", 0.9f, 0.3f); }, "a weight's slider");
    expectUndoable([](HeadlessUi& ui) { ui.drag("strength", 0.9f, 0.3f); }, "strength");
    expectUndoable([](HeadlessUi& ui) { ui.drag("styleScale", 0.5f, 0.9f); }, "style scale");
    expectUndoable([](HeadlessUi& ui) { ui.click("norm.layer+learned"); }, "a cell");
    expectUndoable([](HeadlessUi& ui) { ui.click("preset.bn"); }, "a preset");
    expectUndoable([](HeadlessUi& ui) { ui.drag("epsilon", 0.3f, 0.8f); }, "epsilon");
    expectUndoable([](HeadlessUi& ui) { ui.click("perSite"); }, "sites on their own");
    expectUndoable([](HeadlessUi& ui) { ui.click("model.nano"); }, "the network");
    expectUndoable([](HeadlessUi& ui) { ui.click("size.384"); }, "the resolution");
    expectUndoable([](HeadlessUi& ui) { ui.click("precision.fp32"); }, "precision");
    expectUndoable([](HeadlessUi& ui) { ui.drag("guidance", 0.9f, 0.2f); }, "sharp edges");
    expectUndoable([](HeadlessUi& ui) { ui.click("compare"); }, "comparing");
    expectUndoable([](HeadlessUi& ui) { ui.click("mirror"); }, "mirror");
    expectUndoable([](HeadlessUi& ui) { ui.click("loop"); }, "loop");
    expectUndoable(
        [](HeadlessUi& ui) {
            ui.click("source");
            ui.click("source.webcam:0");
        },
        "the source");
}

TEST(Undo, ByButtonsAndByCtrlY) {
    HeadlessUi ui;
    ui.click("undo");
    EXPECT_EQ(ui.settings.strength, 1.0f) << "nothing to undo yet";
    ui.drag("strength", 0.9f, 0.5f);
    const float dragged = ui.settings.strength;
    ui.click("undo");
    EXPECT_EQ(ui.settings.strength, 1.0f);
    ui.click("redo");
    EXPECT_EQ(ui.settings.strength, dragged);
    undoKey(ui);
    EXPECT_EQ(ui.settings.strength, 1.0f);
    keyWith(ui, GLFW_KEY_Y, true, false);
    EXPECT_EQ(ui.settings.strength, dragged);
}

TEST(Undo, AHeldKeyIsOneStepTwoPressesAreTwo) {
    HeadlessUi ui;
    ImGui::GetIO().KeysDown[GLFW_KEY_LEFT_BRACKET] = true;
    ui.draw(60);  // a second: ImGui repeats the key
    ImGui::GetIO().KeysDown[GLFW_KEY_LEFT_BRACKET] = false;
    ui.draw();
    ASSERT_LT(ui.settings.strength, 0.85f);
    const float held = ui.settings.strength;
    ui.key(GLFW_KEY_LEFT_BRACKET);
    EXPECT_LT(ui.settings.strength, held);
    undoKey(ui);
    EXPECT_EQ(ui.settings.strength, held);
    undoKey(ui);
    EXPECT_EQ(ui.settings.strength, 1.0f);
}

TEST(Undo, TypingANumberIsOneStep) {
    HeadlessUi ui;
    ui.click("strength.value");
    ui.draw();
    keyWith(ui, 'A', true, false);
    for (const char* letter : {"4", "2"})
        ui.type(letter);
    EXPECT_EQ(ui.settings.strength, 1.0f) << "nothing happens before Enter";
    ui.key(HeadlessUi::kEnterKey);
    EXPECT_FLOAT_EQ(ui.settings.strength, 0.42f);
    undoKey(ui);
    EXPECT_EQ(ui.settings.strength, 1.0f);
}

TEST(Undo, SaysWhatItWas) {
    HeadlessUi ui;
    ui.drag("styleScale", 0.5f, 0.9f);
    undoKey(ui);
    ASSERT_EQ(ui.state.toasts.size(), 1u);
    EXPECT_EQ(ui.state.toasts.back().text, "Undone: style scale");
    undoKey(ui);
    ASSERT_EQ(ui.state.toasts.size(), 1u) << "one line, not a pile";
    EXPECT_EQ(ui.state.toasts.back().text, "Nothing to undo");
}

TEST(Numbers, EverySliderIsDraggedTypedAndReset) {
    struct Number {
        const char* name;
        float app::Settings::*member;
        const char* typed;
        float value;
    };
    const Number numbers[] = {{"strength", &app::Settings::strength, "30", 0.3f},
                              {"styleScale", &app::Settings::styleScale, "1.5", 1.5f},
                              {"epsilon", &app::Settings::epsilon, "1e-3", 1e-3f},
                              {"guidance", &app::Settings::guidance, "12,5", 0.125f}};
    for (const Number& number : numbers) {
        HeadlessUi ui;
        const float initial = ui.settings.*number.member;
        ui.drag(number.name, 0.6f, 0.2f);
        EXPECT_NE(ui.settings.*number.member, initial) << number.name;
        ui.rightClick(number.name);
        EXPECT_EQ(ui.settings.*number.member, initial) << number.name;
        ImGui::GetIO().KeyCtrl = true;
        ui.click(number.name);
        ui.key('A');
        ImGui::GetIO().KeyCtrl = false;
        ui.type(number.typed);
        ui.key(HeadlessUi::kEnterKey);
        EXPECT_FLOAT_EQ(ui.settings.*number.member, number.value) << number.name;
        ui.rightClick(std::string(number.name) + ".value");
        EXPECT_EQ(ui.settings.*number.member, initial) << number.name << " by a right click on the number";
    }
}

TEST(Numbers, NonsenseAndEscapeChangeNothingAndLimitsHold) {
    HeadlessUi ui;
    const auto type = [&](const char* text, int end) {
        ui.click("strength.value");
        ui.draw();
        keyWith(ui, 'A', true, false);
        ui.type(text);
        ui.key(end);
        ui.draw();
    };
    ImGui::GetIO().KeyMap[ImGuiKey_Escape] = GLFW_KEY_ESCAPE;
    type("50", HeadlessUi::kEnterKey);
    ASSERT_FLOAT_EQ(ui.settings.strength, 0.5f);
    type("paint", HeadlessUi::kEnterKey);
    EXPECT_FLOAT_EQ(ui.settings.strength, 0.5f);
    type("nan", HeadlessUi::kEnterKey);
    EXPECT_FLOAT_EQ(ui.settings.strength, 0.5f);
    type("80", GLFW_KEY_ESCAPE);
    EXPECT_FLOAT_EQ(ui.settings.strength, 0.5f);
    type("900", HeadlessUi::kEnterKey);
    EXPECT_FLOAT_EQ(ui.settings.strength, 1.0f);
    type("-3", HeadlessUi::kEnterKey);
    EXPECT_FLOAT_EQ(ui.settings.strength, 0.0f);
}

TEST(Numbers, AClickElsewhereTakesWhatWasTyped) {
    HeadlessUi ui;
    ui.click("guidance.value");
    ui.draw();
    keyWith(ui, 'A', true, false);
    ui.type("40");
    ui.clickAt({ui.state.pictureArea.GetCenter().x, ui.state.pictureArea.Min.y + 4});
    EXPECT_FLOAT_EQ(ui.settings.guidance, 0.4f);
}

TEST(Numbers, AWeightIsTypedToo) {
    HeadlessUi ui;
    ui.settings.styles = {{"waves", 1.0f}, {"mosaic", 1.0f}};
    ui.draw();
    ui.click("weight.mosaic.value");
    ui.draw();
    keyWith(ui, 'A', true, false);
    ui.type("0.25");
    ui.key(HeadlessUi::kEnterKey);
    EXPECT_EQ(ui.settings.styles, (Styles{{"waves", 1.0f}, {"mosaic", 0.25f}}));
}

TEST(Shortcuts, EveryKeyIsUniqueAndExplained) {
    std::set<std::pair<int, Modifier>> keys;
    for (const Shortcut& shortcut : shortcuts()) {
        EXPECT_TRUE(keys.insert({shortcut.key, shortcut.modifier}).second) << shortcut.keys;
        EXPECT_FALSE(shortcut.keys.empty());
        EXPECT_FALSE(shortcut.text.empty());
        EXPECT_FALSE(keysOf(shortcut.action).empty());
    }
}

TEST(Shortcuts, StylesGoRound) {
    HeadlessUi ui;
    ui.key(GLFW_KEY_N);
    EXPECT_EQ(ui.settings.styles, (Styles{{"mosaic", 1.0f}}));
    ui.key(GLFW_KEY_N);
    ui.key(GLFW_KEY_N);
    EXPECT_EQ(ui.settings.styles, (Styles{{"waves", 1.0f}}));
    keyWith(ui, GLFW_KEY_N, false, true);
    EXPECT_EQ(ui.settings.styles, (Styles{{"ink", 1.0f}}));
    ui.stats.gallery[0].error = "cannot read";
    ui.key(GLFW_KEY_N);
    EXPECT_EQ(ui.settings.styles, (Styles{{"mosaic", 1.0f}})) << "what cannot be read is passed over";
}

TEST(Shortcuts, NormalizationsGoRound) {
    HeadlessUi ui;
    const auto& presets = normalizationPresets();
    ui.settings.normalization = presets.front().cell;
    ui.draw();
    for (std::size_t i = 1; i <= presets.size(); ++i) {
        ui.key(GLFW_KEY_G);
        const Normalization& expected = presets[i % presets.size()].cell;
        EXPECT_EQ(ui.settings.normalization.statistics, expected.statistics) << i;
        EXPECT_EQ(ui.settings.normalization.affine, expected.affine) << i;
    }
    keyWith(ui, GLFW_KEY_G, false, true);
    EXPECT_EQ(ui.settings.normalization.affine, presets.back().cell.affine);
}

TEST(Shortcuts, SurpriseBlendsAFewUsableStyles) {
    HeadlessUi ui;
    ui.stats.gallery[1].error = "cannot read";
    for (int i = 0; i < 10; ++i) {
        keyWith(ui, GLFW_KEY_R, false, true);
        ASSERT_EQ(ui.settings.styles.size(), 2u);
        EXPECT_NE(ui.settings.styles[0].id, ui.settings.styles[1].id);
        for (const app::StyleChoice& choice : ui.settings.styles) {
            EXPECT_NE(choice.id, "mosaic");
            EXPECT_GE(choice.weight, 0.25f);
            EXPECT_LE(choice.weight, 1.0f);
        }
    }
}

TEST(Shortcuts, SourceBeginningMirrorAndHelp) {
    HeadlessUi ui;
    keyWith(ui, GLFW_KEY_O, true, false);
    ui.draw(2);
    EXPECT_TRUE(ui.visible("source.path"));
    ui.key(GLFW_KEY_ESCAPE);
    EXPECT_FALSE(ui.visible("source.path")) << "Escape closes the menu";
    ui.click("source");
    ui.click("source.clip");
    EXPECT_EQ(ui.settings.source, "/data/clip.mp4");
    ui.key(GLFW_KEY_HOME);
    EXPECT_EQ(ui.requests.seekSeconds, 0);
    ui.key(GLFW_KEY_M);
    EXPECT_TRUE(ui.settings.mirror);
    ui.key(GLFW_KEY_F1);
    EXPECT_TRUE(ui.state.helpOpen);
    EXPECT_TRUE(ui.visible("help.page"));
    ui.clickAt({10, 10});
    EXPECT_FALSE(ui.state.helpOpen) << "a click closes it";
}

TEST(Shortcuts, PeekShowsTheSourceWhileHeld) {
    HeadlessUi ui;
    ImGui::GetIO().KeysDown[GLFW_KEY_B] = true;
    ui.draw();
    EXPECT_TRUE(ui.state.peek);
    ImGui::GetIO().KeysDown[GLFW_KEY_B] = false;
    ui.draw();
    EXPECT_FALSE(ui.state.peek);
}

TEST(Shortcuts, ModifiersMatter) {
    HeadlessUi ui;
    keyWith(ui, GLFW_KEY_S, true, false);
    EXPECT_FALSE(ui.requests.snapshot) << "Ctrl+S is no snapshot";
    keyWith(ui, GLFW_KEY_T, false, true);
    EXPECT_FALSE(ui.settings.lightTheme);
    ui.key(GLFW_KEY_Z);
    EXPECT_TRUE(ui.state.toasts.empty()) << "Z alone is no undo";
}

TEST(Toasts, QueueMergeAndTime) {
    HeadlessUi ui;
    for (int i = 0; i < 6; ++i)
        say(ui.state, app::Message::Kind::Info, "event " + std::to_string(i));
    say(ui.state, app::Message::Kind::Info, "event 2");
    ui.draw();
    ASSERT_EQ(ui.state.toasts.size(), 6u);
    EXPECT_EQ(ui.state.toasts.back().text, "event 2");
    EXPECT_EQ(ui.state.toasts.back().times, 2);
    EXPECT_FALSE(ui.visible("toast.1")) << "the oldest waits for a place";
    ui.draw(60 * 20);
    EXPECT_TRUE(ui.state.toasts.empty()) << "all had their turn";
    for (int i = 0; i < 40; ++i)
        say(ui.state, app::Message::Kind::Error, std::to_string(i));
    EXPECT_LE(ui.state.toasts.size(), 16u);
}

TEST(Toasts, TimeStandsStillUnderTheMouse) {
    HeadlessUi ui;
    say(ui.state, app::Message::Kind::Info, "a long message");
    ui.draw();
    const std::string name = "toast." + std::to_string(ui.state.toasts.back().serial);
    ui.moveTo(ui.point(name));
    ui.draw(60 * 10);
    EXPECT_EQ(ui.state.toasts.size(), 1u);
    ui.moveTo({5, 5});
    ui.draw(60 * 6);
    EXPECT_TRUE(ui.state.toasts.empty());
}

TEST(EmptyStates, NoPictureAndNoSourceSayWhatToDo) {
    HeadlessUi ui;
    ui.picture = {};
    ui.draw();
    EXPECT_FALSE(ui.visible("empty.sources")) << "it is only starting";
    ui.stats.sourceProblem = "cannot open webcam:3: there is no such camera";
    ui.draw();
    ui.click("empty.clip");
    EXPECT_EQ(ui.settings.source, "/data/clip.mp4");
    ui.draw();
    EXPECT_FALSE(ui.visible("empty.clip")) << "it is chosen already";
    ui.click("empty.sources");
    ui.draw(2);
    EXPECT_TRUE(ui.visible("source.path"));
}

TEST(EmptyStates, ALostSourceIsToldOverThePicture) {
    HeadlessUi ui;
    ui.stats.sourceProblem = "camera lost";
    ui.draw();
    ui.click("source problem");
    ui.draw(2);
    EXPECT_TRUE(ui.visible("source.path"));
}

TEST(EmptyStates, TheHintGoesOnceItWasTried) {
    HeadlessUi ui;
    ui.state.hint = true;
    ui.draw();
    EXPECT_TRUE(ui.visible("hint"));
    ui.click("style.mosaic", 0.5f, 0.4f);
    ui.draw();
    EXPECT_TRUE(ui.visible("hint")) << "half of it";
    ui.click("norm.batch+learned");
    ui.draw();
    EXPECT_FALSE(ui.visible("hint"));
    ui.state.hint = true;
    ui.draw();
    ui.click("hint");
    EXPECT_FALSE(ui.state.hint) << "or once it was clicked away";
}

TEST(Dropping, ASnapshotOrPresetBringsItsSettingsBack) {
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "impasto_drop";
    std::filesystem::create_directories(folder);
    app::Settings saved;
    saved.strength = 0.25f;
    saved.source = "elsewhere.mp4";
    saved.lightTheme = true;
    saved.styles = {{"ink", 0.5f}};
    app::savePreset(saved, folder / "mine.json");
    std::ofstream(folder / "broken.json") << "{";

    HeadlessUi ui;
    Ui panel{ui.settings, ui.stats, ui.requests, ui.state, ui.theme, {}};
    dropFiles(panel, {(folder / "mine.json").string()}, ui.state.pictureArea.GetCenter());
    ui.draw();
    EXPECT_EQ(ui.settings.strength, 0.25f);
    EXPECT_EQ(ui.settings.styles, saved.styles);
    EXPECT_EQ(ui.settings.source, "clip.mp4") << "the source stays";
    EXPECT_FALSE(ui.settings.lightTheme);
    undoKey(ui);
    EXPECT_EQ(ui.settings.strength, 1.0f);
    dropFiles(panel, {(folder / "broken.json").string()}, ui.state.pictureArea.GetCenter());
    ui.draw();
    EXPECT_EQ(ui.settings.source, "clip.mp4");
    EXPECT_EQ(ui.state.toasts.back().kind, app::Message::Kind::Error);
    std::filesystem::remove_all(folder);
}

TEST(Dropping, ADroppedPictureIsChosenOnceTheGalleryHasIt) {
    HeadlessUi ui;
    Ui panel{ui.settings, ui.stats, ui.requests, ui.state, ui.theme, {}};
    dropFiles(panel, {"/x/mine.png"}, ui.state.panelArea.GetCenter());
    ui.draw();
    EXPECT_EQ(ui.settings.styles, (Styles{{"waves", 1.0f}}));
    ui.stats.gallery.push_back({.id = "/x/mine.png", .label = "mine"});
    ui.draw(2);
    EXPECT_EQ(ui.settings.styles, (Styles{{"/x/mine.png", 1.0f}}));
    undoKey(ui);
    EXPECT_EQ(ui.settings.styles, (Styles{{"waves", 1.0f}}));
}

TEST(Sources, RecentOnesComeBack) {
    HeadlessUi ui;
    ui.settings.source = "/a/first.mp4";
    ui.draw();
    ui.settings.source = "/a/second.mp4";
    ui.draw();
    ui.click("source");
    ui.click("recent./a/first.mp4");
    EXPECT_EQ(ui.settings.source, "/a/first.mp4");
    ui.draw();
    EXPECT_EQ(ui.state.recentSources.front(), "/a/first.mp4");
    EXPECT_EQ(std::ranges::count(ui.state.recentSources, "/a/first.mp4"), 1);
    for (int i = 0; i < 20; ++i) {
        ui.settings.source = std::to_string(i);
        ui.draw();
    }
    EXPECT_LE(ui.state.recentSources.size(), 8u);
}

TEST(Folding, EachFoldsIsRememberedByNameAndOpensAgain) {
    HeadlessUi ui({1280, 2600});
    for (const char* section : {"Styles", "Normalization", "Output", "Performance"}) {
        const std::string header = std::string("section.") + section;
        ui.click(header, 0.9f);
        EXPECT_FALSE(ui.state.open.at(section)) << section;
        ui.click(header, 0.9f);
        EXPECT_TRUE(ui.state.open.at(section)) << section;
    }
    ui.state.open["Output"] = false;
    ui.draw();
    EXPECT_FALSE(ui.visible("precision.fp16"));
}

TEST(Performance, OperationsUnfoldAndTimesAreDrawn) {
    HeadlessUi ui({1280, 2600});
    for (std::uint64_t frame = 1; frame < 20; ++frame) {
        ui.stats.framesDone = frame;
        ui.stats.recentFrameTimesMs.push_back(20.0f + static_cast<float>(frame % 3));
        ui.draw();
    }
    EXPECT_TRUE(ui.visible("timeline"));
    EXPECT_TRUE(ui.visible("frame times"));
    EXPECT_GE(ui.state.performance.samples(), 10u);
    ui.click("operations");
    EXPECT_TRUE(ui.state.open.at("operations"));
    ui.moveTo(ui.point("timeline", 0.8f));
    ui.draw(3);
    ui.click("operations");
    EXPECT_FALSE(ui.state.open.at("operations"));
}

TEST(Layout, NothingLeavesTheWindowAtAnySizeScaleOrTheme) {
    for (const float scale : {1.0f, 1.5f, 2.0f}) {
        for (const ImVec2 logical : {ImVec2{640, 400}, ImVec2{1024, 640}, ImVec2{1600, 900}}) {
            HeadlessUi ui({logical.x * scale, logical.y * scale});
            ui.setScale(scale);
            ui.settings.styles = {{"waves", 1.0f}, {"mosaic", 0.5f}, {"ink", 0.25f}};
            ui.draw(3);
            EXPECT_EQ(ImGui::FindWindowByName("panel")->ScrollMax.x, 0.0f) << logical.x << " at " << scale;
            for (const auto& [name, placed] : ui.state.placed) {
                if (placed.frame != ImGui::GetFrameCount())
                    continue;
                EXPECT_GE(placed.rect.Min.x, 0.0f) << name << " " << logical.x << " at " << scale;
                EXPECT_LE(placed.rect.Max.x, logical.x * scale) << name << " " << logical.x << " at " << scale;
            }
            // Numbers stand below each other: a look that holds at any width.
            for (const char* name : {"weight.mosaic", "weight.ink", "strength", "styleScale", "epsilon", "guidance"}) {
                if (!ui.visible("weight.waves") || !ui.visible(name))
                    continue;
                EXPECT_EQ(ui.rect(name).Min.x, ui.rect("weight.waves").Min.x) << name;
                EXPECT_EQ(ui.rect(std::string(name) + ".value").Max.x, ui.rect("weight.waves.value").Max.x) << name;
            }
        }
    }
}

}  // namespace
}  // namespace impasto::ui
