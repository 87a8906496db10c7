// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "app/engine.h"
#include "app/flicker_meter.h"
#include "app/laboratory.h"
#include "app/statistics_recorder.h"
#include "nn/controls.h"

namespace impasto::app {

/// What is measured beside the pictures, as far as Watch asks for it. One thread.
class Measurements {
  public:
    void setWatch(const Watch& watch);
    const Watch& watch() const { return watch_; }

    /// Pictures have to be read back for what is asked.
    bool wantsPixels() const { return watch_.flicker || watch_.scores || watch_.policy; }

    /// The next frame is to be made with exact statistics as well, as side 2 of the stylizer: now and then, while the
    /// policy of side A is watched.
    bool wantsExact(double wallSeconds, std::span<const Normalization> cells);

    /// What side A's flicker is compared with is to be made of every frame.
    enum class Comparison { None, Temporal, Exact };
    /// `exact`: side A has exact statistics at every site and no gate. Called before every frame.
    Comparison comparison(bool split, bool exact);

    /// What a finished frame gives.
    struct Frame {
        Engine& engine;
        const nn::Controls& controls;
        const nn::Controls* otherControls = nullptr;  ///< null without a split
        double seconds = 0;                           ///< of the source's clock
        double wallSeconds = 0;
        Extent extent;
        std::span<const std::uint8_t> source;  ///< RGBA8 of extent, as the network saw it
        std::span<const std::uint8_t> stylized;
        std::span<const std::uint8_t> other;
        std::span<const std::uint8_t> compared;  ///< of side 2, when it was made
    };
    void add(const Frame& frame);

    void reset();  ///< another source
    const LaboratoryStats& stats() const { return stats_; }

  private:
    void forgetPolicy();
    void addStatistics(const Frame& frame);
    void addFlicker(const Frame& frame);
    void addPolicy(const Frame& frame);
    void addScores(const Frame& frame);

    Watch watch_;
    LaboratoryStats stats_;
    StatisticsRecorder recorder_;
    FlickerMeter flickerA_;
    FlickerMeter flickerB_;
    FlickerMeter flickerCompared_;
    Comparison comparison_ = Comparison::None;
    double flickerShownAt_ = 0;
    double exactAt_ = 0;
    std::vector<Normalization> exactCells_;
    bool hasPsnr_ = false;
    double timesMs_ = 0;  ///< of the sites, summed over the measurements
    double exactTimesMs_ = 0;
    double scoredAt_ = 0;
    std::unique_ptr<nn::StyleEncoder> encoder_;
    const StyleBank* encoderOf_ = nullptr;         ///< whose network and precision it has
    std::future<std::pair<double, double>> ssim_;  ///< of both sides, computed beside the pictures
};

}  // namespace impasto::app
