// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>
#include <memory>
#include <utility>

namespace impasto {

void setUpLog() {
    auto logger = std::make_shared<spdlog::logger>("impasto", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_pattern("impasto: %^%l%$: %v");
    if (const char* level = std::getenv("IMPASTO_LOG"); level && *level)
        logger->set_level(spdlog::level::from_str(level));
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace impasto
