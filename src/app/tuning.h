// SPDX-License-Identifier: MIT
#pragma once

namespace impasto::app {

/// Where a session's choices of kernels come from.
enum class Tuning {
    FromFile,  ///< what was measured on this device before; safe kernels for the rest
    Measure,   ///< the same, and the rest is measured
    Anew,      ///< everything is measured again
};

}  // namespace impasto::app
