// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/camera_feed.h"
#include "app/message_log.h"
#include "app/recorder.h"
#include "app/recording_clock.h"
#include "app/settings.h"
#include "app/stats.h"
#include "media/player.h"

namespace impasto::app {

/// Where the window's finished pictures go besides the screen. Belongs to the live session's thread; nothing here waits
/// for an encoder or a disk.
class LiveOutputs {
  public:
    explicit LiveOutputs(MessageLog& messages) : messages_(messages) {}
    ~LiveOutputs();  ///< completes a recording

    /// Starts a recording of pictures like `first`, at the source's rate and with its sound where it has one and
    /// `settings` ask for it. An empty `path` is a new name in the videos folder.
    void startRecording(const Settings& settings, std::filesystem::path path, const media::FramePtr& first,
                        const media::Player::State& source);
    void stopRecording();
    bool recording() const { return recorder_ != nullptr; }

    /// Other programs see the pictures as the camera at `device`; an empty one ends that.
    void setVirtualCamera(const std::string& device, const media::SourceInfo& source);

    /// Whether take() should be called with every picture.
    bool wantsFrames() const { return recorder_ != nullptr || feed_ != nullptr; }

    /// A finished picture and what the source was doing when it came from it.
    void take(const media::FramePtr& picture, const media::Player::State& source);

    /// What a paused source is heard like.
    void sourcePaused(bool paused);

    /// Tells the user about what has ended since the last call.
    void follow();

    void fill(Stats& stats) const;

  private:
    void record(const media::FramePtr& picture, const media::Player::State& source);
    void followRecording();
    void fillRecording(RecordingStats& recording) const;

    MessageLog& messages_;
    std::unique_ptr<Recorder> recorder_;
    RecordingClock clock_;
    std::unique_ptr<CameraFeed> feed_;
    std::string feedDevice_;
    std::filesystem::path path_;
    std::string soundInput_;  ///< that the recording has the sound of
    bool stopping_ = false;
    bool paused_ = false;
};

/// Extension of a format, with its dot.
const char* extensionOf(RecordFormat format);

/// The rate to record a source at: its own, or 30 where it has none that makes sense.
media::FrameRate recordingRate(const media::SourceInfo& source);

}  // namespace impasto::app
