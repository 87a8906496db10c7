// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "app/gallery.h"
#include "app/message_log.h"
#include "app/settings.h"
#include "app/stats.h"
#include "app/tuning.h"
#include "gpu/device.h"
#include "gpu/image.h"
#include "gpu/pipeline.h"
#include "media/frame.h"
#include "model/network.h"
#include "nn/stylizer.h"

namespace impasto::app {

/// A stylized picture with the source it was made from, both on the device, layout GENERAL. Whoever holds the pointer
/// may read the images once `ready` is reached (published pictures have reached it; a submit reading them still names
/// it as a wait, for memory visibility) and must hold it until its reads have finished on the device.
struct Picture {
    std::unique_ptr<gpu::Image> stylized;
    std::unique_ptr<gpu::Image> source;
    std::unique_ptr<gpu::Image> other;  ///< the right side of a split; only there while `hasOther`
    bool hasOther = false;
    std::unique_ptr<gpu::Image> layer;  ///< the watched layer's channels; only valid while `hasLayer`
    bool hasLayer = false;
    gpu::SemaphorePoint ready;
    std::uint64_t serial = 0;  ///< increases with every picture
    double timestampSeconds = 0;
    std::shared_ptr<const void> owner;  ///< keeps alive what `ready` belongs to
};

/// Frames in, stylized pictures out, under settings that may change between any two frames. Owns network, styles and
/// plan; decides what a change makes dirty. The front ends (window, headless, benchmark) are equals over it. One
/// thread.
class Session {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        bool yieldToOthers = false;        ///< see nn::Stylizer
        bool keepSource = false;           ///< also fill Picture::source
        bool readBack = false;             ///< every picture will be downloaded: copy it to the host as it is finished
        bool loadInBackground = false;     ///< a network or size is made ready while the one before keeps running
        bool throwErrors = false;          ///< what would be a message of kind Error is thrown
        bool useCache = true;              ///< style statistics are kept in files under cacheFolder()
        Tuning tuning = Tuning::FromFile;  ///< measured beside the picture with loadInBackground, else before the first
    };
    explicit Session(const Params& params);
    ~Session();

    /// Takes over new settings. What cannot be had (a missing style, a broken network) is reported as a message, and
    /// the session goes on with what it had; with nothing to go on with, and with throwErrors, it throws Error.
    void apply(const Settings& settings);
    const Settings& settings() const;

    /// The time that drifting weights go by: of the frame, or of the clock. It does not advance while paused.
    void setTime(double seconds);

    /// The picture may change with the same frame: settings that matter to it came since the last step, a network
    /// that was being loaded is there, or weights drift.
    bool needsStep() const;

    /// Restyles `frame`. Waits for the picture before the previous one, not for this one. Throws Error when the
    /// device cannot hold the network at this size and no smaller one is known to work.
    /// `sameFrame`: it is the frame of the last step, of which only what settings change is computed anew.
    std::shared_ptr<const Picture> step(const media::Frame& frame, bool sameFrame = false);

    /// Blocks until `picture` can be read.
    void wait(const Picture& picture) const;

    /// The picture's stylized image in host memory, RGBA8; waits for it.
    std::shared_ptr<const media::Frame> download(const Picture& picture);
    /// The same with everything right of the split's line (`position` of the width) from its other side.
    std::shared_ptr<const media::Frame> downloadSplit(const Picture& picture, float position);
    /// The watched layer's channels as they are drawn; null when the picture has none.
    std::shared_ptr<const media::Frame> downloadLayer(const Picture& picture);

    /// What is measured beside the pictures from the next step on. `measure` takes it of a picture that `wait` was
    /// called for, the newest one; the values come with `fill`.
    void watch(const Watch& watch);
    void measure(const Picture& picture);

    /// Whether pictures from now on will be downloaded, as Params::readBack.
    void setReadBack(bool on);

    /// Forgets statistics kept over frames. Call when the source changes or jumps.
    void resetHistory();

    /// Adds a picture to the gallery; the id to choose it by. Throws Error when it cannot be read.
    std::string addStyle(const std::filesystem::path& path);

    /// Encodes one style of the gallery ahead of its choice; false when there is none left.
    bool encodeNextStyle();

    /// Makes one small picture of `frame` in a style of the gallery (see LiveThumbnails); false when all are done.
    bool previewNextStyle(const media::Frame& frame);
    /// The previews are of a picture that is gone.
    void restartPreviews();

    /// Measures the kernels again, as Tuning::Anew; those known stay in use until then.
    void retune();

    /// Fills what the session knows of; the front end adds what it knows of the source.
    void fill(Stats& stats) const;

    std::string modelName() const;  ///< of the network in use; empty before there is one
    Extent networkExtent() const;   ///< of the plan in use; 0×0 before the first frame
    bool isChanging() const;        ///< a network or a plan is being made beside the one in use

    Gallery& gallery();
    MessageLog& messages();
    /// Time of each operation of the last finished frame.
    std::vector<nn::OperationTime> operationTimes() const;
    const model::Network& network() const;
    const nn::KernelChoices& kernelChoices() const;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace impasto::app
