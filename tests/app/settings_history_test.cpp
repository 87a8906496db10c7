// SPDX-License-Identifier: MIT
#include "app/settings_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/dirty.h"
#include "app/fields.h"

namespace impasto::app {
namespace {

using testing::ElementsAre;

TEST(SettingsHistory, UndoesAndRedoesStepByStep) {
    Settings settings;
    SettingsHistory history(settings);
    EXPECT_FALSE(history.canUndo());
    settings.strength = 0.5f;
    history.record(settings, 1);
    settings.mirror = true;
    history.record(settings, 2);

    EXPECT_THAT(*history.undo(settings), ElementsAre("mirror"));
    EXPECT_FALSE(settings.mirror);
    EXPECT_EQ(settings.strength, 0.5f);
    EXPECT_THAT(*history.undo(settings), ElementsAre("strength"));
    EXPECT_EQ(settings, Settings{});
    EXPECT_FALSE(history.undo(settings).has_value());
    EXPECT_THAT(*history.redo(settings), ElementsAre("strength"));
    EXPECT_THAT(*history.redo(settings), ElementsAre("mirror"));
    EXPECT_FALSE(history.redo(settings).has_value());
    EXPECT_TRUE(settings.mirror);
    EXPECT_EQ(settings.strength, 0.5f);
}

TEST(SettingsHistory, OneGestureIsOneStep) {
    Settings settings;
    SettingsHistory history(settings);
    for (int i = 1; i <= 30; ++i) {
        settings.strength = 1.0f - static_cast<float>(i) / 100;
        history.record(settings, 7);
    }
    settings.epsilon = 0.1f;
    history.record(settings, 8);
    ASSERT_TRUE(history.undo(settings).has_value());
    EXPECT_NEAR(settings.strength, 0.7f, 1e-6f);
    ASSERT_TRUE(history.undo(settings).has_value());
    EXPECT_EQ(settings.strength, 1.0f);
    EXPECT_FALSE(history.canUndo());
    ASSERT_TRUE(history.redo(settings).has_value());
    EXPECT_NEAR(settings.strength, 0.7f, 1e-6f);
}

TEST(SettingsHistory, ChangesWithoutAGestureAreNotJoined) {
    Settings settings;
    SettingsHistory history(settings);
    settings.strength = 0.5f;
    history.record(settings, 0);
    settings.strength = 0.25f;
    history.record(settings, 0);
    history.undo(settings);
    EXPECT_EQ(settings.strength, 0.5f);
}

TEST(SettingsHistory, AGestureThatEndsWhereItBeganLeavesNothing) {
    Settings settings;
    SettingsHistory history(settings);
    settings.strength = 0.5f;
    history.record(settings, 3);
    settings.strength = 1.0f;
    history.record(settings, 3);
    EXPECT_FALSE(history.canUndo());
}

TEST(SettingsHistory, ANewChangeForgetsWhatWasUndone) {
    Settings settings;
    SettingsHistory history(settings);
    settings.strength = 0.5f;
    history.record(settings, 1);
    history.undo(settings);
    settings.mirror = true;
    history.record(settings, 2);
    EXPECT_FALSE(history.canRedo());
    EXPECT_FALSE(history.redo(settings).has_value());
    EXPECT_EQ(settings.strength, 1.0f);
}

TEST(SettingsHistory, WhatWasNotRecordedYetIsUndoneToo) {
    Settings settings;
    SettingsHistory history(settings);
    settings.strength = 0.5f;
    EXPECT_THAT(*history.undo(settings), ElementsAre("strength"));
    EXPECT_EQ(settings.strength, 1.0f);
}

TEST(SettingsHistory, PauseThemeAndPanelStayAsTheyAre) {
    Settings settings;
    SettingsHistory history(settings);
    settings.paused = true;
    history.record(settings, 1);
    EXPECT_FALSE(history.canUndo());
    settings.strength = 0.5f;
    history.record(settings, 2);
    settings.lightTheme = true;
    settings.panelVisible = false;
    history.record(settings, 3);
    EXPECT_THAT(*history.undo(settings), ElementsAre("strength"));
    EXPECT_TRUE(settings.paused);
    EXPECT_TRUE(settings.lightTheme);
    EXPECT_FALSE(settings.panelVisible);
    EXPECT_TRUE(history.canRedo()) << "they do not count as a new change either";
    for (const char* field : {"paused", "light_theme", "panel_visible"}) {
        bool known = false;
        forEachField([&](const auto& entry) { known |= entry.name == field; });
        EXPECT_TRUE(known) << field;
        EXPECT_FALSE(SettingsHistory::isUndoable(field));
    }
}

TEST(SettingsHistory, ForgetsTheOldest) {
    Settings settings;
    SettingsHistory history(settings);
    for (int i = 1; i <= 300; ++i) {
        settings.shortSide = i;
        history.record(settings, static_cast<std::uint64_t>(i));
    }
    int steps = 0;
    while (history.undo(settings))
        ++steps;
    EXPECT_EQ(steps, static_cast<int>(SettingsHistory::kMaxSteps));
    EXPECT_EQ(settings.shortSide, 300 - steps);
}

}  // namespace
}  // namespace impasto::app
