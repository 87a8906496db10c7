// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <cerrno>
#include <cstring>

#include "media/camera.h"

namespace impasto::media {
namespace {

using testing::HasSubstr;

struct MadeSize {
    std::uint32_t fourcc, width, height;
    std::vector<std::uint32_t> rates;
};

/// Answers ioctls as a driver does, from a table.
struct MadeCamera {
    std::string name = "Made Camera";
    std::uint32_t capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    std::vector<std::uint32_t> layouts = {};
    std::vector<MadeSize> sizes = {};

    int operator()(unsigned long request, void* argument) const {
        switch (request) {
            case VIDIOC_QUERYCAP:
                return capability(*static_cast<v4l2_capability*>(argument));
            case VIDIOC_ENUM_FMT:
                return layout(*static_cast<v4l2_fmtdesc*>(argument));
            case VIDIOC_ENUM_FRAMESIZES:
                return size(*static_cast<v4l2_frmsizeenum*>(argument));
            case VIDIOC_ENUM_FRAMEINTERVALS:
                return interval(*static_cast<v4l2_frmivalenum*>(argument));
            default:
                return fail(ENOTTY);
        }
    }

    static int fail(int code) {
        errno = code;
        return -1;
    }
    int capability(v4l2_capability& answer) const {
        std::memcpy(answer.card, name.data(), std::min(name.size(), sizeof answer.card));
        answer.capabilities = capabilities | V4L2_CAP_DEVICE_CAPS | V4L2_CAP_META_CAPTURE;
        answer.device_caps = capabilities;
        return 0;
    }
    int layout(v4l2_fmtdesc& answer) const {
        EXPECT_EQ(answer.type, static_cast<std::uint32_t>(V4L2_BUF_TYPE_VIDEO_CAPTURE));
        if (answer.index >= layouts.size())
            return fail(EINVAL);
        answer.pixelformat = layouts[answer.index];
        return 0;
    }
    int size(v4l2_frmsizeenum& answer) const {
        std::uint32_t index = 0;
        for (const MadeSize& made : sizes) {
            if (made.fourcc == answer.pixel_format && index++ == answer.index) {
                answer.type = V4L2_FRMSIZE_TYPE_DISCRETE;
                answer.discrete = {made.width, made.height};
                return 0;
            }
        }
        return fail(EINVAL);
    }
    int interval(v4l2_frmivalenum& answer) const {
        for (const MadeSize& made : sizes) {
            if (made.fourcc != answer.pixel_format || made.width != answer.width || made.height != answer.height)
                continue;
            if (answer.index >= made.rates.size())
                return fail(EINVAL);
            answer.type = V4L2_FRMIVAL_TYPE_DISCRETE;
            answer.discrete = {1, made.rates[answer.index]};
            return 0;
        }
        return fail(EINVAL);
    }
};

// What a common USB 2 webcam answers: raw is slow where it is large.
MadeCamera usbWebcam() {
    return {.layouts = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG},
            .sizes = {{V4L2_PIX_FMT_YUYV, 640, 480, {30, 15}},
                      {V4L2_PIX_FMT_YUYV, 1280, 720, {10, 5}},
                      {V4L2_PIX_FMT_YUYV, 1920, 1080, {5}},
                      {V4L2_PIX_FMT_MJPEG, 640, 480, {60, 30}},
                      {V4L2_PIX_FMT_MJPEG, 1280, 720, {30, 15}},
                      {V4L2_PIX_FMT_MJPEG, 1920, 1080, {30}}}};
}

CameraFormat chosen(const MadeCamera& made) {
    const auto camera = queryCamera("/dev/video0", made);
    EXPECT_TRUE(camera);
    const auto format = chooseFormat(camera->formats);
    EXPECT_TRUE(format);
    return format.value_or(CameraFormat{});
}

TEST(Camera, AllFormatsAreListed) {
    const auto camera = queryCamera("/dev/video3", usbWebcam());
    ASSERT_TRUE(camera);
    EXPECT_EQ(camera->name, "Made Camera");
    EXPECT_EQ(camera->number, 3);
    ASSERT_EQ(camera->formats.size(), 10u);
    EXPECT_EQ(camera->formats[0].ffmpegName, "yuyv422");
    EXPECT_EQ(camera->formats[0].width, 640);
    EXPECT_DOUBLE_EQ(camera->formats[1].rate.perSecond(), 15);
}

TEST(Camera, MjpegWhereRawWouldCapTheRate) {
    const CameraFormat format = chosen(usbWebcam());
    EXPECT_EQ(format.ffmpegName, "mjpeg");
    EXPECT_EQ(format.width, 1280);
    EXPECT_DOUBLE_EQ(format.rate.perSecond(), 30);
}

TEST(Camera, RawWhereItIsAsFast) {
    MadeCamera made = usbWebcam();
    made.sizes[1].rates = {30};
    const CameraFormat format = chosen(made);
    EXPECT_EQ(format.ffmpegName, "yuyv422");
    EXPECT_EQ(format.width, 1280);
}

TEST(Camera, TheFastestRateAtTheNearestSize) {
    MadeCamera made = usbWebcam();
    made.sizes[1].rates = {30};
    made.sizes[4].rates = {60, 30};
    EXPECT_EQ(chosen(made).ffmpegName, "mjpeg");
    EXPECT_DOUBLE_EQ(chosen(made).rate.perSecond(), 60);
}

TEST(Camera, SlowCamerasAreUsedAtTheirFastest) {
    const MadeCamera made{.layouts = {V4L2_PIX_FMT_YUYV},
                          .sizes = {{V4L2_PIX_FMT_YUYV, 1280, 720, {5}}, {V4L2_PIX_FMT_YUYV, 320, 240, {15}}}};
    EXPECT_EQ(chosen(made).width, 320);
}

TEST(Camera, UnreadableLayoutsAreListedButNotChosen) {
    const MadeCamera made{.layouts = {V4L2_PIX_FMT_SBGGR10, V4L2_PIX_FMT_GREY},
                          .sizes = {{V4L2_PIX_FMT_SBGGR10, 1280, 720, {60}}, {V4L2_PIX_FMT_GREY, 640, 480, {30}}}};
    EXPECT_EQ(chosen(made).ffmpegName, "gray");
    const MadeCamera bayerOnly{.layouts = {V4L2_PIX_FMT_SBGGR10}, .sizes = {{V4L2_PIX_FMT_SBGGR10, 1280, 720, {60}}}};
    EXPECT_FALSE(chooseFormat(queryCamera("/dev/video0", bayerOnly)->formats));
}

TEST(Camera, NodesThatDoNotCaptureAreLeftOut) {
    EXPECT_FALSE(queryCamera("/dev/video1", MadeCamera{.capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING}));
    EXPECT_FALSE(queryCamera("/dev/video1", [](unsigned long, void*) { return MadeCamera::fail(ENODEV); }));
    EXPECT_FALSE(queryCamera("/nonexistent/video7"));
}

TEST(Camera, StepwiseSizesAndRatesBecomeTheUsualOnes) {
    const auto camera = queryCamera("/dev/video0", [](unsigned long request, void* argument) {
        if (request == VIDIOC_ENUM_FRAMESIZES) {
            auto& answer = *static_cast<v4l2_frmsizeenum*>(argument);
            if (answer.index > 0)
                return MadeCamera::fail(EINVAL);
            answer.type = V4L2_FRMSIZE_TYPE_STEPWISE;
            answer.stepwise = {.min_width = 32,
                               .max_width = 2592,
                               .step_width = 16,
                               .min_height = 30,
                               .max_height = 1944,
                               .step_height = 2};
            return 0;
        }
        if (request == VIDIOC_ENUM_FRAMEINTERVALS) {
            auto& answer = *static_cast<v4l2_frmivalenum*>(argument);
            answer.type = V4L2_FRMIVAL_TYPE_CONTINUOUS;
            answer.stepwise = {.min = {1, 90}, .max = {1, 1}, .step = {1, 1}};
            return answer.index > 0 ? MadeCamera::fail(EINVAL) : 0;
        }
        return MadeCamera{.layouts = {V4L2_PIX_FMT_NV12}}(request, argument);
    });
    ASSERT_TRUE(camera);
    const auto format = chooseFormat(camera->formats);
    ASSERT_TRUE(format);
    EXPECT_EQ(format->width, 1280);
    EXPECT_EQ(format->height, 720);
    EXPECT_DOUBLE_EQ(format->rate.perSecond(), 90);
    EXPECT_EQ(camera->formats.size(), 5u * 3);
}

TEST(Camera, DriversThatNeverEndTheirListsAreCutShort) {
    int asked = 0;
    const auto camera = queryCamera("/dev/video0", [&](unsigned long request, void* argument) {
        ++asked;
        if (request == VIDIOC_ENUM_FRAMESIZES) {
            auto& answer = *static_cast<v4l2_frmsizeenum*>(argument);
            answer.type = V4L2_FRMSIZE_TYPE_DISCRETE;
            answer.discrete = {answer.index * 0x10000000u, 0};
        } else if (request == VIDIOC_ENUM_FRAMEINTERVALS) {
            auto& answer = *static_cast<v4l2_frmivalenum*>(argument);
            answer.type = V4L2_FRMIVAL_TYPE_DISCRETE;
            answer.discrete = {0, 0};
        } else if (request == VIDIOC_ENUM_FMT) {
            static_cast<v4l2_fmtdesc*>(argument)->pixelformat = V4L2_PIX_FMT_YUYV;
        } else {
            MadeCamera{}.capability(*static_cast<v4l2_capability*>(argument));
        }
        return 0;
    });
    ASSERT_TRUE(camera);
    EXPECT_TRUE(camera->formats.empty());  // no size it gave makes sense
    EXPECT_LT(asked, 10'000);
}

TEST(Camera, UnprintableNamesAndMissingRates) {
    const MadeCamera made{.name = std::string("Ev\x1b[31mil camera with a name that fills the field"),
                          .layouts = {V4L2_PIX_FMT_YUYV},
                          .sizes = {{V4L2_PIX_FMT_YUYV, 640, 480, {}}}};
    const auto camera = queryCamera("/dev/video0", made);
    ASSERT_TRUE(camera);
    EXPECT_EQ(camera->name.find('\x1b'), std::string::npos);
    EXPECT_LE(camera->name.size(), 32u);
    const auto format = chooseFormat(camera->formats);
    ASSERT_TRUE(format);
    EXPECT_EQ(format->rate.numerator, 0);  // the device decides
}

TEST(Camera, TheListIsReadable) {
    const auto camera = queryCamera("/dev/video2", usbWebcam());
    ASSERT_TRUE(camera);
    const std::vector<Camera> cameras{*camera};
    const std::string text = describeCameras(cameras);
    EXPECT_THAT(text, HasSubstr("webcam:2  /dev/video2  Made Camera"));
    EXPECT_THAT(text, HasSubstr("MJPG  1280 x 720    30.00 fps  (chosen)"));
    EXPECT_EQ(text.find("(chosen)"), text.rfind("(chosen)"));
    EXPECT_THAT(describeCameras({}), HasSubstr("no cameras"));
}

}  // namespace
}  // namespace impasto::media
