// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <map>
#include <memory>

#include "app/stats.h"
#include "gpu/retire.h"
#include "ui/textures.h"

namespace impasto::ui {

/// The gallery's thumbnails as textures, made when first shown and freed when they are shown no more. One thread.
class ThumbnailTextures {
  public:
    explicit ThumbnailTextures(Textures& textures) : textures_(&textures) {}

    /// Frees what no frame has shown for a while; `lastUse`: the newest frame submitted.
    void beginFrame(gpu::Retirement& retirement, std::uint64_t lastUse);

    /// Null when the style has no thumbnail, or one that cannot be shown.
    ImTextureID get(const app::GalleryStyle& style);

  private:
    struct Entry {
        std::shared_ptr<const app::Thumbnail> thumbnail;
        ImTextureID texture = nullptr;
        std::uint64_t shownAt = 0;
    };
    Textures* textures_;
    std::map<const app::Thumbnail*, Entry> entries_;
    std::uint64_t frame_ = 0;
};

}  // namespace impasto::ui
