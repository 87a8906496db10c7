// SPDX-License-Identifier: MIT
#include "app/preset_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "app/fields.h"
#include "app/preset.h"
#include "base/error.h"
#include "base/file.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".json";
constexpr std::string_view kOrderFile = "order";  // without the extension: never a preset
constexpr std::uint64_t kMaxOrderBytes = 1u << 16;
constexpr std::string_view kPlainSigns = " -_,()+";

bool isPlain(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte < 128 && (std::isalnum(byte) != 0 || kPlainSigns.find(character) != std::string_view::npos);
}

int hexDigit(char character) {
    if (character >= '0' && character <= '9')
        return character - '0';
    return character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
}

bool isUsable(std::string_view name) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; };
    return !name.empty() && name.size() <= PresetStore::kMaxNameBytes && !std::ranges::any_of(name, control) &&
           name.front() != ' ' && name.back() != ' ';
}

void requireUsable(std::string_view name) {
    if (!isUsable(name))
        throw Error({"cannot save preset", std::string(name.substr(0, PresetStore::kMaxNameBytes)),
                     "a name has 1 to 64 bytes, no control characters and no space at its ends", "give another name"});
}

}  // namespace

fs::path PresetStore::defaultFolder() {
    return configFolder() / "presets";
}

PresetStore::PresetStore(fs::path folder) : folder_(std::move(folder)) {
    refresh();
}

std::string PresetStore::fileName(std::string_view name) {
    std::string file;
    for (const char character : name) {
        if (isPlain(character))
            file += character;
        else
            file += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
    return file + std::string(kExtension);
}

std::optional<std::string> PresetStore::nameOfFile(std::string_view fileName) {
    if (!fileName.ends_with(kExtension))
        return std::nullopt;
    const std::string_view stem = fileName.substr(0, fileName.size() - kExtension.size());
    std::string name;
    for (std::size_t i = 0; i < stem.size(); ++i) {
        if (stem[i] != '%') {
            name += stem[i];
            continue;
        }
        const int high = i + 2 < stem.size() ? hexDigit(stem[i + 1]) : -1;
        const int low = i + 2 < stem.size() ? hexDigit(stem[i + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        name += static_cast<char>(high * 16 + low);
        i += 2;
    }
    // Only the one spelling that save() uses, so that a name has one file.
    return isUsable(name) && PresetStore::fileName(name) == fileName ? std::optional(name) : std::nullopt;
}

fs::path PresetStore::pathOf(std::string_view name) const {
    return folder_ / fileName(name);
}

std::vector<std::string> PresetStore::readOrder() {
    std::error_code ignored;
    const fs::path path = folder_ / kOrderFile;
    if (!fs::exists(path, ignored))
        return {};
    try {
        const std::vector<std::byte> bytes = readFile(path, kMaxOrderBytes);
        const auto* text = reinterpret_cast<const char*>(bytes.data());
        const auto list = nlohmann::json::parse(text, text + bytes.size(), nullptr, false);
        std::vector<std::string> names;
        if (!list.is_array())
            throw Error({"cannot read the order of the presets", path.string(), "it is not a list"});
        for (const auto& name : list) {
            if (name.is_string() && names.size() < kMaxPresets)
                names.push_back(name.get<std::string>());
        }
        return names;
    } catch (const Error& error) {
        problems_.push_back(error.what());
        return {};
    }
}

void PresetStore::refresh() {
    names_.clear();
    problems_.clear();
    std::error_code error;
    std::vector<std::string> found;
    fs::directory_iterator file(folder_, error);
    for (const fs::directory_iterator end; !error && file != end; file.increment(error)) {
        const std::string fileName = file->path().filename().string();
        const std::optional<std::string> name = nameOfFile(fileName);
        if (!name)
            continue;
        try {
            loadPreset(file->path());
        } catch (const Error& problem) {
            problems_.push_back(problem.what());
            continue;
        }
        if (found.size() < kMaxPresets)
            found.push_back(*name);
    }
    std::ranges::sort(found);
    for (const std::string& name : readOrder()) {
        if (const auto place = std::ranges::find(found, name); place != found.end()) {
            names_.push_back(name);
            found.erase(place);
        }
    }
    names_.insert(names_.end(), found.begin(), found.end());
}

void PresetStore::saveOrder() const {
    const nlohmann::json list = names_;
    writeFileAtomically(folder_ / kOrderFile,
                        std::string_view(list.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"));
}

void PresetStore::save(std::string_view name, const Settings& settings) {
    requireUsable(name);
    const bool isNew = std::ranges::find(names_, name) == names_.end();
    if (isNew && names_.size() >= kMaxPresets)
        throw Error({"cannot save preset", std::string(name), fmt::format("there are {} already", kMaxPresets),
                     "remove one first"});
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error)
        throw Error({"cannot save preset", folder_.string(), error.message()});
    savePreset(settings, pathOf(name));
    if (isNew) {
        names_.emplace_back(name);
        saveOrder();
    }
}

Settings PresetStore::load(std::string_view name) const {
    if (std::ranges::find(names_, name) == names_.end())
        throw Error({"cannot load preset", std::string(name), "there is none of that name"});
    return loadPreset(pathOf(name)).settings;
}

void PresetStore::remove(std::string_view name) {
    const auto place = std::ranges::find(names_, name);
    if (place == names_.end())
        return;
    std::error_code error;
    fs::remove(pathOf(name), error);
    if (error)
        throw Error({"cannot remove preset", pathOf(name).string(), error.message()});
    names_.erase(place);
    saveOrder();
}

void PresetStore::move(std::string_view name, std::size_t slot) {
    const auto place = std::ranges::find(names_, name);
    if (place == names_.end())
        return;
    std::string moved = std::move(*place);
    names_.erase(place);
    names_.insert(names_.begin() + static_cast<std::ptrdiff_t>(std::min(slot, names_.size())), std::move(moved));
    saveOrder();
}

std::string PresetStore::freeName() const {
    for (int number = 1;; ++number) {
        std::string name = fmt::format("Preset {}", number);
        if (std::ranges::find(names_, name) == names_.end())
            return name;
    }
}

bool isRecalled(std::string_view field) {
    constexpr std::array<std::string_view, 19> kKept{"source",
                                                     "paused",
                                                     "loop",
                                                     "mirror",
                                                     "rotation",
                                                     "crop",
                                                     "speed",
                                                     "seconds_per_image",
                                                     "camera_format",
                                                     "wipe",
                                                     "wipe_position",
                                                     "record_format",
                                                     "record_quality",
                                                     "record_sound",
                                                     "snapshot_format",
                                                     "snapshot_as_shown",
                                                     "style_previews",
                                                     "light_theme",
                                                     "panel_visible"};
    return std::ranges::find(kKept, field) == kKept.end();
}

Settings recalled(const Settings& preset, const Settings& now) {
    Settings settings = now;
    forEachField([&](const auto& field) {
        if (isRecalled(field.name))
            settings.*field.member = preset.*field.member;
    });
    return settings;
}

}  // namespace impasto::app
