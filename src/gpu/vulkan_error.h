// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gpu/vulkan.h"

namespace impasto::gpu {

/// Throws the Error for a failed Vulkan call: `failed` and `input` as in Error::Parts, reason and hint by the result.
[[noreturn]] void throwVulkanError(vk::Result result, std::string_view failed, std::string_view input);

/// Runs `call`; what Vulkan throws comes out as Error.
template <typename Call>
auto translateErrors(std::string_view failed, std::string_view input, Call&& call) {
    try {
        return std::forward<Call>(call)();
    } catch (const vk::SystemError& error) {
        throwVulkanError(static_cast<vk::Result>(error.code().value()), failed, input);
    }
}

/// For people: "3.5 MiB".
std::string sizeText(std::uint64_t bytes);

}  // namespace impasto::gpu
