// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "app/command_line.h"

namespace impasto::app {

/// One statistics policy over a clip, against exact statistics of the same frames.
struct PolicyRow {
    std::string cell;            ///< as for --norm
    double gate = 0;             ///< threshold of the similarity gate; above 0 only the flicker is measured
    double statisticsError = 0;  ///< mean over the frames, see PolicyError
    double psnr = 0;             ///< of the pictures, mean of the frames' squared errors, dB
    double siteTimeMs = 0;       ///< device time of the sites per frame, mean
    double exactTimeMs = 0;      ///< the same with exact statistics
    double flicker = 0;          ///< frameDifference over the clip
    double exactFlicker = 0;
    int frames = 0;
};

/// Runs every policy over the first `line.frames` (default 48) frames of the input (default: the bundled clip), in
/// order, with the styles and sizes of the settings, and AdaIN behind the similarity gate. Throws Error.
std::vector<PolicyRow> measurePolicies(const CommandLine& line);

std::string describe(const std::vector<PolicyRow>& rows);
std::string toJson(const std::vector<PolicyRow>& rows);

}  // namespace impasto::app
