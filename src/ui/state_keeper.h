// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <future>

#include "app/remembered.h"
#include "ui/window_app.h"

namespace impasto::ui {

/// Hands a window what was remembered, and writes down what is to be: some seconds after a change, so that little is
/// lost if the program dies, and at the end. On the main thread; files are written on another.
class StateKeeper {
  public:
    /// `start` is what the window begins with: `last` under the arguments of this run.
    StateKeeper(app::Remembered last, app::Settings start, std::filesystem::path path);
    ~StateKeeper();  ///< waits for the file being written

    /// Layout and recent sources.
    void restore(UiState& state) const;

    /// To be called again and again; cheap.
    void watch(WindowApp& window);
    /// Writes what is not written yet.
    void finish(WindowApp& window);

  private:
    using Clock = std::chrono::steady_clock;
    app::Remembered stateOf(WindowApp& window) const;
    void write(const app::Remembered& remembered);

    app::Remembered last_;
    app::Settings start_;
    std::filesystem::path path_;
    app::Remembered seen_;
    app::Remembered written_;
    Clock::time_point looked_{};
    Clock::time_point changed_{};
    std::future<void> writing_;
};

}  // namespace impasto::ui
