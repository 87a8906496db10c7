// SPDX-License-Identifier: MIT
#include "app/dirty.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "app/fields.h"

namespace impasto::app {
namespace {

/// Stands for a value of any type, to count the members an aggregate can be initialized with.
struct Anything {
    template <typename T>
    operator T() const;
};

template <typename T, typename... Arguments>
consteval std::size_t countMembers() {
    if constexpr (requires { T{Arguments{}..., Anything{}}; })
        return countMembers<T, Arguments..., Anything>();
    else
        return sizeof...(Arguments);
}

/// A value that differs from `value` and is within the field's range.
bool different(bool value) {
    return !value;
}
int different(int value) {
    return value + 1;
}
float different(float value) {
    return value * 0.5f + 0.125f;
}
std::string different(const std::string& value) {
    return value + "x";
}
template <typename Enum>
requires std::is_enum_v<Enum> Enum different(Enum value) {
    return value == Enum{0} ? Enum{1} : Enum{0};
}
media::Crop different(media::Crop value) {
    value.top += 0.1f;
    return value;
}
std::vector<StyleMix> different(std::vector<StyleMix> value) {
    value.push_back({{"waves", 0.5f}});
    return value;
}
nn::SharedMask different(const nn::SharedMask&) {
    auto mask = std::make_shared<nn::RegionMask>();
    mask->set(3, 4, {0.0f, 1.0f, 0.0f, 0.0f});
    return {mask};
}
nn::ColourMode different(nn::ColourMode value) {
    return value == nn::ColourMode::Luma ? nn::ColourMode::Matched : nn::ColourMode::Luma;
}
Extent different(Extent value) {
    return {.height = value.height + 7, .width = value.width + 9};
}
Normalization different(Normalization value) {
    value.statistics = value.statistics == StatisticsSource::Layer ? StatisticsSource::Group : StatisticsSource::Layer;
    return value;
}
std::vector<Normalization> different(std::vector<Normalization> value) {
    value.emplace_back();
    return value;
}
std::vector<StyleChoice> different(std::vector<StyleChoice> value) {
    value.push_back({"waves", 0.5f});
    return value;
}

TEST(Dirty, TableHasEveryFieldOfSettings) {
    EXPECT_EQ(std::tuple_size_v<decltype(kFields)>, countMembers<Settings>());
    std::set<std::string_view> names;
    forEachField([&](const auto& field) { EXPECT_TRUE(names.insert(field.name).second) << field.name; });
}

TEST(Dirty, EachFieldAloneMakesItsOwnRungDirty) {
    forEachField([](const auto& field) {
        Settings before;
        Settings after = before;
        after.*field.member = different(before.*field.member);
        EXPECT_FALSE(before == after) << field.name;
        EXPECT_EQ(dirtyRung(before, after), field.rung) << field.name;
        EXPECT_EQ(changedFields(before, after), std::vector{field.name});
    });
}

TEST(Dirty, EqualSettingsMakeNothingDirty) {
    Settings settings;
    settings.styles = {{"waves", 0.5f}};
    EXPECT_EQ(dirtyRung(settings, settings), Rung::None);
    EXPECT_TRUE(changedFields(settings, settings).empty());
}

TEST(Dirty, HighestRungWins) {
    Settings before;
    Settings after = before;
    after.strength = 0.5f;
    EXPECT_EQ(dirtyRung(before, after), Rung::Uniforms);
    after.shortSide = 128;
    EXPECT_EQ(dirtyRung(before, after), Rung::Plan);
    after.model = "full";
    EXPECT_EQ(dirtyRung(before, after), Rung::Model);
    EXPECT_LT(Rung::Uniforms, Rung::Record);
    EXPECT_LT(Rung::Record, Rung::Plan);
}

TEST(Dirty, BlendAndGridStayOnTheCheapestRung) {
    Settings before;
    before.styles = {{"waves", 1.0f}};
    Settings after = before;
    after.styles[0].weight = 0.25f;
    after.normalization = {StatisticsSource::Layer, AffineSource::Adaptive};
    after.epsilon = 1e-3f;
    after.strength = 0.5f;
    EXPECT_EQ(dirtyRung(before, after), Rung::Uniforms);
}

}  // namespace
}  // namespace impasto::app
