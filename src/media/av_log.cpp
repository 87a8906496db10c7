// SPDX-License-Identifier: MIT
#include "media/av_log.h"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <mutex>
#include <system_error>

#include "media/av_handles.h"

namespace impasto::media {
namespace {

thread_local std::string* watchedLine = nullptr;
thread_local int atLineStart = 1;

void logLine(void* object, int level, const char* format, va_list arguments) {
    if (level > AV_LOG_VERBOSE || (level > AV_LOG_ERROR && !spdlog::should_log(spdlog::level::debug)))
        return;
    char text[1024];
    av_log_format_line2(object, level, format, arguments, text, sizeof text, &atLineStart);
    std::string line(text);
    while (!line.empty() && (line.back() == '\n' || line.back() == ' '))
        line.pop_back();
    if (line.empty())
        return;
    spdlog::debug("ffmpeg: {}", line);
    if (level <= AV_LOG_ERROR && watchedLine) {
        // "[png @ 0x55..] text": the address tells a reader nothing.
        const auto bracket = line.rfind("] ");
        *watchedLine = bracket == std::string::npos ? line : line.substr(bracket + 2);
    }
}

}  // namespace

void setUpFfmpeg() {
    static std::once_flag once;
    std::call_once(once, [] {
        av_log_set_callback(logLine);
        avdevice_register_all();
        avformat_network_init();
    });
}

std::string avReason(int code) {
    if (code == AVERROR_INVALIDDATA)
        return "its data is damaged or of an unknown kind";
    if (code == AVERROR_EOF)
        return "it ends too early";
    if (code == AVERROR_EXIT)
        return "stopped";
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    if (av_strerror(code, text, sizeof text) < 0)
        return "error " + std::to_string(code);
    return text;
}

ErrorLogWatch::ErrorLogWatch() : outer_(watchedLine) {
    watchedLine = &line_;
}
ErrorLogWatch::~ErrorLogWatch() {
    watchedLine = outer_;
}

std::string ErrorLogWatch::reason(int code) const {
    return line_.empty() ? avReason(code) : avReason(code) + " (" + line_ + ")";
}

}  // namespace impasto::media
