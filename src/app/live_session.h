// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "app/session.h"

namespace impasto::app {

/// A session on a thread of its own, fed by a player: what the window looks at. Every call is thread-safe and returns
/// at once; failures arrive as messages in the stats.
class LiveSession {
  public:
    /// Throws Error when the network is not there or, if `sourceMustOpen`, a source that is named; later ones only give
    /// a message.
    LiveSession(gpu::Device& device, gpu::PipelineLibrary& pipelines, const Settings& settings,
                bool sourceMustOpen = true, Tuning tuning = Tuning::FromFile);
    ~LiveSession();  ///< stops source and session and waits for the device

    void apply(const Settings& settings);  ///< the newest settings win
    void request(Requests requests);

    /// The newest finished picture; null before the first one. See Picture for how long to hold it.
    std::shared_ptr<const Picture> picture() const;
    /// The source, not stylized and not mirrored, at most SourcePreview::kLongestSide large: shown while the first
    /// picture takes long because the driver compiles. Null before, and as soon as there is a picture.
    media::FramePtr sourcePreview() const;
    std::shared_ptr<const Stats> stats() const;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace impasto::app
