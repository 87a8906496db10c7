// SPDX-License-Identifier: MIT
#include "media/device_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

namespace impasto::media {

DeviceWatch::DeviceWatch(const std::string& folder) : file_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    // Rights are given after a device was made: only then can it be opened.
    constexpr std::uint32_t kEvents = IN_CREATE | IN_DELETE | IN_ATTRIB | IN_MOVED_TO;
    if (file_ >= 0 && ::inotify_add_watch(file_, folder.c_str(), kEvents) < 0) {
        ::close(file_);
        file_ = -1;
    }
}

DeviceWatch::~DeviceWatch() {
    if (file_ >= 0)
        ::close(file_);
}

bool DeviceWatch::changed() {
    bool any = false;
    alignas(inotify_event) std::array<char, 4096> buffer;
    for (ssize_t size = 0; file_ >= 0 && (size = ::read(file_, buffer.data(), buffer.size())) > 0;) {
        for (ssize_t at = 0; at < size;) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            const bool lost = (event.mask & IN_Q_OVERFLOW) != 0;
            any = any || lost || (event.len > 0 && std::string_view(name).starts_with("video"));
            at += static_cast<ssize_t>(sizeof event + event.len);
        }
    }
    return any;
}

}  // namespace impasto::media
