// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "display.h"
#include "ui/window_app.h"

namespace impasto::ui {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Opens windows on $DISPLAY or an Xvfb of its own; skipped, saying why, where there is neither, unless
/// IMPASTO_REQUIRE_DEVICE=1 is set; then it fails. Any validation message fails the test.
class WindowTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!display().missing().empty())
            skip(display().missing());
    }
    void TearDown() override {
        app_.reset();
        for (const std::string& message : messages_)
            ADD_FAILURE() << "validation: " << message;
    }

    void open(const app::Settings& settings, const MakeProvider& make, bool validation = true,
              const std::optional<app::OutputPlacement>& output = {}) {
        WindowOptions options;
        options.width = 1024;
        options.height = 640;
        options.output = output;
        options.device.validation = validation;
        options.device.onValidationMessage = [this](const std::string& message) {
            const std::lock_guard lock(mutex_);
            messages_.push_back(message);
        };
        try {
            app_ = std::make_unique<WindowApp>(settings, options, make);
        } catch (const Error& error) {
            skip(error.what());
        }
    }
    /// Turns for `time`; the number of frames presented.
    int runFor(milliseconds time) {
        int frames = 0;
        const auto start = Clock::now();
        while (Clock::now() - start < time)
            frames += app_->step(0.01) ? 1 : 0;
        return frames;
    }

    /// Turns until so many frames were presented; false when that takes longer than the busiest machine should need.
    bool presents(int frames) {
        constexpr std::chrono::seconds kLongest{15};
        const auto start = Clock::now();
        while (frames > 0 && Clock::now() - start < kLongest)
            frames -= app_->step(0.01) ? 1 : 0;
        return frames == 0;
    }

    std::unique_ptr<WindowApp> app_;

  private:
    static TestDisplay& display() {
        static TestDisplay instance;
        return instance;
    }
    void skip(const std::string& reason) {
        const char* required = std::getenv("IMPASTO_REQUIRE_DEVICE");
        if (required && std::string(required) == "1")
            FAIL() << reason;
        GTEST_SKIP() << reason;
    }

    std::mutex mutex_;
    std::vector<std::string> messages_;
};

}  // namespace impasto::ui
