// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>

#include "gpu/device.h"
#include "gpu/pipeline.h"
#include "model/network.h"
#include "nn/kernel_choices.h"

namespace impasto::nn {

struct TuneParams {
    gpu::Device& device;
    gpu::PipelineLibrary& pipelines;
    const model::Network& network;
    Extent input;  ///< of the plan to tune for, padded
    Precision precision = Precision::Fp16;
    const std::atomic<bool>* stop = nullptr;  ///< looked at between two candidates
    /// Called on the tuning thread with the number of convolutions done, and of those there are to do.
    std::function<void(int done, int total)> onProgress = {};
};

/// True when `choices` lacks a convolution of the network at this size that several kernels can run.
bool needsTuning(const TuneParams& params, const KernelChoices& choices);

/// The time of a candidate's first runs, in milliseconds: of one, or if that takes more than `limitMs`, the least of
/// three, so that what disturbs a single run rules out nobody.
double firstRunsMs(const std::function<double()>& timeMs, double limitMs);

/// Times the candidates of every convolution that `choices` lacks, alone on scratch memory, and returns `choices` with
/// the fastest ones added; the first runs, in which software devices compile, are not counted. Times are the device's
/// own where it has timestamps, so that what else is queued does not count. Submits of a few milliseconds, so that
/// others get in between. A candidate that was hopeless at the first convolutions is not tried at the others. Throws
/// Error when the device fails. Any thread.
KernelChoices tune(const TuneParams& params, KernelChoices choices);

}  // namespace impasto::nn
