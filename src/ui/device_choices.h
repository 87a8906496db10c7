// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gpu/device_choice.h"

namespace impasto::ui {

/// The Vulkan devices as the panel offers them, and what was chosen there.
struct DeviceChoices {
    struct Entry {
        std::string title;  ///< see gpu::deviceTitle
        std::string kind;   ///< "discrete", "software", …
        std::string about;  ///< driver, and what counts for or against it
        bool usable = false;
    };
    std::vector<Entry> entries;  ///< in Vulkan's order; none before they were listed
    int current = -1;            ///< the one in use
    int best = -1;               ///< what an automatic choice takes; −1: none is usable
    std::string wanted;        ///< title of the one chosen by hand, in this run or an earlier one; empty: the best one
    std::optional<int> asked;  ///< chosen just now: the window is to be opened anew on that one

    /// Takes over a choice; empty: the best one. Only another device than the one in use is asked for.
    void choose(const std::string& title);
};

/// What the panel offers of `reports`, which are judged for a window.
DeviceChoices deviceChoices(const std::vector<gpu::DeviceReport>& reports, int current, std::string wanted);

}  // namespace impasto::ui
