// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "gpu/queue.h"

namespace impasto::gpu {

/// Keeps objects alive until a timeline value is reached. The timeline outlives it. One thread.
class Retirement {
  public:
    explicit Retirement(const Timeline& timeline) : timeline_(&timeline) {}
    ~Retirement();  ///< waits for what is left
    Retirement(const Retirement&) = delete;
    Retirement& operator=(const Retirement&) = delete;

    /// Takes `object` (any movable resource); it is destroyed by the first `collect` after `value` was reached.
    template <typename T>
    void retire(T object, std::uint64_t value) {
        items_.push_back({value, std::make_shared<T>(std::move(object))});
    }
    void collect();
    std::size_t pending() const { return items_.size(); }

  private:
    struct Item {
        std::uint64_t value;
        std::shared_ptr<void> object;
    };
    const Timeline* timeline_;
    std::deque<Item> items_;
};

}  // namespace impasto::gpu
