// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

enum class MemoryKind {
    Device,    ///< device-local, not mapped
    Upload,    ///< mapped, coherent; device-local too where the device offers it
    Readback,  ///< mapped, coherent, cached where offered
};

/// A buffer with memory of its own, usable as storage, uniform, texel, indirect, transfer, vertex and index buffer.
/// Throws Error on creation when memory runs out, naming the buffer and its size.
class Buffer {
  public:
    struct Params {
        std::string name = {};
        std::uint64_t sizeBytes = 0;
        MemoryKind memory = MemoryKind::Device;
    };
    Buffer(const Device& device, const Params& params);

    vk::Buffer handle() const { return *buffer_; }
    std::uint64_t sizeBytes() const { return sizeBytes_; }
    /// The mapped bytes; empty for MemoryKind::Device.
    std::span<std::byte> mapped() const { return {mapped_, mapped_ ? static_cast<std::size_t>(sizeBytes_) : 0}; }

  private:
    std::uint64_t sizeBytes_ = 0;
    std::byte* mapped_ = nullptr;
    vk::raii::DeviceMemory memory_{nullptr};
    vk::raii::Buffer buffer_{nullptr};
};

/// A typed window on a buffer for uniform and storage texel access. `offsetBytes` is a multiple of
/// Capabilities::bufferAlignment, `sizeBytes` of the texel, and the texels are at most maxTexelBufferElements.
vk::raii::BufferView createTexelView(const Device& device, const Buffer& buffer, vk::Format format,
                                     std::uint64_t offsetBytes, std::uint64_t sizeBytes);

/// What to allocate for `sizeBytes` that a texel view will be made of, and the size to give the view: a little more
/// where that keeps a driver from compiling kernels anew for it.
std::uint64_t texelViewBytes(std::uint64_t sizeBytes);

/// Places `requests` of (size, first step, last step) in one range so that two that live at the same step never
/// overlap. Offsets are multiples of `alignment`. Greedy by size, largest first. Requests of size 0 take no room.
struct ArenaRequest {
    std::uint64_t sizeBytes = 0;
    int firstStep = 0;
    int lastStep = 0;
};
struct ArenaLayout {
    std::vector<std::uint64_t> offsets;
    std::uint64_t totalBytes = 0;
    std::uint64_t unaliasedBytes = 0;  ///< what it would take without sharing
};
ArenaLayout layOutArena(std::span<const ArenaRequest> requests, std::uint64_t alignment);

}  // namespace impasto::gpu
