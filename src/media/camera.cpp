// SPDX-License-Identifier: MIT
#include "media/camera.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <tuple>

namespace impasto::media {
namespace {

namespace fs = std::filesystem;

// A driver that never ends its lists must not hold us up.
constexpr std::uint32_t kMaxEntries = 64;

struct Layout {
    std::uint32_t fourcc;
    const char* ffmpegName;
    bool compressed;
};

constexpr std::array kLayouts{
    Layout{V4L2_PIX_FMT_YUYV, "yuyv422", false},    Layout{V4L2_PIX_FMT_UYVY, "uyvy422", false},
    Layout{V4L2_PIX_FMT_NV12, "nv12", false},       Layout{V4L2_PIX_FMT_YUV420, "yuv420p", false},
    Layout{V4L2_PIX_FMT_YUV422P, "yuv422p", false}, Layout{V4L2_PIX_FMT_RGB24, "rgb24", false},
    Layout{V4L2_PIX_FMT_BGR24, "bgr24", false},     Layout{V4L2_PIX_FMT_GREY, "gray", false},
    Layout{V4L2_PIX_FMT_MJPEG, "mjpeg", true},      Layout{V4L2_PIX_FMT_JPEG, "mjpeg", true},
};

struct Size {
    std::uint32_t width;
    std::uint32_t height;
};

constexpr std::array kUsualSizes{Size{320, 240}, Size{640, 480}, Size{1280, 720}, Size{1920, 1080}, Size{3840, 2160}};

template <class T>
T zeroed() {
    T value;
    std::memset(&value, 0, sizeof value);
    return value;
}

template <std::size_t N>
std::string text(const unsigned char (&field)[N]) {
    const auto* begin = reinterpret_cast<const char*>(field);
    std::string result(begin, strnlen(begin, N));
    for (char& character : result) {
        if (static_cast<unsigned char>(character) < ' ' || character == 127)
            character = '?';
    }
    return result;
}

bool between(std::uint32_t value, std::uint32_t low, std::uint32_t high, std::uint32_t step) {
    return value >= low && value <= high && (step <= 1 || (value - low) % step == 0);
}

void addSize(std::vector<Size>& sizes, Size size) {
    const auto same = [&](const Size& other) { return other.width == size.width && other.height == size.height; };
    const bool sane = size.width > 0 && size.height > 0 && size.width <= kMaxFrameSide && size.height <= kMaxFrameSide;
    if (sane && std::none_of(sizes.begin(), sizes.end(), same))
        sizes.push_back(size);
}

std::vector<Size> sizesOf(std::uint32_t fourcc, const V4l2Ioctl& ioctl) {
    std::vector<Size> sizes;
    for (std::uint32_t index = 0; index < kMaxEntries; ++index) {
        auto answer = zeroed<v4l2_frmsizeenum>();
        answer.index = index;
        answer.pixel_format = fourcc;
        if (ioctl(VIDIOC_ENUM_FRAMESIZES, &answer) != 0)
            break;
        if (answer.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
            addSize(sizes, {answer.discrete.width, answer.discrete.height});
            continue;
        }
        const auto& range = answer.stepwise;
        for (const Size& usual : kUsualSizes) {
            if (between(usual.width, range.min_width, range.max_width, range.step_width) &&
                between(usual.height, range.min_height, range.max_height, range.step_height))
                addSize(sizes, usual);
        }
        addSize(sizes, {range.max_width, range.max_height});
        break;  // there is only one such entry
    }
    return sizes;
}

// V4L2 speaks of seconds per frame.
void addRate(std::vector<FrameRate>& rates, const v4l2_fract& interval) {
    constexpr std::uint32_t kLimit = 1'000'000'000;
    if (interval.numerator == 0 || interval.denominator == 0 || interval.numerator > kLimit ||
        interval.denominator > kLimit)
        return;
    const FrameRate rate{static_cast<int>(interval.denominator), static_cast<int>(interval.numerator)};
    if (rate.perSecond() <= 1000 && std::find(rates.begin(), rates.end(), rate) == rates.end())
        rates.push_back(rate);
}

std::vector<FrameRate> ratesOf(std::uint32_t fourcc, Size size, const V4l2Ioctl& ioctl) {
    std::vector<FrameRate> rates;
    for (std::uint32_t index = 0; index < kMaxEntries; ++index) {
        auto answer = zeroed<v4l2_frmivalenum>();
        answer.index = index;
        answer.pixel_format = fourcc;
        answer.width = size.width;
        answer.height = size.height;
        if (ioctl(VIDIOC_ENUM_FRAMEINTERVALS, &answer) != 0)
            break;
        if (answer.type == V4L2_FRMIVAL_TYPE_DISCRETE) {
            addRate(rates, answer.discrete);
            continue;
        }
        addRate(rates, answer.stepwise.min);
        const auto seconds = [](const v4l2_fract& value) {
            return value.denominator ? static_cast<double>(value.numerator) / value.denominator : 0.0;
        };
        for (const std::uint32_t usual : {60u, 30u}) {
            if (seconds(answer.stepwise.min) <= 1.0 / usual && seconds(answer.stepwise.max) >= 1.0 / usual)
                addRate(rates, {1, usual});
        }
        break;
    }
    if (rates.empty())
        rates.push_back({0, 1});  // older drivers don't say: the device decides
    return rates;
}

void addFormats(Camera& camera, std::uint32_t fourcc, const V4l2Ioctl& ioctl) {
    const auto layout =
        std::find_if(kLayouts.begin(), kLayouts.end(), [&](const Layout& known) { return known.fourcc == fourcc; });
    const bool known = layout != kLayouts.end();
    for (const Size& size : sizesOf(fourcc, ioctl)) {
        for (const FrameRate& rate : ratesOf(fourcc, size, ioctl))
            camera.formats.push_back({.fourcc = fourcc,
                                      .ffmpegName = known ? layout->ffmpegName : "",
                                      .compressed = known && layout->compressed,
                                      .width = static_cast<int>(size.width),
                                      .height = static_cast<int>(size.height),
                                      .rate = rate});
    }
}

class DeviceFile {
  public:
    explicit DeviceFile(const std::string& path) : file_(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {}
    DeviceFile(const DeviceFile&) = delete;
    DeviceFile& operator=(const DeviceFile&) = delete;
    ~DeviceFile() {
        if (file_ >= 0)
            ::close(file_);
    }
    int get() const { return file_; }

  private:
    int file_;
};

std::string fourccName(std::uint32_t fourcc) {
    std::string name;
    for (int shift = 0; shift < 32; shift += 8) {
        const char letter = static_cast<char>(fourcc >> shift & 0x7f);
        name += letter >= ' ' && letter < 127 ? letter : '?';
    }
    return name;
}

std::optional<int> cameraNumber(const std::string& path) {
    constexpr std::string_view kPrefix = "/dev/video";
    const std::string digits = path.starts_with(kPrefix) ? path.substr(kPrefix.size()) : "";
    if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return std::stoi(digits);
}

bool sameFormat(const CameraFormat& a, const CameraFormat& b) {
    return a.fourcc == b.fourcc && a.width == b.width && a.height == b.height && a.rate == b.rate;
}

}  // namespace

std::optional<Camera> queryCamera(const std::string& path, const V4l2Ioctl& ioctl) {
    auto capability = zeroed<v4l2_capability>();
    if (ioctl(VIDIOC_QUERYCAP, &capability) != 0)
        return std::nullopt;
    const std::uint32_t can =
        capability.capabilities & V4L2_CAP_DEVICE_CAPS ? capability.device_caps : capability.capabilities;
    if (!(can & V4L2_CAP_VIDEO_CAPTURE) || !(can & V4L2_CAP_STREAMING))
        return std::nullopt;
    Camera camera{.path = path, .number = cameraNumber(path).value_or(0), .name = text(capability.card), .formats = {}};
    if (camera.name.empty())
        camera.name = path;
    for (std::uint32_t index = 0; index < kMaxEntries; ++index) {
        auto format = zeroed<v4l2_fmtdesc>();
        format.index = index;
        format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        if (ioctl(VIDIOC_ENUM_FMT, &format) != 0)
            break;
        addFormats(camera, format.pixelformat, ioctl);
    }
    return camera;
}

std::optional<Camera> queryCamera(const std::string& path) {
    const DeviceFile file(path);
    if (file.get() < 0)
        return std::nullopt;
    return queryCamera(path, [&](unsigned long request, void* argument) {
        int result = 0;
        do {
            result = ::ioctl(file.get(), request, argument);
        } while (result == -1 && errno == EINTR);
        return result;
    });
}

std::vector<Camera> listCameras() {
    std::vector<Camera> cameras;
    std::error_code code;
    for (fs::directory_iterator entry("/dev", code), end; !code && entry != end; entry.increment(code)) {
        const std::string path = entry->path().string();
        if (!cameraNumber(path))
            continue;
        if (auto camera = queryCamera(path))
            cameras.push_back(std::move(*camera));
    }
    std::sort(cameras.begin(), cameras.end(), [](const Camera& a, const Camera& b) { return a.number < b.number; });
    return cameras;
}

std::optional<CameraFormat> chooseFormat(std::span<const CameraFormat> formats) {
    constexpr double kSmooth = 29.9;  // 30000/1001 counts as 30
    double fastest = 0;
    for (const CameraFormat& format : formats) {
        if (!format.ffmpegName.empty())
            fastest = std::max(fastest, format.rate.perSecond());
    }
    const double floor = std::min(fastest, kSmooth);
    // Smaller is better, first differing entry decides.
    const auto rank = [](const CameraFormat& format) {
        const int distance = std::abs(format.width - 1280) + std::abs(format.height - 720);
        return std::tuple(distance, -std::lround(format.rate.perSecond() * 10), format.compressed);
    };
    std::optional<CameraFormat> best;
    for (const CameraFormat& format : formats) {
        if (format.ffmpegName.empty() || format.rate.perSecond() < floor)
            continue;
        if (!best || rank(format) < rank(*best))
            best = format;
    }
    return best;
}

std::string describeCameras(std::span<const Camera> cameras) {
    if (cameras.empty())
        return "no cameras found (looked at /dev/video*)\n";
    std::string lines;
    for (const Camera& camera : cameras) {
        lines += fmt::format("webcam:{}  {}  {}\n", camera.number, camera.path, camera.name);
        const auto chosen = chooseFormat(camera.formats);
        for (const CameraFormat& format : camera.formats) {
            const bool isChosen = chosen && sameFormat(*chosen, format);
            const char* note = isChosen ? "  (chosen)" : format.ffmpegName.empty() ? "  (not readable here)" : "";
            lines += fmt::format("  {}  {:>4} x {:<4}  {:6.2f} fps{}\n", fourccName(format.fourcc), format.width,
                                 format.height, format.rate.perSecond(), note);
        }
    }
    return lines;
}

}  // namespace impasto::media
