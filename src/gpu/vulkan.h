// SPDX-License-Identifier: MIT
#pragma once

// The one place that includes Vulkan, so that its configuration is the same everywhere.
#define VULKAN_HPP_NO_SPACESHIP_OPERATOR
#include <vulkan/vulkan_raii.hpp>
