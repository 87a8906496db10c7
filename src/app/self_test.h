// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "gpu/device.h"
#include "gpu/pipeline.h"
#include "nn/kernel_choices.h"

namespace impasto::app {

/// Exit statuses of `--self-test`, fixed by the command line.
enum class SelfTestStatus { Passed = 0, NoDevice = 3, MissingFeature = 4, WrongResult = 5, Timeout = 6 };

/// Largest errors of one operation over the shapes it was tried on, against the CPU reference.
struct SelfTestResult {
    std::string operation;
    std::string storage;  ///< e.g. "fp16"
    int shapes = 0;
    double nmse = 0;
    double maxAbs = 0;
    double nmseBound = 0;
    double maxAbsBound = 0;
    bool passed() const { return nmse <= nmseBound && maxAbs <= maxAbsBound; }
};

/// Every operation on small awkward shapes, and the network of the settings at 128×96, its features alone and from
/// picture to picture, in both storage types.
/// `report` is called as each one is done.
std::vector<SelfTestResult> compareWithReference(gpu::Device& device, const Settings& settings,
                                                 const std::function<void(const SelfTestResult&)>& report);

/// The whole network of `settings` alone, in its storage type and at 128×96, by the kernels `choices` holds for
/// `extent`: its features, and from picture to picture.
std::array<SelfTestResult, 2> compareNetworkWithReference(gpu::Device& device, gpu::PipelineLibrary& pipelines,
                                                          const Settings& settings, const nn::KernelChoices& choices,
                                                          Extent extent);

/// Prints one line per operation and a verdict; the exit status. Throws Error when weights cannot be read.
int runSelfTest(const CommandLine& line);

}  // namespace impasto::app
