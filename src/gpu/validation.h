// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "gpu/vulkan.h"

namespace impasto::gpu {

inline constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";

/// Keeps what the validation layers say: warnings and errors, also written to the log. Thread-safe.
class ValidationLog {
  public:
    explicit ValidationLog(std::function<void(const std::string&)> onMessage) : onMessage_(std::move(onMessage)) {}

    std::vector<std::string> messages() const;
    /// For instance creation and for the messenger; refers to this object.
    vk::DebugUtilsMessengerCreateInfoEXT messengerInfo();

  private:
    static VkBool32 VKAPI_PTR receive(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                      VkDebugUtilsMessageTypeFlagsEXT types,
                                      const VkDebugUtilsMessengerCallbackDataEXT* data, void* self);
    void add(VkDebugUtilsMessageSeverityFlagBitsEXT severity, const VkDebugUtilsMessengerCallbackDataEXT& data);

    mutable std::mutex mutex_;
    std::vector<std::string> messages_;
    std::function<void(const std::string&)> onMessage_;
};

/// The layer and its extension are installed. Throws Error with the package to install when not.
void requireValidationLayer(const vk::raii::Context& context);

}  // namespace impasto::gpu
