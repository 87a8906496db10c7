// SPDX-License-Identifier: MIT
#include "app/device_ceiling.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/shared.h"
#include "gpu/buffer.h"
#include "gpu/commands.h"
#include "gpu/descriptors.h"
#include "gpu/timestamps.h"

namespace impasto::app {
namespace {

using gpu::BindingKind;

constexpr int kRuns = 12;
constexpr std::uint32_t kInvocations = 16384;
constexpr int kStepsPerRound = 32;  ///< of shaders/benchmark/multiply_add.comp
constexpr int kSoftwareRounds = 128;
constexpr int kRounds = 2048;  ///< a graphics card is done with the software device's work before it has warmed up
constexpr std::uint32_t kCopiedTexels = 1u << 20;

struct Work {
    const gpu::Pipeline& pipeline;
    vk::DescriptorSet descriptors;
    std::span<const std::byte> push;
    std::uint32_t groups;
};

/// Shortest time of a dispatch; the first run compiles on some drivers.
double shortestMs(gpu::Device& device, const Work& work) {
    const gpu::Timestamps timestamps(device, 2);
    double best = 0;
    for (int run = 0; run < kRuns; ++run) {
        gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
            timestamps.recordReset(commands, 0, 2);
            commands.bindPipeline(vk::PipelineBindPoint::eCompute, work.pipeline.handle());
            commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, work.pipeline.layout(), 0, work.descriptors,
                                        {});
            if (!work.push.empty())
                commands.pushConstants(work.pipeline.layout(), vk::ShaderStageFlagBits::eCompute, 0,
                                       static_cast<std::uint32_t>(work.push.size()), work.push.data());
            timestamps.recordWrite(commands, 0);
            commands.dispatch(work.groups, 1, 1);
            timestamps.recordWrite(commands, 1);
        });
        std::array<double, 2> times{};
        if (run > 0 && timestamps.readMs(0, times) && times[1] > times[0])
            best = best > 0 ? std::min(best, times[1] - times[0]) : times[1] - times[0];
    }
    return best;
}

double perSecond(double amount, double milliseconds) {
    return milliseconds > 0 ? amount / milliseconds * 1000 : 0;
}

double multiplyAddsPerSecond(gpu::Device& device, gpu::PipelineLibrary& pipelines) {
    const gpu::Buffer sums(device, {.name = "ceiling sums", .sizeBytes = kInvocations * 16});
    const gpu::Pipeline& pipeline =
        pipelines.get({"benchmark/multiply_add", {BindingKind::StorageBuffer}, sizeof(shaders::CeilingPush), {}});
    gpu::DescriptorPool sets(device);
    const gpu::Binding bindings[] = {gpu::BufferBinding{sums.handle()}};
    const shaders::CeilingPush push{
        .rounds = device.isSoftware() ? kSoftwareRounds : kRounds, .factor = 0.999f, .summand = 0.001f};
    const double ms = shortestMs(device, {.pipeline = pipeline,
                                          .descriptors = sets.create(pipeline, bindings),
                                          .push = std::as_bytes(std::span(&push, 1)),
                                          .groups = kInvocations / shaders::kLinearGroup});
    return perSecond(16.0 * kStepsPerRound * push.rounds * kInvocations, ms);
}

double bytesPerSecond(gpu::Device& device, gpu::PipelineLibrary& pipelines) {
    const std::uint32_t allowed =
        device.capabilities().maxTexelBufferElements / shaders::kLinearGroup * shaders::kLinearGroup;
    const std::uint32_t texels = std::min(kCopiedTexels, allowed);
    const gpu::Buffer source(device, {.name = "ceiling source", .sizeBytes = texels * std::uint64_t{16}});
    const gpu::Buffer target(device, {.name = "ceiling target", .sizeBytes = texels * std::uint64_t{16}});
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
        commands.fillBuffer(source.handle(), 0, VK_WHOLE_SIZE, 0x3c003c00u);
        commands.fillBuffer(target.handle(), 0, VK_WHOLE_SIZE, 0);
    });
    const vk::raii::BufferView view =
        gpu::createTexelView(device, source, vk::Format::eR32G32B32A32Uint, 0, source.sizeBytes());
    const gpu::Pipeline& pipeline =
        pipelines.get({"benchmark/copy", {BindingKind::UniformTexel, BindingKind::StorageBuffer}, 0, {}});
    gpu::DescriptorPool sets(device);
    const gpu::Binding bindings[] = {gpu::TexelBinding{*view}, gpu::BufferBinding{target.handle()}};
    const double ms = shortestMs(device, {.pipeline = pipeline,
                                          .descriptors = sets.create(pipeline, bindings),
                                          .push = {},
                                          .groups = texels / shaders::kLinearGroup});
    return perSecond(32.0 * texels, ms);
}

}  // namespace

double DeviceCeiling::leastMs(std::int64_t multiplyAdds, std::int64_t bytes) const {
    const double arithmetic =
        multiplyAddsPerSecond > 0 ? static_cast<double>(multiplyAdds) / multiplyAddsPerSecond : 0.0;
    const double movement = bytesPerSecond > 0 ? static_cast<double>(bytes) / bytesPerSecond : 0.0;
    return 1000 * std::max(arithmetic, movement);
}

DeviceCeiling measureCeiling(gpu::Device& device, gpu::PipelineLibrary& pipelines) {
    return {.multiplyAddsPerSecond = multiplyAddsPerSecond(device, pipelines),
            .bytesPerSecond = bytesPerSecond(device, pipelines)};
}

DeviceCeiling higherOf(const DeviceCeiling& a, const DeviceCeiling& b) {
    return {.multiplyAddsPerSecond = std::max(a.multiplyAddsPerSecond, b.multiplyAddsPerSecond),
            .bytesPerSecond = std::max(a.bytesPerSecond, b.bytesPerSecond)};
}

}  // namespace impasto::app
