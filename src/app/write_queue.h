// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "media/frame.h"

namespace impasto::app {

/// Hands frames to `write` on a thread of its own, in order, so that encoding overlaps with the next frame. What
/// `write` throws comes out of the next `push` or of `finish`.
class WriteQueue {
  public:
    explicit WriteQueue(std::function<void(const media::Frame&)> write);
    ~WriteQueue();  ///< drops what is waiting

    void push(media::FramePtr frame);  ///< blocks while 3 frames are waiting
    void finish();                     ///< returns when all are written

  private:
    void run(const std::stop_token& stop);
    void rethrow();

    std::function<void(const media::Frame&)> write_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<media::FramePtr> waiting_;
    bool writing_ = false;
    std::exception_ptr failure_;
    std::jthread thread_;
};

}  // namespace impasto::app
