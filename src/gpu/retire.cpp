// SPDX-License-Identifier: MIT
#include "gpu/retire.h"

#include <algorithm>
#include <exception>

#include "base/log.h"

namespace impasto::gpu {

Retirement::~Retirement() {
    try {
        std::uint64_t last = 0;
        for (const Item& item : items_)
            last = std::max(last, item.value);
        // A value that was never submitted would be waited for in vain.
        timeline_->wait(std::min(last, timeline_->lastSubmitted()));
    } catch (const std::exception& error) {
        spdlog::warn("waiting for the device before freeing its objects: {}", error.what());
    }
}

void Retirement::collect() {
    if (items_.empty())
        return;
    const std::uint64_t completed = timeline_->completed();
    std::erase_if(items_, [&](const Item& item) { return item.value <= completed; });
}

}  // namespace impasto::gpu
