// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "nn/controls.h"
#include "nn/plan.h"

namespace impasto::nn {

struct RunOptions {
    Precision precision = Precision::Fp32;
    std::optional<Access> access = {};
    bool asOnCards = false;
    bool keepTensors = false;
    bool plainKernels = false;
    bool separateSites = false;  ///< FrameNeeds::separateSites in every run
    std::optional<ConvChoice> onlyConv = {};
    const KernelChoices* choices = nullptr;  ///< read on construction only
};

/// Runs a plan once on host tensors and waits: for comparisons with the reference, not for pictures. Every feature
/// buffer is filled with NaN before, so that what is read without having been written shows. One thread.
class PlanRunner {
  public:
    PlanRunner(gpu::Device& device, gpu::PipelineLibrary& pipelines, const model::Network& network, Extent input,
               const RunOptions& options = {});

    /// The network's output. `controls` may be empty for graphs without sites.
    Tensor run(const Tensor& input, const Controls& controls = {});
    /// Any tensor of the last run; needs keepTensors for those in between.
    Tensor read(int tensor);
    /// Statistics at the sites in the last run.
    StyleStatistics statistics();
    /// What the covariance kernel left at the sites; entries the last run did not write are old.
    const StyleStatistics& covariances() const { return covariances_; }
    Plan& plan() { return plan_; }

  private:
    void takeCovariance();

    StyleStatistics covariances_;
    gpu::Device& device_;
    Plan plan_;
    bool separateSites_;
};

}  // namespace impasto::nn
