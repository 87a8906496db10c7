// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/spdlog.h>

namespace impasto {

/// Sends the log to standard error as "impasto: level: text", from the level in $IMPASTO_LOG (trace, debug, info, warn,
/// error; default info). Call once from main; tests may leave it out.
void setUpLog();

}  // namespace impasto
