// SPDX-License-Identifier: MIT
#include "app/gallery.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "media/source.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr int kThumbnailSide = 128;

std::string labelOf(const std::string& stem) {
    std::string label = stem;
    for (char& character : label) {
        if (character == '-' || character == '_')
            character = ' ';
    }
    if (!label.empty())
        label[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(label[0])));
    return label;
}

std::shared_ptr<const Thumbnail> makeThumbnail(const fs::path& path) {
    media::FramePtr frame = media::loadImage(path, kThumbnailSide);
    return std::make_shared<Thumbnail>(Thumbnail{frame->width, frame->height, frame->pixels});
}

}  // namespace

fs::path bundledStylesFolder() {
    return dataFolder() / "assets/styles";
}

Gallery::Gallery(const fs::path& folder) {
    std::error_code code;
    for (const auto& file : fs::directory_iterator(folder, code)) {
        const std::string stem = file.path().stem().string();
        if (file.is_regular_file(code) && media::looksLikeImage(file.path()))
            entries_.push_back({{.id = stem, .label = labelOf(stem), .bundled = true}, file.path()});
    }
    std::ranges::sort(entries_, {}, [](const Entry& entry) { return entry.style.id; });
}

void Gallery::loadThumbnails() {
    thumbnails_ = std::jthread([this](const std::stop_token& stop) {
        for (const GalleryStyle& style : styles()) {
            if (stop.stop_requested())
                return;
            try {
                auto thumbnail = makeThumbnail(pathOf(style.id));
                const std::lock_guard lock(mutex_);
                for (Entry& entry : entries_) {
                    if (entry.style.id == style.id)
                        entry.style.thumbnail = thumbnail;
                }
            } catch (const Error& error) {
                setError(style.id, error.what());
            }
        }
    });
}

const Gallery::Entry* Gallery::find(const std::string& id) const {
    const auto found = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.style.id; });
    return found == entries_.end() ? nullptr : &*found;
}

fs::path Gallery::pathOf(const std::string& id) const {
    std::vector<std::string> bundled;
    {
        const std::lock_guard lock(mutex_);
        if (const Entry* entry = find(id))
            return entry->path;
        for (const Entry& entry : entries_) {
            if (entry.style.bundled)
                bundled.push_back(entry.style.id);
        }
    }
    std::error_code ignored;
    if (fs::exists(id, ignored))
        return id;
    throw Error({"cannot find style", id, "it is neither a bundled style nor a file",
                 fmt::format("bundled are {}", fmt::join(bundled, ", "))});
}

bool Gallery::isBundled(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const Entry* entry = find(id);
    return entry && entry->style.bundled;
}

std::string Gallery::first() const {
    const std::lock_guard lock(mutex_);
    return entries_.empty() ? "" : entries_.front().style.id;
}

std::string Gallery::add(const fs::path& path) {
    const std::string id = path.string();
    {
        const std::lock_guard lock(mutex_);
        if (find(id))
            return id;
    }
    auto thumbnail = makeThumbnail(path);
    const std::lock_guard lock(mutex_);
    entries_.push_back({{.id = id, .label = path.stem().string(), .thumbnail = std::move(thumbnail)}, path});
    return id;
}

void Gallery::setError(const std::string& id, const std::string& error) {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
        if (entry.style.id == id)
            entry.style.error = error;
    }
}

std::vector<GalleryStyle> Gallery::styles() const {
    const std::lock_guard lock(mutex_);
    std::vector<GalleryStyle> styles;
    for (const Entry& entry : entries_)
        styles.push_back(entry.style);
    return styles;
}

}  // namespace impasto::app
