// SPDX-License-Identifier: MIT
#include "nn/plan_runner.h"

#include <algorithm>

#include "gpu/commands.h"
#include "nn/slices.h"

namespace impasto::nn {

PlanRunner::PlanRunner(gpu::Device& device, gpu::PipelineLibrary& pipelines, const model::Network& network,
                       Extent input, const RunOptions& options)
    : device_(device),
      plan_({.device = device,
             .pipelines = pipelines,
             .network = network,
             .input = input,
             .precision = options.precision,
             .keepTensors = options.keepTensors,
             .plainKernels = options.plainKernels,
             .choices = options.choices,
             .onlyConv = options.onlyConv,
             .access = options.access,
             .asOnCards = options.asOnCards}),
      separateSites_(options.separateSites) {}

Tensor PlanRunner::run(const Tensor& input, const Controls& controls) {
    const FeatureMap& map = plan_.map(plan_.inputTensor());
    gpu::Buffer staging(device_, {"input features", map.sizeBytes(), gpu::MemoryKind::Upload});
    gpu::Buffer block(
        device_, {"frame block", std::max<std::uint64_t>(plan_.frameBlock().sizeBytes(), 4), gpu::MemoryKind::Upload});
    packFeatures(input, map, staging.mapped());
    FrameNeeds needs;
    if (plan_.frameBlock().siteCount() > 0)
        needs = plan_.frameBlock().fill(block.mapped(), controls);
    needs.separateSites = needs.separateSites || separateSites_;
    std::optional<gpu::Buffer> mask;
    if (controls.mask) {
        mask.emplace(device_,
                     gpu::Buffer::Params{"mask staging", plan_.maskBuffer().sizeBytes(), gpu::MemoryKind::Upload});
        plan_.writeMask(*controls.mask, plan_.inputExtent(), mask->mapped());
    }
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        if (mask)
            commands.copyBuffer(mask->handle(), plan_.maskBuffer().handle(), vk::BufferCopy(0, 0, mask->sizeBytes()));
        // All bits set are NaN in both storage types.
        commands.fillBuffer(plan_.arena().handle(), 0, VK_WHOLE_SIZE, 0xffffffffu);
        gpu::recordBarrier(commands);
        commands.copyBuffer(staging.handle(), plan_.arena().handle(),
                            vk::BufferCopy(0, map.offsetBytes, map.sizeBytes()));
        if (plan_.frameBlock().siteCount() > 0)
            commands.copyBuffer(block.handle(), plan_.frameBlockBuffer().handle(),
                                vk::BufferCopy(0, 0, plan_.frameBlock().sizeBytes()));
        for (const Dispatch& dispatch : plan_.dispatches()) {
            if (!dispatch.runsIn(needs))
                continue;
            gpu::recordBarrier(commands);
            recordWhole(commands, dispatch);
        }
    });
    if (plan_.frameBlock().covarianceBytes() > 0)
        takeCovariance();
    return read(plan_.outputTensor());
}

void PlanRunner::takeCovariance() {
    const std::uint64_t sizeBytes = plan_.frameBlock().covarianceBytes();
    gpu::Buffer readback(device_, {"covariances", sizeBytes, gpu::MemoryKind::Readback});
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(plan_.covarianceBuffer().handle(), readback.handle(), vk::BufferCopy(0, 0, sizeBytes));
        gpu::recordHostBarrier(commands);
    });
    plan_.frameBlock().setContentCovariance(readback.mapped(), 0);
    StyleStatistics taken(static_cast<std::size_t>(plan_.frameBlock().siteCount()));
    plan_.frameBlock().readCovariances(readback.mapped(), taken);
    covariances_ = std::move(taken);
}

Tensor PlanRunner::read(int tensor) {
    const FeatureMap& map = plan_.map(tensor);
    gpu::Buffer readback(device_, {"output features", map.sizeBytes(), gpu::MemoryKind::Readback});
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(plan_.arena().handle(), readback.handle(),
                            vk::BufferCopy(map.offsetBytes, 0, map.sizeBytes()));
        gpu::recordHostBarrier(commands);
    });
    return unpackFeatures(map, readback.mapped());
}

StyleStatistics PlanRunner::statistics() {
    gpu::Buffer readback(device_, {"statistics", plan_.frameBlock().statisticsBytes(), gpu::MemoryKind::Readback});
    gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(plan_.statisticsBuffer().handle(), readback.handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().statisticsBytes()));
        gpu::recordHostBarrier(commands);
    });
    return plan_.frameBlock().readStatistics(readback.mapped());
}

}  // namespace impasto::nn
