// SPDX-License-Identifier: MIT
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "media/av_handles.h"
#include "media/source.h"
#include "media/writer.h"

namespace impasto::media {

using Rgb = std::array<int, 3>;

/// A folder of its own for each test, removed afterwards.
class MediaTest : public testing::Test {
  protected:
    MediaTest();
    ~MediaTest() override;

    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    std::filesystem::path folder_;
};

FramePtr makeFrame(int width, int height, const std::function<Rgb(int x, int y)>& colour);
Rgb pixel(const Frame& frame, int x, int y);

/// Largest difference of any channel of two colours.
int distance(const Rgb& a, const Rgb& b);

/// The number in a frame made by countingFrame(): robust against lossy coding.
FramePtr countingFrame(int number, int width = 64, int height = 48);
int readCount(const Frame& frame);

/// A video of countingFrames 0..count-1.
void writeCountingVideo(const std::string& path, int count, OutputParams params = {});

std::vector<FramePtr> readAll(Source& source);

/// Encodes one picture with an FFmpeg encoder and writes its packet; `fill` gets the frame with its buffers.
struct Encoding {
    const char* encoder;
    AVPixelFormat format;
    int width;
    int height;
    AVRational aspect = {0, 1};
};
void encodePicture(const std::string& path, const Encoding& encoding, const std::function<void(AVFrame&)>& fill);

std::vector<std::uint8_t> readBytes(const std::string& path);
void writeBytes(const std::string& path, const std::vector<std::uint8_t>& bytes);

/// The text of the Error that `action` throws; a failed test and empty when it throws none.
std::string errorOf(const std::function<void()>& action);

}  // namespace impasto::media
