// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/batch.h"
#include "app/message_log.h"
#include "app/stats.h"

namespace impasto::app {

/// A batch beside the window: on a thread of its own, with a session of its own on the same device. No call blocks or
/// throws; what cannot be done becomes a message.
class LiveBatch {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        MessageLog& messages;
    };
    explicit LiveBatch(const Params& params) : params_(params) {}
    ~LiveBatch();  ///< cancels and waits for the file being restyled to be given up

    struct Job {
        std::filesystem::path input;
        std::filesystem::path outputFolder;
        std::vector<std::string> styles;  ///< see planBatch
        Settings settings;
    };
    /// Ignored while one is running.
    void start(Job job);
    void cancel();

    void fill(Stats& stats) const;

  private:
    void run(const std::stop_token& stop, const Job& job);
    void take(const BatchProgress& progress);

    Params params_;
    mutable std::mutex mutex_;
    BatchStats stats_;
    std::jthread thread_;  ///< last: it uses what stands above
};

}  // namespace impasto::app
