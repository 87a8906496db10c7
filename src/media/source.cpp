// SPDX-License-Identifier: MIT
#include "media/source.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "media/av_log.h"
#include "media/camera.h"
#include "media/converter.h"
#include "media/stream_source.h"
#include "media/window_source.h"

namespace impasto::media {
namespace {

template <std::size_t N>
bool endsWithOneOf(const std::filesystem::path& path, const std::array<std::string_view, N>& extensions) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

bool isDevice(const InputName& name, std::string_view device) {
    return name.device && std::string_view(name.device->name).find(device) != std::string_view::npos;
}

bool isUnset(const CaptureWish& wish) {
    return wish.width == 0 && wish.rate.numerator == 0 && wish.pixelFormat.empty();
}

CaptureWish bestOf(const std::string& cameraPath) {
    const auto camera = queryCamera(cameraPath);
    const auto format = camera ? chooseFormat(camera->formats) : std::nullopt;
    if (!format)
        return {};
    return {format->width, format->height, format->rate, format->ffmpegName};
}

void setOptions(AvOptions& options, const CaptureWish& wish, bool camera) {
    if (wish.width > 0 && wish.height > 0)
        options.set("video_size", std::to_string(wish.width) + "x" + std::to_string(wish.height));
    if (wish.rate.numerator > 0)
        options.set("framerate", std::to_string(wish.rate.numerator) + "/" + std::to_string(wish.rate.denominator));
    if (camera && !wish.pixelFormat.empty())
        options.set("input_format", wish.pixelFormat);
}

}  // namespace

std::unique_ptr<Input> openInput(const InputName& name, const SourceRequest& request) {
    const auto open = [&](const CaptureWish& wish) {
        AvOptions options;
        const bool camera = isDevice(name, "v4l2");
        if (camera || isDevice(name, "x11grab"))
            setOptions(options, wish, camera);
        if (name.region.width > 0) {
            options.set("video_size", fmt::format("{}x{}", name.region.width, name.region.height));
            options.set("grab_x", std::to_string(name.region.x));
            options.set("grab_y", std::to_string(name.region.y));
        }
        if (name.region.window != 0)
            options.set("window_id", std::to_string(name.region.window));
        return std::make_unique<Input>(name, options, request.stop);
    };
    if (!isDevice(name, "v4l2") || !isUnset(request.capture))
        return open(request.capture);
    const CaptureWish best = bestOf(name.url);
    if (isUnset(best))
        return open(best);
    try {
        return open(best);
    } catch (const Error& error) {
        // Some drivers list what they then refuse: take what they start with.
        spdlog::info("{}; trying the device's own choice of format", error.what());
        return open({});
    }
}

std::unique_ptr<Source> openSource(const SourceRequest& request) {
    const InputName name = parseInput(request.input);
    if (name.kind == InputName::Kind::Folder)
        return openFolder(name, request);
    if (name.region.window != 0)
        return openWindow(name, request);
    auto input = openInput(name, request);
    const bool singlePicture = std::string_view(input->format().iformat->name).ends_with("_pipe");
    if (singlePicture && name.kind == InputName::Kind::File)
        return openStillImage(name);
    auto stream = openStream(name, request, std::move(input));
    return singlePicture ? holdFirstFrame(*stream) : std::move(stream);
}

std::string formatText(const CaptureWish& wish) {
    return fmt::format("{} {}x{} {:.5g}", wish.pixelFormat.empty() ? "any" : wish.pixelFormat, wish.width, wish.height,
                       wish.rate.numerator > 0 ? wish.rate.perSecond() : 0);
}

CaptureWish parseFormatText(const std::string& text) {
    if (text.empty())
        return {};
    constexpr std::size_t kLongest = 64;
    char layout[kLongest + 1] = {};
    CaptureWish wish;
    double rate = 0;
    int end = 0;
    if (text.size() > kLongest ||
        std::sscanf(text.c_str(), "%64s %5dx%5d %lf%n", layout, &wish.width, &wish.height, &rate, &end) != 4 ||
        end != static_cast<int>(text.size()) || wish.width < 1 || wish.height < 1 || wish.width > kMaxFrameSide ||
        wish.height > kMaxFrameSide || !(rate >= 0 && rate <= 1000))
        throw Error({"cannot read the camera's format", text.substr(0, kLongest), "it is not LAYOUT WIDTHxHEIGHT RATE",
                     "choose one of the list"});
    if (std::string_view(layout) != "any")
        wish.pixelFormat = layout;
    if (rate > 0)
        wish.rate = {static_cast<int>(std::lround(rate * 1000)), 1000};
    return wish;
}

bool looksLikeImage(const std::filesystem::path& path) {
    static constexpr std::array<std::string_view, 10> kExtensions{".png", ".jpg",  ".jpeg", ".bmp", ".webp",
                                                                  ".tif", ".tiff", ".gif",  ".ppm", ".pgm"};
    return endsWithOneOf(path, kExtensions);
}

bool looksLikeVideo(const std::filesystem::path& path) {
    static constexpr std::array<std::string_view, 12> kExtensions{".mp4", ".mkv", ".webm", ".mov",  ".avi", ".m4v",
                                                                  ".mpg", ".ts",  ".ogv",  ".mpeg", ".wmv", ".gif"};
    return endsWithOneOf(path, kExtensions);
}

FramePtr toRgba(FramePtr frame) {
    if (frame->format == PixelFormat::Rgba8)
        return frame;
    std::shared_ptr<Frame> converted = FrameConverter().convert(*pictureOf(*frame), {1, 1}, Orientation::Upright);
    converted->timestampSeconds = frame->timestampSeconds;
    converted->index = frame->index;
    return converted;
}

FramePtr resizeFrame(const Frame& original, int width, int height) {
    IMPASTO_CHECK(width > 0 && height > 0);
    const FramePtr rgba = toRgba(FramePtr(FramePtr{}, &original));
    const Frame& frame = *rgba;
    const bool reduce = width <= frame.width && height <= frame.height;
    const int filter = (reduce ? SWS_AREA : SWS_BICUBIC) | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    const AvScaler scaler(sws_getContext(frame.width, frame.height, AV_PIX_FMT_RGBA, width, height, AV_PIX_FMT_RGBA,
                                         filter, nullptr, nullptr, nullptr));
    if (!scaler)
        throw Error({"cannot resize picture", "", "to " + std::to_string(width) + "x" + std::to_string(height)});
    constexpr int kBlockBytes = 64;  // swscale may write whole blocks past a row's end
    const int rowBytes = (4 * width + 2 * kBlockBytes - 1) / kBlockBytes * kBlockBytes;
    std::vector<std::uint8_t> rows(static_cast<std::size_t>(rowBytes) * static_cast<std::size_t>(height) + kBlockBytes);
    const std::uint8_t* source[4] = {frame.pixels.data()};
    const int sourceStrides[4] = {4 * frame.width};
    std::uint8_t* target[4] = {rows.data()};
    const int targetStrides[4] = {rowBytes};
    sws_scale(scaler.get(), source, sourceStrides, 0, frame.height, target, targetStrides);
    auto result = std::make_shared<Frame>();
    result->width = width;
    result->height = height;
    result->timestampSeconds = frame.timestampSeconds;
    result->index = frame.index;
    result->pixels.resize(frameBytes(PixelFormat::Rgba8, width, height));
    av_image_copy_plane(result->pixels.data(), 4 * width, rows.data(), rowBytes, 4 * width, height);
    return result;
}

FramePtr loadImage(const std::filesystem::path& path, int maxSide) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
        throw Error({"cannot open image", path.string(), "there is no such file", "check the path"});
    FramePtr frame = openSource({.input = path.string()})->next();
    const int longer = std::max(frame->width, frame->height);
    if (maxSide <= 0 || longer <= maxSide)
        return frame;
    const auto scaled = [&](int side) {
        return std::max(1, static_cast<int>((std::int64_t{side} * maxSide + longer / 2) / longer));
    };
    return resizeFrame(*frame, scaled(frame->width), scaled(frame->height));
}

}  // namespace impasto::media
