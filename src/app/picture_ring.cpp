// SPDX-License-Identifier: MIT
#include "app/picture_ring.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "gpu/queue.h"

namespace impasto::app {
namespace {

std::uint64_t bytesOf(const gpu::Image& image) {
    return std::uint64_t{4} * image.width() * image.height();
}

bool fits(const gpu::Image* image, Extent extent) {
    return image && static_cast<int>(image->width()) == extent.width &&
           static_cast<int>(image->height()) == extent.height;
}

std::unique_ptr<gpu::Image> makeImage(const gpu::Device& device, const char* name, Extent extent) {
    return std::make_unique<gpu::Image>(device,
                                        gpu::Image::Params{.name = name,
                                                           .width = static_cast<std::uint32_t>(extent.width),
                                                           .height = static_cast<std::uint32_t>(extent.height)});
}

vk::BufferImageCopy wholeImage(const gpu::Image& image) {
    vk::BufferImageCopy region;
    region.imageSubresource = vk::ImageSubresourceLayers(vk::ImageAspectFlagBits::eColor, 0, 0, 1);
    region.imageExtent = vk::Extent3D(image.width(), image.height(), 1);
    return region;
}

void recordReadBack(vk::CommandBuffer commands, const gpu::Image& image, const gpu::Buffer& buffer) {
    commands.copyImageToBuffer(image.handle(), vk::ImageLayout::eGeneral, buffer.handle(), wholeImage(image));
    gpu::recordHostBarrier(commands);
}

}  // namespace

/// A picture with what it takes to fill it.
struct PictureRing::Slot : Picture {
    std::optional<gpu::Buffer> readBack;
    std::span<const std::byte> readBackBytes;
    std::optional<vk::raii::CommandBuffer> commands;
};

struct PictureRing::Core {
    explicit Core(const Params& ringParams)
        : params(ringParams),
          timeline(ringParams.device),
          commands(ringParams.device, ringParams.device.computeQueue()) {}

    std::unique_ptr<Slot> makeSlot(Extent stylized, Extent source);

    Params params;
    gpu::Timeline timeline;
    gpu::CommandPool commands;
    std::mutex mutex;
    std::vector<std::unique_ptr<Slot>> free;
    std::uint64_t serial = 0;
};

std::unique_ptr<PictureRing::Slot> PictureRing::Core::makeSlot(Extent stylized, Extent source) {
    gpu::Device& device = params.device;
    auto slot = std::make_unique<Slot>();
    slot->stylized = makeImage(device, "stylized picture", stylized);
    if (params.keepSource)
        slot->source = makeImage(device, "source picture", source);
    if (params.readBack) {
        slot->readBack.emplace(device, gpu::Buffer::Params{.name = "picture download",
                                                           .sizeBytes = bytesOf(*slot->stylized),
                                                           .memory = gpu::MemoryKind::Readback});
        slot->readBackBytes = slot->readBack->mapped();
    }
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer once) {
        slot->stylized->recordInitialLayout(once);
        if (slot->source)
            slot->source->recordInitialLayout(once);
    });
    if (slot->readBack) {
        slot->commands.emplace(commands.allocate());
        const vk::CommandBuffer recording = **slot->commands;
        recording.begin(vk::CommandBufferBeginInfo{});
        recordReadBack(recording, *slot->stylized, *slot->readBack);
        recording.end();
    }
    return slot;
}

PictureRing::PictureRing(const Params& params) : core_(std::make_shared<Core>(params)) {}

PictureRing::~PictureRing() {
    core_->timeline.wait(core_->timeline.lastSubmitted());
}

std::shared_ptr<Picture> PictureRing::acquire(Extent stylized, Extent source) {
    std::unique_ptr<Slot> slot;
    std::vector<std::unique_ptr<Slot>> outgrown;  // destroyed here, on the thread that owns the command pool
    {
        const std::lock_guard lock(core_->mutex);
        for (auto& candidate : core_->free) {
            const bool usable = fits(candidate->stylized.get(), stylized) &&
                                (!core_->params.keepSource || fits(candidate->source.get(), source)) &&
                                candidate->readBack.has_value() == core_->params.readBack;
            if (!usable)
                outgrown.push_back(std::move(candidate));
            else if (!slot)
                slot = std::move(candidate);
        }
        std::erase(core_->free, nullptr);
    }
    for (const auto& old : outgrown)
        wait(*old);
    if (slot)
        wait(*slot);
    else
        slot = core_->makeSlot(stylized, source);
    slot->owner.reset();
    slot->ready = {};
    slot->serial = ++core_->serial;
    return std::shared_ptr<Picture>(slot.release(), [core = core_](Picture* released) {
        std::unique_ptr<Slot> back(static_cast<Slot*>(released));
        const std::lock_guard lock(core->mutex);
        core->free.push_back(std::move(back));
    });
}

void PictureRing::finish(Picture& picture, const gpu::SemaphorePoint& stylized) {
    Slot& slot = static_cast<Slot&>(picture);
    if (!slot.commands) {
        picture.ready = stylized;
        return;
    }
    const std::array commands{static_cast<vk::CommandBuffer>(**slot.commands)};
    const std::array waits{stylized};
    const std::uint64_t value = core_->params.device.computeQueue().submit(core_->timeline, commands, waits);
    picture.ready = {core_->timeline.semaphore(), value};
}

void PictureRing::wait(const Picture& picture) const {
    if (!picture.ready.semaphore)
        return;
    vk::SemaphoreWaitInfo info;
    info.setSemaphores(picture.ready.semaphore);
    info.setValues(picture.ready.value);
    try {
        if (core_->params.device.handle().waitSemaphores(info, ~0ull) == vk::Result::eSuccess)
            return;
    } catch (const vk::Error&) {
    }
    throw Error({"cannot finish the picture", core_->params.device.report().properties.name, "the device was lost",
                 "start again"});
}

void PictureRing::setReadBack(bool on) {
    core_->params.readBack = on;
}

void PictureRing::download(const Picture& picture, std::span<std::uint8_t> rgba) const {
    const Slot& slot = static_cast<const Slot&>(picture);
    wait(picture);
    std::span<const std::byte> bytes = slot.readBackBytes;
    std::optional<gpu::Buffer> temporary;
    if (bytes.empty()) {
        gpu::Device& device = core_->params.device;
        temporary.emplace(device, gpu::Buffer::Params{.name = "picture download",
                                                      .sizeBytes = bytesOf(*slot.stylized),
                                                      .memory = gpu::MemoryKind::Readback});
        gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
            gpu::recordBarrier(commands);
            recordReadBack(commands, *slot.stylized, *temporary);
        });
        bytes = temporary->mapped();
    }
    IMPASTO_CHECK(rgba.size() == bytesOf(*slot.stylized));
    std::memcpy(rgba.data(), bytes.data(), rgba.size());
}

}  // namespace impasto::app
