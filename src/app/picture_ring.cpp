// SPDX-License-Identifier: MIT
#include "app/picture_ring.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "base/pool_allocator.h"
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

void recordReadBack(vk::CommandBuffer commands, const gpu::Image& image, const gpu::Buffer& buffer) {
    commands.copyImageToBuffer(image.handle(), vk::ImageLayout::eGeneral, buffer.handle(), image.wholeRegion());
    gpu::recordHostBarrier(commands);
}

}  // namespace

/// A picture with what it takes to fill it.
struct PictureRing::Slot : Picture {
    /// One image's copy in host memory.
    struct ReadBack {
        std::optional<gpu::Buffer> buffer;
        std::optional<vk::raii::CommandBuffer> commands;
    };
    std::array<ReadBack, 2> readBacks;  ///< of the stylized image and of the other side's
    bool readBack = false;              ///< asked for, for this use
};

struct PictureRing::Core {
    explicit Core(const Params& ringParams)
        : params(ringParams),
          timeline(ringParams.device),
          commands(ringParams.device, ringParams.device.computeQueue()) {}

    std::unique_ptr<Slot> makeSlot(Extent stylized, Extent source);
    void prepareReadBack(Slot::ReadBack& readBack, const gpu::Image& image) const;
    std::vector<std::uint8_t> downloadNow(const gpu::Image& image) const;

    Params params;
    gpu::Timeline timeline;
    gpu::CommandPool commands;
    std::mutex mutex;
    std::vector<std::unique_ptr<Slot>> free;
    std::size_t made = 0;
    std::uint64_t serial = 0;
    PoolAllocator<Picture> counts;
};

std::unique_ptr<PictureRing::Slot> PictureRing::Core::makeSlot(Extent stylized, Extent source) {
    gpu::Device& device = params.device;
    auto slot = std::make_unique<Slot>();
    slot->stylized = makeImage(device, "stylized picture", stylized);
    if (params.keepSource)
        slot->source = makeImage(device, "source picture", source);
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer once) {
        slot->stylized->recordInitialLayout(once);
        if (slot->source)
            slot->source->recordInitialLayout(once);
    });
    return slot;
}

void PictureRing::Core::prepareReadBack(Slot::ReadBack& readBack, const gpu::Image& image) const {
    if (readBack.buffer)
        return;
    readBack.buffer.emplace(params.device, gpu::Buffer::Params{.name = "picture download",
                                                               .sizeBytes = bytesOf(image),
                                                               .memory = gpu::MemoryKind::Readback});
    readBack.commands.emplace(commands.allocate());
    const vk::CommandBuffer recording = **readBack.commands;
    recording.begin(vk::CommandBufferBeginInfo{});
    recordReadBack(recording, image, *readBack.buffer);
    recording.end();
}

PictureRing::PictureRing(const Params& params) : core_(std::make_shared<Core>(params)) {}

PictureRing::~PictureRing() {
    core_->timeline.wait(core_->timeline.lastSubmitted());
}

std::shared_ptr<Picture> PictureRing::acquire(Extent stylized, Extent source, bool withOther, bool readBack) {
    std::unique_ptr<Slot> slot;
    std::vector<std::unique_ptr<Slot>> outgrown;  // destroyed here, on the thread that owns the command pool
    {
        const std::lock_guard lock(core_->mutex);
        for (auto& candidate : core_->free) {
            const bool usable = fits(candidate->stylized.get(), stylized) &&
                                (!core_->params.keepSource || fits(candidate->source.get(), source));
            if (!usable)
                outgrown.push_back(std::move(candidate));
            else if (!slot)
                slot = std::move(candidate);
        }
        std::erase(core_->free, nullptr);
    }
    for (const auto& old : outgrown)
        wait(*old);
    if (slot) {
        wait(*slot);
    } else {
        slot = core_->makeSlot(stylized, source);
        const std::lock_guard lock(core_->mutex);
        core_->free.reserve(++core_->made);
    }
    if (withOther && !slot->other) {
        gpu::Device& device = core_->params.device;
        slot->other = makeImage(device, "other side", stylized);
        gpu::runOnce(device, device.computeQueue(),
                     [&](vk::CommandBuffer once) { slot->other->recordInitialLayout(once); });
    }
    slot->hasOther = withOther;
    slot->hasLayer = false;
    slot->readBack = readBack || core_->params.readBack;
    if (slot->readBack) {
        core_->prepareReadBack(slot->readBacks[0], *slot->stylized);
        if (withOther)
            core_->prepareReadBack(slot->readBacks[1], *slot->other);
    }
    slot->owner.reset();
    slot->ready = {};
    slot->serial = ++core_->serial;
    const auto giveBack = [core = core_](Picture* released) {
        std::unique_ptr<Slot> back(static_cast<Slot*>(released));
        const std::lock_guard lock(core->mutex);
        core->free.push_back(std::move(back));
    };
    return std::shared_ptr<Picture>(slot.release(), giveBack, core_->counts);
}

void PictureRing::addLayer(Picture& picture, int side) {
    picture.hasLayer = true;
    if (picture.layer)
        return;
    gpu::Device& device = core_->params.device;
    picture.layer = makeImage(device, "layer", {.height = side, .width = side});
    gpu::runOnce(device, device.computeQueue(),
                 [&](vk::CommandBuffer once) { picture.layer->recordInitialLayout(once); });
}

void PictureRing::finish(Picture& picture, const gpu::SemaphorePoint& stylized) {
    Slot& slot = static_cast<Slot&>(picture);
    if (!slot.readBack) {
        picture.ready = stylized;
        return;
    }
    std::array<vk::CommandBuffer, 2> commands;
    commands[0] = **slot.readBacks[0].commands;
    if (slot.hasOther)
        commands[1] = **slot.readBacks[1].commands;
    const std::array waits{stylized};
    const std::uint64_t value = core_->params.device.computeQueue().submit(
        core_->timeline, std::span(commands).first(slot.hasOther ? 2 : 1), waits);
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

std::vector<std::uint8_t> PictureRing::Core::downloadNow(const gpu::Image& image) const {
    gpu::Device& device = params.device;
    const gpu::Buffer buffer(
        device, gpu::Buffer::Params{
                    .name = "picture download", .sizeBytes = bytesOf(image), .memory = gpu::MemoryKind::Readback});
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer recording) {
        gpu::recordBarrier(recording);
        recordReadBack(recording, image, buffer);
    });
    const auto* first = reinterpret_cast<const std::uint8_t*>(buffer.mapped().data());
    return {first, first + bytesOf(image)};
}

std::span<const std::uint8_t> PictureRing::hostPixels(const Picture& picture, int side) const {
    const Slot& slot = static_cast<const Slot&>(picture);
    if (!slot.readBack || (side == 1 && !slot.hasOther))
        return {};
    const auto bytes = slot.readBacks[static_cast<std::size_t>(side)].buffer->mapped();
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytesOf(*slot.stylized)};
}

std::vector<std::uint8_t> PictureRing::download(const Picture& picture) const {
    wait(picture);
    const auto pixels = hostPixels(picture, 0);
    return pixels.empty() ? core_->downloadNow(*picture.stylized)
                          : std::vector<std::uint8_t>(pixels.begin(), pixels.end());
}

std::vector<std::uint8_t> PictureRing::downloadOther(const Picture& picture) const {
    IMPASTO_CHECK(picture.hasOther);
    wait(picture);
    const auto pixels = hostPixels(picture, 1);
    return pixels.empty() ? core_->downloadNow(*picture.other)
                          : std::vector<std::uint8_t>(pixels.begin(), pixels.end());
}

std::vector<std::uint8_t> PictureRing::downloadLayer(const Picture& picture) const {
    IMPASTO_CHECK(picture.hasLayer);
    wait(picture);
    return core_->downloadNow(*picture.layer);
}

}  // namespace impasto::app
