// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "gpu/commands.h"
#include "gpu/timestamps.h"
#include "nn/dispatch.h"

namespace impasto::nn {

/// Dispatches recorded into command buffers of bounded running time, so that other submits to the queue get in between
/// and no watchdog ever strikes.
struct SlicedCommands {
    std::vector<vk::raii::CommandBuffer> slices;
    /// The dispatch that ran between timestamps i and i + 1; −1: none, a slice had ended. One cut into slices is there
    /// several times.
    std::vector<int> timedDispatch;

    std::size_t dispatchCount = 0;  ///< of the list
    std::size_t recordedCount = 0;  ///< of those not left out

    /// Milliseconds per dispatch of the list, once the work has finished; zeros for those left out and where there are
    /// no timestamps. `scratch` keeps its memory from call to call.
    void readTimesMs(const gpu::Timestamps& timestamps, std::vector<double>& scratch,
                     std::vector<double>& timesMs) const;
};

struct SliceParams {
    const gpu::CommandPool& pool;
    const gpu::Timestamps& timestamps;
    std::span<const Dispatch> dispatches;
    std::span<const double> costsMs;                       ///< expected time of each dispatch
    double budgetMs = 4;                                   ///< of one slice
    FrameNeeds needs{true, true};                          ///< those left out that do not run in such frames
    std::function<void(vk::CommandBuffer)> prologue = {};  ///< recorded first in the first slice
    std::function<void(vk::CommandBuffer)> epilogue = {};  ///< recorded last in the last slice
};

/// Timestamps that recording needs at most.
std::uint32_t timestampsNeeded(std::size_t dispatchCount);

/// The whole dispatch in one piece, without a barrier before it.
void recordWhole(vk::CommandBuffer commands, const Dispatch& dispatch);

SlicedCommands recordSlices(const SliceParams& params);

/// A guess at a dispatch's time before it was measured, on the safe side.
double guessCostMs(const Dispatch& dispatch, bool softwareDevice);

}  // namespace impasto::nn
