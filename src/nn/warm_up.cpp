// SPDX-License-Identifier: MIT
#include "nn/warm_up.h"

#include <exception>

#include "base/log.h"

namespace impasto::nn {

WarmUp::WarmUp(gpu::Device& device) : device_(device), pool_(device, device.computeQueue()), timeline_(device) {}

WarmUp::~WarmUp() {
    wait();
}

void WarmUp::wait() const noexcept {
    try {
        timeline_.wait(timeline_.lastSubmitted());
    } catch (const std::exception& error) {
        spdlog::debug("waiting for kernels to be compiled: {}", error.what());
    }
}

void WarmUp::run(const gpu::Pipeline& pipeline, vk::DescriptorSet descriptors,
                 std::span<const std::byte> pushConstants) {
    if (!pipeline.takeFirstUse())
        return;
    commands_.push_back(pool_.allocate());
    const vk::CommandBuffer commands = *commands_.back();
    commands.begin(vk::CommandBufferBeginInfo(vk::CommandBufferUsageFlagBits::eOneTimeSubmit));
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, pipeline.handle());
    commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, pipeline.layout(), 0, descriptors, {});
    if (!pushConstants.empty())
        commands.pushConstants(pipeline.layout(), vk::ShaderStageFlagBits::eCompute, 0,
                               static_cast<std::uint32_t>(pushConstants.size()), pushConstants.data());
    commands.dispatch(0, 1, 1);
    commands.end();
    device_.computeQueue().submit(timeline_, std::span(&commands, 1));
}

}  // namespace impasto::nn
