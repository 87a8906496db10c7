// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <chrono>

#include "app/live_session_implementation.h"

namespace impasto::app {
namespace {

constexpr auto kStatsInterval = std::chrono::milliseconds(50);

}  // namespace

void LiveSession::Implementation::publishStats() {
    const Clock::time_point now = Clock::now();
    if (now - statsPublished_ < kStatsInterval)
        return;
    statsPublished_ = now;
    const std::shared_ptr<Stats>& stats = unusedStats();
    session_->fill(*stats);
    stats->cameras = cameras_;
    stats->bundledClip = clip_;
    stats->cameraFormats = cameraFormats_;
    stats->framesPerSecond = rate_.perSecond();
    stats->frameTimeMs = frameTimeMs_;
    stats->delayMs = delayMs_;
    stats->framesDone = framesDone_;
    stats->recentFrameTimesMs.clear();
    stats->recentFrameTimesMs.reserve(recentFrameTimesMs_.size());
    const std::uint64_t kept = std::min<std::uint64_t>(framesDone_, recentFrameTimesMs_.size());
    for (std::uint64_t frame = framesDone_ - kept; frame < framesDone_; ++frame)
        stats->recentFrameTimesMs.push_back(recentFrameTimesMs_[frame % recentFrameTimesMs_.size()]);
    stats->governed.targetRate = governor_ ? current_.targetRate : 0.0;
    if (governor_) {
        const std::pair said(governor_->verdict(), current_.targetRate);
        if (said != governorSaid_)
            governorText_ = describe(said.first, said.second);
        governorSaid_ = said;
        stats->governed.possibleRate = governor_->possibleRate();
        stats->governed.shortSide = governor_->choice().shortSide;
        stats->governed.state = governorText_;
    }
    if (stats->stages.empty())
        stats->stages = {{"device", 0}, {"frame", 0}};
    stats->stages[0].timeMs = stats->gpuTimeMs;
    stats->stages[1].timeMs = frameTimeMs_;
    stats->sourceProblem = player_ ? std::string_view() : std::string_view(openingProblem_);
    if (player_) {
        if (playing_.phase == media::Player::Phase::Failed)
            stats->sourceProblem = playing_.message;
        const media::SourceInfo& info = playing_.info;
        stats->sourceName = info.name;
        stats->sourceRate = info.rate.perSecond();
        stats->positionSeconds = playing_.positionSeconds;
        stats->durationSeconds = info.still ? 0 : info.durationSeconds;
        stats->seekable = info.seekable;
        stats->live = info.live;
        stats->still = info.still;
        stats->capture = info.capture;
        stats->measuredRate = playing_.measuredRate;
        stats->framesDropped = playing_.dropped;
    }
    outputs_->fill(*stats);
    batch_->fill(*stats);
    stats->virtualCameras = virtualCameras_;
    const std::lock_guard lock(mutex_);
    stats_ = stats;
}

// What can be said while the session is busy with the first picture.
void LiveSession::Implementation::publishGallery() {
    const std::shared_ptr<Stats>& stats = unusedStats();
    *stats = *stats_;
    session_->gallery().styles(stats->gallery);
    session_->messages().newest(stats->messages);
    const std::lock_guard lock(mutex_);
    stats_ = stats;
}

// One that nobody looks at any more, so that its memory is used again.
const std::shared_ptr<Stats>& LiveSession::Implementation::unusedStats() {
    // In turn, so that all of them have their memory soon.
    for (std::size_t i = 0; i < statsRing_.size(); ++i) {
        const std::shared_ptr<Stats>& candidate = statsRing_[statsTurn_++ % statsRing_.size()];
        if (candidate.use_count() == 1) {
            std::atomic_thread_fence(std::memory_order_acquire);
            return candidate;
        }
    }
    return statsRing_.emplace_back(std::make_shared<Stats>());
}

}  // namespace impasto::app
