// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>

#include "gpu/buffer.h"
#include "gpu/commands.h"
#include "ui/window_app.h"

namespace impasto::ui {

/// Host pixels as a picture on the device.
struct StandInFrame {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> stylized;  ///< RGBA
    std::vector<std::uint8_t> source;
};

/// Stands in for a live session: a thread that makes pictures of what `paint` returns.
class StandIn : public PictureProvider {
  public:
    using Paint = std::function<StandInFrame(const app::Settings&, int frame)>;
    StandIn(gpu::Device& device, const app::Settings& settings, app::Stats stats, Paint paint)
        : device_(device), timeline_(device), paint_(std::move(paint)), settings_(settings) {
        stats_ = std::make_shared<app::Stats>(std::move(stats));
        thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }

    ~StandIn() override {
        thread_.request_stop();
        thread_.join();
        timeline_.wait(timeline_.lastSubmitted());
    }

    void apply(const app::Settings& settings) override {
        const std::lock_guard lock(mutex_);
        settings_ = settings;
        ++applied_;
    }
    void request(app::Requests requests) override {
        const std::lock_guard lock(mutex_);
        if (requests.snapshot)
            say(app::Message::Kind::Info, "Saved impasto-0001.png");
        for (const std::string& path : requests.addStyles)
            say(app::Message::Kind::Info, "Added " + path);
    }
    std::shared_ptr<const app::Picture> picture() const override {
        const std::lock_guard lock(mutex_);
        return picture_;
    }
    std::shared_ptr<const app::Stats> stats() const override {
        const std::lock_guard lock(mutex_);
        return stats_;
    }
    int applied() const {
        const std::lock_guard lock(mutex_);
        return applied_;
    }

  private:
    void say(app::Message::Kind kind, std::string text) {
        auto next = std::make_shared<app::Stats>(*stats_);
        next->messages.push_back({kind, ++messageSerial_, std::move(text)});
        stats_ = next;
    }

    std::unique_ptr<gpu::Image> upload(const StandInFrame& frame, const std::vector<std::uint8_t>& rgba) {
        auto image = std::make_unique<gpu::Image>(
            device_, gpu::Image::Params{.name = "picture",
                                        .width = static_cast<std::uint32_t>(frame.width),
                                        .height = static_cast<std::uint32_t>(frame.height)});
        const gpu::Buffer staging(device_,
                                  {.name = "pixels", .sizeBytes = rgba.size(), .memory = gpu::MemoryKind::Upload});
        std::memcpy(staging.mapped().data(), rgba.data(), rgba.size());
        gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
            image->recordInitialLayout(commands);
            vk::BufferImageCopy region;
            region.imageSubresource = vk::ImageSubresourceLayers(vk::ImageAspectFlagBits::eColor, 0, 0, 1);
            region.imageExtent = vk::Extent3D(image->width(), image->height(), 1);
            commands.copyBufferToImage(staging.handle(), image->handle(), vk::ImageLayout::eGeneral, region);
        });
        return image;
    }

    void work(const std::stop_token& stop) {
        for (int i = 0; !stop.stop_requested(); ++i) {
            app::Settings settings;
            {
                const std::lock_guard lock(mutex_);
                settings = settings_;
            }
            const StandInFrame frame = paint_(settings, i);
            auto picture = std::make_shared<app::Picture>();
            picture->stylized = upload(frame, frame.stylized);
            picture->source = upload(frame, frame.source);
            // runOnce has waited: an empty submit gives the picture the point it promises.
            const std::uint64_t value = device_.computeQueue().submit(timeline_, {});
            picture->ready = {.semaphore = timeline_.semaphore(), .value = value};
            picture->serial = static_cast<std::uint64_t>(i) + 1;
            const std::lock_guard lock(mutex_);
            picture_ = std::move(picture);
        }
    }

    gpu::Device& device_;
    gpu::Timeline timeline_;
    Paint paint_;
    mutable std::mutex mutex_;
    app::Settings settings_;
    std::shared_ptr<const app::Stats> stats_;
    std::shared_ptr<const app::Picture> picture_;
    int applied_ = 0;
    std::uint64_t messageSerial_ = 0;
    std::jthread thread_;
};

}  // namespace impasto::ui
