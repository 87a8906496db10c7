// SPDX-License-Identifier: MIT
#include "app/gallery_list.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace impasto::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxIdBytes = 4096;
constexpr std::size_t kMaxListBytes = 4u << 20;

std::vector<std::string> idsOf(const Json& root, const char* key, const std::string& source) {
    const auto fail = [&](const std::string& reason) {
        throw Error({"cannot read gallery", source, std::string(key) + ": " + reason, "correct or delete it"});
    };
    const auto list = root.find(key);
    if (list == root.end())
        return {};
    if (!list->is_array() || list->size() > kMaxGalleryStyles)
        fail("expected a list with at most 500 entries");
    std::vector<std::string> ids;
    for (const Json& entry : *list) {
        if (!entry.is_string())
            fail("expected text in the list");
        const auto& id = entry.get_ref<const std::string&>();
        if (id.empty() || id.size() > kMaxIdBytes || id.find('\0') != std::string::npos)
            fail("an entry is empty, too long or has a zero byte");
        if (std::find(ids.begin(), ids.end(), id) == ids.end())
            ids.push_back(id);
    }
    return ids;
}

}  // namespace

std::string writeGalleryList(const GalleryList& list) {
    const Json root = {{"impasto_gallery", 1}, {"order", list.order}, {"hidden", list.hidden}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

GalleryList readGalleryList(std::string_view text, const std::string& source) {
    const auto fail = [&](const char* reason) {
        throw Error({"cannot read gallery", source, reason, "correct or delete it"});
    };
    if (text.size() > kMaxListBytes)
        fail("it is larger than 4 MiB");
    const Json root = Json::parse(text, nullptr, false);
    if (!root.is_object() || root.value("impasto_gallery", Json()) != 1)
        fail("it is not a gallery of version 1");
    return {idsOf(root, "order", source), idsOf(root, "hidden", source)};
}

}  // namespace impasto::app
