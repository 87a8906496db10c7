// SPDX-License-Identifier: MIT
#include "app/model_choice.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "folder.h"

namespace impasto::app::test {
namespace {

using gpu::DeviceKind;

TEST(ModelChoice, WithoutAMeasureTheKindOfDeviceDecides) {
    EXPECT_EQ(chooseModel(DeviceKind::Software, 0).model, "nano");
    EXPECT_EQ(chooseModel(DeviceKind::Integrated, 0).model, "micro");
    EXPECT_EQ(chooseModel(DeviceKind::Discrete, 0).model, "full");
    EXPECT_EQ(chooseModel(DeviceKind::Other, 0).model, "nano");
}

TEST(ModelChoice, AMeasuredSpeedOverridesTheKind) {
    EXPECT_EQ(chooseModel(DeviceKind::Discrete, 1e9).model, "nano");
    EXPECT_EQ(chooseModel(DeviceKind::Discrete, 100e9).model, "micro");
    EXPECT_EQ(chooseModel(DeviceKind::Software, 1000e9).model, "full");
    EXPECT_NE(chooseModel(DeviceKind::Software, 100e9).reason, chooseModel(DeviceKind::Software, 0).reason);
}

TEST(DeviceSpeeds, AreKeptPerDeviceAndDriver) {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "speeds.json";
    const gpu::DeviceProperties card{.name = "card", .driver = "1"};
    const gpu::DeviceProperties updated{.name = "card", .driver = "2"};
    EXPECT_EQ(DeviceSpeeds(file).of(card), 0);
    DeviceSpeeds(file).keep(card, 2e10);
    DeviceSpeeds(file).keep(updated, 3e10);
    EXPECT_EQ(DeviceSpeeds(file).of(card), 2e10);
    EXPECT_EQ(DeviceSpeeds(file).of(updated), 3e10);
}

TEST(DeviceSpeeds, ADamagedFileCountsAsEmptyAndIsReplaced) {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "speeds.json";
    const gpu::DeviceProperties card{.name = "card", .driver = "1"};
    for (const char* text : {"", "{\"card, 1\": ", "[1]", "{\"card, 1\": \"fast\"}", "{\"card, 1\": -4}"}) {
        writeFileAtomically(file, std::string_view(text));
        EXPECT_EQ(DeviceSpeeds(file).of(card), 0) << text;
        DeviceSpeeds(file).keep(card, 5e9);
        EXPECT_EQ(DeviceSpeeds(file).of(card), 5e9) << text;
    }
}

}  // namespace
}  // namespace impasto::app::test
