// SPDX-License-Identifier: MIT
#include "ui/thumbnail_textures.h"

namespace impasto::ui {
namespace {

constexpr std::uint64_t kKeepFrames = 600;

}  // namespace

void ThumbnailTextures::beginFrame(gpu::Retirement& retirement, std::uint64_t lastUse) {
    ++frame_;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        if (frame_ - entry->second.shownAt <= kKeepFrames) {
            ++entry;
            continue;
        }
        textures_->destroy(entry->second.texture, retirement, lastUse);
        entry = entries_.erase(entry);
    }
}

ImTextureID ThumbnailTextures::get(const app::GalleryStyle& style) {
    const app::Thumbnail* thumbnail = style.thumbnail.get();
    if (!thumbnail || thumbnail->width <= 0 || thumbnail->height <= 0 ||
        thumbnail->rgba.size() !=
            static_cast<std::size_t>(thumbnail->width) * static_cast<std::size_t>(thumbnail->height) * 4)
        return nullptr;
    auto found = entries_.find(thumbnail);
    if (found == entries_.end()) {
        const ImTextureID texture = textures_->create({.name = "thumbnail " + style.id,
                                                       .width = thumbnail->width,
                                                       .height = thumbnail->height,
                                                       .rgba = thumbnail->rgba});
        found = entries_.emplace(thumbnail, Entry{style.thumbnail, texture, frame_}).first;
    }
    found->second.shownAt = frame_;
    return found->second.texture;
}

}  // namespace impasto::ui
