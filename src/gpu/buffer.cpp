// SPDX-License-Identifier: MIT
#include "gpu/buffer.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <vulkan/vulkan_format_traits.hpp>

#include "base/check.h"
#include "gpu/memory.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

constexpr vk::BufferUsageFlags kUsage =
    vk::BufferUsageFlagBits::eStorageBuffer | vk::BufferUsageFlagBits::eUniformBuffer |
    vk::BufferUsageFlagBits::eUniformTexelBuffer | vk::BufferUsageFlagBits::eStorageTexelBuffer |
    vk::BufferUsageFlagBits::eIndirectBuffer | vk::BufferUsageFlagBits::eTransferSrc |
    vk::BufferUsageFlagBits::eTransferDst | vk::BufferUsageFlagBits::eVertexBuffer |
    vk::BufferUsageFlagBits::eIndexBuffer;

vk::raii::DeviceMemory allocate(const Device& device, const vk::MemoryRequirements& needs, MemoryKind kind,
                                const std::string& what) {
    using Flag = vk::MemoryPropertyFlagBits;
    const vk::MemoryPropertyFlags mapped = Flag::eHostVisible | Flag::eHostCoherent;
    switch (kind) {
        case MemoryKind::Upload:
            return allocateMemory(device, needs, {Flag::eDeviceLocal | mapped, mapped}, what);
        case MemoryKind::Readback:
            return allocateMemory(device, needs, {Flag::eHostCached | mapped, mapped}, what);
        case MemoryKind::Device:
            break;
    }
    return allocateMemory(device, needs, {Flag::eDeviceLocal, {}}, what);
}

/// Mesa's llvmpipe (22.3) keeps code of a kernel by whether the size of a buffer behind a texel view is a power of two
/// and by whether bits 8 to 15 of the view's size are zero, which it takes for an image's width and its last mip level.
/// It compiles a kernel anew, a third of a second, for a view that differs in either.
constexpr std::uint64_t kMipLevelBits = 0xff00;
constexpr std::uint64_t kPaddingBytes = 256;

std::uint64_t roundUp(std::uint64_t value, std::uint64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

bool overlapInTime(const ArenaRequest& a, const ArenaRequest& b) {
    return a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;
}

/// The lowest offset at which `size` bytes fit between `taken` ranges, which are sorted by offset.
struct Range {
    std::uint64_t begin;
    std::uint64_t end;
};
std::uint64_t lowestGap(const std::vector<Range>& taken, std::uint64_t size) {
    std::uint64_t offset = 0;
    for (const Range& range : taken) {
        if (range.begin >= offset && range.begin - offset >= size)
            break;
        offset = std::max(offset, range.end);
    }
    return offset;
}

}  // namespace

Buffer::Buffer(const Device& device, const Params& params) : sizeBytes_(params.sizeBytes) {
    IMPASTO_CHECK(params.sizeBytes > 0);
    const std::string what = "buffer '" + params.name + "'";
    // Asked first: to create a buffer beyond the device's limits is undefined, to be told so is not.
    if (sizeBytes_ > device.capabilities().maxAllocationBytes)
        throwOutOfMemory(device, what, sizeBytes_);
    const std::vector<std::uint32_t> families = device.queueFamilies();
    const std::uint64_t created = std::has_single_bit(sizeBytes_) ? sizeBytes_ + kPaddingBytes : sizeBytes_;
    vk::BufferCreateInfo info({}, created, kUsage);
    if (families.size() > 1)
        info.setSharingMode(vk::SharingMode::eConcurrent).setQueueFamilyIndices(families);
    translateErrors("cannot create a buffer", params.name + ", " + sizeText(sizeBytes_), [&] {
        buffer_ = vk::raii::Buffer(device.handle(), info);
        memory_ = allocate(device, buffer_.getMemoryRequirements(), params.memory, what);
        buffer_.bindMemory(*memory_, 0);
        if (params.memory != MemoryKind::Device)
            mapped_ = static_cast<std::byte*>(memory_.mapMemory(0, VK_WHOLE_SIZE));
    });
    ++device.counters().objectsCreated;
    device.setName(vk::ObjectType::eBuffer, reinterpret_cast<std::uint64_t>(static_cast<VkBuffer>(*buffer_)),
                   params.name);
}

vk::raii::BufferView createTexelView(const Device& device, const Buffer& buffer, vk::Format format,
                                     std::uint64_t offsetBytes, std::uint64_t sizeBytes) {
    IMPASTO_CHECK(offsetBytes % device.capabilities().bufferAlignment == 0);
    IMPASTO_CHECK(sizeBytes > 0 && sizeBytes % vk::blockSize(format) == 0);
    IMPASTO_CHECK(offsetBytes <= buffer.sizeBytes() && sizeBytes <= buffer.sizeBytes() - offsetBytes);
    IMPASTO_CHECK(sizeBytes / vk::blockSize(format) <= device.capabilities().maxTexelBufferElements);
    ++device.counters().objectsCreated;
    return translateErrors("cannot create a buffer view", sizeText(sizeBytes), [&] {
        return vk::raii::BufferView(device.handle(), {{}, buffer.handle(), format, offsetBytes, sizeBytes});
    });
}

std::uint64_t texelViewBytes(std::uint64_t sizeBytes) {
    return sizeBytes & kMipLevelBits ? sizeBytes : sizeBytes + kPaddingBytes;
}

ArenaLayout layOutArena(std::span<const ArenaRequest> requests, std::uint64_t alignment) {
    IMPASTO_CHECK(alignment > 0);
    ArenaLayout layout;
    layout.offsets.assign(requests.size(), 0);
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return requests[a].sizeBytes > requests[b].sizeBytes; });

    std::vector<std::size_t> placed;
    std::vector<Range> taken;
    for (const std::size_t index : order) {
        const ArenaRequest& request = requests[index];
        IMPASTO_CHECK(request.firstStep <= request.lastStep);
        const std::uint64_t size = roundUp(request.sizeBytes, alignment);
        taken.clear();
        for (const std::size_t other : placed) {
            if (size > 0 && overlapInTime(request, requests[other]))
                taken.push_back(
                    {layout.offsets[other], layout.offsets[other] + roundUp(requests[other].sizeBytes, alignment)});
        }
        std::sort(taken.begin(), taken.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
        layout.offsets[index] = lowestGap(taken, size);
        layout.totalBytes = std::max(layout.totalBytes, layout.offsets[index] + size);
        layout.unaliasedBytes += size;
        placed.push_back(index);
    }
    return layout;
}

}  // namespace impasto::gpu
