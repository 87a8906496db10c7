// SPDX-License-Identifier: MIT
#include "media/input.h"

#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "media/av_log.h"
#include "media/camera.h"

namespace impasto::media {
namespace {

namespace fs = std::filesystem;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string videoDeviceNames() {
    std::string names;
    for (const AVInputFormat* format = av_input_video_device_next(nullptr); format;
         format = av_input_video_device_next(format)) {
        if (!names.empty())
            names += ", ";
        names += std::string(format->name).substr(0, std::string_view(format->name).find(','));
    }
    return names;
}

// A device's registered name can be a list such as "video4linux2,v4l2".
const AVInputFormat* findDevice(const std::string& wanted) {
    for (const auto next : {av_input_video_device_next, av_input_audio_device_next}) {
        for (const AVInputFormat* format = next(nullptr); format; format = next(format)) {
            if (av_match_name(wanted.c_str(), format->name))
                return format;
        }
    }
    return nullptr;
}

InputName deviceInput(const std::string& shown, const std::string& deviceName, const std::string& url) {
    InputName name{.kind = InputName::Kind::Device, .shown = shown, .url = url, .device = findDevice(deviceName)};
    if (!name.device)
        throw inputError(shown, "this FFmpeg has no device format " + deviceName,
                         "device formats here: " + videoDeviceNames());
    name.live = std::strcmp(name.device->name, "lavfi") != 0;
    return name;
}

InputName screenInput(const std::string& shown) {
    const char* display = std::getenv("DISPLAY");
    if (!display || !*display)
        throw inputError(shown, "there is no X display", "set DISPLAY, or run inside a desktop session");
    InputName name = deviceInput(shown, "x11grab", display);
    name.region = parseScreen(shown);
    return name;
}

InputName cameraInput(const std::string& shown) {
    std::string path;
    if (shown == "webcam") {
        const auto cameras = listCameras();
        if (cameras.empty())
            throw inputError(shown, "no camera was found",
                             "plug one in, or give a file; --list-cameras shows what is there");
        path = cameras.front().path;
    } else {
        const std::string number = shown.substr(std::string_view("webcam:").size());
        if (number.empty() || number.size() > 3 || number.find_first_not_of("0123456789") != std::string::npos)
            throw inputError(shown, "the camera's number is missing or not a number", "write webcam:0");
        path = "/dev/video" + std::to_string(std::stoi(number));
        std::error_code ignored;
        if (!fs::exists(path, ignored))
            throw inputError(shown, "there is no " + path, "--list-cameras shows the cameras there are");
    }
    return deviceInput(shown, "v4l2", path);
}

InputName pathInput(const std::string& path, const fs::file_status& status) {
    InputName name{.shown = path, .url = path};
    if (fs::is_directory(status))
        name.kind = InputName::Kind::Folder;
    else if (fs::is_character_file(status) && path.starts_with("/dev/video"))
        return deviceInput(path, "v4l2", path);
    else if (!fs::is_regular_file(status))
        throw inputError(path, "it is neither a file nor a folder");
    return name;
}

InputName urlInput(const std::string& url, const std::string& scheme) {
    if (avio_find_protocol_name(url.c_str()) == nullptr && scheme != "rtsp" && scheme != "rtsps" && scheme != "rtp")
        throw inputError(url, "this FFmpeg knows no protocol " + scheme, "use http, https, rtsp, rtmp, udp or srt");
    const bool endless = scheme == "rtsp" || scheme == "rtsps" || scheme == "rtp" || scheme == "udp" ||
                         scheme == "rtmp" || scheme == "srt";
    return {.kind = InputName::Kind::Url, .shown = url, .url = url, .live = endless};
}

}  // namespace

Error inputError(const std::string& shown, std::string reason, std::string hint) {
    return Error({"cannot open input", shown, std::move(reason), std::move(hint)});
}

ScreenRegion parseScreen(const std::string& input) {
    const std::string text = input == "screen" ? "" : input.substr(std::string_view("screen:").size());
    if (input == "screen")
        return {};
    ScreenRegion region;
    constexpr std::string_view kWindow = "window=";
    if (text.starts_with(kWindow)) {
        const std::string number = text.substr(kWindow.size(), text.find(':') - kWindow.size());
        char* numberEnd = nullptr;
        const unsigned long long window = std::strtoull(number.c_str(), &numberEnd, 0);
        if (number.empty() || !std::isdigit(static_cast<unsigned char>(number[0])) || *numberEnd || window == 0 ||
            window > UINT32_MAX)
            throw inputError(input, "that is no window", "write screen:window=NUMBER, such as screen:window=0x1a00003");
        region.window = static_cast<std::uint32_t>(window);
        if (const auto colon = text.find(':'); colon != std::string::npos)
            region.title = text.substr(colon + 1);
        return region;
    }
    int end = 0;
    const bool plain = text.find_first_not_of("0123456789x+") == std::string::npos && text.size() < 32;
    if (!plain ||
        std::sscanf(text.c_str(), "%5dx%5d+%5d+%5d%n", &region.width, &region.height, &region.x, &region.y, &end) !=
            4 ||
        end != static_cast<int>(text.size()) || region.width < 1 || region.height < 1 || region.width > kMaxFrameSide ||
        region.height > kMaxFrameSide)
        throw inputError(input, "that is no part of a screen",
                         "write screen:WIDTHxHEIGHT+X+Y, such as "
                         "screen:640x480+100+50");
    return region;
}

InputName parseInput(const std::string& input) {
    setUpFfmpeg();
    if (input.empty())
        throw inputError("(empty)", "no input was named", "give a file, a folder, webcam, screen, FORMAT:URL or a URL");
    std::error_code code;
    const auto status = fs::status(input, code);
    if (fs::exists(status))
        return pathInput(input, status);
    if (input == "webcam" || input.starts_with("webcam:"))
        return cameraInput(input);
    if (input == "screen" || input.starts_with("screen:"))
        return screenInput(input);
    const auto colon = input.find(':');
    if (status.type() != fs::file_type::not_found && colon == std::string::npos)
        throw inputError(input, code.message());
    if (colon == std::string::npos || colon == 0 || input.find('/') < colon)
        throw inputError(input, "it does not exist", "check the path");
    const std::string scheme = input.substr(0, colon);
    if (input.compare(colon, 3, "://") == 0)
        return urlInput(input, scheme);
    if (!findDevice(scheme))
        throw inputError(input, "no such file, and " + scheme + " is not a device format",
                         "device formats here: " + videoDeviceNames());
    return deviceInput(input, scheme, input.substr(colon + 1));
}

Input::Input(const InputName& name, AvOptions& options, std::stop_token stop)
    : stop_(std::move(stop)), limitWait_(name.kind == InputName::Kind::Url || name.live) {
    open(name, options);
}

int Input::interrupted(void* self) {
    auto& input = *static_cast<Input*>(self);
    if (input.stop_.stop_requested())
        return 1;
    if (input.limitWait_ && now() > input.deadline_) {
        input.timedOut_ = true;
        return 1;
    }
    return 0;
}

void Input::startClock() {
    timedOut_ = false;
    deadline_ = now() + kTimeoutSeconds;
}

void Input::open(const InputName& name, AvOptions& options) {
    const ErrorLogWatch watch;
    const auto fail = [&](int code) -> Error {
        const std::string text = timedOut_ ? reason(code) : watch.reason(code);
        return inputError(name.shown, text,
                          name.kind == InputName::Kind::Url ? "check the address and the network"
                          : name.kind == InputName::Kind::Device
                              ? "check what follows the colon, and who else uses the device"
                              : "give a picture or video that FFmpeg can read");
    };
    startClock();
    AVFormatContext* context = orOutOfMemory(avformat_alloc_context());
    context->interrupt_callback = {interrupted, this};
    format_.reset(context);
    std::string url = name.url;
    if (name.kind == InputName::Kind::File) {
        // Our own handle: a name such as "img%d.png" or "a:b.mp4" must not be read as a pattern or a protocol.
        AVIOContext* file = nullptr;
        if (const int code =
                avio_open2(&file, ("file:" + name.url).c_str(), AVIO_FLAG_READ, &context->interrupt_callback, nullptr);
            code < 0)
            throw fail(code);
        file_.reset(file);
        if (avio_size(file) == 0)
            throw inputError(name.shown, "the file is empty", "give a picture or video");
        context->pb = file;
        url.clear();
        options.set("protocol_whitelist", "file,crypto,data");
    } else if (name.live && name.kind == InputName::Kind::Device) {
        // A blocking V4L2 read can't be interrupted; read() polls instead.
        context->flags |= AVFMT_FLAG_NONBLOCK;
    }
    AVFormatContext* opening = format_.release();  // freed by FFmpeg on failure
    if (const int code = avformat_open_input(&opening, url.c_str(), name.device, options.get()); code < 0)
        throw fail(code);
    format_.reset(opening);
    const bool singlePicture = std::string_view(format_->iformat->name).ends_with("_pipe");
    if (singlePicture)
        return;
    if (const int code = avformat_find_stream_info(format_.get(), nullptr); code < 0)
        throw fail(code);
}

int Input::read(AVPacket& packet) {
    startClock();
    // Asked here too: not every demuxer asks by itself.
    while (!interrupted(this)) {
        const int code = av_read_frame(format_.get(), &packet);
        if (code != AVERROR(EAGAIN))
            return code;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return AVERROR_EXIT;
}

int Input::seek(int stream, std::int64_t timestamp) {
    startClock();
    return av_seek_frame(format_.get(), stream, timestamp, AVSEEK_FLAG_BACKWARD);
}

std::string Input::reason(int code) const {
    return timedOut_ ? "no data for " + std::to_string(kTimeoutSeconds) + " s" : avReason(code);
}

}  // namespace impasto::media
