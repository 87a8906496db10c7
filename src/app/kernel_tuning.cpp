// SPDX-License-Identifier: MIT
#include "app/kernel_tuning.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "nn/tuner.h"

namespace impasto::app {
namespace {

std::string summary(const nn::KernelChoices& choices) {
    std::size_t faster = 0;
    for (const auto& [key, measured] : choices.all())
        faster += measured.timeNs < measured.safeTimeNs ? 1 : 0;
    const std::string outcome =
        faster == 0 ? "the first choice is the fastest for all" : fmt::format("{} of them run faster now", faster);
    return fmt::format("Kernels tuned for this device: {} convolutions measured, {}", choices.size(), outcome);
}

bool sameKernels(const nn::KernelChoices& a, const nn::KernelChoices& b) {
    if (a.size() != b.size())
        return false;
    for (const auto& [key, measured] : a.all()) {
        if (b.find(key) != measured.choice)
            return false;
    }
    return true;
}

}  // namespace

KernelTuning::KernelTuning(gpu::Device& device, gpu::PipelineLibrary& pipelines, Tuning tuning)
    : device_(device), pipelines_(pipelines), tuning_(tuning), anew_(tuning == Tuning::Anew) {
    nn::ReadChoices read = nn::readKernelChoices(nn::kernelChoicesPath(device.cacheKey()), device.cacheKey());
    problem_ = std::move(read.problem);
    choices_ = std::make_shared<nn::KernelChoices>(std::move(read.choices));
    showChoices();
}

KernelTuning::~KernelTuning() {
    stop_ = true;
    if (running_.valid())
        running_.wait();
}

void KernelTuning::start(const Subject& subject) {
    if (tuning_ == Tuning::FromFile || failed_ || running_.valid())
        return;
    const auto paramsOf = [this](const Subject& of) {
        return nn::TuneParams{.device = device_,
                              .pipelines = pipelines_,
                              .network = *of.network,
                              .input = of.input,
                              .precision = of.precision,
                              .stop = &stop_,
                              .onProgress = [this](int done, int total) {
                                  done_ = done;
                                  total_ = total;
                              }};
    };
    auto known = anew_ ? std::make_shared<const nn::KernelChoices>() : choices_;
    if (!nn::needsTuning(paramsOf(subject), *known))
        return;
    anew_ = false;
    done_ = total_ = 0;
    running_ =
        std::async(std::launch::async, [paramsOf, subject, known] { return nn::tune(paramsOf(subject), *known); });
}

void KernelTuning::startOver() {
    anew_ = true;
    failed_ = false;
    if (tuning_ == Tuning::FromFile)
        tuning_ = Tuning::Measure;
}

bool KernelTuning::isFinished() const {
    return running_.valid() && running_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

KernelTuning::Finished KernelTuning::takeFinished() {
    IMPASTO_CHECK(running_.valid());
    Finished finished;
    try {
        auto measured = std::make_shared<const nn::KernelChoices>(running_.get());
        finished.choicesChanged = !sameKernels(*choices_, *measured);
        finished.text = summary(*measured);
        choices_ = std::move(measured);
        showChoices();
    } catch (const Error&) {
        failed_ = true;
        throw;
    }
    try {
        nn::writeKernelChoices(nn::kernelChoicesPath(device_.cacheKey()), *choices_, device_.cacheKey());
    } catch (const Error& error) {
        finished.problem = error.what();
    }
    return finished;
}

void KernelTuning::showChoices() {
    std::vector<KernelTuningStats::Line> lines;
    for (const auto& [key, measured] : choices_->all()) {
        const double share = measured.safeTimeNs > 0
                                 ? static_cast<double>(measured.timeNs) / static_cast<double>(measured.safeTimeNs)
                                 : 1.0;
        lines.push_back({key, nn::describeChoice(measured.choice), share});
    }
    shown_ = std::make_shared<const std::vector<KernelTuningStats::Line>>(std::move(lines));
}

void KernelTuning::fill(KernelTuningStats& stats) const {
    stats.running = running_.valid();
    stats.done = done_;
    stats.total = total_;
    stats.lines = shown_;
}

}  // namespace impasto::app
