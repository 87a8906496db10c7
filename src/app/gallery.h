// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/stats.h"

namespace impasto::app {

/// The styles one can choose: the bundled pictures, by file stem, and pictures added by path. Any thread.
class Gallery {
  public:
    /// Lists the pictures of `folder` (the bundled styles) in order of name; a folder that is not there gives an empty
    /// gallery.
    explicit Gallery(const std::filesystem::path& folder);

    /// Starts making thumbnails on a thread of its own; without this call there are none.
    void loadThumbnails();

    /// The picture of a style: a bundled one by its stem, else `id` as a path. Throws Error that lists the bundled
    /// styles when it is neither.
    std::filesystem::path pathOf(const std::string& id) const;
    bool isBundled(const std::string& id) const;

    /// The first bundled style; empty without any.
    std::string first() const;

    /// Adds a picture by path unless it is there already; its id. Throws Error when it cannot be read.
    std::string add(const std::filesystem::path& path);

    void setError(const std::string& id, const std::string& error);
    std::vector<GalleryStyle> styles() const;

  private:
    struct Entry {
        GalleryStyle style;
        std::filesystem::path path;
    };
    const Entry* find(const std::string& id) const;

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    std::jthread thumbnails_;
};

/// The bundled gallery's folder.
std::filesystem::path bundledStylesFolder();

}  // namespace impasto::app
