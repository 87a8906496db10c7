// SPDX-License-Identifier: MIT
#include "app/file_thumbnails.h"

#include "base/error.h"
#include "media/source.h"

namespace impasto::app {
namespace {

constexpr std::size_t kMaxKnown = 400;
constexpr std::size_t kMaxWanted = 60;
constexpr int kSide = 96;

}  // namespace

FileThumbnails::FileThumbnails() = default;
FileThumbnails::~FileThumbnails() = default;

std::shared_ptr<const Thumbnail> FileThumbnails::get(const std::filesystem::path& path) {
    const std::lock_guard lock(mutex_);
    const auto [entry, isNew] = known_.try_emplace(path.string());
    if (!isNew)
        return entry->second;
    wanted_.push_back(path.string());
    // What has scrolled by is asked for again when it comes back.
    if (wanted_.size() > kMaxWanted) {
        known_.erase(wanted_.front());
        wanted_.pop_front();
    }
    if (!thread_.joinable())
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    wake_.notify_one();
    return nullptr;
}

void FileThumbnails::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !wanted_.empty(); })) {
        const std::string path = wanted_.back();
        wanted_.pop_back();
        lock.unlock();
        std::shared_ptr<const Thumbnail> thumbnail;
        try {
            const media::FramePtr frame = media::loadImage(path, kSide);
            thumbnail = std::make_shared<Thumbnail>(Thumbnail{frame->width, frame->height, frame->pixels});
        } catch (const Error&) {
            // Shown without a picture; choosing it says why.
        }
        lock.lock();
        if (known_.size() > kMaxKnown)
            known_.clear();
        known_[path] = std::move(thumbnail);
    }
}

}  // namespace impasto::app
