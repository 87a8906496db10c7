// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>

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
    std::shared_ptr<Picture> acquire(Extent stylized, Extent source);

    /// Submits what has to follow the stylized image, which is ready at `stylized`: the copy to the host. Sets
    /// Picture::ready.
    void finish(Picture& picture, const gpu::SemaphorePoint& stylized);

    void wait(const Picture& picture) const;

    /// Whether pictures acquired from now on are copied to host memory with the submit that finishes them.
    void setReadBack(bool on);

    /// RGBA8 rows of the stylized image into `rgba`, which has its size; waits for it.
    void download(const Picture& picture, std::span<std::uint8_t> rgba) const;

  private:
    struct Slot;
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace impasto::app
