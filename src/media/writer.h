// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "media/frame.h"

namespace impasto::media {

enum class VideoQuality : std::uint8_t { Draft, Good, High };

struct OutputParams {
    int width = 0;  ///< of the frames to come; frames of another size are fitted in, with black bars
    int height = 0;
    FrameRate rate = {30, 1};
    VideoQuality quality = VideoQuality::Good;
    std::string soundFrom = {};  ///< SourceInfo::soundInput of the source whose sound goes along; empty: no sound
    double soundStart = 0;       ///< seconds into that input that belong to the first frame
    bool soundFollows = false;   ///< the sound waits for VideoWriter::playSound() and is always encoded
    bool fragmented = false;     ///< the file plays, up to the last seconds, even if the program dies while writing
    /// A video that was written with the same parameters and not to its end: what is whole of it comes first. One that
    /// does not fit is passed over, noted in the log.
    std::filesystem::path continues = {};
};

/// A place frames are written to. One thread. Throws Error naming the path: unwritable, disk full, unknown type.
class Output {
  public:
    /// Finishes if finish() was not called; what fails then is logged.
    virtual ~Output() = default;

    virtual void write(const Frame& frame) = 0;

    /// Completes the file. Nothing may be written afterwards; a second call does nothing.
    virtual void finish() = 0;

    /// True for a single image that has been written.
    virtual bool full() const { return false; }

    virtual std::uint64_t framesWritten() const = 0;
};

/// By extension: `.mp4` and `.mkv` (H.264), `.webm` (VP9), `.png`/`.jpg` (one image), or a printf pattern such as
/// `out/%04d.png` (an image per frame, counted from 1). Missing folders are created.
std::unique_ptr<Output> openOutput(const std::filesystem::path& path, const OutputParams& params);

/// Whether openOutput would make a video; throws Error for an extension it doesn't know and for a malformed pattern.
bool isVideoOutput(const std::filesystem::path& path);

/// One image file, PNG or JPEG (quality about 95, 4:4:4) by extension; replaced as a whole or not at all.
void writeImage(const std::filesystem::path& path, const Frame& frame);

/// A recording: constant rate, size rounded down to even (a single row or column is doubled), yuv420p, tagged BT.709
/// limited range. Sound is copied where the container takes it, else becomes AAC (Opus in WebM), and ends with the
/// picture. What cannot be written any more (a full disk) throws Error, and so does every later write. For the other
/// conditions see Output.
class VideoWriter final : public Output {
  public:
    VideoWriter(const std::filesystem::path& path, const OutputParams& params);
    ~VideoWriter() override;

    /// The frame after the last one.
    void write(const Frame& frame) override;

    /// The frame shown from `seconds` after the recording's start: rounded to the rate; a frame whose place is taken
    /// already is left out, a gap lets the one before stand longer.
    void writeAt(const Frame& frame, double seconds);

    /// Whether writeAt() would take a frame at `seconds`. With OutputParams::continues the first frames to come have
    /// their place taken already; framesWritten() counts those.
    bool hasPlace(double seconds) const;

    /// With OutputParams::soundFollows: from `seconds` of the recording on the input is heard from `inputSeconds` on,
    /// or nothing is. Nothing without sound.
    void playSound(double seconds, double inputSeconds);
    void pauseSound(double seconds);

    /// After a write that failed the file is closed as it is: what a fragmented one holds so far plays.
    void finish() override;
    std::uint64_t framesWritten() const override;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// A file name with exactly one %d or %0Nd (N 1..9); %% stands for a percent sign, any other % is refused.
class SequencePattern {
  public:
    static bool looksLikeOne(const std::filesystem::path& path);

    /// Throws Error for a malformed pattern.
    explicit SequencePattern(const std::filesystem::path& path);

    std::filesystem::path at(std::uint64_t number) const;

  private:
    std::string before_;
    std::string after_;
    std::size_t digits_ = 0;
};

}  // namespace impasto::media
