// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/camera.h"
#include "media/frame.h"

namespace impasto::media {

// Written against V4L2's documentation of video output devices and tested on a stand-in; not tried with v4l2loopback
// itself yet.

/// A device that takes video and shows it to other programs as a camera.
struct VirtualCameraDevice {
    std::string path;  ///< /dev/videoN
    std::string name;  ///< as the driver gives it
};

/// An opened device. Tests answer in its place.
struct V4l2OutputAccess {
    V4l2Ioctl ioctl;
    /// write(2): bytes taken, or -1 with errno set.
    std::function<long(std::span<const std::uint8_t>)> write;
};

/// Whether a device takes video (VIDIOC_QUERYCAP), and its name; nullopt when it doesn't.
std::optional<VirtualCameraDevice> queryVirtualCamera(const std::string& path, const V4l2Ioctl& ioctl);

/// All of them among /dev/video*, by number.
std::vector<VirtualCameraDevice> listVirtualCameras();

/// What to do where there is none, one line.
std::string virtualCameraHint();

/// Pictures to other programs, as a camera. Size and layout are agreed on once; frames of another size are fitted in,
/// with black bars. YUYV or planar 4:2:0, BT.601 limited range, as programs expect of cameras. One thread.
class VirtualCamera {
  public:
    struct Params {
        std::string path;
        int width = 0;  ///< of the frames to come; rounded down to even
        int height = 0;
        FrameRate rate = {30, 1};
    };

    /// Opens the device. Throws Error saying what to do when it isn't there, can't be written or refuses the format.
    explicit VirtualCamera(const Params& params);
    VirtualCamera(const Params& params, V4l2OutputAccess access);
    ~VirtualCamera();

    /// False when the device did not take the frame just now. Throws Error when it is gone.
    bool write(const Frame& frame);

    int width() const;  ///< that the device has agreed to
    int height() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace impasto::media
