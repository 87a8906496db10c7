// SPDX-License-Identifier: MIT
#include "gpu/queue.h"

#include <array>

#include "base/check.h"
#include "gpu/device.h"
#include "gpu/vulkan_error.h"

namespace impasto::gpu {
namespace {

constexpr std::size_t kMaxSemaphores = 8;

}  // namespace

Timeline::Timeline(const Device& device) : device_(&device) {
    const vk::SemaphoreTypeCreateInfo type(vk::SemaphoreType::eTimeline, 0);
    vk::SemaphoreCreateInfo info;
    info.pNext = &type;
    semaphore_ = translateErrors("cannot make a semaphore", device.report().properties.name,
                                 [&] { return vk::raii::Semaphore(device.handle(), info); });
    ++device.counters().objectsCreated;
}

std::uint64_t Timeline::completed() const {
    return translateErrors("cannot ask for finished work", device_->report().properties.name,
                           [&] { return semaphore_.getCounterValue(); });
}

bool Timeline::wait(std::uint64_t value, std::uint64_t timeoutNs) const {
    const vk::Semaphore semaphore = *semaphore_;
    const vk::SemaphoreWaitInfo info({}, semaphore, value);
    return translateErrors("cannot wait for the device", device_->report().properties.name,
                           [&] { return device_->handle().waitSemaphores(info, timeoutNs) == vk::Result::eSuccess; });
}

Queue::Queue(const Device& device, std::uint32_t family, std::uint32_t index)
    : device_(&device), family_(family), queue_(device.handle(), family, index) {}

std::uint64_t Queue::submit(Timeline& timeline, std::span<const vk::CommandBuffer> commands,
                            std::span<const SemaphorePoint> waits, std::span<const SemaphorePoint> signals) {
    IMPASTO_CHECK(waits.size() <= kMaxSemaphores && signals.size() < kMaxSemaphores);
    std::array<vk::Semaphore, kMaxSemaphores> waitSemaphores;
    std::array<std::uint64_t, kMaxSemaphores> waitValues{};
    std::array<vk::PipelineStageFlags, kMaxSemaphores> waitStages;
    std::array<vk::Semaphore, kMaxSemaphores> signalSemaphores;
    std::array<std::uint64_t, kMaxSemaphores> signalValues{};
    for (std::size_t i = 0; i < waits.size(); ++i) {
        waitSemaphores[i] = waits[i].semaphore;
        waitValues[i] = waits[i].value;
        waitStages[i] = waits[i].stages;
    }
    // The value counts as handed out only once the submit is accepted: nobody may wait for one that never comes.
    const std::uint64_t value = timeline.lastSubmitted() + 1;
    signalSemaphores[0] = timeline.semaphore();
    signalValues[0] = value;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        signalSemaphores[i + 1] = signals[i].semaphore;
        signalValues[i + 1] = signals[i].value;
    }
    const auto waitCount = static_cast<std::uint32_t>(waits.size());
    const auto signalCount = static_cast<std::uint32_t>(signals.size() + 1);
    const vk::TimelineSemaphoreSubmitInfo values(waitCount, waitValues.data(), signalCount, signalValues.data());
    const vk::SubmitInfo info(waitCount, waitSemaphores.data(), waitStages.data(),
                              static_cast<std::uint32_t>(commands.size()), commands.data(), signalCount,
                              signalSemaphores.data(), &values);
    const std::lock_guard lock(mutex_);
    translateErrors("cannot submit work", device_->report().properties.name, [&] { queue_.submit(info); });
    return timeline.next();
}

vk::Result Queue::present(const vk::PresentInfoKHR& info) {
    const std::lock_guard lock(mutex_);
    // Not presentKHR(): it throws for eErrorOutOfDateKHR, which is an everyday answer.
    const auto result = static_cast<vk::Result>(queue_.getDispatcher()->vkQueuePresentKHR(
        static_cast<VkQueue>(*queue_), reinterpret_cast<const VkPresentInfoKHR*>(&info)));
    if (result != vk::Result::eSuccess && result != vk::Result::eSuboptimalKHR &&
        result != vk::Result::eErrorOutOfDateKHR)
        throwVulkanError(result, "cannot present the picture", device_->report().properties.name);
    return result;
}

void Queue::waitIdle() {
    const std::lock_guard lock(mutex_);
    translateErrors("cannot wait for the device", device_->report().properties.name, [&] { queue_.waitIdle(); });
}

}  // namespace impasto::gpu
