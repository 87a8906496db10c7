// SPDX-License-Identifier: MIT
#include "ui/frame_renderer.h"

#include <utility>
#include <vector>

#include "base/log.h"
#include "gpu/vulkan_error.h"

namespace impasto::ui {

FrameRenderer::FrameRenderer(gpu::Device& device, const Window& window)
    : device_(&device),
      window_(&window),
      surface_(window.createSurface(device.instance())),
      swapchain_(std::in_place, device, *surface_),
      timeline_(device),
      retirement_(timeline_),
      commandPool_(device, device.graphicsQueue()),
      textures_(device, kFramesInFlight),
      renderer_({.device = device,
                 .textures = textures_,
                 .format = swapchain_->format(),
                 .finalLayout = vk::ImageLayout::ePresentSrcKHR,
                 .framesInFlight = kFramesInFlight}) {
    for (Slot& slot : slots_) {
        slot.commands = commandPool_.allocate();
        slot.available = gpu::translateErrors("cannot make a semaphore", device.report().properties.name, [&] {
            return vk::raii::Semaphore(device.handle(), vk::SemaphoreCreateInfo());
        });
    }
}

FrameRenderer::~FrameRenderer() {
    waitForFrames();
}

void FrameRenderer::waitForFrames() {
    try {
        timeline_.wait(timeline_.lastSubmitted());
        // Presenting has no value of its own to wait for.
        device_->graphicsQueue().waitIdle();
    } catch (const std::exception& error) {
        spdlog::warn("closing the window: {}", error.what());
    }
}

void FrameRenderer::recoverSurface() {
    spdlog::warn("the window's surface was lost: making it anew");
    device_->graphicsQueue().waitIdle();
    swapchain_.reset();
    lostSurfaces_.push_back(std::move(surface_));
    surface_ = window_->createSurface(device_->instance());
    swapchain_.emplace(*device_, *surface_);
    stale_ = true;
}

bool FrameRenderer::refreshSwapchain() {
    const vk::Extent2D wanted = window_->framebufferExtent();
    if (!stale_ && wanted == swapchain_->extent())
        return true;
    // Presents of the old images were queued before the next two submits of the new ones: those finish later.
    stale_ = !swapchain_->recreate(renderer_.renderPass(), wanted, retirement_, timeline_.lastSubmitted() + 2);
    return !stale_;
}

bool FrameRenderer::begin(std::uint64_t timeoutNs) {
    Slot& slot = slots_[static_cast<std::size_t>(slot_)];
    if (!window_->drawable() || !timeline_.wait(slot.value, timeoutNs))
        return false;
    retirement_.collect();
    if (!refreshSwapchain())
        return false;
    switch (swapchain_->acquire(*slot.available, timeoutNs)) {
        case Swapchain::State::Ready:
            textures_.beginFrame(slot_);
            return true;
        case Swapchain::State::OutOfDate:
            stale_ = true;
            return false;
        case Swapchain::State::Lost:
            recoverSurface();
            return false;
        case Swapchain::State::NotYet:
            break;
    }
    return false;
}

void FrameRenderer::end(const ImDrawData& data, ImVec4 clearColor, const std::optional<gpu::SemaphorePoint>& wait,
                        std::shared_ptr<const void> keep) {
    Slot& slot = slots_[static_cast<std::size_t>(slot_)];
    const std::uint64_t value = timeline_.lastSubmitted() + 1;
    gpu::translateErrors("cannot draw the window", device_->report().properties.name, [&] {
        slot.commands.begin({vk::CommandBufferUsageFlagBits::eOneTimeSubmit});
        textures_.recordUploads(*slot.commands, retirement_, value);
        renderer_.record(
            *slot.commands, data,
            {.framebuffer = swapchain_->framebuffer(), .extent = swapchain_->extent(), .clearColor = clearColor},
            slot_);
        slot.commands.end();
    });
    std::vector<gpu::SemaphorePoint> waits = {
        {.semaphore = *slot.available, .stages = vk::PipelineStageFlagBits::eColorAttachmentOutput}};
    if (wait)
        waits.push_back(*wait);
    const gpu::SemaphorePoint drawn{.semaphore = swapchain_->drawn()};
    const vk::CommandBuffer commands = *slot.commands;
    slot.value = device_->graphicsQueue().submit(timeline_, {&commands, 1}, waits, {&drawn, 1});
    if (keep)
        retirement_.retire(std::move(keep), slot.value);
    if (swapchain_->present() == Swapchain::State::OutOfDate)
        stale_ = true;
    slot_ = (slot_ + 1) % kFramesInFlight;
}

}  // namespace impasto::ui
