// SPDX-License-Identifier: MIT
#include "nn/similarity_gate.h"

#include <cstring>

#include "gpu/commands.h"
#include "nn/dispatch_helpers.h"

namespace impasto::nn {

SimilarityGate::SimilarityGate(gpu::Device& device, gpu::PipelineLibrary& pipelines, Extent extent)
    : device_(device), pipelines_(pipelines) {
    push_.width = extent.width;
    push_.height = extent.height;
    push_.blocksAcross = static_cast<int>(groupsFor(extent.width, shaders::kGateBlock));
    push_.blocksDown = static_cast<int>(groupsFor(extent.height, shaders::kGateBlock));
}

SimilarityGate::Memory& SimilarityGate::memoryOf(int side) {
    auto& memory = memory_[static_cast<std::size_t>(side)];
    if (memory)
        return *memory;
    const auto pixels = static_cast<std::uint64_t>(push_.width) * static_cast<std::uint64_t>(push_.height);
    const auto blocks = static_cast<std::uint64_t>(push_.blocksAcross) * static_cast<std::uint64_t>(push_.blocksDown);
    memory = std::make_unique<Memory>(
        Memory{gpu::Buffer(device_, {"gate reference", pixels * 8, gpu::MemoryKind::Device}),
               gpu::Buffer(device_, {"gate held picture", pixels * 4, gpu::MemoryKind::Device}),
               gpu::Buffer(device_, {"gate blocks", blocks * 8, gpu::MemoryKind::Device})});
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        for (const gpu::Buffer* buffer : {&memory->reference, &memory->held, &memory->blocks})
            commands.fillBuffer(buffer->handle(), 0, VK_WHOLE_SIZE, 0);
    });
    return *memory;
}

std::vector<Dispatch> SimilarityGate::dispatches(Plan& plan, const gpu::Image& target, const gpu::Buffer& picture,
                                                 int side) {
    const Memory& memory = memoryOf(side);
    shaders::GatePush push = push_;
    push.gateWord = plan.frameBlock().gateWord();
    const auto make = [&](const char* name, const char* shader, const std::vector<gpu::BindingKind>& kinds,
                          const std::vector<gpu::Binding>& bindings) {
        Dispatch dispatch;
        dispatch.name = name;
        dispatch.pipeline = &pipelines_.get({shader, kinds, sizeof push, {}});
        dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
        dispatch.pushConstants.resize(sizeof push);
        std::memcpy(dispatch.pushConstants.data(), &push, sizeof push);
        dispatch.bytesMoved = static_cast<std::int64_t>(push.width) * push.height * 16;
        return dispatch;
    };
    using enum gpu::BindingKind;
    std::vector<Dispatch> result;
    result.push_back(
        make("gate blocks", "image/gate_blocks", std::vector<gpu::BindingKind>(4, StorageBuffer),
             {gpu::BufferBinding{picture.handle()}, gpu::BufferBinding{memory.reference.handle()},
              gpu::BufferBinding{memory.blocks.handle()}, gpu::BufferBinding{plan.frameBlockBuffer().handle()}}));
    result.back().groups = {static_cast<std::uint32_t>(push.blocksAcross), static_cast<std::uint32_t>(push.blocksDown),
                            1};
    result.push_back(make("gate", "image/gate_apply",
                          {StorageBuffer, StorageBuffer, StorageBuffer, StorageBuffer, StorageImage},
                          {gpu::BufferBinding{picture.handle()}, gpu::BufferBinding{memory.reference.handle()},
                           gpu::BufferBinding{memory.blocks.handle()}, gpu::BufferBinding{memory.held.handle()},
                           gpu::ImageBinding{target.view()}}));
    result.back().groups = {groupsFor(push.width, shaders::kConvLanes), groupsFor(push.height, shaders::kConvLanes), 1};
    return result;
}

}  // namespace impasto::nn
