// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "app/settings.h"
#include "app/stats.h"
#include "gpu/device.h"
#include "gpu/image.h"
#include "gpu/pipeline.h"
#include "media/frame.h"

namespace impasto::app {

/// A stylized picture with the source it was made from, both on the device, layout GENERAL. Whoever holds the pointer may
/// read the images once `ready` is reached (published pictures have reached it; a submit reading them still names it as
/// a wait, for memory visibility) and must hold it until its reads have finished on the device.
struct Picture {
    std::unique_ptr<gpu::Image> stylized;
    std::unique_ptr<gpu::Image> source;
    gpu::SemaphorePoint ready;
    std::uint64_t serial = 0;  ///< increases with every picture
    double timestampSeconds = 0;
};

/// Frames in, stylized pictures out, under settings that may change between any two frames. Owns network, styles and
/// plan; decides what a change makes dirty. The front ends (window, headless, benchmark) are equals over it. One thread.
class Session {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        bool yieldToOthers = false;  ///< see nn::Stylizer
        bool keepSource = false;     ///< also fill Picture::source
    };
    explicit Session(const Params& params);
    ~Session();

    /// Takes over new settings. What cannot be had (a missing style, a broken network) is reported as a message, and the
    /// session goes on with what it had. `outputExtent`: of the pictures; empty: the source's.
    void apply(const Settings& settings);
    const Settings& settings() const;

    /// Restyles `frame`. Waits for the picture before the previous one, not for this one.
    std::shared_ptr<const Picture> step(const media::Frame& frame);

    /// Blocks until `picture` can be read.
    void wait(const Picture& picture) const;

    /// The picture's stylized image in host memory, RGBA8; waits for it.
    std::shared_ptr<const media::Frame> download(const Picture& picture);

    /// Adds a picture to the gallery; the id to choose it by. Throws Error when it cannot be read.
    std::string addStyle(const std::filesystem::path& path);

    /// Fills what the session knows of; the front end adds what it knows of the source.
    void fill(Stats& stats) const;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace impasto::app
