// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace impasto::ui {

/// An X display for tests: the one there is ($DISPLAY), else an Xvfb of its own, stopped with it.
class TestDisplay {
  public:
    TestDisplay();
    ~TestDisplay();
    TestDisplay(const TestDisplay&) = delete;
    TestDisplay& operator=(const TestDisplay&) = delete;

    /// Empty when there is a display; else why there is none.
    const std::string& missing() const { return missing_; }

  private:
    void startServer();

    pid_t server_ = -1;
    std::string missing_;
};

}  // namespace impasto::ui
