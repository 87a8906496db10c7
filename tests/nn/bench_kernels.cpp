// SPDX-License-Identifier: MIT
// Times every dispatch of a network of random weights, beside the device's multiply-add ceiling in the same run.
// Processor time is what the device's threads used, so on a software device it does not count what other programs did.
//   bench_kernels [nano|micro|full] [SIZE|WxH] [fp16|fp32] [FILTER] [REPEATS] [tuned|naive]
// With `tuned` every convolution is first measured with every kernel, and the fastest are used; with `naive` every one
// is done by conv/direct.comp, the kernel of the first version.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "bench_cost.h"
#include "gpu/commands.h"
#include "gpu/device.h"
#include "gpu/queue.h"
#include "nn/plan.h"
#include "nn/slices.h"
#include "nn/tuner.h"
#include "support.h"

namespace impasto::nn::test {
namespace {

constexpr double kWarmUpMs = 500;
constexpr double kTimedMs = 2000;
constexpr std::size_t kLeastFrames = 5;

/// Of `workgroups` that do `rounds` rounds of independent multiply-adds, with a barrier.
Cost costOf(gpu::Device& device, gpu::PipelineLibrary& pipelines, std::uint32_t workgroups, int rounds, int repeats) {
    struct Push {
        int rounds = 0;
        float factor = 0.999f;
        float term = 0.001f;
    } push{.rounds = rounds};
    const gpu::Pipeline& pipeline = pipelines.get({"bench/multiply_add", {gpu::BindingKind::StorageBuffer}, 12, {}});
    gpu::Buffer results(device, {"results", 64 * 64 * 16, gpu::MemoryKind::Device});
    gpu::DescriptorPool pool(device);
    const std::vector<gpu::Binding> bindings{gpu::BufferBinding{results.handle()}};
    Dispatch dispatch;
    dispatch.pipeline = &pipeline;
    dispatch.descriptors = pool.create(pipeline, bindings);
    dispatch.pushConstants.resize(sizeof push);
    std::memcpy(dispatch.pushConstants.data(), &push, sizeof push);
    dispatch.groups = {workgroups, 1, 1};
    return measure(device, repeats, [&](vk::CommandBuffer commands) { recordWhole(commands, dispatch); });
}

/// GFLOP/s per second of processor time, a multiply-add being two.
double ceiling(gpu::Device& device, gpu::PipelineLibrary& pipelines) {
    constexpr int kRounds = 2000;
    return 2.0 * 16 * 64 * kRounds * 32 * 16 / costOf(device, pipelines, 16, kRounds, 2).processorMs * 1e-6;
}

/// Times of whole frames, recorded once and submitted again and again as a program would.
std::vector<double> frameTimesMs(gpu::Device& device, const std::function<void(vk::CommandBuffer)>& record) {
    gpu::CommandPool pool(device, device.computeQueue());
    gpu::Timeline timeline(device);
    const vk::raii::CommandBuffer commands = pool.allocate();
    commands.begin(vk::CommandBufferBeginInfo{});
    record(*commands);
    commands.end();
    const vk::CommandBuffer submitted = *commands;
    std::vector<double> times;
    const auto begin = std::chrono::steady_clock::now();
    const auto sinceMs = [](std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    };
    while (sinceMs(begin) < kWarmUpMs + kTimedMs || times.size() < kLeastFrames) {
        const bool warm = sinceMs(begin) >= kWarmUpMs;
        const auto start = std::chrono::steady_clock::now();
        timeline.wait(device.computeQueue().submit(timeline, std::span(&submitted, 1)));
        if (warm)
            times.push_back(sinceMs(start));
    }
    std::sort(times.begin(), times.end());
    return times;
}

int run(int count, char** arguments) {
    const auto argument = [&](int i, const char* fallback) { return std::string(i < count ? arguments[i] : fallback); };
    const std::string name = argument(1, "micro");
    const std::string size = argument(2, "256");
    const Precision precision = argument(3, "fp16") == "fp32" ? Precision::Fp32 : Precision::Fp16;
    const std::string filter = argument(4, "");
    const int repeats = std::atoi(argument(5, "8").c_str());
    const int base = name == "nano" ? 8 : name == "micro" ? 16 : 32;
    const auto cross = size.find('x');
    const int width = std::atoi(size.c_str());
    const int height = cross == std::string::npos ? width : std::atoi(size.c_str() + cross + 1);

    gpu::Device device({});
    gpu::PipelineLibrary pipelines(device);
    const model::Network network = threeLevelNetwork(base, 2 * base, 4 * base);
    KernelChoices choices;
    if (argument(6, "") == "tuned") {
        choices = tune({.device = device,
                        .pipelines = pipelines,
                        .network = network,
                        .input = {height, width},
                        .precision = precision},
                       {});
    }
    Plan plan({.device = device,
               .pipelines = pipelines,
               .network = network,
               .input = {height, width},
               .precision = precision,
               .fuseEnds = true,
               .plainKernels = argument(6, "") == "naive",
               .choices = &choices});
    const StyleStatistics style = reference::encodeStyle(network, randomTensor({3, 32, 32}, 5, 0, 1));
    Controls controls;
    controls.cells = {Normalization{}};
    controls.styles = {{&style, -1, 1.0f}};
    gpu::Buffer block(device, {"frame block", plan.frameBlock().sizeBytes(), gpu::MemoryKind::Upload});
    plan.frameBlock().fill(block.mapped(), controls);
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
        commands.copyBuffer(block.handle(), plan.frameBlockBuffer().handle(),
                            vk::BufferCopy(0, 0, plan.frameBlock().sizeBytes()));
    });

    double load[3]{};
    getloadavg(load, 3);
    const double most = ceiling(device, pipelines);
    std::cout << fmt::format("{} {}x{}, load {:.1f}; ceiling {:.1f} GFLOP/s per core; arena {:.1f} MiB\n", name, width,
                             height, load[0], most, static_cast<double>(plan.arenaBytes()) / 1048576);
    for (const std::uint32_t workgroups : {0u, 1u, 2u}) {
        const Cost cost = costOf(device, pipelines, workgroups, 1, 100);
        std::cout << fmt::format(
            "a dispatch of {} workgroups with next to nothing to do: wall {:.4f} ms, processor "
            "{:.4f} ms\n",
            workgroups, cost.wallMs, cost.processorMs);
    }
    Cost sum;
    double multiplyAdds = 0;
    for (const Dispatch& dispatch : plan.dispatches()) {
        if (!dispatch.runsIn({}) || dispatch.name.find(filter) == std::string::npos)
            continue;
        const Cost cost =
            measure(device, repeats, [&](vk::CommandBuffer commands) { recordWhole(commands, dispatch); });
        const double rate = 2 * static_cast<double>(dispatch.multiplyAdds) / cost.processorMs * 1e-6;
        std::cout << fmt::format("{:44} wall {:7.3f} ms, processor {:7.3f} ms", dispatch.name, cost.wallMs,
                                 cost.processorMs);
        if (dispatch.multiplyAdds > 0)
            std::cout << fmt::format(", {:6.1f} GFLOP/s per core, {:3.0f} %", rate, 100 * rate / most);
        if (dispatch.multiplyAddsSaved > 0) {
            const double asSums = static_cast<double>(dispatch.multiplyAdds + dispatch.multiplyAddsSaved) /
                                  static_cast<double>(dispatch.multiplyAdds);
            std::cout << fmt::format(" (as sums {:.1f}, {:.0f} %)", asSums * rate, 100 * asSums * rate / most);
        }
        std::cout << fmt::format("  {}\n", dispatch.pipeline->key().shader);
        sum.wallMs += cost.wallMs;
        sum.processorMs += cost.processorMs;
        multiplyAdds += static_cast<double>(dispatch.multiplyAdds);
    }
    const auto recordNetwork = [&](vk::CommandBuffer commands) {
        for (const Dispatch& dispatch : plan.dispatches()) {
            if (!dispatch.runsIn({}))
                continue;
            gpu::recordBarrier(commands);
            recordWhole(commands, dispatch);
        }
    };
    const Cost whole = measure(device, repeats, recordNetwork);
    std::cout << fmt::format("sum of all: wall {:.2f} ms, processor {:.2f} ms, {:.0f} MMAC\n", sum.wallMs,
                             sum.processorMs, multiplyAdds * 1e-6);
    std::cout << fmt::format("whole network, least: wall {:.2f} ms, processor {:.2f} ms\n", whole.wallMs,
                             whole.processorMs);
    const std::vector<double> frames = frameTimesMs(device, recordNetwork);
    std::cout << fmt::format("median of {} frames: {:.2f} ms, 5 % {:.2f}, 95 % {:.2f}\n", frames.size(),
                             frames[frames.size() / 2], frames[frames.size() / 20], frames[frames.size() * 19 / 20]);
    return 0;
}

}  // namespace
}  // namespace impasto::nn::test

int main(int count, char** arguments) {
    try {
        return impasto::nn::test::run(count, arguments);
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
