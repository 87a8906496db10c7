// SPDX-License-Identifier: MIT
#include "app/live_session.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "app/defaults.h"
#include "app/governor.h"
#include "app/live_batch.h"
#include "app/live_outputs.h"
#include "app/model_choice.h"
#include "app/preset.h"
#include "app/rate_meter.h"
#include "app/snapshot.h"
#include "app/statistics_recorder.h"
#include "app/user_folders.h"
#include "base/error.h"
#include "base/file.h"
#include "media/device_watch.h"
#include "media/player.h"
#include "media/source.h"

namespace impasto::app {
namespace {

using Clock = std::chrono::steady_clock;

/// Larger pictures are reduced for the window of a software device: it could not draw them at their size either.
constexpr int kMaxSoftwareSide = 1920;
constexpr auto kStatsInterval = std::chrono::milliseconds(50);
constexpr auto kIdle = std::chrono::milliseconds(100);  ///< how often to look without being woken
constexpr int kGovernedFrom = 256;  ///< short side a governed start begins with
constexpr auto kPictureFirst = std::chrono::seconds(2);  ///< the first picture has the processor to itself this long
/// Previews rest this many times as long as they take, so that they take 3 % of a running session's time; those of a
/// moving picture are made anew after a while.
constexpr int kPreviewRest = 32;
constexpr auto kPreviewAge = std::chrono::seconds(30);
constexpr auto kOpeningLimit = std::chrono::seconds(10);

/// Seconds that passed between frames, without those while paused.
class RunningClock {
  public:
    double seconds(Clock::time_point now, bool paused) {
        if (!paused)
            seconds_ += std::min(1.0, std::chrono::duration<double>(now - last_).count());
        last_ = now;
        return seconds_;
    }

  private:
    double seconds_ = 0;
    Clock::time_point last_ = Clock::now();
};

double millisecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

class LiveSession::Implementation {
  public:
    Implementation(gpu::Device& device, gpu::PipelineLibrary& pipelines, const Settings& settings, bool sourceMustOpen,
                   Tuning tuning)
        : device_(device),
          settings_(settings),
          stats_(std::make_shared<Stats>()),
          session_(std::make_unique<Session>(Session::Params{.device = device,
                                                             .pipelines = pipelines,
                                                             .yieldToOthers = true,
                                                             .keepSource = true,
                                                             .loadInBackground = true,
                                                             .tuning = tuning})),
          current_(settings) {
        openSource(settings.source);
        // The network is loaded while the source is being opened.
        session_->apply(settings);
        // An input that was asked for by name must be there; later ones only give a message.
        if (sourceMustOpen && !settings.source.empty())
            requireOpened();
        outputs_ = std::make_unique<LiveOutputs>(session_->messages());
        batch_ = std::make_unique<LiveBatch>(LiveBatch::Params{device, pipelines, session_->messages()});
        running_ = true;
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

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

    void request(Requests requests) {
        const std::lock_guard lock(mutex_);
        requests_.snapshot |= requests.snapshot;
        if (requests.snapshot) {
            requests_.snapshotExtent = requests.snapshotExtent;
            requests_.takeSnapshot = std::move(requests.takeSnapshot);
        }
        if (requests.record != Requests::Record::Nothing)
            requests_.record = requests.record;
        if (!requests.recordPath.empty())
            requests_.recordPath = std::move(requests.recordPath);
        if (requests.virtualCamera != Requests::Switch::Leave) {
            requests_.virtualCamera = requests.virtualCamera;
            requests_.virtualCameraDevice = std::move(requests.virtualCameraDevice);
        }
        if (requests.batch != Requests::Switch::Leave) {
            requests_.batch = requests.batch;
            requests_.batchInput = std::move(requests.batchInput);
            requests_.batchOutput = std::move(requests.batchOutput);
            requests_.batchStyles = std::move(requests.batchStyles);
        }
        requests_.lookForDevices |= requests.lookForDevices;
        if (!requests.snapshotPath.empty())
            requests_.snapshotPath = std::move(requests.snapshotPath);
        if (requests.seekSeconds >= 0)
            requests_.seekSeconds = requests.seekSeconds;
        requests_.step |= requests.step;
        requests_.stepBack |= requests.stepBack;
        requests_.exportStatistics |= requests.exportStatistics;
        requests_.snapshotLayer |= requests.snapshotLayer;
        if (requests.watch)
            requests_.watch = requests.watch;
        requests_.retune |= requests.retune;
        for (GalleryEdit& edit : requests.galleryEdits)
            requests_.galleryEdits.push_back(std::move(edit));
        for (std::string& path : requests.addStyles)
            requests_.addStyles.push_back(std::move(path));
        wake_.notify_all();
    }

    std::shared_ptr<const Picture> picture() const {
        const std::lock_guard lock(mutex_);
        return picture_;
    }
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
    media::FramePtr untouched_;               ///< the newest frame as the player gave it
    bool geometryChanged_ = false;
    media::FramePool turned_;
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
    Extent measuredExtent_;             ///< the network's, of the frames it was given
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

void LiveSession::Implementation::run(const std::stop_token& stop) {
    ::pthread_setname_np(::pthread_self(), "session");
    try {
        session_->gallery().rememberIn(userDataFolder() / "gallery.json");
    } catch (const Error& error) {
        fail(error);
    }
    const Clock::time_point begun = Clock::now();
    bool allStarted = false;
    while (!stop.stop_requested()) {
        const Work work = waitForWork(stop);
        try {
            if (work.settings)
                applySettings(*work.settings);
            if (work.requests.any())
                serve(work.requests);
            if (devices_.changed())
                lookForDevices();
            followPlayers();
            outputs_->follow();
            session_->setReadBack(outputs_->wantsFrames());
            const media::FramePtr frame = nextFrame();
            if (frame && running_) {
                running_ = false;  // after a failure only new settings help
                stylize(frame);
                running_ = true;
                stylesLeft_ = true;
            }
            // Between frames, one at a time: the choice of any style then shows at once.
            if (picture_ && stylesLeft_)
                stylesLeft_ = session_->encodeNextStyle();
            if (!stylesLeft_)
                makePreview();
        } catch (const Error& error) {
            fail(error);
        }
        // What nobody misses in the first moment comes after the first picture.
        if (!allStarted && (picture_ || Clock::now() - begun > kPictureFirst)) {
            allStarted = true;
            session_->gallery().loadThumbnails();
            lookForDevices();
        }
        publishStats();
    }
    outputs_ = nullptr;  // completes a recording
    batch_ = nullptr;
    const std::lock_guard lock(mutex_);
    picture_ = nullptr;
}

LiveSession::Implementation::Work LiveSession::Implementation::waitForWork(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kIdle, [&] { return settingsAreNew_ || sourceChanged_ || requests_.any(); });
    Work work;
    if (std::exchange(settingsAreNew_, false))
        work.settings = settings_;
    work.requests = std::exchange(requests_, {});
    sourceChanged_ = false;
    return work;
}

void LiveSession::Implementation::wake() {
    const std::lock_guard lock(mutex_);
    sourceChanged_ = true;
    wake_.notify_all();
}

void LiveSession::Implementation::applySettings(const Settings& settings) {
    const bool otherFrames = settings.rotation != current_.rotation || settings.crop != current_.crop;
    std::error_code ignored;
    const bool otherPace =
        settings.secondsPerImage != current_.secondsPerImage && std::filesystem::is_directory(settings.source, ignored);
    const bool otherFormat = settings.cameraFormat != current_.cameraFormat && !cameraFormats_.empty();
    const bool reopens = settings.source != sourceInput_ || otherPace || otherFormat;
    current_ = settings;
    if (reopens)
        openSource(settings.source);
    geometryChanged_ |= otherFrames;
    for (media::Player* player : {player_.get(), opening_.get()}) {
        if (player) {
            player->setPaused(settings.paused);
            player->setLoop(settings.loop);
            player->setSpeed(settings.speed);
        }
    }
    session_->apply(governedSettings());
    outputs_->sourcePaused(settings.paused);
    running_ = true;
}

Settings LiveSession::Implementation::governedSettings() {
    Settings settings = current_;
    if (settings.targetRate <= 0 || settings.shortSide > 0 || settings.exactSize.width > 0) {
        governor_.reset();
        return settings;
    }
    Governor::Params params{.targetRate = settings.targetRate};
    if (settings.model == kAutomaticModel)
        params.models = bundledModels();
    if (!lastFrame_ || session_->modelName().empty())
        return settings;  // nothing to begin with yet
    // No larger than the source; the network's input never is, so rounding up is right.
    const int side = std::min(lastFrame_->width, lastFrame_->height);
    params.mostSide = std::min(params.mostSide, (side + Governor::kStep - 1) / Governor::kStep * Governor::kStep);
    params.leastSide = std::min(params.leastSide, params.mostSide);
    if (!governor_ || governedSetting_ != settings.model) {
        const std::vector<int>& preferred = session_->network().graph.preferredSizes;
        governedFrom_ = session_->modelName();
        governor_.emplace(params,
                          Governor::Choice{governedFrom_, preferred.empty() ? kGovernedFrom : preferred.front()});
        governedSetting_ = settings.model;
    } else {
        governor_->setParams(params);
    }
    if (governor_->choice().model != governedFrom_)
        settings.model = governor_->choice().model;
    settings.shortSide = governor_->choice().shortSide;
    return settings;
}

void LiveSession::Implementation::govern() {
    if (!governor_ || current_.paused)
        return;
    const double now = std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
    const Extent extent = session_->networkExtent();
    if (!(extent == measuredExtent_) || session_->isChanging()) {
        // Frames of the size or network before say nothing about this one.
        measuredExtent_ = extent;
        governor_->begin(now);
        return;
    }
    if (governor_->add(now, frameTimeMs_))
        session_->apply(governedSettings());
}

void LiveSession::Implementation::openSource(const std::string& input) {
    sourceInput_ = input;
    openingProblem_.clear();
    media::SourceRequest request{.input = input.empty() ? defaultSource() : input,
                                 .planes = true,
                                 .secondsPerImage = current_.secondsPerImage};
    try {
        if (request.input.starts_with("webcam"))
            request.capture = media::parseFormatText(current_.cameraFormat);
    } catch (const Error& error) {
        fail(error);
    }
    opening_ = std::make_unique<media::Player>(media::Player::Params{.request = std::move(request),
                                                                     .loop = current_.loop,
                                                                     .paused = current_.paused,
                                                                     .speed = current_.speed,
                                                                     .onChange = [this] { wake(); }});
}

void LiveSession::Implementation::requireOpened() {
    const Clock::time_point start = Clock::now();
    media::Player::State state = opening_->state();
    while (state.phase == media::Player::Phase::Opening && Clock::now() - start < kOpeningLimit) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        state = opening_->state();
    }
    if (state.phase == media::Player::Phase::Failed)
        throw Error({state.message, "", ""});
}

void LiveSession::Implementation::followPlayers() {
    using Phase = media::Player::Phase;
    if (opening_) {
        const media::Player::State state = opening_->state();
        if (state.phase == Phase::Failed) {
            if (openingProblem_ != state.message)
                session_->messages().add(Message::Kind::Error, state.message);
            openingProblem_ = state.message;
            // With nothing to show instead it stays: a live input may come back.
            if (player_ || !state.info.live)
                opening_ = nullptr;
        } else if (state.phase != Phase::Opening) {
            player_ = std::move(opening_);
            playing_ = {};
            cameraFormats_ = cameraFormats(current_.source.empty() ? defaultSource() : current_.source);
            openingProblem_.clear();
            previewsAreOld_ = true;
        }
    }
    if (!player_)
        return;
    player_->state(newState_);
    const media::Player::State& state = newState_;
    if (state.phase == Phase::Failed && playing_.phase != Phase::Failed)
        session_->messages().add(Message::Kind::Error, state.message);
    for (std::size_t i = playing_.problems.size(); i < state.problems.size(); ++i)
        session_->messages().add(Message::Kind::Warning, state.problems[i]);
    if (state.jumps != playing_.jumps)
        session_->resetHistory();
    std::swap(playing_, newState_);
}

media::FramePtr LiveSession::Implementation::nextFrame() {
    media::FramePtr frame = player_ ? player_->takeFrame(&arrived_) : nullptr;
    if (frame)
        untouched_ = frame;
    else if (std::exchange(geometryChanged_, false))
        frame = untouched_;
    if (!frame)
        return lastFrame_ && session_->needsStep() ? lastFrame_ : nullptr;
    geometryChanged_ = false;
    const media::Geometry geometry{current_.rotation, current_.crop};
    if (!geometry.isIdentity())
        frame = media::applyGeometry(media::toRgba(frame), geometry, turned_);
    const int side = std::max(frame->width, frame->height);
    if (device_.isSoftware() && side > kMaxSoftwareSide) {
        const double scale = static_cast<double>(kMaxSoftwareSide) / side;
        frame = media::resizeFrame(*frame, std::max(1, static_cast<int>(frame->width * scale)),
                                   std::max(1, static_cast<int>(frame->height * scale)));
    }
    const bool otherSize = !lastFrame_ || lastFrame_->width != frame->width || lastFrame_->height != frame->height;
    lastFrame_ = frame;
    if (otherSize)
        session_->apply(governedSettings());
    if (std::exchange(previewsAreOld_, false))
        session_->restartPreviews();
    return frame;
}

void LiveSession::Implementation::stylize(const media::FramePtr& frame) {
    const Clock::time_point start = Clock::now();
    session_->setTime(clock_.seconds(start, current_.paused));
    const bool sameFrame = frame == encoded_;
    const std::shared_ptr<const Picture> picture = session_->step(*frame, sameFrame);
    encoded_ = frame;
    session_->wait(*picture);
    session_->measure(*picture);
    if (outputs_->wantsFrames())
        outputs_->take(downloaded(*picture), playing_);
    frameTimeMs_ = millisecondsSince(start);
    recentFrameTimesMs_[framesDone_ % recentFrameTimesMs_.size()] = static_cast<float>(frameTimeMs_);
    ++framesDone_;
    rate_.add();
    {
        const std::lock_guard lock(mutex_);
        picture_ = picture;
    }
    // What is computed anew of the same frame says nothing about a moving picture.
    if (!sameFrame) {
        delayMs_ = millisecondsSince(arrived_);
        govern();
    }
}

void LiveSession::Implementation::serve(const Requests& requests) {
    if (requests.watch)
        session_->watch(*requests.watch);
    if (requests.seekSeconds >= 0 && player_)
        player_->seek(requests.seekSeconds);
    if (requests.step && player_)
        player_->step(1);
    if (requests.stepBack && player_)
        player_->step(-1);
    for (const std::string& path : requests.addStyles) {
        try {
            session_->addStyle(path);
        } catch (const Error& error) {
            fail(error);
        }
    }
    if (requests.retune)
        session_->retune();
    if (requests.exportStatistics)
        exportStatistics();
    for (const GalleryEdit& edit : requests.galleryEdits) {
        try {
            editGallery(edit);
        } catch (const Error& error) {
            fail(error);
        }
    }
    if (requests.snapshot)
        saveSnapshot(requests);
    if (requests.snapshotLayer)
        saveLayer();
    if (requests.record != Requests::Record::Nothing)
        record(requests);
    if (requests.virtualCamera != Requests::Switch::Leave)
        outputs_->setVirtualCamera(
            requests.virtualCamera == Requests::Switch::On ? requests.virtualCameraDevice : std::string(),
            playing_.info);
    if (requests.batch == Requests::Switch::On)
        batch_->start({requests.batchInput, requests.batchOutput, requests.batchStyles, current_});
    else if (requests.batch == Requests::Switch::Off)
        batch_->cancel();
    if (requests.lookForDevices)
        lookForDevices();
}

/// What is seen: both sides of a split.
media::FramePtr LiveSession::Implementation::downloaded(const Picture& picture) {
    return picture.hasOther ? session_->downloadSplit(picture, current_.wipePosition) : session_->download(picture);
}

void LiveSession::Implementation::lookForDevices() {
    cameras_ = cameraInputs();
    virtualCameras_ = virtualCameraDevices();
}

void LiveSession::Implementation::record(const Requests& requests) {
    if (requests.record == Requests::Record::Stop)
        outputs_->stopRecording();
    else if (!picture_)
        session_->messages().add(Message::Kind::Warning, "there is no picture to record yet");
    else
        outputs_->startRecording(current_, requests.recordPath, downloaded(*picture_), playing_);
}

void LiveSession::Implementation::exportStatistics() {
    Stats stats;
    session_->fill(stats);
    if (!stats.laboratory.site)
        return;
    const std::filesystem::path path = newFileIn(picturesFolder(), ".csv");
    writeFileAtomically(path, std::string_view(toCsv(*stats.laboratory.site)));
    session_->messages().add(Message::Kind::Info, fmt::format("wrote {}", path.string()));
}

void LiveSession::Implementation::editGallery(const GalleryEdit& edit) {
    Gallery& gallery = session_->gallery();
    switch (edit.kind) {
        case GalleryEdit::Kind::Remove:
            return gallery.remove(edit.id);
        case GalleryEdit::Kind::MoveBefore:
            return gallery.move(edit.id, edit.before);
        case GalleryEdit::Kind::ShowAll:
            return gallery.showAll();
    }
}

/// One preview of a style, as long as all of them together take a small share of the time.
void LiveSession::Implementation::makePreview() {
    const Clock::time_point start = Clock::now();
    if (!current_.stylePreviews || !running_ || !lastFrame_ || start < previewDue_)
        return;
    const bool still = playing_.info.still || current_.paused;
    const bool made = session_->previewNextStyle(*media::toRgba(lastFrame_));
    const Clock::time_point now = Clock::now();
    previewDue_ = made ? now + (still ? (now - start) : (now - start) * kPreviewRest) : now + kIdle;
    if (made)
        roundEnd_ = now;
    else if (!still && now - roundEnd_ > kPreviewAge)
        session_->restartPreviews();
}

void LiveSession::Implementation::saveSnapshot(const Requests& requests) {
    if (!picture_)
        return;
    const bool jpeg = current_.snapshotFormat == SnapshotFormat::Jpeg;
    const std::filesystem::path target = requests.snapshotPath.empty()
                                             ? newFileIn(picturesFolder(), jpeg ? ".jpg" : ".png")
                                             : std::filesystem::path(requests.snapshotPath);
    writeBeside([frame = downloaded(*picture_), preset = writePreset(current_), target, extent = requests.snapshotExtent,
                 take = requests.takeSnapshot](MessageLog& messages) {
        const media::FramePtr picture =
            extent.width > 0 ? media::resizeFrame(*frame, extent.width, extent.height) : frame;
        if (take)
            return take(encodeSnapshot(*picture, preset));
        writeSnapshot(*picture, preset, target);
        messages.add(Message::Kind::Info, fmt::format("wrote {}", target.string()));
    });
}

void LiveSession::Implementation::saveLayer() {
    const media::FramePtr channels = picture_ ? session_->downloadLayer(*picture_) : nullptr;
    if (!channels)
        return session_->messages().add(Message::Kind::Warning, "no layer is shown yet");
    writeBeside([channels, preset = writePreset(current_), target = newSnapshotPath()](MessageLog& messages) {
        writeSnapshot(*channels, preset, target);
        messages.add(Message::Kind::Info, fmt::format("wrote {}", target.string()));
    });
}

/// Compressing and the disk are waited for on another thread, the write before this one here.
template <typename Write>
void LiveSession::Implementation::writeBeside(Write write) {
    if (snapshot_.valid())
        snapshot_.wait();
    snapshot_ = std::async(std::launch::async, [write = std::move(write), &messages = session_->messages()] {
        try {
            write(messages);
        } catch (const Error& error) {
            messages.add(Message::Kind::Error, error.what());
        }
    });
}

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

LiveSession::LiveSession(gpu::Device& device, gpu::PipelineLibrary& pipelines, const Settings& settings,
                         bool sourceMustOpen, Tuning tuning)
    : implementation_(std::make_unique<Implementation>(device, pipelines, settings, sourceMustOpen, tuning)) {}
LiveSession::~LiveSession() = default;

void LiveSession::apply(const Settings& settings) {
    implementation_->apply(settings);
}
void LiveSession::request(Requests requests) {
    implementation_->request(std::move(requests));
}
std::shared_ptr<const Picture> LiveSession::picture() const {
    return implementation_->picture();
}
std::shared_ptr<const Stats> LiveSession::stats() const {
    return implementation_->stats();
}

}  // namespace impasto::app
