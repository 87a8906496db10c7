// SPDX-License-Identifier: MIT
// Times every kernel that can run a 3×3 convolution, for several numbers of channels, in one run: C to C at stride 1, C
// to C/2 of a picture that is enlarged ×2 first, or C/2 to C at stride 2. SIZE is the output's.
//   bench_convolutions [SIZE] [fp16|fp32] [REPEATS] [stride1|x2|stride2]
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "bench_cost.h"
#include "gpu/commands.h"
#include "gpu/device.h"
#include "nn/plan.h"
#include "nn/slices.h"
#include "support.h"

namespace impasto::nn::test {
namespace {

model::Network oneConvolution(int channels, const std::string& kind) {
    model::Conv2d conv;
    conv.inChannels = kind == "stride2" ? channels / 2 : channels;
    conv.outChannels = kind == "x2" ? channels / 2 : channels;
    conv.upsample = kind == "x2" ? 2 : 1;
    if (kind == "stride2")
        conv.stride = {2, 2};
    NetworkBuilder builder(conv.inChannels);
    conv.pad = {1, 1, 1, 1};
    conv.padMode = model::PadMode::Reflect;
    builder.conv(conv, 0);
    return builder.build();
}

void run(int count, char** arguments) {
    const auto argument = [&](int i, const char* fallback) { return std::string(i < count ? arguments[i] : fallback); };
    const int size = std::atoi(argument(1, "64").c_str());
    const Precision precision = argument(2, "fp16") == "fp32" ? Precision::Fp32 : Precision::Fp16;
    const int repeats = std::atoi(argument(3, "8").c_str());
    const std::string kind = argument(4, "stride1");
    const int input = kind == "x2" ? size / 2 : kind == "stride2" ? size * 2 : size;
    gpu::Device device({});
    gpu::PipelineLibrary pipelines(device);
    double load[3]{};
    getloadavg(load, 3);
    std::cout << fmt::format("{0}x{0}, load {1:.1f}; processor ms, least of three\n", size, load[0]);
    for (const int channels : {16, 32, 64, 96, 128}) {
        const model::Network network = oneConvolution(channels, kind);
        const auto& conv = std::get<model::Conv2d>(network.graph.nodes.front().operation);
        double safeMs = 0;
        for (const ConvChoice& choice : convCandidates(conv, precision, device.capabilities())) {
            // For graphics cards; here they only cost time.
            if (choice.kernel == ConvKernel::Uniform || choice.kernel == ConvKernel::Shared)
                continue;
            const Plan plan({.device = device,
                             .pipelines = pipelines,
                             .network = network,
                             .input = {input, input},
                             .precision = precision,
                             .onlyConv = choice});
            std::string parts;
            double sumMs = 0;
            for (const Dispatch& dispatch : plan.dispatches()) {
                const Cost cost =
                    measure(device, repeats, [&](vk::CommandBuffer commands) { recordWhole(commands, dispatch); });
                parts += fmt::format("  {:.3f}", cost.processorMs);
                sumMs += cost.processorMs;
            }
            safeMs = safeMs > 0 ? safeMs : sumMs;
            std::cout << fmt::format("{:3}→{:<3} {:24} {:7.3f} ms, {:.2f} of tiled:{}\n", conv.inChannels,
                                     conv.outChannels, describeChoice(choice), sumMs, sumMs / safeMs, parts);
        }
    }
}

}  // namespace
}  // namespace impasto::nn::test

int main(int count, char** arguments) {
    try {
        impasto::nn::test::run(count, arguments);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
