// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gpu/commands.h"
#include "gpu/pipeline.h"

namespace impasto::nn {

/// Some drivers compile a kernel at its first dispatch. While a plan is being made each kernel that was never
/// dispatched is dispatched over nothing, so that the driver compiles it beside the building of the next ones. One
/// thread.
class WarmUp {
  public:
    explicit WarmUp(gpu::Device& device);
    ~WarmUp();  ///< waits for the device
    WarmUp(const WarmUp&) = delete;
    WarmUp& operator=(const WarmUp&) = delete;

    /// Does nothing for a kernel that was dispatched before. What the descriptors name must stay until `wait`.
    void run(const gpu::Pipeline& pipeline, vk::DescriptorSet descriptors, std::span<const std::byte> pushConstants);
    void wait() const noexcept;  ///< until all are compiled

  private:
    gpu::Device& device_;
    gpu::CommandPool pool_;
    gpu::Timeline timeline_;
    std::vector<vk::raii::CommandBuffer> commands_;
};

}  // namespace impasto::nn
