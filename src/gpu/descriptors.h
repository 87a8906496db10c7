// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "gpu/pipeline.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

/// What one binding of a set refers to; must fit the pipeline's BindingKind.
struct BufferBinding {
    vk::Buffer buffer = {};
    std::uint64_t offsetBytes = 0;
    std::uint64_t sizeBytes = VK_WHOLE_SIZE;
};
struct TexelBinding {
    vk::BufferView view = {};
};
struct ImageBinding {
    vk::ImageView view = {};
    vk::Sampler sampler = {};
};
using Binding = std::variant<BufferBinding, TexelBinding, ImageBinding>;

/// A growing pool of descriptor sets that are written once and live as long as the pool. One thread.
class DescriptorPool {
  public:
    explicit DescriptorPool(const Device& device) : device_(&device) {}

    /// Asserts that count and kinds of `bindings` fit the pipeline.
    vk::DescriptorSet create(const Pipeline& pipeline, std::span<const Binding> bindings);

  private:
    void grow();

    const Device* device_;
    std::vector<vk::raii::DescriptorPool> pools_;
    std::uint32_t setsLeft_ = 0;
    std::array<std::uint32_t, kBindingKinds> bindingsLeft_{};
};

}  // namespace impasto::gpu
