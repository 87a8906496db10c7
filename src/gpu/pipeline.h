// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

enum class BindingKind { UniformTexel, StorageTexel, StorageBuffer, UniformBuffer, StorageImage, SampledImage };
inline constexpr int kBindingKinds = 6;
vk::DescriptorType descriptorType(BindingKind kind);

/// A compute pipeline: the bindings of set 0 in order (binding i has kinds[i]), push constants from offset 0, and
/// 32-bit specialization constants 0, 1, 2, …
struct PipelineKey {
    std::string shader = {};  ///< name in shaders/variants.cmake
    std::vector<BindingKind> bindings = {};
    std::uint32_t pushConstantBytes = 0;
    std::vector<std::uint32_t> specialization = {};
    /// Lanes the shader relies on, in full subgroups; 0: whatever the device likes. See Capabilities for what is
    /// allowed.
    std::uint32_t subgroupSize = 0;
    auto operator<=>(const PipelineKey&) const = default;
};

/// Its commands may be cut in pieces with vkCmdDispatchBase.
class Pipeline {
  public:
    /// Throws Error when the device refuses the shader.
    Pipeline(const Device& device, const PipelineKey& key);

    vk::Pipeline handle() const { return *pipeline_; }
    vk::PipelineLayout layout() const { return *layout_; }
    vk::DescriptorSetLayout setLayout() const { return *setLayout_; }
    const PipelineKey& key() const { return key_; }
    /// True for the first caller. Any thread.
    bool takeFirstUse() const { return !used_.exchange(true, std::memory_order_relaxed); }

  private:
    PipelineKey key_;
    vk::raii::DescriptorSetLayout setLayout_{nullptr};
    vk::raii::PipelineLayout layout_{nullptr};
    vk::raii::Pipeline pipeline_{nullptr};
    mutable std::atomic<bool> used_{false};
};

/// Pipelines by key, built on first request and kept for the device's life. Thread-safe; threads that ask for different
/// pipelines build them side by side.
class PipelineLibrary {
  public:
    explicit PipelineLibrary(const Device& device) : device_(device) {}

    const Pipeline& get(const PipelineKey& key);

    /// Milliseconds spent building pipelines so far, summed over threads.
    double buildTimeMs() const;

  private:
    struct Entry {
        std::once_flag built;
        std::unique_ptr<Pipeline> pipeline;
    };

    const Device& device_;
    mutable std::mutex mutex_;
    std::map<PipelineKey, Entry> pipelines_;
    double buildTimeMs_ = 0;
};

}  // namespace impasto::gpu
