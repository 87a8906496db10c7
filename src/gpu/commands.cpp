// SPDX-License-Identifier: MIT
#include "gpu/commands.h"

#include <array>

#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

constexpr vk::PipelineStageFlags kWriters =
    vk::PipelineStageFlagBits::eComputeShader | vk::PipelineStageFlagBits::eTransfer;
constexpr vk::AccessFlags kWrites = vk::AccessFlagBits::eShaderWrite | vk::AccessFlagBits::eTransferWrite;

}  // namespace

CommandPool::CommandPool(const Device& device, const Queue& queue) : device_(&device) {
    const vk::CommandPoolCreateInfo info(vk::CommandPoolCreateFlagBits::eResetCommandBuffer, queue.family());
    pool_ = translateErrors("cannot make a command pool", device.report().properties.name,
                            [&] { return vk::raii::CommandPool(device.handle(), info); });
}

vk::raii::CommandBuffer CommandPool::allocate() const {
    const vk::CommandBufferAllocateInfo info(*pool_, vk::CommandBufferLevel::ePrimary, 1);
    ++device_->counters().objectsCreated;
    return translateErrors("cannot make a command buffer", device_->report().properties.name, [&] {
        vk::raii::CommandBuffers buffers(device_->handle(), info);
        return std::move(buffers.front());
    });
}

void runOnce(Device& device, Queue& queue, const std::function<void(vk::CommandBuffer)>& record) {
    const CommandPool pool(device, queue);
    const vk::raii::CommandBuffer commands = pool.allocate();
    Timeline timeline(device);
    translateErrors("cannot record commands", device.report().properties.name, [&] {
        commands.begin({vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
        record(*commands);
        recordHostBarrier(*commands);
        commands.end();
    });
    const std::array submitted = {*commands};
    timeline.wait(queue.submit(timeline, submitted));
}

void recordBarrier(vk::CommandBuffer commands) {
    const vk::MemoryBarrier barrier(kWrites, vk::AccessFlagBits::eShaderRead | vk::AccessFlagBits::eShaderWrite |
                                                 vk::AccessFlagBits::eUniformRead | vk::AccessFlagBits::eTransferRead |
                                                 vk::AccessFlagBits::eTransferWrite |
                                                 vk::AccessFlagBits::eIndirectCommandRead);
    // eDrawIndirect also as a source: what an indirect dispatch read may be written next.
    commands.pipelineBarrier(kWriters | vk::PipelineStageFlagBits::eDrawIndirect,
                             kWriters | vk::PipelineStageFlagBits::eDrawIndirect, {}, barrier, {}, {});
}

void recordHostBarrier(vk::CommandBuffer commands) {
    const vk::MemoryBarrier barrier(kWrites, vk::AccessFlagBits::eHostRead);
    commands.pipelineBarrier(kWriters, vk::PipelineStageFlagBits::eHost, {}, barrier, {}, {});
}

}  // namespace impasto::gpu
