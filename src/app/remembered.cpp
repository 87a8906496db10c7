// SPDX-License-Identifier: MIT
#include "app/remembered.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/fields.h"
#include "app/preset.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::uint64_t kMaxBytes = 1u << 20;
constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::size_t kMaxOpen = 64;
constexpr int kMaxPixels = 32768;

/// Reads the parts beside the settings; every complaint names the file and the field.
class Reader {
  public:
    explicit Reader(const std::string& source) : source_(source) {}

    [[noreturn]] void fail(std::string_view field, std::string_view reason) const {
        throw Error({"cannot read the last session", source_, fmt::format("{}: {}", field, reason)});
    }

    int pixels(const Json& json, const char* name, int least) const {
        const auto found = json.find(name);
        if (found == json.end() || !found->is_number_integer())
            fail("window", fmt::format("{} is no whole number", name));
        const auto value = found->get<std::int64_t>();
        if (value < least || value > kMaxPixels)
            fail("window", fmt::format("{} is outside {}..{}", name, least, kMaxPixels));
        return static_cast<int>(value);
    }

    bool flag(const Json& json, const char* name) const {
        const auto found = json.find(name);
        if (found == json.end())
            return false;
        if (!found->is_boolean())
            fail("window", fmt::format("{} is neither true nor false", name));
        return found->get<bool>();
    }

    WindowPlacement window(const Json& json) const {
        if (!json.is_object())
            fail("window", "expected an object");
        WindowPlacement placement{.x = pixels(json, "x", -kMaxPixels),
                                  .y = pixels(json, "y", -kMaxPixels),
                                  .width = pixels(json, "width", 1),
                                  .height = pixels(json, "height", 1)};
        placement.maximized = flag(json, "maximized");
        return placement;
    }

    OutputPlacement output(const Json& json) const {
        return {.window = window(json), .fullscreen = flag(json, "fullscreen"), .open = flag(json, "open")};
    }

    std::map<std::string, bool> open(const Json& json) const {
        if (!json.is_object() || json.size() > kMaxOpen)
            fail("open", fmt::format("expected an object of at most {} entries", kMaxOpen));
        std::map<std::string, bool> result;
        for (const auto& [name, value] : json.items()) {
            if (name.size() > kMaxTextBytes || !value.is_boolean())
                fail("open", "expected names with true or false");
            result[name] = value.get<bool>();
        }
        return result;
    }

    std::vector<std::string> texts(const Json& json, const char* field, std::size_t most) const {
        if (!json.is_array() || json.size() > most)
            fail(field, fmt::format("expected a list of at most {} entries", most));
        std::vector<std::string> result;
        for (const Json& item : json) {
            if (!item.is_string())
                fail(field, "expected text in the list");
            result.push_back(item.get<std::string>());
            if (result.back().empty() || result.back().size() > kMaxTextBytes ||
                result.back().find('\0') != std::string::npos)
                fail(field, "a text is empty, too long, or has a zero byte");
        }
        return result;
    }

    std::string text(const Json& json, const char* field) const {
        if (!json.is_string())
            fail(field, "expected text");
        std::string result = json.get<std::string>();
        if (result.size() > kMaxTextBytes || result.find('\0') != std::string::npos)
            fail(field, "it is too long, or has a zero byte");
        return result;
    }

  private:
    const std::string& source_;
};

Json windowJson(const WindowPlacement& window) {
    return {{"x", window.x},
            {"y", window.y},
            {"width", window.width},
            {"height", window.height},
            {"maximized", window.maximized}};
}

/// Moves a file out of the way; where it is now.
std::string setAside(const fs::path& path) {
    fs::path aside = path;
    aside += ".damaged";
    std::error_code error;
    fs::rename(path, aside, error);
    return error ? std::string() : aside.string();
}

}  // namespace

fs::path rememberedPath() {
    return stateFolder() / "window.json";
}

std::string writeRemembered(const Remembered& remembered) {
    Json root = {{"impasto_session", kVersion}};
    root["settings"] = Json::parse(writePreset(remembered.settings))["settings"];
    if (remembered.window)
        root["window"] = windowJson(*remembered.window);
    if (const auto& output = remembered.output) {
        root["output_window"] = windowJson(output->window);
        root["output_window"]["fullscreen"] = output->fullscreen;
        root["output_window"]["open"] = output->open;
    }
    if (!remembered.device.empty())
        root["device"] = remembered.device;
    root["open"] = remembered.open;
    root["recent_sources"] = remembered.recentSources;
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Remembered readRemembered(std::string_view text, const std::string& source) {
    const Reader reader(source);
    if (text.size() > kMaxBytes)
        reader.fail("file", "it is larger than 1 MiB");
    const Json root = Json::parse(text, nullptr, false);
    if (!root.is_object())
        reader.fail("file", "it is not a JSON object");
    const auto version = root.find("impasto_session");
    if (version == root.end() || *version != kVersion)
        reader.fail("impasto_session", "expected version 1");
    Remembered result;
    if (const auto found = root.find("settings"); found != root.end())
        result.settings = readPreset(Json{{"impasto_preset", 1}, {"settings", *found}}.dump(), source).settings;
    result.settings.paused = false;
    if (const auto found = root.find("window"); found != root.end())
        result.window = reader.window(*found);
    if (const auto found = root.find("output_window"); found != root.end())
        result.output = reader.output(*found);
    if (const auto found = root.find("device"); found != root.end())
        result.device = reader.text(*found, "device");
    if (const auto found = root.find("open"); found != root.end())
        result.open = reader.open(*found);
    if (const auto found = root.find("recent_sources"); found != root.end())
        result.recentSources = reader.texts(*found, "recent_sources", Remembered::kMaxRecentSources);
    if (const auto found = root.find("added_styles"); found != root.end())
        result.addedStyles = reader.texts(*found, "added_styles", Remembered::kMaxAddedStyles);
    return result;
}

Recollection recall(const fs::path& path) {
    Recollection result;
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        return result;
    try {
        const std::vector<std::byte> bytes = readFile(path, kMaxBytes);
        result.remembered = readRemembered({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
    } catch (const Error& error) {
        spdlog::warn("{}", error.what());
        const std::string aside = setAside(path);
        result.message = aside.empty() ? fmt::format("{}. Starting with the defaults", error.what())
                                       : fmt::format(
                                             "The last session's settings were damaged: starting with the "
                                             "defaults. The old file is kept as {}",
                                             aside);
    }
    return result;
}

void remember(const Remembered& remembered, const fs::path& path) {
    writeFileAtomically(path, std::string_view(writeRemembered(remembered)));
}

Settings withoutOverrides(const Settings& remembered, const Settings& start, const Settings& now) {
    Settings result = now;
    forEachField([&](const auto& field) {
        if (now.*field.member == start.*field.member)
            result.*field.member = remembered.*field.member;
    });
    return result;
}

}  // namespace impasto::app
