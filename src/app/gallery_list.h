// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace impasto::app {

/// What is remembered of a gallery: the pictures that were added, in the order of all, and the bundled ones that were
/// taken out of sight.
struct GalleryList {
    std::vector<std::string> order;   ///< ids; those that are paths were added
    std::vector<std::string> hidden;  ///< ids of bundled styles
    bool operator==(const GalleryList&) const = default;
};

inline constexpr std::size_t kMaxGalleryStyles = 500;

/// JSON of the form {"impasto_gallery": 1, "order": […], "hidden": […]}.
std::string writeGalleryList(const GalleryList& list);

/// The inverse. Throws Error naming `source` for anything malformed, too long or too many.
GalleryList readGalleryList(std::string_view text, const std::string& source);

}  // namespace impasto::app
