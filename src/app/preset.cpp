// SPDX-License-Identifier: MIT
#include "app/preset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <type_traits>

#include "app/colour_names.h"
#include "app/fields.h"
#include "app/mask_text.h"
#include "app/snapshot.h"
#include "base/error.h"
#include "base/file.h"

namespace impasto::app {
namespace {

using nlohmann::ordered_json;
using Json = ordered_json;

constexpr int kVersion = 1;
constexpr std::uint64_t kMaxPresetBytes = 1u << 20;
constexpr std::uint64_t kMaxSnapshotBytes = 1u << 29;
constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::size_t kMaxSites = 256;

Json toJson(bool value) {
    return value;
}
Json toJson(int value) {
    return value;
}
/// The shortest decimal that reads back as the same float.
Json toJson(float value) {
    return Json::parse(fmt::format("{}", value));
}
Json toJson(const std::string& value) {
    return value;
}

/// The words of an enumeration, in its order.
template <typename Enum>
struct Words;
template <>
struct Words<nn::Precision> {
    static constexpr std::array<std::string_view, 2> kWords{"fp16", "fp32"};
    static_assert(static_cast<int>(nn::Precision::Fp16) == 0 && static_cast<int>(nn::Precision::Fp32) == 1);
};
template <>
struct Words<RecordFormat> {
    static constexpr std::array<std::string_view, 3> kWords{"mp4", "mkv", "webm"};
};
template <>
struct Words<media::VideoQuality> {
    static constexpr std::array<std::string_view, 3> kWords{"draft", "good", "high"};
};
template <>
struct Words<SnapshotFormat> {
    static constexpr std::array<std::string_view, 2> kWords{"png", "jpeg"};
};

template <typename Enum>
requires std::is_enum_v<Enum> Json toJson(Enum value) {
    return std::string(Words<Enum>::kWords[static_cast<std::size_t>(value)]);
}
Json toJson(nn::ColourMode value) {
    return std::string(colourName(value));
}
Json toJson(const Extent& value) {
    return {{"width", value.width}, {"height", value.height}};
}
Json toJson(const media::Crop& value) {
    return {{"left", toJson(value.left)},
            {"top", toJson(value.top)},
            {"right", toJson(value.right)},
            {"bottom", toJson(value.bottom)}};
}
Json toJson(const Normalization& value) {
    return toString(value);
}
Json toJson(const std::vector<Normalization>& values) {
    Json list = Json::array();
    for (const Normalization& value : values)
        list.push_back(toString(value));
    return list;
}
Json toJson(const std::vector<StyleChoice>& values) {
    Json list = Json::array();
    for (const StyleChoice& value : values) {
        Json& choice = list.emplace_back(Json{{"id", value.id}, {"weight", toJson(value.weight)}});
        if (value.muted)
            choice["muted"] = true;
        if (value.solo)
            choice["solo"] = true;
    }
    return list;
}

Json toJson(const std::vector<StyleMix>& values) {
    Json list = Json::array();
    for (const StyleMix& value : values)
        list.push_back(toJson(value));
    return list;
}
Json toJson(const nn::SharedMask& value) {
    return value.mask ? maskToText(*value.mask) : "";
}

/// Reads one value at a time; every complaint names the file and the field.
class Reader {
  public:
    Reader(const std::string& source, std::vector<std::string>& notes) : source_(source), notes_(notes) {}

    [[noreturn]] void fail(std::string_view field, const std::string& reason) const {
        const std::string where = field.empty() ? reason : fmt::format("{}: {}", field, reason);
        throw Error({"cannot read preset", source_, where, "correct it or save it anew"});
    }

    /// Notes every key of `object` that is not in `known`.
    void noteUnknown(const Json& object, const std::set<std::string_view>& known, std::string_view place) {
        for (const auto& item : object.items()) {
            if (!known.contains(item.key()))
                notes_.push_back(
                    fmt::format("preset: {}: ignored unknown field {}{}", source_, place, item.key().substr(0, 64)));
        }
    }

    template <typename T>
    void read(const Json& json, const Field<T>& field, T& value) {
        field_ = field.name;
        least_ = field.least;
        most_ = field.most;
        take(json, value);
    }

  private:
    void require(bool condition, const char* expected) const {
        if (!condition)
            fail(field_, fmt::format("expected {}", expected));
    }

    double number(const Json& json) const {
        require(json.is_number(), "a number");
        const double value = json.get<double>();
        if (!std::isfinite(value) || value < least_ || value > most_)
            fail(field_, fmt::format("{} is outside {}..{}", value, least_, most_));
        return value;
    }

    void take(const Json& json, bool& value) const {
        require(json.is_boolean(), "true or false");
        value = json.get<bool>();
    }
    void take(const Json& json, float& value) const {
        value = std::clamp(static_cast<float>(number(json)), static_cast<float>(least_), static_cast<float>(most_));
    }
    void take(const Json& json, int& value) const {
        require(json.is_number_integer(), "a whole number");
        value = static_cast<int>(number(json));
    }
    void take(const Json& json, std::string& value) const {
        require(json.is_string(), "text");
        value = json.get<std::string>();
        if (value.size() > kMaxTextBytes || value.find('\0') != std::string::npos)
            fail(field_, "the text is too long or has a zero byte");
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    void take(const Json& json, Enum& value) const {
        const auto& words = Words<Enum>::kWords;
        const std::string word = json.is_string() ? json.get<std::string>() : std::string();
        const auto found = std::ranges::find(words, word);
        if (found == words.end())
            fail(field_, fmt::format("expected \"{}\"", fmt::join(words, "\" or \"")));
        value = static_cast<Enum>(found - words.begin());
    }
    void take(const Json& json, nn::ColourMode& value) const {
        const std::optional<nn::ColourMode> mode =
            json.is_string() ? parseColour(json.get<std::string>()) : std::nullopt;
        require(mode.has_value(), "\"styled\", \"luma\" or \"matched\"");
        value = *mode;
    }
    void take(const Json& json, Extent& value) {
        require(json.is_object() && json.contains("width") && json.contains("height"), "{\"width\", \"height\"}");
        noteUnknown(json, {"width", "height"}, fmt::format("{}.", field_));
        take(json["width"], value.width);
        take(json["height"], value.height);
        require((value.width == 0) == (value.height == 0), "both sides, or 0 for both");
    }
    void take(const Json& json, media::Crop& value) {
        require(json.is_object(), "{\"left\", \"top\", \"right\", \"bottom\"}");
        noteUnknown(json, {"left", "top", "right", "bottom"}, fmt::format("{}.", field_));
        const auto side = [&](const char* name, float& cut) {
            if (json.contains(name))
                take(json[name], cut);
        };
        side("left", value.left);
        side("top", value.top);
        side("right", value.right);
        side("bottom", value.bottom);
    }
    void take(const Json& json, Normalization& value) const {
        std::string text;
        take(json, text);
        try {
            value = parseNormalization(text);
        } catch (const Error& error) {
            fail(field_, error.what());
        }
    }
    void take(const Json& json, std::vector<Normalization>& values) const {
        require(json.is_array() && json.size() <= kMaxSites, "a list with at most 256 entries");
        values.assign(json.size(), {});
        for (std::size_t i = 0; i < json.size(); ++i)
            take(json[i], values[i]);
    }
    void take(const Json& json, std::vector<StyleChoice>& values) {
        require(json.is_array() && json.size() <= kMaxBlendedStyles, "a list with at most 16 entries");
        values.assign(json.size(), {});
        for (std::size_t i = 0; i < json.size(); ++i) {
            require(json[i].is_object() && json[i].contains("id"), "{\"id\", \"weight\"} in the list");
            noteUnknown(json[i], {"id", "weight", "muted", "solo"}, fmt::format("{}.", field_));
            take(json[i]["id"], values[i].id);
            if (json[i].contains("weight"))
                take(json[i]["weight"], values[i].weight);
            if (json[i].contains("muted"))
                take(json[i]["muted"], values[i].muted);
            if (json[i].contains("solo"))
                take(json[i]["solo"], values[i].solo);
        }
    }

    void take(const Json& json, std::vector<StyleMix>& values) {
        require(json.is_array() && json.size() < nn::kMaxRegions, "a list with at most 3 entries");
        values.assign(json.size(), {});
        for (std::size_t i = 0; i < json.size(); ++i)
            take(json[i], values[i]);
    }
    void take(const Json& json, nn::SharedMask& value) const {
        require(json.is_string(), "text");
        const auto& text = json.get_ref<const std::string&>();
        value = {};
        try {
            if (!text.empty())
                value.mask = std::make_shared<nn::RegionMask>(maskFromText(text));
        } catch (const std::invalid_argument& error) {
            fail(field_, error.what());
        }
    }

    const std::string& source_;
    std::vector<std::string>& notes_;
    std::string_view field_;
    double least_ = 0;
    double most_ = 0;
};

}  // namespace

std::string writePreset(const Settings& settings) {
    Json fields = Json::object();
    forEachField([&](const auto& field) { fields[std::string(field.name)] = toJson(settings.*field.member); });
    const Json root = {{"impasto_preset", kVersion}, {"settings", fields}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Preset readPreset(std::string_view text, const std::string& source) {
    Preset preset;
    Reader reader(source, preset.notes);
    if (text.size() > kMaxPresetBytes)
        reader.fail("", "it is larger than 1 MiB");
    const Json root = Json::parse(text, nullptr, false);
    if (!root.is_object())
        reader.fail("", "it is not a JSON object");
    const auto version = root.find("impasto_preset");
    if (version == root.end() || !version->is_number_integer())
        reader.fail("", "it is not an impasto preset: the field impasto_preset is missing");
    if (version->get<std::int64_t>() != kVersion)
        reader.fail("", "it is of another version than 1");
    const auto fields = root.find("settings");
    if (fields == root.end() || !fields->is_object())
        reader.fail("settings", "expected an object");
    reader.noteUnknown(root, {"impasto_preset", "settings"}, "");
    std::set<std::string_view> known;
    forEachField([&](const auto& field) {
        known.insert(field.name);
        if (const auto value = fields->find(std::string(field.name)); value != fields->end())
            reader.read(*value, field, preset.settings.*field.member);
    });
    reader.noteUnknown(*fields, known, "");
    return preset;
}

Preset loadPreset(const std::filesystem::path& path) {
    const std::vector<std::byte> bytes = readFile(path, kMaxSnapshotBytes);
    if (isPng(bytes))
        return readPreset(settingsOfSnapshot(bytes, path.string()), path.string());
    return readPreset({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

void savePreset(const Settings& settings, const std::filesystem::path& path) {
    writeFileAtomically(path, std::string_view(writePreset(settings)));
}

}  // namespace impasto::app
