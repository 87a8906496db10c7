// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <span>

#include "gpu/vulkan.h"

namespace impasto::gpu {

class Device;

/// A timeline semaphore with the value last handed out. One per submitting thread or purpose; `next` is not locked.
class Timeline {
  public:
    explicit Timeline(const Device& device);

    vk::Semaphore semaphore() const { return *semaphore_; }
    std::uint64_t lastSubmitted() const { return last_; }
    std::uint64_t next() { return ++last_; }

    std::uint64_t completed() const;
    bool reached(std::uint64_t value) const { return completed() >= value; }
    /// Waits until `value` is reached. False when `timeoutNs` passed first. Throws Error when the device is lost.
    bool wait(std::uint64_t value, std::uint64_t timeoutNs = ~0ull) const;

  private:
    const Device* device_;
    vk::raii::Semaphore semaphore_{nullptr};
    std::uint64_t last_ = 0;
};

/// A semaphore to wait for or signal; value is ignored for binary semaphores.
struct SemaphorePoint {
    vk::Semaphore semaphore = {};
    std::uint64_t value = 0;
    vk::PipelineStageFlags stages = vk::PipelineStageFlagBits::eAllCommands;  ///< waits only
};

/// A VkQueue shared by threads: every call locks it.
class Queue {
  public:
    Queue(const Device& device, std::uint32_t family, std::uint32_t index);

    std::uint32_t family() const { return family_; }

    /// Submits and signals `timeline` with its next value, which is returned. Throws Error when the device is lost.
    std::uint64_t submit(Timeline& timeline, std::span<const vk::CommandBuffer> commands,
                         std::span<const SemaphorePoint> waits = {}, std::span<const SemaphorePoint> signals = {});

    /// vkQueuePresentKHR under the queue's lock; eSuboptimalKHR and eErrorOutOfDateKHR are returned, not thrown.
    vk::Result present(const vk::PresentInfoKHR& info);
    void waitIdle();

  private:
    const Device* device_;
    std::uint32_t family_;
    std::mutex mutex_;
    vk::raii::Queue queue_;
};

}  // namespace impasto::gpu
