// SPDX-License-Identifier: MIT
#include "app/live_batch.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace impasto::app {

LiveBatch::~LiveBatch() {
    cancel();
}

void LiveBatch::start(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (stats_.active)
            return;
        stats_ = {.active = true, .outputFolder = job.outputFolder.string()};
    }
    thread_ = std::jthread([this, job = std::move(job)](const std::stop_token& stop) { run(stop, job); });
}

void LiveBatch::cancel() {
    thread_.request_stop();
}

void LiveBatch::run(const std::stop_token& stop, const Job& job) {
    try {
        std::vector<BatchItem> items = planBatch(job.input, job.outputFolder, job.styles);
        Session session({.device = params_.device,
                         .pipelines = params_.pipelines,
                         .yieldToOthers = true,
                         .readBack = true,
                         .throwErrors = true});
        session.apply(job.settings);
        Batch batch({.items = std::move(items),
                     .outputFolder = job.outputFolder,
                     .settings = job.settings,
                     .stop = stop,
                     .onProgress = [this](const BatchProgress& progress) { take(progress); }});
        const BatchProgress end = batch.run(session);
        const bool failed = !end.failures.empty();
        params_.messages.add(
            failed ? Message::Kind::Warning : Message::Kind::Info,
            fmt::format("{} of {} files restyled to {}{}", end.done + end.skipped, end.files, job.outputFolder.string(),
                        failed ? fmt::format("; {} failed", end.failures.size()) : ""));
    } catch (const Error& error) {
        params_.messages.add(Message::Kind::Error, error.what());
    }
    const std::lock_guard lock(mutex_);
    stats_.active = false;
}

void LiveBatch::take(const BatchProgress& progress) {
    const std::lock_guard lock(mutex_);
    stats_.files = progress.files;
    stats_.done = progress.done;
    stats_.skipped = progress.skipped;
    stats_.fraction = progress.fraction;
    stats_.secondsLeft = progress.secondsLeft;
    stats_.current = progress.current;
    stats_.cancelled = progress.cancelled;
    while (stats_.failures.size() < progress.failures.size())
        stats_.failures.push_back(progress.failures[stats_.failures.size()].reason);
}

void LiveBatch::fill(Stats& stats) const {
    const std::lock_guard lock(mutex_);
    stats.batch = stats_;
}

}  // namespace impasto::app
