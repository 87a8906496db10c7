// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/av_handles.h"
#include "media/input.h"
#include "media/orientation.h"

namespace impasto::media {

/// Decodes the video stream of an opened input. One thread. Throws Error as Source does.
class VideoDecoder {
  public:
    /// Takes FFmpeg's choice of video stream. Throws Error when there is none or no decoder for it.
    VideoDecoder(std::unique_ptr<Input> input, InputName name);

    /// Decodes into `picture`; false at the end. Damage is stepped over and noted in `problems`.
    bool next(AVFrame& picture, std::vector<std::string>& problems);

    /// Continues at a keyframe at or before `seconds`; false when the input can't seek.
    bool seek(double seconds);

    /// Presentation time in the stream, seconds; nullopt where the picture carries none.
    std::optional<double> seconds(const AVFrame& picture) const;

    FrameRate rate() const;

    /// How the input hands its pictures over: FFmpeg's name of the codec, or of the pixels where they are plain.
    std::string layout() const;
    double durationSeconds() const;
    Orientation orientation() const;
    AVRational sampleAspect(const AVFrame& picture) const;
    bool hasAudio() const;
    bool canSeek() const;

  private:
    void openCodec();
    bool feed(std::vector<std::string>& problems);
    void noteDamage(std::vector<std::string>& problems);

    InputName name_;
    std::unique_ptr<Input> input_;
    AvCodec codec_;
    AvPacket packet_ = makeAvPacket();
    AVStream* stream_ = nullptr;
    std::uint64_t decoded_ = 0;
    bool draining_ = false;
    bool damageNoted_ = false;
};

}  // namespace impasto::media
