// SPDX-License-Identifier: MIT
#include "gpu/timestamps.h"

#include "base/check.h"
#include "gpu/commands.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {

Timestamps::Timestamps(const Device& device, std::uint32_t count)
    : device_(&device), count_(count), available_(device.capabilities().timestampPeriodNs > 0 && count > 0) {
    if (!available_)
        return;
    const std::uint32_t bits = device.capabilities().timestampValidBits;
    validMask_ = bits >= 64 ? ~0ull : (1ull << bits) - 1;
    ticks_.resize(count);
    const vk::QueryPoolCreateInfo info({}, vk::QueryType::eTimestamp, count);
    pool_ = translateErrors("cannot make timestamps", device.report().properties.name,
                            [&] { return vk::raii::QueryPool(device.handle(), info); });
    ++device.counters().objectsCreated;
}

void Timestamps::recordReset(vk::CommandBuffer commands, std::uint32_t first, std::uint32_t count) const {
    IMPASTO_CHECK(first <= count_ && count <= count_ - first);
    if (available_)
        commands.resetQueryPool(*pool_, first, count);
}

void Timestamps::recordWrite(vk::CommandBuffer commands, std::uint32_t index) const {
    IMPASTO_CHECK(index < count_);
    if (available_)
        commands.writeTimestamp(vk::PipelineStageFlagBits::eBottomOfPipe, *pool_, index);
    // Once a render pass has run on the queue, Mesa 22.3's lavapipe takes the time only at its next flush, after the
    // dispatch that follows. A barrier flushes.
    if (writesAreBarriers())
        recordBarrier(commands);
}

std::vector<double> Timestamps::readMs(std::uint32_t first, std::uint32_t count) const {
    std::vector<double> timesMs(count);
    if (!readMs(first, timesMs))
        timesMs.clear();
    return timesMs;
}

bool Timestamps::readMs(std::uint32_t first, std::span<double> timesMs) const {
    const auto count = static_cast<std::uint32_t>(timesMs.size());
    IMPASTO_CHECK(first <= count_ && timesMs.size() <= count_ - first);
    if (!available_ || count == 0)
        return false;
    const auto result = static_cast<vk::Result>(pool_.getDispatcher()->vkGetQueryPoolResults(
        static_cast<VkDevice>(*device_->handle()), static_cast<VkQueryPool>(*pool_), first, count,
        count * sizeof(std::uint64_t), ticks_.data(), sizeof(std::uint64_t), VK_QUERY_RESULT_64_BIT));
    if (result == vk::Result::eNotReady)
        return false;
    if (result != vk::Result::eSuccess)
        throwVulkanError(result, "cannot read timestamps", device_->report().properties.name);
    const double msPerTick = static_cast<double>(device_->capabilities().timestampPeriodNs) * 1e-6;
    for (std::uint32_t i = 0; i < count; ++i) {
        // Subtracted before masking, so that a counter that wrapped in between still counts up.
        timesMs[i] = static_cast<double>((ticks_[i] - ticks_[0]) & validMask_) * msPerTick;
    }
    return true;
}

}  // namespace impasto::gpu
