// SPDX-License-Identifier: MIT
#include "app/gallery.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "app/settings.h"
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

/// Pictures from the clipboard are files called by a hash.
std::string labelOfAdded(const fs::path& path) {
    const std::string stem = path.stem().string();
    return stem.starts_with("pasted-") ? "Pasted" : stem;
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
            if (style.thumbnail)
                continue;
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

std::string Gallery::add(const fs::path& given) {
    // Remembered paths must mean the same wherever the program is started.
    const fs::path path = fs::absolute(given).lexically_normal();
    const std::string id = path.string();
    {
        const std::lock_guard lock(mutex_);
        if (find(id))
            return id;
    }
    auto thumbnail = makeThumbnail(path);
    {
        const std::lock_guard lock(mutex_);
        if (entries_.size() >= kMaxGalleryStyles)
            throw Error({"cannot add style", id, "the gallery is full", "take some out"});
        entries_.push_back({{.id = id, .label = labelOfAdded(path), .thumbnail = std::move(thumbnail)}, path});
    }
    save();
    return id;
}

void Gallery::rememberIn(const fs::path& file) {
    constexpr std::uint64_t kMaxBytes = 4u << 20;
    std::error_code ignored;
    if (fs::exists(file, ignored)) {
        const std::vector<std::byte> bytes = readFile(file, kMaxBytes);
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        takeOver(readGalleryList(text, file.string()));
    }
    const std::lock_guard lock(mutex_);
    file_ = file;
}

void Gallery::takeOver(const GalleryList& list) {
    const std::lock_guard lock(mutex_);
    std::vector<Entry> ordered;
    for (const std::string& id : list.order) {
        const auto known = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.style.id; });
        if (known != entries_.end()) {
            ordered.push_back(std::move(*known));
            entries_.erase(known);
        } else if (const fs::path path = id; path.is_absolute()) {
            ordered.push_back({{.id = id, .label = labelOfAdded(path)}, path});
        }
    }
    // Bundled styles the list does not know are new ones.
    std::ranges::move(entries_, std::back_inserter(ordered));
    entries_ = std::move(ordered);
    for (Entry& entry : entries_)
        entry.hidden = entry.style.bundled && std::ranges::count(list.hidden, entry.style.id) > 0;
}

void Gallery::save() const {
    GalleryList list;
    fs::path file;
    {
        const std::lock_guard lock(mutex_);
        file = file_;
        for (const Entry& entry : entries_) {
            list.order.push_back(entry.style.id);
            if (entry.hidden)
                list.hidden.push_back(entry.style.id);
        }
    }
    if (!file.empty())
        writeFileAtomically(file, std::string_view(writeGalleryList(list)));
}

void Gallery::remove(const std::string& id) {
    {
        const std::lock_guard lock(mutex_);
        for (Entry& entry : entries_)
            entry.hidden = entry.hidden || (entry.style.bundled && entry.style.id == id);
        std::erase_if(entries_, [&](const Entry& entry) { return !entry.style.bundled && entry.style.id == id; });
    }
    save();
}

void Gallery::showAll() {
    {
        const std::lock_guard lock(mutex_);
        for (Entry& entry : entries_)
            entry.hidden = false;
    }
    save();
}

int Gallery::hidden() const {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(std::ranges::count_if(entries_, &Entry::hidden));
}

void Gallery::move(const std::string& id, const std::string& before) {
    {
        const std::lock_guard lock(mutex_);
        const auto idOf = [](const Entry& entry) { return entry.style.id; };
        const auto from = std::ranges::find(entries_, id, idOf);
        if (from == entries_.end() || id == before)
            return;
        Entry entry = std::move(*from);
        entries_.erase(from);
        entries_.insert(std::ranges::find(entries_, before, idOf), std::move(entry));
    }
    save();
}

void Gallery::setPreview(const std::string& id, std::shared_ptr<const Thumbnail> preview) {
    const std::lock_guard lock(mutex_);
    if (id == kSourceStyle)
        sourcePreview_ = preview;
    for (Entry& entry : entries_) {
        if (entry.style.id == id)
            entry.style.preview = preview;
    }
}

std::shared_ptr<const Thumbnail> Gallery::sourcePreview() const {
    const std::lock_guard lock(mutex_);
    return sourcePreview_;
}

void Gallery::setError(const std::string& id, const std::string& error) {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
        if (entry.style.id == id)
            entry.style.error = error;
    }
}

std::vector<GalleryStyle> Gallery::styles() const {
    std::vector<GalleryStyle> result;
    styles(result);
    return result;
}

void Gallery::styles(std::vector<GalleryStyle>& into) const {
    const std::lock_guard lock(mutex_);
    // Assigned in place, so that the strings keep their memory.
    std::size_t shown = 0;
    for (const Entry& entry : entries_) {
        if (entry.hidden)
            continue;
        if (shown == into.size())
            into.emplace_back();
        into[shown++] = entry.style;
    }
    into.resize(shown);
}

std::size_t Gallery::count() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace impasto::app
