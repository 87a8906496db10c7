// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "media/frame.h"
#include "media/source.h"

namespace impasto::media {

/// Plays one input on a thread of its own into a newest-frame slot. Files, folders and generated inputs are paced by
/// their timestamps; live inputs come as they come. Every call is thread-safe, returns at once and never throws:
/// failures are part of the state. A camera or stream that fails is opened anew each second until it is back.
class Player {
  public:
    enum class Phase : std::uint8_t {
        Opening,
        Playing,
        Paused,
        Ended,   ///< the last frame stands; seek() or setLoop(true) goes on
        Failed,  ///< see State::message; live inputs go on by themselves
    };

    struct State {
        Phase phase = Phase::Opening;
        std::string message;                ///< why it failed; empty otherwise
        std::vector<std::string> problems;  ///< Source::problems()
        SourceInfo info;                    ///< of the input last open
        double positionSeconds = 0;         ///< timestamp of the newest frame
        double measuredRate = 0;            ///< frames per second put out, averaged over about a second
        std::uint64_t frames = 0;           ///< put out so far
        std::uint64_t dropped = 0;          ///< of them replaced before anyone took them
        std::uint64_t jumps = 0;  ///< times the picture before has nothing to do with the next: opened, seeked, looped
        double speed = 1;
        bool paused = false;
        bool loop = true;
    };

    struct Params {
        SourceRequest request;  ///< its `stop` is not used
        bool loop = true;
        bool paused = false;
        double speed = 1;
        /// Called on the player's thread when a frame or a new state is there; must return at once and not call back.
        std::function<void()> onChange = {};
    };

    explicit Player(Params params);

    /// Stops the thread; blocked reads are interrupted.
    ~Player();

    /// The newest frame not yet taken, or nullptr; when it was put out.
    FramePtr takeFrame(std::chrono::steady_clock::time_point* arrived = nullptr);

    State state() const;
    void state(State& into) const;  ///< takes no memory where `into` has room

    /// Live inputs go on underneath while paused, so that going on shows the present.
    void setPaused(bool paused);

    void setLoop(bool loop);
    void setSpeed(double speed);  ///< 1/16..16; not for live inputs

    /// Shows the frame at `seconds`, paused or not. The newest of several requests counts. Where the input can't seek
    /// only 0, from the start, does something.
    void seek(double seconds);

    /// Pauses and goes `frames` forward, or back where the input can seek.
    void step(int frames);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace impasto::media
