// SPDX-License-Identifier: MIT
#include "model/json_reader.h"

#include <cstdint>
#include <utility>

#include "base/error.h"
#include "model/limits.h"

namespace impasto::model {
namespace {

constexpr std::size_t kMaxReasonBytes = 300;

bool hasControlCharacter(std::string_view text) {
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (code < 0x20 || code == 0x7f)
            return true;
    }
    return false;
}

/// Refuses what nlohmann's parser lets through: it keeps the last of several equal keys and has no depth limit.
class StrictnessCheck {
  public:
    explicit StrictnessCheck(const Place& place) : place_(place) {}

    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        using Event = Json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start) {
            if (depth >= limits::kJsonDepth)
                refuse(place_, "nested deeper than " + std::to_string(limits::kJsonDepth) + " levels");
        }
        if (event == Event::object_start)
            keys_.emplace_back();
        else if (event == Event::object_end)
            keys_.pop_back();
        else if (event == Event::key && !keys_.back().insert(parsed.get_ref<const std::string&>()).second)
            refuse(place_, "duplicate key '" + parsed.get<std::string>().substr(0, limits::kNameBytes) + "'");
        return true;
    }

  private:
    const Place& place_;
    std::vector<std::set<std::string>> keys_;
};

}  // namespace

void refuse(const Place& place, const std::string& reason) {
    std::string text = place.where.empty() ? reason : place.where + ": " + reason;
    if (text.size() > kMaxReasonBytes)
        text = text.substr(0, kMaxReasonBytes) + "...";
    throw Error({"cannot read network", place.source, text, "use a file of the form docs/model-format.md"});
}

Json parseJson(std::string_view text, const Place& place) {
    if (text.starts_with("\xef\xbb\xbf"))
        refuse(place, "starts with a byte order mark");
    StrictnessCheck check(place);
    try {
        return Json::parse(
            text, [&check](int depth, Json::parse_event_t event, Json& parsed) { return check(depth, event, parsed); });
    } catch (const Json::exception& problem) {
        refuse(place, problem.what());
    }
}

std::string nameFrom(const Json& value, const Place& place) {
    if (!value.is_string())
        refuse(place, "is not a string");
    const std::string& text = value.get_ref<const std::string&>();
    if (text.empty() || text.size() > limits::kNameBytes)
        refuse(place, "is empty or longer than " + std::to_string(limits::kNameBytes) + " bytes");
    if (hasControlCharacter(text))
        refuse(place, "has control characters");
    return text;
}

int integerFrom(const Json& value, IntRange range, const Place& place) {
    if (!value.is_number_integer())
        refuse(place, "is not an integer");
    const bool inRange = value.is_number_unsigned()
                             ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT32_MAX) &&
                                   value.get<int>() >= range.min && value.get<int>() <= range.max
                             : value.get<std::int64_t>() >= range.min && value.get<std::int64_t>() <= range.max;
    if (!inRange)
        refuse(place, "is not in " + std::to_string(range.min) + ".." + std::to_string(range.max));
    return value.get<int>();
}

ObjectReader::ObjectReader(const Json& object, Place place) : object_(object), place_(std::move(place)) {
    if (!object_.is_object())
        refuse(place_, "is not an object");
}

Place ObjectReader::inside(const std::string& key) const {
    return {place_.source, place_.where.empty() ? key : place_.where + "." + key};
}

bool ObjectReader::has(const std::string& key) const {
    return object_.contains(key);
}

const Json& ObjectReader::field(const std::string& key) {
    const auto found = object_.find(key);
    if (found == object_.end())
        refuse(place_, "field '" + key + "' is missing");
    read_.insert(key);
    return *found;
}

int ObjectReader::integer(const std::string& key, IntRange range) {
    return integerFrom(field(key), range, inside(key));
}

int ObjectReader::integer(const std::string& key, IntRange range, int fallback) {
    return has(key) ? integer(key, range) : fallback;
}

float ObjectReader::number(const std::string& key, FloatRange range) {
    const Json& value = field(key);
    if (!value.is_number())
        refuse(inside(key), "is not a number");
    const double number = value.get<double>();
    if (!(number >= static_cast<double>(range.min) && number <= static_cast<double>(range.max)))
        refuse(inside(key), "is not in " + Json(range.min).dump() + ".." + Json(range.max).dump());
    return static_cast<float>(number);
}

float ObjectReader::number(const std::string& key, FloatRange range, float fallback) {
    return has(key) ? number(key, range) : fallback;
}

std::string ObjectReader::name(const std::string& key) {
    return nameFrom(field(key), inside(key));
}

bool ObjectReader::boolean(const std::string& key, bool fallback) {
    if (!has(key))
        return fallback;
    const Json& value = field(key);
    if (!value.is_boolean())
        refuse(inside(key), "is not true or false");
    return value.get<bool>();
}

std::string ObjectReader::text(const std::string& key, const std::string& fallback) {
    if (!has(key))
        return fallback;
    const Json& value = field(key);
    if (!value.is_string() || value.get_ref<const std::string&>().size() > limits::kTextBytes)
        refuse(inside(key), "is not a string of at most " + std::to_string(limits::kTextBytes) + " bytes");
    return value.get<std::string>();
}

const Json& ObjectReader::array(const std::string& key, std::size_t maxCount) {
    const Json& value = field(key);
    if (!value.is_array() || value.size() > maxCount)
        refuse(inside(key), "is not an array of at most " + std::to_string(maxCount) + " elements");
    return value;
}

std::vector<std::string> ObjectReader::names(const std::string& key, std::size_t maxCount) {
    std::vector<std::string> result;
    for (const Json& value : array(key, maxCount))
        result.push_back(nameFrom(value, inside(key)));
    return result;
}

void ObjectReader::finish() const {
    for (const auto& [key, value] : object_.items()) {
        if (!read_.contains(key))
            refuse(place_, "unknown field '" + key.substr(0, limits::kNameBytes) + "'");
    }
}

}  // namespace impasto::model
