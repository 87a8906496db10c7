// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

/// Command buffers of one queue family, recorded once and replayed. One thread.
class CommandPool {
  public:
    CommandPool(const Device& device, const Queue& queue);

    /// A primary command buffer in the initial state, freed with the pool.
    vk::raii::CommandBuffer allocate() const;

  private:
    const Device* device_;
    vk::raii::CommandPool pool_{nullptr};
};

/// Records `record`, submits it on `queue` and waits; what it wrote is then visible to the host. For loading and tests,
/// never per frame. Throws Error when the device is lost.
void runOnce(Device& device, Queue& queue, const std::function<void(vk::CommandBuffer)>& record);

/// All writes of compute shaders and transfers so far become visible to all later compute, indirect and transfer reads
/// and writes: the barrier between two dependent dispatches.
void recordBarrier(vk::CommandBuffer commands);

/// Writes of compute shaders and transfers so far become visible to the host.
void recordHostBarrier(vk::CommandBuffer commands);

}  // namespace impasto::gpu
