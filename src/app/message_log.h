// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "app/stats.h"

namespace impasto::app {

/// The newest things to tell the user; also written to the log. Any thread may call anything.
class MessageLog {
  public:
    void add(Message::Kind kind, std::string text);
    /// Copies at most 16, oldest first; takes no memory where `messages` has room.
    void newest(std::vector<Message>& messages) const;

  private:
    mutable std::mutex mutex_;
    std::vector<Message> messages_;
    std::uint64_t serial_ = 0;
};

}  // namespace impasto::app
