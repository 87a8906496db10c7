// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace impasto::model {

using Json = nlohmann::json;

/// Where in which file something was found, for messages.
struct Place {
    std::string source;  ///< the file
    std::string where;   ///< e.g. "graph.nodes[3]"
};

/// Throws Error "cannot read network: source: where: reason".
[[noreturn]] void refuse(const Place& place, const std::string& reason);

/// Strict JSON: one value and nothing after it but white space, no byte order mark, no duplicate keys, no numbers a
/// double cannot hold, valid UTF-8, nesting of at most limits::kJsonDepth. Throws Error.
Json parseJson(std::string_view text, const Place& place);

/// Checks that `value` is a string of 1..limits::kNameBytes bytes without control characters.
std::string nameFrom(const Json& value, const Place& place);

struct IntRange {
    int min = 0;
    int max = 0;
};

struct FloatRange {
    float min = 0;
    float max = 0;
};

/// An integer literal (not 2.0, not "2") within `range`.
int integerFrom(const Json& value, IntRange range, const Place& place);

/// Reads an object field by field. Every getter throws Error when the field is missing, of another type or out of
/// range; `finish` when a field was never asked for. The object must outlive the reader.
class ObjectReader {
  public:
    ObjectReader(const Json& object, Place place);

    const Place& place() const { return place_; }
    bool has(const std::string& key) const;
    const Json& field(const std::string& key);

    int integer(const std::string& key, IntRange range);
    int integer(const std::string& key, IntRange range, int fallback);
    float number(const std::string& key, FloatRange range);
    float number(const std::string& key, FloatRange range, float fallback);
    std::string name(const std::string& key);
    bool boolean(const std::string& key, bool fallback);

    /// A string that may be empty, of at most limits::kTextBytes.
    std::string text(const std::string& key, const std::string& fallback);

    const Json& array(const std::string& key, std::size_t maxCount);
    std::vector<std::string> names(const std::string& key, std::size_t maxCount);

    template <std::size_t Count>
    std::array<int, Count> integers(const std::string& key, IntRange range) {
        const Json& list = array(key, Count);
        if (list.size() != Count)
            refuse(inside(key), "has not " + std::to_string(Count) + " elements");
        std::array<int, Count> values{};
        for (std::size_t i = 0; i < Count; ++i)
            values[i] = integerFrom(list[i], range, inside(key));
        return values;
    }
    template <std::size_t Count>
    std::array<int, Count> integers(const std::string& key, IntRange range, std::array<int, Count> fallback) {
        return has(key) ? integers<Count>(key, range) : fallback;
    }

    void finish() const;

    /// This place extended by a field's name.
    Place inside(const std::string& key) const;

  private:
    const Json& object_;
    Place place_;
    std::set<std::string> read_;
};

}  // namespace impasto::model
