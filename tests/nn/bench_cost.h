// SPDX-License-Identifier: MIT
// What recorded commands cost, for the benches of this folder.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>

#include "gpu/commands.h"
#include "gpu/device.h"

namespace impasto::nn::test {

struct Cost {
    double wallMs = 0;
    double processorMs = 0;
};

inline double processorMs() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// Least of some runs of `repeats` times `record`, divided by it.
inline Cost measure(gpu::Device& device, int repeats, const std::function<void(vk::CommandBuffer)>& record) {
    Cost least{1e30, 1e30};
    for (int run = 0; run < 4; ++run) {
        const auto start = std::chrono::steady_clock::now();
        const double startMs = processorMs();
        gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
            for (int i = 0; i < (run == 0 ? 1 : repeats); ++i) {
                gpu::recordBarrier(commands);
                record(commands);
            }
        });
        if (run == 0)  // compiles on a software device
            continue;
        const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
        least.wallMs = std::min(least.wallMs, wall.count() / repeats);
        least.processorMs = std::min(least.processorMs, (processorMs() - startMs) / repeats);
    }
    return least;
}

}  // namespace impasto::nn::test
