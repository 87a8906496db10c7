// SPDX-License-Identifier: MIT
#include "gpu/validation.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/log.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

/// Known remarks that are no faults, by kind and exact id.
bool isExpected(VkDebugUtilsMessageTypeFlagsEXT types, const VkDebugUtilsMessengerCallbackDataEXT& data) {
    const std::string_view id = data.pMessageIdName ? data.pMessageIdName : "";
    // "For optimal performance ... layout should be TRANSFER_DST_OPTIMAL instead of GENERAL": our images stay in
    // GENERAL on purpose. A wrong layout has the same id, but comes as a validation error.
    return types == VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT &&
           id == "UNASSIGNED-CoreValidation-DrawState-InvalidImageLayout";
}

}  // namespace

std::vector<std::string> ValidationLog::messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
}

vk::DebugUtilsMessengerCreateInfoEXT ValidationLog::messengerInfo() {
    using Severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
    using Type = vk::DebugUtilsMessageTypeFlagBitsEXT;
    // Not eGeneral: it carries the loader's remarks about the machine's drivers, which are no faults of this program.
    return vk::DebugUtilsMessengerCreateInfoEXT({}, Severity::eWarning | Severity::eError,
                                                Type::eValidation | Type::ePerformance, &ValidationLog::receive, this);
}

VkBool32 ValidationLog::receive(VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT types,
                                const VkDebugUtilsMessengerCallbackDataEXT* data, void* self) {
    if (!isExpected(types, *data))
        static_cast<ValidationLog*>(self)->add(severity, *data);
    return VK_FALSE;
}

void ValidationLog::add(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                        const VkDebugUtilsMessengerCallbackDataEXT& data) {
    const std::string message = data.pMessage ? data.pMessage : "";
    {
        const std::lock_guard lock(mutex_);
        messages_.push_back(message);
    }
    spdlog::log(severity >= VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT ? spdlog::level::err : spdlog::level::warn,
                "Vulkan validation: {}", message);
    if (onMessage_)
        onMessage_(message);
}

void requireValidationLayer(const vk::raii::Context& context) {
    const auto layers =
        translateErrors("cannot list Vulkan layers", "", [&] { return context.enumerateInstanceLayerProperties(); });
    const bool found = std::any_of(layers.begin(), layers.end(), [](const vk::LayerProperties& layer) {
        return std::string_view(layer.layerName.data()) == kValidationLayer;
    });
    if (!found)
        throw Error({"cannot validate Vulkan calls", kValidationLayer, "the layer is not installed",
                     "install it (Debian: vulkan-validationlayers) or switch validation off"});
}

}  // namespace impasto::gpu
