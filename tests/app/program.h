// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "folder.h"

namespace impasto::app::test {

/// How a run of the real program ended.
struct Ended {
    int status = -1;  ///< exit status; 128 + signal when it was killed by one
    std::string out;
    std::string err;
    std::vector<std::string> errorLines() const;
};

/// Runs impasto without a display and with its caches in the build folder, and waits. `environment` adds to the test's
/// own.
Ended runProgram(const std::vector<std::string>& arguments, const TemporaryFolder& folder,
                 const std::map<std::string, std::string>& environment = {});

/// The same, but sends it `signal` as soon as `when` is true.
Ended runProgramUntil(const std::vector<std::string>& arguments, const TemporaryFolder& folder, int signal,
                      const std::function<bool()>& when);

/// Whether there is a Vulkan device to run on; without one, and with IMPASTO_REQUIRE_DEVICE set, the test fails.
bool hasDevice();

}  // namespace impasto::app::test
