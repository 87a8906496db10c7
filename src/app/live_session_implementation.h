// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/defaults.h"
#include "app/governor.h"
#include "app/live_batch.h"
#include "app/live_outputs.h"
#include "app/live_session.h"
#include "app/rate_meter.h"
#include "app/running_clock.h"
#include "app/source_preview.h"
#include "base/error.h"
#include "media/device_watch.h"
#include "media/player.h"

namespace impasto::app {

/// The loop is in live_session.cpp, what is done once when asked in live_session_requests.cpp, what is told in
/// live_session_stats.cpp.
class LiveSession::Implementation {
  public:
    using Clock = std::chrono::steady_clock;

    Implementation(gpu::Device& device, gpu::PipelineLibrary& pipelines, const Settings& settings, bool sourceMustOpen,
                   Tuning tuning);

    ~Implementation() {
        thread_.request_stop();
        if (thread_.joinable())
            thread_.join();
    }

    void apply(const Settings& settings) {
        const std::lock_guard lock(mutex_);
        if (settings_ == settings)
            return;
        settings_ = settings;
        settingsAreNew_ = true;
        wake_.notify_all();
    }

    void request(Requests requests);

    std::shared_ptr<const Picture> picture() const {
        const std::lock_guard lock(mutex_);
        return picture_;
    }
    media::FramePtr sourcePreview() const { return sourcePreview_.frame(); }
    std::shared_ptr<const Stats> stats() const {
        const std::lock_guard lock(mutex_);
        return stats_;
    }

  private:
    /// What one pass of the loop has to look at.
    struct Work {
        std::optional<Settings> settings;
        Requests requests;
    };

    void run(const std::stop_token& stop);
    Work waitForWork(const std::stop_token& stop);
    void applySettings(const Settings& settings);
    Settings governedSettings();
    void govern();
    void serve(const Requests& requests);
    void openSource(const std::string& input);
    void requireOpened();
    void followPlayers();
    void wake();
    media::FramePtr nextFrame();
    void stylize(const media::FramePtr& frame);
    std::shared_ptr<const Picture> makePicture(const media::Frame& frame, bool sameFrame);
    std::shared_ptr<const Picture> firstPicture(const media::FramePtr& frame);
    void exportStatistics();
    void makePreview();
    void editGallery(const GalleryEdit& edit);
    void saveSnapshot(const Requests& requests);
    void saveLayer();
    template <typename Write>
    void writeBeside(Write write);
    void record(const Requests& requests);
    void lookForDevices();
    media::FramePtr downloaded(const Picture& picture);
    void publishStats();
    void publishGallery();
    const std::shared_ptr<Stats>& unusedStats();
    void fail(const Error& error) { session_->messages().add(Message::Kind::Error, error.what()); }

    gpu::Device& device_;

    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    Settings settings_;
    bool settingsAreNew_ = true;
    bool sourceChanged_ = false;
    Requests requests_;
    std::shared_ptr<const Picture> picture_;
    std::shared_ptr<const Stats> stats_;

    // Only the thread looks at what follows.
    std::unique_ptr<Session> session_;
    Settings current_;
    std::string sourceInput_;
    std::string openingProblem_;              ///< why nothing could be opened yet
    std::unique_ptr<media::Player> player_;   ///< whose frames are shown
    std::unique_ptr<media::Player> opening_;  ///< takes its place as soon as it plays
    media::Player::State playing_;            ///< of `player_`
    media::Player::State newState_;
    media::FramePtr untouched_;  ///< the newest frame as the player gave it
    bool geometryChanged_ = false;
    media::FramePool turned_;
    SourcePreview sourcePreview_;
    media::FramePtr lastFrame_;  ///< that was stylized last
    media::FramePtr encoded_;    ///< frame of the last step
    bool running_ = false;       ///< the session can make pictures
    bool stylesLeft_ = false;    ///< there may be styles to encode ahead
    RateMeter rate_;
    std::optional<Governor> governor_;  ///< while the size is its to choose
    std::string governedSetting_;       ///< Settings::model it was made for
    std::string governedFrom_;          ///< the network it began with
    std::pair<Governor::Verdict, float> governorSaid_{Governor::Verdict::Measuring, -1.0f};
    std::string governorText_;
    Extent measuredExtent_;  ///< the network's, of the frames it was given
    RunningClock clock_;
    bool previewsAreOld_ = false;  ///< from the next frame on
    Clock::time_point previewDue_{};
    Clock::time_point roundEnd_{};
    std::uint64_t framesDone_ = 0;
    double frameTimeMs_ = 0;
    std::array<float, 256> recentFrameTimesMs_{};  ///< a ring: frame n at n modulo its size
    double delayMs_ = 0;
    Clock::time_point arrived_{};  ///< when the frame last taken was put out
    std::vector<std::string> cameras_;
    std::vector<std::string> cameraFormats_;  ///< of the camera that is the source
    std::vector<std::string> virtualCameras_;
    media::DeviceWatch devices_;
    const std::string clip_ = bundledClip();
    std::vector<std::shared_ptr<Stats>> statsRing_{std::make_shared<Stats>(), std::make_shared<Stats>(),
                                                   std::make_shared<Stats>(), std::make_shared<Stats>()};
    std::size_t statsTurn_ = 0;
    Clock::time_point statsPublished_{};
    std::future<void> snapshot_;
    std::unique_ptr<LiveOutputs> outputs_;
    std::unique_ptr<LiveBatch> batch_;

    std::jthread thread_;  ///< last: it uses what stands above
};

}  // namespace impasto::app
