// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "media/frame.h"
#include "media/writer.h"

namespace impasto::app {

/// What recordings are written by: a media::VideoWriter, or what a test puts in its place. On the recorder's thread.
class RecordingWriter {
  public:
    virtual ~RecordingWriter() = default;
    virtual void writeAt(const media::Frame& frame, double seconds) = 0;
    virtual void playSound(double seconds, double inputSeconds) = 0;
    virtual void pauseSound(double seconds) = 0;
    virtual void finish() = 0;
    virtual std::uint64_t framesWritten() const = 0;
};
using OpenRecording = std::function<std::unique_ptr<RecordingWriter>()>;

/// Opens `path` with media::VideoWriter.
OpenRecording videoRecording(const std::filesystem::path& path, const media::OutputParams& params);

/// Records on a thread of its own. No call blocks or throws: where encoding is too slow for what comes, frames are left
/// out and counted, and a failure ends the recording, keeps what is written and is part of the state. While no frame
/// comes the last one stands: it is written again every `repeatInterval`, so that little is lost if the program dies.
class Recorder {
  public:
    static constexpr std::size_t kMostWaiting = 8;  ///< frames

    struct State {
        bool done = false;              ///< the file is closed
        std::string failure;            ///< why it ended early; empty otherwise
        double seconds = 0;             ///< recorded so far
        std::uint64_t written = 0;      ///< frames
        std::uint64_t dropped = 0;      ///< frames left out because too many were waiting
        std::uint64_t mostWaiting = 0;  ///< frames that waited at a time
    };

    explicit Recorder(OpenRecording open, std::chrono::milliseconds repeatInterval = std::chrono::milliseconds(500));
    ~Recorder();  ///< finishes the file

    /// Seconds since the first frame, now; 0 before it.
    double elapsedSeconds() const;

    /// Shown from `seconds` on.
    void push(media::FramePtr frame, double seconds);

    /// From `seconds` on the sound is that of the input at `inputSeconds` and after; silence for nullopt. Of several
    /// changes that wait the newest counts.
    void setSound(double seconds, std::optional<double> inputSeconds);

    /// The last frame stands until now; then the file is completed.
    void stop();

    State state() const;

  private:
    struct Item {
        media::FramePtr frame;
        double seconds = 0;
    };
    struct Cue {
        double seconds = 0;
        std::optional<double> inputSeconds;
    };

    void run();
    void record(RecordingWriter& writer);
    void applyCue(RecordingWriter& writer, double seconds);
    void write(RecordingWriter& writer, const media::Frame& frame, double seconds);

    OpenRecording open_;
    std::chrono::milliseconds repeatInterval_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::array<Item, kMostWaiting> waiting_;  ///< a ring: what comes allocates nothing
    std::size_t first_ = 0;
    std::size_t waitingCount_ = 0;
    std::optional<Cue> cue_;
    std::optional<std::chrono::steady_clock::time_point> start_;
    std::optional<double> stopAt_;
    State state_;
    std::jthread thread_;  ///< last: it uses what stands above
};

}  // namespace impasto::app
