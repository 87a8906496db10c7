// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/engine.h"
#include "app/kernel_tuning.h"
#include "app/live_thumbnails.h"
#include "app/measurements.h"
#include "app/picture_ring.h"
#include "app/scene_change.h"
#include "app/session.h"

namespace impasto::app {

/// The steps are in session.cpp, networks and plans in session_engine.cpp, what is reported in session_stats.cpp.
class Session::Implementation {
  public:
    explicit Implementation(const Params& params);
    ~Implementation() { keepSpeed(); }
    void apply(const Settings& settings);
    bool drifts() const;
    bool needsStep() const;

    /// One list per region, each one weight per style of its mix.
    std::vector<std::vector<float>> weights() const;
    void retune();
    const nn::KernelChoices& kernelChoices() const { return *tuning_.choices(); }

    bool isChanging() const { return loading_.valid() || (engine_ && engine_->isPlanning()); }

    std::shared_ptr<const Picture> step(const media::Frame& frame, bool sameFrame);
    std::shared_ptr<const media::Frame> downloadSplit(const Picture& picture, float position);
    void watch(const Watch& watch);
    void measure(const Picture& picture);
    std::shared_ptr<const media::Frame> download(const Picture& picture);
    void fill(Stats& stats) const;

    const Params params_;
    MessageLog messages_;
    Gallery gallery_;
    PictureRing ring_;
    media::FramePool downloads_;
    LiveThumbnails thumbnails_;
    std::unique_ptr<Engine> engine_;
    Settings requested_;
    double time_ = 0;
    Measurements measurements_;

  private:
    void report(const Error& error) {
        if (params_.throwErrors)
            throw error;
        messages_.add(Message::Kind::Error, error.what());
    }

    /// The network that `requested_` stands for; says which, and why, when the program chose it.
    std::string wantedModel();

    /// For the next start's choice.
    void keepSpeed() const;
    void load();

    bool loadingIsDone() const {
        return loading_.valid() && loading_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    void takeLoaded();
    void planChanged();

    /// Measures what is not known of a new plan, and takes over what was measured.
    void tune();
    void prepare(Extent source, PixelFormat format);

    /// Whether this frame is made once more to compare side A with, as `comparedControls_`: exact statistics for its
    /// policy and its flicker, or temporal ones for the flicker of exact ones.
    bool compareNow();

    static double wallSeconds() {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    }

    /// The picture as RGBA, whatever it came in.
    void takeMeasuredSource(const media::Frame& frame, std::span<const std::uint8_t> pixels);

    /// What the averages over frames need to know.
    void takeTime(const media::Frame& frame, bool sameFrame);
    void refreshControls();

    KernelTuning tuning_;
    bool wantsTuning_ = false;  ///< there is a plan that may hold convolutions never measured
    std::vector<std::string> models_;
    nn::Controls controls_;
    nn::Controls otherControls_;     ///< of the right side of a split
    nn::Controls comparedControls_;  ///< see compareNow
    std::shared_ptr<Picture> comparedPicture_;
    bool comparedIsNew_ = false;
    double lastTimestamp_ = 0;
    SceneChange sceneChange_;
    bool watchChanged_ = false;
    std::vector<std::uint8_t> measuredSource_;  ///< of the newest picture
    const StyleBank* controlsOf_ = nullptr;     ///< where the statistics in `controls_` are
    std::vector<std::uint8_t> mirrored_;
    Extent source_;
    PixelFormat format_ = PixelFormat::Rgba8;
    std::optional<Settings> worked_;
    std::optional<Settings> refused_;
    std::string loadingModel_;
    std::string automaticModel_;         ///< what kAutomaticModel stands for; empty before it was asked for
    std::optional<bool> encodedMirror_;  ///< the plan holds the last frame's features, mirrored or not
    bool changed_ = false;
    double driftBegan_ = 0;
    std::future<std::unique_ptr<Engine>> loading_;  // last: its thread reads what stands above
};

}  // namespace impasto::app
