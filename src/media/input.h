// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "media/av_handles.h"
#include "media/source.h"

namespace impasto::media {

/// A part of the screen in pixels, or a window; no width and no window: all of it.
struct ScreenRegion {
    int width = 0;
    int height = 0;
    int x = 0;
    int y = 0;
    std::uint32_t window = 0;  ///< X11's number
    std::string title = {};    ///< of the window, for people
    bool operator==(const ScreenRegion&) const = default;
};

/// What the text of SourceRequest::input means.
struct InputName {
    enum class Kind { File, Folder, Device, Url };
    Kind kind = Kind::File;
    std::string shown;                      ///< for messages: what the user typed
    std::string url;                        ///< path, device address or URL
    const AVInputFormat* device = nullptr;  ///< for Kind::Device
    bool live = false;                      ///< frames come in real time
    ScreenRegion region = {};               ///< of the screen
};

/// `screen`, `screen:WxH+X+Y`, or `screen:window=NUMBER[:TITLE]`; throws Error for what is neither, or has no size a
/// picture can have.
ScreenRegion parseScreen(const std::string& input);

/// Throws Error for a missing file, an unknown device format, a camera that is not there, a screen without display.
InputName parseInput(const std::string& input);

Error inputError(const std::string& shown, std::string reason, std::string hint = {});

/// An opened container, device or stream with its streams found. Not movable: FFmpeg keeps its address.
class Input {
  public:
    /// Throws Error. `options` are given to the demuxer.
    Input(const InputName& name, AvOptions& options, std::stop_token stop);
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    AVFormatContext& format() { return *format_; }

    /// The next packet; 0, AVERROR_EOF or another FFmpeg code. Waits for devices, at most kTimeoutSeconds without data.
    int read(AVPacket& packet);

    /// Seeks so that decoding from here reaches `timestamp` in the stream's time base; FFmpeg's code.
    int seek(int stream, std::int64_t timestamp);

    /// "no data for 10 s" where that is why the last call failed; else FFmpeg's text.
    std::string reason(int code) const;

    bool stopRequested() const { return stop_.stop_requested(); }

  private:
    static constexpr int kTimeoutSeconds = 10;

    static int interrupted(void* self);
    void startClock();
    void open(const InputName& name, AvOptions& options);

    std::stop_token stop_;
    bool limitWait_ = false;
    bool timedOut_ = false;
    double deadline_ = 0;  ///< seconds of the steady clock
    AvIo file_;
    AvInput format_;
};

}  // namespace impasto::media
