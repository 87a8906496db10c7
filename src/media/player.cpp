// SPDX-License-Identifier: MIT
#include "media/player.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.h"
#include "media/frame_slot.h"

namespace impasto::media {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr double kMaxSpeed = 16;

bool mayComeBack(const std::string& input) {
    return input.starts_with("webcam") || input.starts_with("v4l2:") || input.starts_with("/dev/video") ||
           input.find("://") != std::string::npos;
}

/// Frames per second over about the last second.
class RateMeter {
  public:
    void tick(Clock::time_point now) {
        if (last_ != Clock::time_point{}) {
            const double interval = std::max(1e-6, Seconds(now - last_).count());
            const double keep = interval_ > 0 ? std::exp(-interval) : 0;
            interval_ = keep * interval_ + (1 - keep) * interval;
        }
        last_ = now;
    }
    void reset() { *this = {}; }
    double perSecond() const { return interval_ > 0 ? 1 / interval_ : 0; }

  private:
    Clock::time_point last_ = {};
    double interval_ = 0;
};

/// When a frame of the source's time is due on the wall clock.
class Pace {
  public:
    void reset() { set_ = false; }

    Clock::time_point due(double timestamp, double speed) {
        const auto now = Clock::now();
        if (!set_ || speed != speed_)
            anchor(timestamp, set_ ? std::max(now, at(timestamp)) : now, speed);
        constexpr double kTooLate = 0.25;  // seconds: give up catching up
        if (Seconds(now - at(timestamp)).count() > kTooLate)
            anchor(timestamp, now, speed);
        return at(timestamp);
    }

    /// Seconds of the source's time that a frame comes too late; 0 when it doesn't.
    double lateness(double timestamp) const {
        return set_ ? std::max(0.0, Seconds(Clock::now() - at(timestamp)).count() * speed_) : 0;
    }

    /// The source starts anew when the last frame has stood for its time.
    void loop(double lastTimestamp, double frameSeconds) {
        if (set_)
            anchor(0, at(lastTimestamp + frameSeconds), speed_);
    }

  private:
    void anchor(double timestamp, Clock::time_point wall, double speed) {
        timestamp_ = timestamp;
        wall_ = wall;
        speed_ = speed;
        set_ = true;
    }
    Clock::time_point at(double timestamp) const {
        return wall_ + std::chrono::duration_cast<Clock::duration>(Seconds((timestamp - timestamp_) / speed_));
    }

    bool set_ = false;
    double timestamp_ = 0;
    double speed_ = 1;
    Clock::time_point wall_;
};

}  // namespace

class Player::Impl {
  public:
    explicit Impl(Params params) : params_(std::move(params)) {
        state_.loop = params_.loop;
        state_.paused = params_.paused;
        state_.speed = std::clamp(params_.speed, 1 / kMaxSpeed, kMaxSpeed);
        thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
    }

    FramePtr takeFrame(Clock::time_point* arrived) { return slot_.take(arrived); }

    State state() const {
        const std::lock_guard lock(mutex_);
        State state = state_;
        state.dropped = slot_.dropped();
        return state;
    }

    void state(State& into) const {
        const std::lock_guard lock(mutex_);
        into = state_;
        into.dropped = slot_.dropped();
    }

    template <class Change>
    void command(Change change) {
        {
            const std::lock_guard lock(mutex_);
            change(*this);
            ++commands_;
        }
        wake_.notify_all();
    }

    State state_;
    std::optional<double> seekTo_;
    int steps_ = 0;

  private:
    void run(const std::stop_token& stop);
    bool open(const std::stop_token& stop);
    void play(const std::stop_token& stop);
    bool obey(const std::stop_token& stop);
    void doSeek(double seconds);
    void doStep(int frames);
    FramePtr advance(const std::stop_token& stop);
    FramePtr loopOrEnd(const std::stop_token& stop);
    bool waitUntilDue(const Frame& frame, const std::stop_token& stop);
    void put(FramePtr frame);
    void fail(const std::string& message, const std::stop_token& stop);
    void setPhase(Phase phase);
    void jump();
    double frameSeconds() const;
    bool heldBack() const;
    void catchUp();
    void changed() const {
        if (params_.onChange)
            params_.onChange();
    }

    Params params_;
    FrameSlot slot_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::uint64_t commands_ = 0;

    // Only the player's thread touches these.
    std::unique_ptr<Source> source_;
    FramePtr pending_;  ///< read, waiting for its time
    Pace pace_;
    RateMeter meter_;
    double lastTimestamp_ = 0;

    std::jthread thread_;  // last: ends before the rest goes
};

void Player::Impl::run(const std::stop_token& stop) {
    ::pthread_setname_np(::pthread_self(), "player");
    while (!stop.stop_requested()) {
        std::string message;
        try {
            if (open(stop))
                play(stop);
        } catch (const std::exception& error) {
            message = error.what();
        }
        if (!stop.stop_requested() && !message.empty())
            fail(message, stop);
    }
}

bool Player::Impl::open(const std::stop_token& stop) {
    SourceRequest request = params_.request;
    request.stop = stop;
    source_.reset();
    pending_.reset();
    source_ = openSource(request);
    pace_.reset();
    meter_.reset();
    {
        const std::lock_guard lock(mutex_);
        state_.info = source_->info();
        state_.message.clear();
    }
    jump();
    return true;
}

// A failed live input is tried again after a second; of others only a command could change something, and none can.
void Player::Impl::fail(const std::string& message, const std::stop_token& stop) {
    source_.reset();
    std::unique_lock lock(mutex_);
    const bool again = state_.info.live || mayComeBack(params_.request.input);
    if (state_.message != message)
        spdlog::debug("{}", message);
    state_.phase = Phase::Failed;
    state_.message = message;
    lock.unlock();
    changed();
    lock.lock();
    if (again)
        wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    else
        wake_.wait(lock, stop, [] { return false; });
}

void Player::Impl::setPhase(Phase phase) {
    {
        const std::lock_guard lock(mutex_);
        if (state_.phase == phase)
            return;
        state_.phase = phase;
    }
    changed();
}

void Player::Impl::jump() {
    const std::lock_guard lock(mutex_);
    ++state_.jumps;
}

double Player::Impl::frameSeconds() const {
    const double rate = source_->info().rate.perSecond();
    return rate > 0 ? 1 / rate : 0;
}

void Player::Impl::play(const std::stop_token& stop) {
    while (!stop.stop_requested() && obey(stop)) {
        FramePtr frame = pending_ ? std::exchange(pending_, nullptr) : advance(stop);
        if (!frame)
            continue;
        const bool live = source_->info().live;
        if (!live && !waitUntilDue(*frame, stop)) {
            pending_ = std::move(frame);
            continue;
        }
        const bool hold = live && heldBack();
        setPhase(hold ? Phase::Paused : Phase::Playing);
        if (!hold)
            put(std::move(frame));
    }
}

// Whether frames are withheld; the first one never is.
bool Player::Impl::heldBack() const {
    const std::lock_guard lock(mutex_);
    return state_.paused && state_.frames > 0;
}

// Does what was asked for and waits while paused; false when stopping. The first frame is shown even when paused.
bool Player::Impl::obey(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        const auto seekTo = std::exchange(seekTo_, std::nullopt);
        const int steps = std::exchange(steps_, 0);
        const bool rest = state_.paused && !source_->info().live && state_.frames > 0;
        lock.unlock();
        if (seekTo)
            doSeek(*seekTo);
        if (steps != 0)
            doStep(steps);
        if (!rest)
            return !stop.stop_requested();
        if (seekTo || steps != 0)
            continue;
        setPhase(Phase::Paused);
        pace_.reset();
        meter_.reset();
        lock.lock();
        wake_.wait(lock, stop, [&] { return !state_.paused || seekTo_ || steps_ != 0; });
        if (stop.stop_requested())
            return false;
    }
}

void Player::Impl::doSeek(double seconds) {
    if (source_->info().live)
        return;
    if (source_->info().seekable) {
        try {
            source_->seek(seconds);
        } catch (const Error& error) {
            spdlog::debug("{}", error.what());
            source_->rewind();
        }
    } else if (seconds <= 0)
        source_->rewind();
    else
        return;
    pending_.reset();
    pace_.reset();
    slot_.clear();
    jump();
    if (FramePtr frame = source_->next())
        put(std::move(frame));
}

void Player::Impl::doStep(int frames) {
    if (source_->info().live || source_->info().still)
        return;
    if (frames < 0) {
        if (source_->info().seekable)
            doSeek(std::max(0.0, lastTimestamp_ + (frames + 0.5) * frameSeconds()));
        return;
    }
    FramePtr frame;
    for (int i = 0; i < frames; ++i) {
        FramePtr next = pending_ ? std::exchange(pending_, nullptr) : source_->next();
        if (!next)
            break;
        frame = std::move(next);
    }
    if (frame)
        put(std::move(frame));
}

// Where reading or converting is slower than playing, frames are left out: the film goes on at its own rate.
void Player::Impl::catchUp() {
    if (source_->info().live || source_->info().still || frameSeconds() <= 0)
        return;
    constexpr int kMostAtOnce = 8;
    const double late = pace_.lateness(lastTimestamp_ + frameSeconds());
    const int behind = static_cast<int>(std::min<double>(kMostAtOnce, late / frameSeconds()));
    for (int i = 0; i < behind && source_->skip(); ++i) {
    }
}

FramePtr Player::Impl::advance(const std::stop_token& stop) {
    catchUp();
    FramePtr frame = source_->next();
    if (frame)
        return frame;
    return loopOrEnd(stop);
}

FramePtr Player::Impl::loopOrEnd(const std::stop_token& stop) {
    const bool still = source_->info().still;
    std::unique_lock lock(mutex_);
    state_.problems = source_->problems();
    if (state_.loop && !still && !source_->info().live) {
        lock.unlock();
        pace_.loop(lastTimestamp_, frameSeconds());
        source_->rewind();
        lastTimestamp_ = -frameSeconds();
        jump();
        return source_->next();
    }
    lock.unlock();
    if (source_->info().live)
        throw Error({"input ended", params_.request.input, "it gave no more frames"});
    if (!still)
        setPhase(Phase::Ended);
    pace_.reset();
    lock.lock();
    wake_.wait(lock, stop,
               [&] { return seekTo_ || steps_ != 0 || (state_.loop && !still) || (still && state_.paused); });
    return nullptr;
}

// False when a command comes first.
bool Player::Impl::waitUntilDue(const Frame& frame, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto due = pace_.due(frame.timestampSeconds, state_.speed);
    const std::uint64_t seen = commands_;
    if (seekTo_ || steps_ != 0 || (state_.paused && state_.frames > 0))
        return false;
    const bool disturbed = wake_.wait_until(lock, stop, due, [&] { return commands_ != seen; });
    return !disturbed && !stop.stop_requested();
}

void Player::Impl::put(FramePtr frame) {
    meter_.tick(Clock::now());
    lastTimestamp_ = frame->timestampSeconds;
    {
        const std::lock_guard lock(mutex_);
        ++state_.frames;
        state_.positionSeconds = lastTimestamp_;
        state_.measuredRate = meter_.perSecond();
        if (state_.problems.size() != source_->problems().size())
            state_.problems = source_->problems();
    }
    slot_.put(std::move(frame));
    changed();
}

Player::Player(Params params) : impl_(std::make_unique<Impl>(std::move(params))) {}
Player::~Player() = default;

FramePtr Player::takeFrame(std::chrono::steady_clock::time_point* arrived) {
    return impl_->takeFrame(arrived);
}
Player::State Player::state() const {
    return impl_->state();
}

void Player::state(State& into) const {
    impl_->state(into);
}

void Player::setPaused(bool paused) {
    impl_->command([&](Impl& impl) { impl.state_.paused = paused; });
}

void Player::setLoop(bool loop) {
    impl_->command([&](Impl& impl) { impl.state_.loop = loop; });
}

void Player::setSpeed(double speed) {
    impl_->command([&](Impl& impl) { impl.state_.speed = std::clamp(speed, 1 / kMaxSpeed, kMaxSpeed); });
}

void Player::seek(double seconds) {
    impl_->command([&](Impl& impl) {
        impl.seekTo_ = seconds;
        impl.steps_ = 0;
    });
}

void Player::step(int frames) {
    impl_->command([&](Impl& impl) {
        impl.state_.paused = true;
        impl.steps_ += frames;
    });
}

}  // namespace impasto::media
