// SPDX-License-Identifier: MIT
#include "media/virtual_camera.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "media/av_handles.h"
#include "media/fit.h"

namespace impasto::media {
namespace {

namespace fs = std::filesystem;

constexpr int kUnity = 1 << 16;
constexpr int kMaxDevice = 255;

Error cameraError(const std::string& path, std::string reason, std::string hint) {
    return Error({"cannot use the virtual camera", path, std::move(reason), std::move(hint)});
}

int retried(const V4l2Ioctl& ioctl, unsigned long request, void* argument) {
    int result = 0;
    do {
        result = ioctl(request, argument);
    } while (result != 0 && errno == EINTR);
    return result;
}

template <std::size_t N>
std::string printable(const unsigned char (&field)[N]) {
    std::string text(reinterpret_cast<const char*>(field), strnlen(reinterpret_cast<const char*>(field), N));
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < ' ' || c == 127; }, '?');
    return text;
}

AVPixelFormat layoutOf(std::uint32_t fourcc) {
    return fourcc == V4L2_PIX_FMT_YUYV     ? AV_PIX_FMT_YUYV422
           : fourcc == V4L2_PIX_FMT_YUV420 ? AV_PIX_FMT_YUV420P
                                           : AV_PIX_FMT_NONE;
}

/// A file descriptor of a device.
class DeviceFile {
  public:
    explicit DeviceFile(const std::string& path) : file_(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
        if (file_ < 0)
            throw cameraError(path, std::strerror(errno),
                              errno == EACCES ? "join the group video" : virtualCameraHint());
    }
    ~DeviceFile() { ::close(file_); }
    DeviceFile(const DeviceFile&) = delete;
    DeviceFile& operator=(const DeviceFile&) = delete;
    int get() const { return file_; }

  private:
    int file_;
};

V4l2OutputAccess openDevice(const std::string& path) {
    const auto file = std::make_shared<DeviceFile>(path);
    return {.ioctl = [file](unsigned long request, void* argument) { return ::ioctl(file->get(), request, argument); },
            .write =
                [file](std::span<const std::uint8_t> bytes) {
                    return static_cast<long>(::write(file->get(), bytes.data(), bytes.size()));
                }};
}

}  // namespace

std::optional<VirtualCameraDevice> queryVirtualCamera(const std::string& path, const V4l2Ioctl& ioctl) {
    v4l2_capability answer;
    std::memset(&answer, 0, sizeof answer);
    if (retried(ioctl, VIDIOC_QUERYCAP, &answer) != 0)
        return std::nullopt;
    const std::uint32_t able = answer.capabilities & V4L2_CAP_DEVICE_CAPS ? answer.device_caps : answer.capabilities;
    if ((able & V4L2_CAP_VIDEO_OUTPUT) == 0 || (able & V4L2_CAP_READWRITE) == 0)
        return std::nullopt;
    return VirtualCameraDevice{path, printable(answer.card)};
}

std::vector<VirtualCameraDevice> listVirtualCameras() {
    std::vector<VirtualCameraDevice> devices;
    for (int number = 0; number <= kMaxDevice; ++number) {
        const std::string path = "/dev/video" + std::to_string(number);
        std::error_code ignored;
        if (!fs::exists(path, ignored))
            continue;
        try {
            if (auto device = queryVirtualCamera(path, openDevice(path).ioctl))
                devices.push_back(std::move(*device));
        } catch (const Error&) {
            continue;  // not ours to open
        }
    }
    return devices;
}

std::string virtualCameraHint() {
    return "install v4l2loopback-dkms, then: sudo modprobe v4l2loopback exclusive_caps=1 card_label=Impasto";
}

class VirtualCamera::Impl {
  public:
    Impl(const Params& params, V4l2OutputAccess access) : path_(params.path), access_(std::move(access)) {
        if (params.width < 1 || params.height < 1 || params.width > kMaxFrameSide || params.height > kMaxFrameSide)
            throw cameraError(path_, "the pictures have no size a camera can have", "choose another source");
        if (!queryVirtualCamera(path_, access_.ioctl))
            throw cameraError(path_, "it does not take video", virtualCameraHint());
        agree(std::max(2, params.width & ~1), std::max(2, params.height & ~1));
        tellRate(params.rate);
        makeScaler();
    }

    bool write(const Frame& frame);

    int width_ = 0;
    int height_ = 0;

  private:
    void agree(int width, int height);
    void tellRate(const FrameRate& rate) const;
    void makeScaler();

    std::string path_;
    V4l2OutputAccess access_;
    AVPixelFormat layout_ = AV_PIX_FMT_NONE;
    AvScaler scaler_;
    std::vector<std::uint8_t> bytes_;  ///< tight planes, as the device takes them
};

// The driver may answer with what another program has fixed; sizes are taken as they are, layouts only of two kinds.
void VirtualCamera::Impl::agree(int width, int height) {
    std::string refusal;
    for (const std::uint32_t fourcc : {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_YUV420}) {
        v4l2_format format;
        std::memset(&format, 0, sizeof format);
        format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
        v4l2_pix_format& pix = format.fmt.pix;
        pix.width = static_cast<std::uint32_t>(width);
        pix.height = static_cast<std::uint32_t>(height);
        pix.pixelformat = fourcc;
        pix.field = V4L2_FIELD_NONE;
        pix.bytesperline = fourcc == V4L2_PIX_FMT_YUYV ? 2 * pix.width : pix.width;
        pix.sizeimage = fourcc == V4L2_PIX_FMT_YUYV ? 2 * pix.width * pix.height : pix.width * pix.height * 3 / 2;
        pix.colorspace = V4L2_COLORSPACE_SMPTE170M;
        pix.quantization = V4L2_QUANTIZATION_LIM_RANGE;
        if (retried(access_.ioctl, VIDIOC_S_FMT, &format) != 0) {
            refusal = std::strerror(errno);
            continue;
        }
        const bool sane = pix.width >= 2 && pix.height >= 2 && pix.width <= kMaxFrameSide &&
                          pix.height <= kMaxFrameSide && pix.width % 2 == 0 && pix.height % 2 == 0;
        layout_ = layoutOf(pix.pixelformat);
        if (!sane || layout_ == AV_PIX_FMT_NONE) {
            refusal = "it insists on a format this program does not write";
            continue;
        }
        width_ = static_cast<int>(pix.width);
        height_ = static_cast<int>(pix.height);
        const int size = av_image_get_buffer_size(layout_, width_, height_, 1);
        bytes_.resize(static_cast<std::size_t>(size));
        return;
    }
    throw cameraError(path_, refusal, "close what else writes to it, or load v4l2loopback anew");
}

// Only for programs that ask; devices that know no rate refuse it, which does no harm.
void VirtualCamera::Impl::tellRate(const FrameRate& rate) const {
    if (rate.numerator < 1 || rate.denominator < 1)
        return;
    v4l2_streamparm parameters;
    std::memset(&parameters, 0, sizeof parameters);
    parameters.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    parameters.parm.output.timeperframe = {static_cast<std::uint32_t>(rate.denominator),
                                           static_cast<std::uint32_t>(rate.numerator)};
    retried(access_.ioctl, VIDIOC_S_PARM, &parameters);
}

void VirtualCamera::Impl::makeScaler() {
    scaler_.reset(orOutOfMemory(sws_alloc_context()));
    SwsContext* scaler = scaler_.get();
    av_opt_set_int(scaler, "srcw", width_, 0);
    av_opt_set_int(scaler, "srch", height_, 0);
    av_opt_set_int(scaler, "src_format", AV_PIX_FMT_RGBA, 0);
    av_opt_set_int(scaler, "dstw", width_, 0);
    av_opt_set_int(scaler, "dsth", height_, 0);
    av_opt_set_int(scaler, "dst_format", layout_, 0);
    av_opt_set_int(scaler, "sws_flags", SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, 0);
    const int* bt601 = sws_getCoefficients(SWS_CS_ITU601);
    sws_setColorspaceDetails(scaler, bt601, 1, bt601, 0, 0, kUnity, kUnity);
    if (sws_init_context(scaler, nullptr, nullptr) < 0)
        throw cameraError(path_, "FFmpeg cannot convert to its format", "load v4l2loopback anew");
}

bool VirtualCamera::Impl::write(const Frame& frame) {
    IMPASTO_CHECK(frame.format == PixelFormat::Rgba8);
    FramePtr fitted;
    if (frame.width != width_ || frame.height != height_)
        fitted = fitFrame(frame, width_, height_);
    const Frame& picture = fitted ? *fitted : frame;
    const std::uint8_t* source[4] = {picture.pixels.data()};
    const int sourceStrides[4] = {4 * picture.width};
    std::uint8_t* planes[4] = {};
    int strides[4] = {};
    av_image_fill_arrays(planes, strides, bytes_.data(), layout_, width_, height_, 1);
    sws_scale(scaler_.get(), source, sourceStrides, 0, height_, planes, strides);
    long taken = 0;
    do {
        taken = access_.write(bytes_);
    } while (taken < 0 && errno == EINTR);
    if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return false;
    if (taken < 0)
        throw cameraError(path_, std::strerror(errno), "load v4l2loopback anew and turn it on again");
    if (static_cast<std::size_t>(taken) != bytes_.size())
        throw cameraError(path_, "it took only a part of a picture", "turn it on again");
    return true;
}

VirtualCamera::VirtualCamera(const Params& params) : VirtualCamera(params, openDevice(params.path)) {}
VirtualCamera::VirtualCamera(const Params& params, V4l2OutputAccess access)
    : impl_(std::make_unique<Impl>(params, std::move(access))) {}
VirtualCamera::~VirtualCamera() = default;

bool VirtualCamera::write(const Frame& frame) {
    return impl_->write(frame);
}
int VirtualCamera::width() const {
    return impl_->width_;
}
int VirtualCamera::height() const {
    return impl_->height_;
}

}  // namespace impasto::media
