// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace impasto::app {

/// What the panel shows of a network's inside. Nothing of it is computed unless it is asked for.
struct Watch {
    bool statistics = false;  ///< of one site
    int site = 0;
    int channel = 0;          ///< whose histogram is taken
    int layer = -1;           ///< drawn as grey tiles; −1: none
    int layerChannel = -1;    ///< that one alone; −1: all
    bool policy = false;      ///< the error of the policy against exact statistics, once a second
    bool everyFrame = false;  ///< that, and the meter, with every frame, for tables
    bool flicker = false;     ///< without a split also that of the same frames otherwise, see LaboratoryStats
    bool scores = false;
    bool any() const { return statistics || layer >= 0 || policy || flicker || scores; }
    bool operator==(const Watch&) const = default;
};

/// Mean and deviation of every channel.
struct ChannelMoments {
    std::vector<float> mean;
    std::vector<float> sigma;
};

/// Values of one channel before and after its site, in equal bins between low and high.
struct ChannelHistogram {
    float low = 0;
    float high = 0;
    std::vector<std::uint32_t> before;
    std::vector<std::uint32_t> after;
};

/// One site of the last frame. Side B is empty without a split.
struct SiteStatistics {
    std::string site;
    ChannelMoments content;  ///< of the picture's features
    ChannelMoments style;    ///< β and γ of the blended styles
    ChannelMoments usedA;    ///< what they were normalized by: the cell's and its policy's choice
    ChannelMoments usedB;
    int histogramChannel = 0;
    ChannelHistogram histogramA;
    ChannelHistogram histogramB;
    ChannelMoments afterA;  ///< of the features after the site
    ChannelMoments afterB;
    /// The last ten seconds, oldest first: times before now (s, ≤ 0), and per sample the content's μ of every channel.
    std::vector<float> driftSeconds;
    std::vector<float> driftMean;   ///< [sample][channel]
    std::vector<float> driftSigma;  ///< [sample][channel]
    /// Standard deviation of μ over the last ten seconds, per channel.
    std::vector<float> driftDeviation;
};

/// Both measures of flicker over the last two seconds, in steps of 0..255.
struct Flicker {
    double frameDifference = 0;  ///< mean |(oₜ − oₜ₋₁) − (cₜ − cₜ₋₁)| of output o over input c
    double noise = 0;            ///< temporal standard deviation of o, over the pixels where c stands still
    double stillShare = 0;       ///< share of those pixels
    int frames = 0;
};

/// How far a picture is from its source and from its styles, on the network's own encoder.
struct Scores {
    double content = 0;  ///< mean squared difference of the last site's features, normalized per channel
    double style =
        0;  ///< mean over sites and channels of (Δμ² + Δσ²) against the styles' blend, over that of the source
    double ssim = 0;  ///< luma, against the source; 1 is the source itself
    bool valid = false;
};

/// What a policy costs and saves, against exact statistics, last measured.
struct PolicyError {
    double statistics = 0;  ///< √(Σ(Δμ² + Δσ²) / Σ(μ² + σ²)) over all sites; low-rank: ‖M − M'‖/‖M'‖ with M' of rank C
    double psnr = 0;         ///< of the picture, dB; infinity when equal
    double timeMs = 0;       ///< device time of the sites per frame, mean of the measurements
    double timeSavedMs = 0;  ///< by how much that is less than with exact statistics
    int measured = 0;        ///< measurements since the policy was chosen
    bool valid = false;
};

/// What was measured, as asked for by Watch.
struct LaboratoryStats {
    std::shared_ptr<const SiteStatistics> site;
    Flicker flickerA;
    Flicker flickerB;
    /// Without a split, the same frames otherwise: with temporal statistics when A has exact ones and no gate, else
    /// with exact ones and no gate.
    Flicker flickerCompared;
    bool comparedIsTemporal = true;
    Scores scoresA;
    Scores scoresB;
    PolicyError policy;
};

}  // namespace impasto::app
