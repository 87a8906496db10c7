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
#include <iostream>
#include <string>
#include <vector>

#include "bench_cost.h"
#include "gpu/commands.h"
#include "gpu/device.h"
#include "nn/plan.h"
#include "nn/slices.h"
#include "nn/tuner.h"
#include "support.h"

namespace impasto::nn::test {
namespace {

constexpr int kFrames = 30;
constexpr int kLeastFrames = 5;
constexpr double kMostFramesMs = 3000;

/// GFLOP/s per second of processor time, a multiply-add being two.
double ceiling(gpu::Device& device, gpu::PipelineLibrary& pipelines) {
    struct Push {
        int rounds = 2000;
        float factor = 0.999f;
        float term = 0.001f;
    } push;
    const gpu::Pipeline& pipeline = pipelines.get({"bench/multiply_add", {gpu::BindingKind::StorageBuffer}, 12, {}});
    gpu::Buffer results(device, {"results", 64 * 64 * 16, gpu::MemoryKind::Device});
    gpu::DescriptorPool pool(device);
    const std::vector<gpu::Binding> bindings{gpu::BufferBinding{results.handle()}};
    Dispatch dispatch;
    dispatch.pipeline = &pipeline;
    dispatch.descriptors = pool.create(pipeline, bindings);
    dispatch.pushConstants.resize(sizeof push);
    std::memcpy(dispatch.pushConstants.data(), &push, sizeof push);
    dispatch.groups = {16, 1, 1};
    const Cost cost = measure(device, 2, [&](vk::CommandBuffer commands) { recordWhole(commands, dispatch); });
    return 2.0 * 16 * 64 * push.rounds * 32 * 16 / cost.processorMs * 1e-6;
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
    Cost sum;
    double multiplyAdds = 0;
    for (const Dispatch& dispatch : plan.dispatches()) {
        if (dispatch.name.find(filter) == std::string::npos)
            continue;
        const Cost cost =
            measure(device, repeats, [&](vk::CommandBuffer commands) { recordWhole(commands, dispatch); });
        const double rate = 2 * static_cast<double>(dispatch.multiplyAdds) / cost.processorMs * 1e-6;
        std::cout << fmt::format("{:44} wall {:7.3f} ms, processor {:7.3f} ms", dispatch.name, cost.wallMs,
                                 cost.processorMs);
        if (dispatch.multiplyAdds > 0)
            std::cout << fmt::format(", {:6.1f} GFLOP/s per core, {:3.0f} %", rate, 100 * rate / most);
        std::cout << fmt::format("  {}\n", dispatch.pipeline->key().shader);
        sum.wallMs += cost.wallMs;
        sum.processorMs += cost.processorMs;
        multiplyAdds += static_cast<double>(dispatch.multiplyAdds);
    }
    const auto recordNetwork = [&](vk::CommandBuffer commands) {
        for (const Dispatch& dispatch : plan.dispatches()) {
            gpu::recordBarrier(commands);
            recordWhole(commands, dispatch);
        }
    };
    const Cost whole = measure(device, repeats, recordNetwork);
    std::cout << fmt::format("sum of all: wall {:.2f} ms, processor {:.2f} ms, {:.0f} MMAC\n", sum.wallMs,
                             sum.processorMs, multiplyAdds * 1e-6);
    std::cout << fmt::format("whole network, least: wall {:.2f} ms, processor {:.2f} ms\n", whole.wallMs,
                             whole.processorMs);
    std::vector<double> frames;
    double framesMs = 0;
    for (int frame = 0; frame < kFrames && (frame < kLeastFrames || framesMs < kMostFramesMs); ++frame) {
        const auto start = std::chrono::steady_clock::now();
        gpu::runOnce(device, device.computeQueue(), recordNetwork);
        frames.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        framesMs += frames.back();
    }
    const auto middle = frames.begin() + static_cast<std::ptrdiff_t>(frames.size() / 2);
    std::nth_element(frames.begin(), middle, frames.end());
    std::cout << fmt::format("median of {} frames: {:.2f} ms\n", frames.size(), *middle);
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
