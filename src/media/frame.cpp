// SPDX-License-Identifier: MIT
#include "media/frame.h"

#include <memory_resource>
#include <mutex>
#include <utility>

#include "base/check.h"

namespace impasto::media {

std::size_t frameBytes(PixelFormat format, int width, int height) {
    IMPASTO_CHECK(width > 0 && height > 0 && (format != PixelFormat::Yuyv || width % 2 == 0));
    return planeLayout(format, width, height).bytes;
}

struct FramePool::Core {
    std::mutex mutex;
    std::vector<std::unique_ptr<Frame>> idle;
    std::size_t created = 0;
    std::pmr::synchronized_pool_resource counts;
};

struct FramePool::Recycle {
    std::shared_ptr<Core> core;

    void operator()(Frame* frame) const {
        std::unique_ptr<Frame> owned(frame);
        const std::lock_guard lock(core->mutex);
        core->idle.push_back(std::move(owned));
    }
};

// Holds the pool's core itself: a control block gives its memory back after its deleter is gone.
template <class T>
struct FramePool::CountAllocator {
    using value_type = T;
    std::shared_ptr<Core> core;

    explicit CountAllocator(std::shared_ptr<Core> owner) : core(std::move(owner)) {}
    template <class U>
    CountAllocator(const CountAllocator<U>& other) : core(other.core) {}

    T* allocate(std::size_t count) { return static_cast<T*>(core->counts.allocate(count * sizeof(T), alignof(T))); }
    void deallocate(T* memory, std::size_t count) { core->counts.deallocate(memory, count * sizeof(T), alignof(T)); }
    template <class U>
    bool operator==(const CountAllocator<U>& other) const {
        return core == other.core;
    }
};

FramePool::FramePool() : core_(std::make_shared<Core>()) {}

std::shared_ptr<Frame> FramePool::acquire(PixelFormat format, int width, int height) {
    const std::size_t bytes = frameBytes(format, width, height);
    std::unique_ptr<Frame> frame;
    {
        const std::lock_guard lock(core_->mutex);
        if (!core_->idle.empty()) {
            frame = std::move(core_->idle.back());
            core_->idle.pop_back();
        } else {
            ++core_->created;
            core_->idle.reserve(core_->created);
        }
    }
    if (!frame)
        frame = std::make_unique<Frame>();
    // Pixels of a far larger picture would otherwise stay allocated for good.
    if (frame->pixels.capacity() / 4 > bytes)
        std::vector<std::uint8_t>().swap(frame->pixels);
    frame->format = format;
    frame->width = width;
    frame->height = height;
    frame->timestampSeconds = 0;
    frame->index = 0;
    frame->pixels.resize(bytes);
    return std::shared_ptr<Frame>(frame.release(), Recycle{core_}, CountAllocator<Frame>(core_));
}

std::size_t FramePool::created() const {
    const std::lock_guard lock(core_->mutex);
    return core_->created;
}

}  // namespace impasto::media
