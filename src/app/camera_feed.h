// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "media/frame.h"
#include "media/virtual_camera.h"

namespace impasto::app {

/// Feeds a virtual camera on a thread of its own: the newest picture wins, and while none comes the last one is written
/// again, so that programs that wait for a picture go on. No call blocks or throws.
class CameraFeed {
  public:
    using Open = std::function<std::unique_ptr<media::VirtualCamera>(const media::Frame& first)>;

    struct State {
        bool done = false;
        std::string failure;  ///< why it ended; empty otherwise
        int width = 0;        ///< agreed on with the device
        int height = 0;
        std::uint64_t written = 0;
        std::uint64_t dropped = 0;  ///< pictures that were replaced or not taken
    };

    /// The device at `path`, at the size of the first picture.
    static Open device(const std::string& path, media::FrameRate rate);

    explicit CameraFeed(Open open);
    ~CameraFeed();

    void push(media::FramePtr frame);
    State state() const;

  private:
    void run(const std::stop_token& stop);
    void feed(const std::stop_token& stop);
    media::FramePtr wait(const std::stop_token& stop, const media::FramePtr& last);

    Open open_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    media::FramePtr newest_;
    State state_;
    std::jthread thread_;  ///< last: it uses what stands above
};

}  // namespace impasto::app
