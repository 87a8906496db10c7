// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "media/frame.h"

namespace impasto::media {

struct SourceInfo {
    std::string name;            ///< for people: file name, camera name, URL
    int width = 0;               ///< of the first frame, oriented, square pixels
    int height = 0;              ///< a folder's later frames may differ
    FrameRate rate;              ///< 0/1 for a still image
    double durationSeconds = 0;  ///< 0 where unknown or endless
    bool live = false;           ///< frames come when they come: newest wins; else they are paced by their timestamps
    bool seekable = false;       ///< seek() works
    bool still = false;          ///< one frame only
    bool hasAudio = false;
    std::string capture;     ///< of a device: what was agreed on, as formatText() writes it; else empty
    std::string soundInput;  ///< what to give as OutputParams::soundFrom; empty without sound
};

/// Size and rate to ask a capture device for; what is not given is chosen (camera.h) or left to the device.
struct CaptureWish {
    int width = 0;
    int height = 0;
    FrameRate rate;
    std::string pixelFormat = {};  ///< FFmpeg's name, e.g. "mjpeg" or "yuyv422"
};

/// "mjpeg 1280x720 30": a format as text, and back. An empty text is a wish for nothing in particular; throws Error for
/// what is malformed.
std::string formatText(const CaptureWish& wish);
CaptureWish parseFormatText(const std::string& text);

struct SourceRequest {
    /// An existing file or folder; else `webcam[:N]` (/dev/videoN), `screen[:WxH+X+Y]` ($DISPLAY), FORMAT:URL with a
    /// libavdevice format such as `lavfi:testsrc2` or `v4l2:/dev/video0`, or a URL.
    std::string input;
    CaptureWish capture = {};
    double secondsPerImage = 3;  ///< spacing of a folder's timestamps
    std::stop_token stop = {};   ///< ends blocked reads; next() then throws
};

/// Frames of one input in order. One thread at a time. Throws Error when the input fails in a way reading can't go on
/// from; damage that can be stepped over is reported by problems().
class Source {
  public:
    virtual ~Source() = default;

    virtual const SourceInfo& info() const = 0;

    /// The next frame, or nullptr at the end. Waits for a live input. Timestamps never decrease between seeks.
    virtual FramePtr next() = 0;

    /// Steps over one frame, cheaper than next(); false at the end.
    virtual bool skip() { return next() != nullptr; }

    /// The next frame will be the one shown at `seconds` (clamped to the source), exact to the frame. Only where
    /// info().seekable.
    virtual void seek(double seconds) = 0;

    /// Starts over from the first frame. Does nothing to live inputs.
    virtual void rewind() = 0;

    /// One line for each thing stepped over so far: an unreadable file in a folder, damaged data.
    virtual const std::vector<std::string>& problems() const = 0;
};

/// Opens any input and decodes its first frame, so that what can't be shown fails here: Error naming the input, the
/// reason and what to do. Pictures over kMaxFrameSide or kMaxFramePixels are refused.
std::unique_ptr<Source> openSource(const SourceRequest& request);

/// The picture of an image file (or the first of a video), area-reduced so that no side is over `maxSide` (0: as it
/// is).
FramePtr loadImage(const std::filesystem::path& path, int maxSide = 0);

/// `frame` reduced by area or enlarged bicubically to exactly `width` x `height`. Rgba8 only.
FramePtr resizeFrame(const Frame& frame, int width, int height);

/// Whether the name ends like an image or a video this program reads; for file dialogs, drops and folders.
bool looksLikeImage(const std::filesystem::path& path);
bool looksLikeVideo(const std::filesystem::path& path);

}  // namespace impasto::media
