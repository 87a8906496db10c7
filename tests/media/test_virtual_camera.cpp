// SPDX-License-Identifier: MIT
#include <linux/videodev2.h>

#include <cerrno>
#include <cstring>

#include "media/virtual_camera.h"
#include "media_fixture.h"

namespace impasto::media {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Answers as a video output device does, and keeps what is written to it.
struct StandIn {
    std::uint32_t capabilities = V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_READWRITE;
    std::vector<std::uint32_t> layouts = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_YUV420};
    std::uint32_t fixedWidth = 0;  ///< another program has fixed the size
    std::uint32_t fixedHeight = 0;
    int writeError = 0;
    long takes = -1;        ///< bytes of a write; -1: all
    int interruptions = 0;  ///< EINTR before each answer
    v4l2_format agreed = {};
    v4l2_fract interval = {};
    std::vector<std::uint8_t> written;
    int writes = 0;

    V4l2OutputAccess access() {
        return {.ioctl = [this](unsigned long request, void* argument) { return answer(request, argument); },
                .write =
                    [this](std::span<const std::uint8_t> bytes) {
                        if (interruptions-- > 0)
                            return fail(EINTR);
                        if (writeError != 0)
                            return fail(writeError);
                        ++writes;
                        written.assign(bytes.begin(), bytes.end());
                        return takes >= 0 ? takes : static_cast<long>(bytes.size());
                    }};
    }

  private:
    static long fail(int code) {
        errno = code;
        return -1;
    }
    int answer(unsigned long request, void* argument) {
        if (interruptions-- > 0)
            return static_cast<int>(fail(EINTR));
        if (request == VIDIOC_QUERYCAP) {
            auto& caps = *static_cast<v4l2_capability*>(argument);
            std::strcpy(reinterpret_cast<char*>(caps.card), "Impasto\x01");
            caps.capabilities = capabilities | V4L2_CAP_DEVICE_CAPS;
            caps.device_caps = capabilities;
            return 0;
        }
        if (request == VIDIOC_S_FMT) {
            auto& format = *static_cast<v4l2_format*>(argument);
            if (format.type != V4L2_BUF_TYPE_VIDEO_OUTPUT)
                return static_cast<int>(fail(EINVAL));
            if (layouts.empty())
                return static_cast<int>(fail(EBUSY));
            if (std::ranges::find(layouts, format.fmt.pix.pixelformat) == layouts.end())
                format.fmt.pix.pixelformat = layouts.front();
            if (fixedWidth > 0) {
                format.fmt.pix.width = fixedWidth;
                format.fmt.pix.height = fixedHeight;
            }
            agreed = format;
            return 0;
        }
        if (request == VIDIOC_S_PARM) {
            interval = static_cast<v4l2_streamparm*>(argument)->parm.output.timeperframe;
            return 0;
        }
        return static_cast<int>(fail(ENOTTY));
    }
};

const VirtualCamera::Params kParams{.path = "/dev/video9", .width = 64, .height = 48, .rate = {25, 1}};

TEST(VirtualCamera, IsFoundByItsCapabilities) {
    StandIn device;
    const auto found = queryVirtualCamera("/dev/video9", device.access().ioctl);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "Impasto?") << "control characters of a driver are not shown";
    device.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    EXPECT_FALSE(queryVirtualCamera("/dev/video0", device.access().ioctl)) << "a camera";
    const V4l2Ioctl none = [](unsigned long, void*) {
        errno = ENOTTY;
        return -1;
    };
    EXPECT_FALSE(queryVirtualCamera("/dev/null", none));
}

TEST(VirtualCamera, WritesColoursInBothLayouts) {
    const std::array<Rgb, 4> colours{{{235, 235, 235}, {180, 16, 16}, {16, 180, 16}, {16, 16, 180}}};
    for (const std::uint32_t layout : {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_YUV420}) {
        StandIn device;
        device.layouts = {layout};
        device.interruptions = 1;
        VirtualCamera camera(kParams, device.access());
        EXPECT_EQ(device.agreed.fmt.pix.width, 64u);
        EXPECT_EQ(device.agreed.fmt.pix.height, 48u);
        EXPECT_EQ(device.agreed.fmt.pix.field, static_cast<std::uint32_t>(V4L2_FIELD_NONE));
        EXPECT_EQ(device.interval.denominator, 25u);
        EXPECT_TRUE(camera.write(*makeFrame(64, 48, [&](int x, int) { return colours[std::size_t(x / 16)]; })));
        const bool packed = layout == V4L2_PIX_FMT_YUYV;
        ASSERT_EQ(device.written.size(), packed ? 2u * 64 * 48 : 64u * 48 * 3 / 2);
        for (int bar = 0; bar < 4; ++bar) {
            const std::size_t x = static_cast<std::size_t>(bar) * 16 + 8, y = 24;
            const auto& bytes = device.written;
            const double luma = packed ? bytes[(y * 64 + x) * 2] : bytes[y * 64 + x];
            const double cb = packed ? bytes[(y * 64 + x) * 2 + 1] : bytes[64 * 48 + y / 2 * 32 + x / 2];
            const double cr = packed ? bytes[(y * 64 + x) * 2 + 3] : bytes[64 * 48 * 5 / 4 + y / 2 * 32 + x / 2];
            // BT.601, limited range.
            const double scaled = 1.16438 * (luma - 16);
            const Rgb back{static_cast<int>(std::lround(scaled + 1.59603 * (cr - 128))),
                           static_cast<int>(std::lround(scaled - 0.39176 * (cb - 128) - 0.81297 * (cr - 128))),
                           static_cast<int>(std::lround(scaled + 2.01723 * (cb - 128)))};
            EXPECT_LE(distance(back, colours[static_cast<std::size_t>(bar)]), 2) << "bar " << bar;
        }
    }
}

TEST(VirtualCamera, FitsPicturesIntoASizeThatIsFixed) {
    StandIn device;
    device.fixedWidth = 128;
    device.fixedHeight = 48;
    VirtualCamera camera(kParams, device.access());
    EXPECT_EQ(camera.width(), 128);
    camera.write(*makeFrame(64, 48, [](int, int) { return Rgb{235, 235, 235}; }));
    ASSERT_EQ(device.written.size(), 2u * 128 * 48);
    EXPECT_NEAR(device.written[2 * (24 * 128 + 10)], 16, 1) << "black at the side";
    EXPECT_GT(device.written[2 * (24 * 128 + 64)], 200);
}

TEST(VirtualCamera, RefusalsSayWhatToDo) {
    StandIn camera;
    camera.capabilities = V4L2_CAP_VIDEO_CAPTURE;
    EXPECT_THAT(errorOf([&] { VirtualCamera(kParams, camera.access()); }),
                AllOf(HasSubstr("/dev/video9"), HasSubstr("modprobe v4l2loopback")));
    StandIn busy;
    busy.layouts.clear();
    EXPECT_THAT(errorOf([&] { VirtualCamera(kParams, busy.access()); }), HasSubstr("busy"));
    for (const std::uint32_t other : {V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_RGB24}) {
        StandIn odd;
        odd.layouts = {other};
        EXPECT_THAT(errorOf([&] { VirtualCamera(kParams, odd.access()); }), HasSubstr("format"));
    }
    for (const std::uint32_t size : {1u, 63u, 100000u, 0xffffffffu}) {
        StandIn wrong;
        wrong.fixedWidth = wrong.fixedHeight = size;
        EXPECT_THAT(errorOf([&] { VirtualCamera(kParams, wrong.access()); }), HasSubstr("format")) << size;
    }
    EXPECT_THAT(errorOf([&] { VirtualCamera({.path = "/no/such/video"}, StandIn{}.access()); }), HasSubstr("size"));
    EXPECT_THAT(errorOf([&] { VirtualCamera({.path = "/no/such/video", .width = 64, .height = 48}); }),
                AllOf(HasSubstr("/no/such/video"), HasSubstr("v4l2loopback")));
    EXPECT_THAT(errorOf([&] { VirtualCamera({.path = "/dev/null", .width = 64, .height = 48}); }),
                HasSubstr("does not take video"));
}

TEST(VirtualCamera, ABusyDeviceLosesAFrameAGoneOneIsAnError) {
    StandIn device;
    VirtualCamera camera(kParams, device.access());
    const FramePtr frame = countingFrame(3);
    device.writeError = EAGAIN;
    EXPECT_FALSE(camera.write(*frame));
    device.writeError = 0;
    EXPECT_TRUE(camera.write(*frame));
    device.writeError = ENODEV;
    EXPECT_THAT(errorOf([&] { camera.write(*frame); }), HasSubstr("No such device"));
    device.writeError = 0;
    device.takes = 100;
    EXPECT_THAT(errorOf([&] { camera.write(*frame); }), HasSubstr("part"));
}

}  // namespace
}  // namespace impasto::media
