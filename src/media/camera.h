// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/frame.h"

namespace impasto::media {

// Written against V4L2's documentation and tested on made answers; not tried on hardware yet.

/// One combination of layout, size and rate a camera offers.
struct CameraFormat {
    std::uint32_t fourcc = 0;  ///< V4L2's pixel format code
    std::string ffmpegName;    ///< the same for FFmpeg's v4l2 input, e.g. "mjpeg"; empty: can't be used here
    bool compressed = false;
    int width = 0;
    int height = 0;
    FrameRate rate;
};

struct Camera {
    std::string path;  ///< /dev/videoN
    int number = 0;    ///< N, for `webcam:N`
    std::string name;  ///< as the driver gives it
    std::vector<CameraFormat> formats;
};

/// V4L2's ioctl on an opened device: 0, or -1 with errno set. Tests answer in a device's place.
using V4l2Ioctl = std::function<int(unsigned long request, void* argument)>;

/// Asks a device what it is and offers (VIDIOC_QUERYCAP, ENUM_FMT, ENUM_FRAMESIZES, ENUM_FRAMEINTERVALS). nullopt when
/// it doesn't capture video. Answers are bounded and checked: a driver may say anything. Of stepwise sizes and rates
/// the usual ones in range are listed.
std::optional<Camera> queryCamera(const std::string& path, const V4l2Ioctl& ioctl);

/// The same for a real device; nullopt too when it can't be opened.
std::optional<Camera> queryCamera(const std::string& path);

/// All capture devices among /dev/video*, by number.
std::vector<Camera> listCameras();

/// The format to capture in: of those with at least 30 fps (else the fastest there are) the sizes nearest to 1280x720,
/// of them the fastest, of equals a raw layout before MJPEG. nullopt when none can be used.
std::optional<CameraFormat> chooseFormat(std::span<const CameraFormat> formats);

/// For `--list-cameras`: one block per camera, the format that would be chosen marked; a line saying so without
/// cameras.
std::string describeCameras(std::span<const Camera> cameras);

}  // namespace impasto::media
