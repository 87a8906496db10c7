// SPDX-License-Identifier: MIT
#include "app/message_log.h"

#include <utility>

#include "base/log.h"

namespace impasto::app {
namespace {

constexpr std::size_t kKept = 16;

spdlog::level::level_enum levelOf(Message::Kind kind) {
    switch (kind) {
        case Message::Kind::Info:
            return spdlog::level::debug;
        case Message::Kind::Warning:
            return spdlog::level::warn;
        case Message::Kind::Error:
            break;
    }
    return spdlog::level::err;
}

}  // namespace

void MessageLog::add(Message::Kind kind, std::string text) {
    spdlog::log(levelOf(kind), "{}", text);
    const std::lock_guard lock(mutex_);
    if (messages_.size() == kKept)
        messages_.erase(messages_.begin());
    messages_.push_back({kind, ++serial_, std::move(text)});
}

void MessageLog::newest(std::vector<Message>& messages) const {
    const std::lock_guard lock(mutex_);
    messages = messages_;
}

}  // namespace impasto::app
