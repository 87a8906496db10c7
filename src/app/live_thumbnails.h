// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "app/engine.h"
#include "app/picture_ring.h"
#include "app/settings.h"
#include "media/frame.h"

namespace impasto::app {

/// Small pictures of the current frame in every style of the gallery, one at a time, for the session's idle time: the
/// middle of the frame, square, under the settings' normalization at full strength. One thread.
class LiveThumbnails {
  public:
    static constexpr int kSide = 128;

    LiveThumbnails(gpu::Device& device, gpu::PipelineLibrary& pipelines);

    /// Begins anew with the next frame: the source has changed.
    void restart() { ++wanted_; }

    /// Makes the next one and hands it to `gallery`; false when every style has one of what is current. Styles that are
    /// not encoded yet are passed over until they are.
    bool makeNext(Engine& engine, Gallery& gallery, const Settings& settings, const media::Frame& frame);

  private:
    /// What a round of thumbnails was made of.
    struct Round {
        std::uint64_t source = 0;
        const StyleBank* bank = nullptr;
        Settings settings;  ///< of it only what the thumbnails depend on
        bool operator==(const Round&) const = default;
    };
    void begin(Engine& engine, const Round& round, const media::Frame& frame);

    gpu::Device& device_;
    gpu::PipelineLibrary& pipelines_;
    PictureRing ring_;
    std::uint64_t wanted_ = 1;
    Round round_;
    media::FramePtr content_;
    std::shared_ptr<nn::Stylizer> stylizer_;
    std::shared_ptr<const model::Network> network_;
    nn::Precision precision_ = nn::Precision::Fp16;
    std::set<std::string> done_;
};

}  // namespace impasto::app
