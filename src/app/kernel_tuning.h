// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "app/stats.h"
#include "app/tuning.h"
#include "gpu/device.h"
#include "gpu/pipeline.h"
#include "model/network.h"
#include "nn/kernel_choices.h"
#include "nn/precision.h"

namespace impasto::app {

/// The kernel choices of a session: read from the device's file, completed by measuring, written back. One thread, but
/// for the measuring itself.
class KernelTuning {
  public:
    /// The network must stay at a place of its own while it is measured, hence the pointer.
    struct Subject {
        std::shared_ptr<const model::Network> network;
        Extent input;  ///< padded
        nn::Precision precision = nn::Precision::Fp16;
    };
    KernelTuning(gpu::Device& device, gpu::PipelineLibrary& pipelines, Tuning tuning);
    ~KernelTuning();  ///< stops between two candidates

    /// Why the device's file could not be used, one line; empty where it could or there was none.
    const std::string& problem() const { return problem_; }

    /// What is known so far; the object is replaced, never changed.
    const std::shared_ptr<const nn::KernelChoices>& choices() const { return choices_; }

    /// Starts measuring what is not known of `subject`, on a thread of its own; does nothing when it is known, when
    /// a measurement runs, when one failed, or with Tuning::FromFile.
    void start(const Subject& subject);
    /// The next `start` measures everything again, whatever is known or failed; what is known stays in use until then.
    void startOver();

    /// A measurement ended and waits for takeFinished.
    bool isFinished() const;
    struct Finished {
        bool choicesChanged = false;  ///< a plan made before would be another now
        std::string text;             ///< one line for people
        std::string problem;          ///< why the choices could not be kept; empty: they were
    };
    /// What came of a measurement that ended, once; waits for one that runs. Throws Error when it failed.
    Finished takeFinished();
    bool isRunning() const { return running_.valid(); }

    /// Takes no memory while nothing changes.
    void fill(KernelTuningStats& stats) const;

  private:
    void showChoices();

    gpu::Device& device_;
    gpu::PipelineLibrary& pipelines_;
    Tuning tuning_;
    bool anew_ = false;
    bool failed_ = false;
    std::string problem_;
    std::shared_ptr<const nn::KernelChoices> choices_;
    std::shared_ptr<const std::vector<KernelTuningStats::Line>> shown_;
    std::atomic<bool> stop_ = false;
    std::atomic<int> done_ = 0;
    std::atomic<int> total_ = 0;
    std::future<nn::KernelChoices> running_;
};

}  // namespace impasto::app
