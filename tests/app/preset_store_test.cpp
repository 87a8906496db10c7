// SPDX-License-Identifier: MIT
#include "app/preset_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "app/fields.h"
#include "base/error.h"
#include "base/file.h"
#include "folder.h"

namespace impasto::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PresetStoreTest : public testing::Test {
  protected:
    static Settings withStrength(float strength) {
        Settings settings;
        settings.strength = strength;
        return settings;
    }
    PresetStore store() const { return PresetStore(folder_ / "presets"); }

    test::TemporaryFolder folder_;
};

TEST_F(PresetStoreTest, SavesListsLoadsAndRemoves) {
    PresetStore presets = store();
    EXPECT_TRUE(presets.names().empty()) << "a folder that is not there is no problem";
    EXPECT_TRUE(presets.problems().empty());
    EXPECT_EQ(presets.freeName(), "Preset 1");
    presets.save("night", withStrength(0.25f));
    presets.save("Blau/Grün: 50 %", withStrength(0.5f));
    presets.save("a", withStrength(0.75f));
    EXPECT_THAT(presets.names(), ElementsAre("night", "Blau/Grün: 50 %", "a")) << "new ones come last";
    EXPECT_THAT(store().names(), ElementsAre("night", "Blau/Grün: 50 %", "a")) << "and stay there";
    EXPECT_TRUE(store().load("Blau/Grün: 50 %") == withStrength(0.5f));

    presets.save("night", withStrength(0.3f));
    EXPECT_EQ(presets.names().size(), 3u);
    EXPECT_TRUE(store().load("night") == withStrength(0.3f));
    presets.move("a", 0);
    EXPECT_THAT(store().names(), ElementsAre("a", "night", "Blau/Grün: 50 %"));
    presets.remove("night");
    presets.remove("night");
    EXPECT_THAT(store().names(), ElementsAre("a", "Blau/Grün: 50 %"));
    EXPECT_THROW(presets.load("night"), Error);
    EXPECT_THROW(presets.load("../../etc/passwd"), Error);
}

TEST_F(PresetStoreTest, NamesAreChecked) {
    PresetStore presets = store();
    for (const std::string& name : {std::string(), std::string(" a"), std::string("a "), std::string("a\nb"),
                                    std::string("a\0b", 3), std::string(65, 'x')})
        EXPECT_THROW(presets.save(name, {}), Error) << name;
    for (const std::string name : {"..", ".", "/", "../x", "%2E", "a.json", "con", "~", "ä", "\\"}) {
        const std::string file = PresetStore::fileName(name);
        EXPECT_EQ(file.find('/'), std::string::npos) << name;
        EXPECT_FALSE(file.starts_with(".")) << name;
        EXPECT_EQ(PresetStore::nameOfFile(file), name);
    }
    for (const char* file :
         {"a", ".json", "%.json", "%4.json", "%41.json", "%zz.json", "%2e.json", "a%00b.json", "a.b.json", " a.json"})
        EXPECT_EQ(PresetStore::nameOfFile(file), std::nullopt) << file;
}

TEST_F(PresetStoreTest, DamagedFilesArePassedOverAndTold) {
    PresetStore presets = store();
    presets.save("good", {});
    writeFileAtomically(folder_ / "presets/bad.json",
                        std::string_view("{\"impasto_preset\": 1, \"settings\": {\"stren"));
    writeFileAtomically(folder_ / "presets/huge.json", std::string_view(std::string(2u << 20, ' ')));
    writeFileAtomically(folder_ / "presets/order", std::string_view("[\"good\", 3, {}, \"gone\""));
    writeFileAtomically(folder_ / "presets/notes.txt", std::string_view("not ours"));
    presets.refresh();
    EXPECT_THAT(presets.names(), ElementsAre("good"));
    EXPECT_THAT(presets.problems(),
                testing::UnorderedElementsAre(HasSubstr("bad.json"), HasSubstr("huge.json"), HasSubstr("order")));
    writeFileAtomically(folder_ / "presets/order", std::string_view("[\"gone\", 3, \"good\", \"good\"]"));
    presets.refresh();
    EXPECT_THAT(presets.names(), ElementsAre("good"));
}

TEST(Recalled, KeepsWhatIsNotTheLook) {
    std::set<std::string_view> kept;
    forEachField([&](const auto& field) {
        if (!isRecalled(field.name))
            kept.insert(field.name);
    });
    EXPECT_EQ(kept.size(), 19u) << "every name that is kept is the name of a field";

    Settings preset;
    preset.strength = 0.5f;
    preset.source = "other.mp4";
    preset.paused = true;
    preset.styles = {{"waves", 0.5f}};
    Settings now;
    now.source = "webcam:1";
    now.lightTheme = true;
    const Settings settings = recalled(preset, now);
    EXPECT_EQ(settings.strength, 0.5f);
    EXPECT_EQ(settings.styles, preset.styles);
    EXPECT_EQ(settings.source, "webcam:1");
    EXPECT_FALSE(settings.paused);
    EXPECT_TRUE(settings.lightTheme);
}

}  // namespace
}  // namespace impasto::app
