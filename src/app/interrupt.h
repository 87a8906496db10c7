// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>
#include <thread>

namespace impasto::app {

/// Turns SIGINT and SIGTERM into a stop request, so that a file being written is completed; a second signal ends the
/// program at once. One at a time.
class Interrupt {
  public:
    Interrupt();
    ~Interrupt();

    std::stop_token token() const { return stop_.get_token(); }

  private:
    std::stop_source stop_;
    std::jthread watcher_;
};

}  // namespace impasto::app
