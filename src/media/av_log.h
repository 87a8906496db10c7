// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace impasto::media {

/// Sends FFmpeg's log to ours at debug level, once per process. Call before using FFmpeg.
void setUpFfmpeg();

/// What an FFmpeg error code means.
std::string avReason(int code);

/// Remembers the last error FFmpeg logged on this thread while it lives: often the only precise reason there is.
class ErrorLogWatch {
  public:
    ErrorLogWatch();
    ~ErrorLogWatch();
    ErrorLogWatch(const ErrorLogWatch&) = delete;
    ErrorLogWatch& operator=(const ErrorLogWatch&) = delete;

    /// avReason(code), followed by the logged line in brackets where there is one.
    std::string reason(int code) const;
    const std::string& lastLine() const { return line_; }

  private:
    std::string line_;
    std::string* outer_;
};

}  // namespace impasto::media
