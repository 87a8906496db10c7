// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "app/session.h"
#include "gpu/buffer.h"
#include "gpu/commands.h"

namespace impasto::app {

/// Recycled pictures. `acquire` and `finish` belong to the session's thread; a picture may be released on any thread
/// and returns to the ring then.
class PictureRing {
  public:
    struct Params {
        gpu::Device& device;
        bool keepSource = false;  ///< pictures have a source image
        bool readBack = false;    ///< pictures are copied to host memory with the submit that finishes them
    };
    explicit PictureRing(const Params& params);
    ~PictureRing();

    /// A picture nobody holds, with images of these extents and unspecified content. Makes one when all are in use.
    /// `withOther`: it has the image for the right side of a split. `readBack`: `finish` copies both to host memory,
    /// as it always does with Params::readBack.
    std::shared_ptr<Picture> acquire(Extent stylized, Extent source, bool withOther = false, bool readBack = false);

    /// Makes the picture's image for a layer's channels, `side` squared, unless it is there.
    void addLayer(Picture& picture, int side);

    /// Submits what has to follow the stylized image, which is ready at `stylized`: the copy to the host. Sets
    /// Picture::ready.
    void finish(Picture& picture, const gpu::SemaphorePoint& stylized);

    void wait(const Picture& picture) const;

    /// Whether pictures acquired from now on are copied to host memory with the submit that finishes them.
    void setReadBack(bool on);

    /// RGBA8 rows of the stylized image; waits for it.
    std::vector<std::uint8_t> download(const Picture& picture) const;
    /// RGBA8 rows of the other side's image; waits for it.
    std::vector<std::uint8_t> downloadOther(const Picture& picture) const;
    /// RGBA8 rows of the watched layer's image; waits for it.
    std::vector<std::uint8_t> downloadLayer(const Picture& picture) const;

    /// What was read back, while the picture is held: RGBA8 rows of the stylized image (side 0) or the other side's
    /// (1). Empty when it was not asked for; the picture has to be finished.
    std::span<const std::uint8_t> hostPixels(const Picture& picture, int side) const;

  private:
    struct Slot;
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace impasto::app
