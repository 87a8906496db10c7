// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/gallery_list.h"
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

    /// Takes over what `file` (a GalleryList) remembers, and writes it anew whenever the list changes. A file that is
    /// not there is an empty list. Throws Error for one that cannot be read; it is then left as it is, and nothing is
    /// remembered.
    void rememberIn(const std::filesystem::path& file);

    /// Takes an added picture out; a bundled one goes out of sight until `showAll`. Throws Error when that cannot be
    /// remembered.
    void remove(const std::string& id);
    void showAll();
    int hidden() const;
    /// Puts a style before another, or with an empty `before` at the end.
    void move(const std::string& id, const std::string& before);

    /// The current picture in a style, kSourceStyle included; null takes it away.
    void setPreview(const std::string& id, std::shared_ptr<const Thumbnail> preview);
    std::shared_ptr<const Thumbnail> sourcePreview() const;

    /// Adds a picture by path unless it is there already; its id. Throws Error when it cannot be read.
    std::string add(const std::filesystem::path& path);

    void setError(const std::string& id, const std::string& error);
    std::vector<GalleryStyle> styles() const;
    void styles(std::vector<GalleryStyle>& into) const;  ///< takes no memory where `into` has room
    std::size_t count() const;

  private:
    struct Entry {
        GalleryStyle style;
        std::filesystem::path path;
        bool hidden = false;
    };
    void takeOver(const GalleryList& list);
    /// Called without the lock.
    void save() const;
    const Entry* find(const std::string& id) const;

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    std::filesystem::path file_;  ///< empty: nothing is remembered
    std::shared_ptr<const Thumbnail> sourcePreview_;
    std::jthread thumbnails_;
};

/// The bundled gallery's folder.
std::filesystem::path bundledStylesFolder();

}  // namespace impasto::app
