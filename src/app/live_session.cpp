// SPDX-License-Identifier: MIT
#include "app/live_session.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "app/live_session_implementation.h"
#include "app/model_choice.h"
#include "base/error.h"
#include "base/file.h"
#include "media/source.h"

namespace impasto::app {
namespace {

/// Larger pictures are reduced for the window of a software device: it could not draw them at their size either.
constexpr int kMaxSoftwareSide = 1920;
constexpr auto kIdle = std::chrono::milliseconds(100);   ///< how often to look without being woken
constexpr int kGovernedFrom = 256;                       ///< short side a governed start begins with
constexpr auto kPictureFirst = std::chrono::seconds(2);  ///< the first picture has the processor to itself this long
/// Previews rest this many times as long as they take, so that they take 3 % of a running session's time; those of a
/// moving picture are made anew after a while.
constexpr int kPreviewRest = 32;
constexpr auto kPreviewAge = std::chrono::seconds(30);
/// A first picture that takes longer has the source shown in its place, this often.
constexpr auto kSourceAfter = std::chrono::milliseconds(200);
constexpr auto kSourceInterval = std::chrono::milliseconds(66);
constexpr auto kOpeningLimit = std::chrono::seconds(10);

double millisecondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

LiveSession::Implementation::Implementation(gpu::Device& device, gpu::PipelineLibrary& pipelines,
                                            const Settings& settings, bool sourceMustOpen, Tuning tuning)
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
            sourcePreview_.clear();
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
    media::SourceRequest request{
        .input = input.empty() ? defaultSource() : input, .planes = true, .secondsPerImage = current_.secondsPerImage};
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
    const std::shared_ptr<const Picture> picture =
        framesDone_ == 0 ? firstPicture(frame) : makePicture(*frame, sameFrame);
    encoded_ = frame;
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
    sourcePreview_.clear();
    // What is computed anew of the same frame says nothing about a moving picture.
    if (!sameFrame) {
        delayMs_ = millisecondsSince(arrived_);
        govern();
    }
}

std::shared_ptr<const Picture> LiveSession::Implementation::makePicture(const media::Frame& frame, bool sameFrame) {
    std::shared_ptr<const Picture> picture = session_->step(frame, sameFrame);
    session_->wait(*picture);
    return picture;
}

/// With empty caches the driver compiles for seconds: meanwhile the source moves in the picture's place.
std::shared_ptr<const Picture> LiveSession::Implementation::firstPicture(const media::FramePtr& frame) {
    statsPublished_ = {};
    publishStats();
    // Alone with the session until it is done.
    std::future<std::shared_ptr<const Picture>> making =
        std::async(std::launch::async, [&] { return makePicture(*frame, false); });
    if (making.wait_for(kSourceAfter) == std::future_status::ready)
        return making.get();
    session_->gallery().loadThumbnails();
    const media::Geometry geometry{current_.rotation, current_.crop};
    media::FramePtr shown = untouched_;
    do {
        if (shown)
            sourcePreview_.show(shown, geometry);
        shown = player_ ? player_->takeFrame() : nullptr;
        publishGallery();
    } while (making.wait_for(kSourceInterval) != std::future_status::ready);
    return making.get();
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
media::FramePtr LiveSession::sourcePreview() const {
    return implementation_->sourcePreview();
}
std::shared_ptr<const Stats> LiveSession::stats() const {
    return implementation_->stats();
}

}  // namespace impasto::app
