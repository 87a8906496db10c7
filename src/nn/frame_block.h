// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "common/shared.h"
#include "model/low_rank.h"
#include "model/network.h"
#include "nn/controls.h"
#include "nn/style_blend.h"
#include "norm/regions.h"

namespace impasto::nn {

/// What one site did to one frame under one side's settings. `content` are the frame's own statistics as they were
/// sampled, `used` those after averaging over frames and before merging into groups; all zero where none were taken.
struct SiteView {
    ChannelStatistics content;
    ChannelStatistics used;
    std::vector<float> a;  ///< y = a·x + b
    std::vector<float> b;
};
static_assert(kMaxRegions == shaders::kMaxRegions);

/// What one frame wants beside the usual. Commands are recorded for every combination.
struct FrameNeeds {
    bool occasional = false;     ///< low-rank normalization, a histogram or matched colours
    bool separateSites = false;  ///< every site's output is written, where usually its readers make it on the way
    bool coloured = false;       ///< the picture gets its own colours back or matched ones
    static constexpr std::size_t kCombinations = 8;
    std::size_t index() const { return (occasional ? 1u : 0u) + (separateSites ? 2u : 0u) + (coloured ? 4u : 0u); }
    /// That with this index.
    static constexpr FrameNeeds combination(std::size_t index) {
        return {(index & 1) != 0, (index & 2) != 0, (index & 4) != 0};
    }
};

/// Where a network's sites lie in the buffers of the normalization kernels, and the block that is filled every frame:
/// headers, parameter arrays, and one indirect dispatch per group of sites for the statistics kernel.
/// shaders/common/shared.h (SiteHeader) is the other side of this.
class FrameBlock {
  public:
    struct SiteShape {
        int channels = 0;
        int height = 0;
        int width = 0;
        int leader = 0;  ///< first of the consecutive sites whose statistics one dispatch takes
    };
    FrameBlock(const model::Network& network, std::vector<SiteShape> sites);

    std::uint64_t sizeBytes() const { return words_ * 4; }
    std::uint64_t partialsBytes() const { return partialFloats_ * 4; }
    std::uint64_t statisticsBytes() const { return channelTotal_ * 16 * shaders::kSides; }
    std::uint64_t coefficientsBytes() const { return channelTotal_ * 8 * shaders::kMaxRegions; }
    /// Of the coefficients of one region from those of the one before.
    int regionStride() const { return static_cast<int>(channelTotal_); }
    /// Index of the int that holds the number of regions.
    int regionsWord(int site) const { return regionBase() + site * shaders::kRegionHeaderWords; }
    /// Index of the first site's RegionHeader.
    int regionBase() const { return static_cast<int>(colourBase()) + 7; }
    std::uint64_t historyBytes() const;
    std::uint64_t covarianceBytes() const { return covarianceFloats_ * 4; }

    int siteCount() const { return static_cast<int>(sites_.size()); }
    int partials(int site) const;
    int partialBase(int site) const;
    int coefficientBase(int site) const;
    /// Pairs (1, 0) for as many channels as a site has at most, which lie behind all regions' coefficients, and the
    /// first one's place. Empty without sites.
    std::vector<float> identityCoefficients() const;
    int identityBase() const { return static_cast<int>(coefficientsBytes() / 8); }
    /// Byte offset of the VkDispatchIndirectCommand of a group of sites, by its first one.
    std::uint64_t indirectOffset(int leader) const;
    /// Index of the int that holds the first workgroup of a site among its group's.
    int firstGroupWord(int site) const { return static_cast<int>(indirectWords_) + siteCount() * 3 + site; }

    /// Low-rank normalization: whether the site has few enough channels for it, its place in the covariance buffer and
    /// of its matrix in the block (in floats), and the byte offsets of its two indirect dispatches.
    bool hasLowRank(int site) const { return sites_[static_cast<std::size_t>(site)].matrixBase >= 0; }
    int covarianceBase(int site) const { return sites_[static_cast<std::size_t>(site)].covarianceBase; }
    int matrixBase(int site) const { return sites_[static_cast<std::size_t>(site)].matrixBase; }
    std::uint64_t covarianceIndirectOffset(int site) const { return lowRankWord(site) * 4; }
    std::uint64_t mixIndirectOffset(int site) const { return (lowRankWord(site) + 3) * 4; }

    /// Index of the float that holds Controls::guidance, and byte offset of the guide kernel's indirect dispatch.
    int guidanceWord() const { return static_cast<int>(guidanceWord_); }
    std::uint64_t guideIndirectOffset() const { return (guidanceWord_ + 1) * 4; }
    /// Workgroups of the guide kernel when guidance is on.
    void setGuideGroups(std::uint32_t groups) { guideGroups_ = groups; }

    /// Index of the similarity gate's three floats.
    int gateWord() const { return static_cast<int>(guidanceWord_) + 4; }

    /// Writes the block for one side of the next frame and advances its history. Side 0 comes first in every frame; a
    /// side that was left out in the frame before starts without history. Side 2 takes its statistics itself, so that
    /// its time can be compared; a further side otherwise uses those of the one before where both sample alike.
    FrameNeeds fill(std::span<std::byte> block, const Controls& controls, int side = 0);
    /// Index of the channel whose histogram is taken, and byte offset of a site's indirect dispatch for it.
    int histogramWord() const { return static_cast<int>(lowRankWord(siteCount())); }
    std::uint64_t histogramIndirectOffset(int site) const {
        return (lowRankWord(siteCount()) + 1 + static_cast<std::uint64_t>(site) * 3) * 4;
    }

    /// Low-rank normalization decomposes the covariance of an earlier frame: what a side's pass has left in the
    /// covariance buffer. Without it a site is normalized as by AdaIN, and `lacksCovariance` is true after `fill`.
    void setContentCovariance(std::span<const std::byte> bytes, int side);
    bool lacksCovariance() const { return lacksCovariance_; }
    /// ‖M − M'‖/‖M'‖ of the matrices that two sides use, over all their sites; 0 where one has none.
    double matrixDistance(int side, int reference) const;

    /// Index of the int that holds Controls::colour, and byte offsets of the colour kernels' indirect dispatches.
    int colourWord() const { return static_cast<int>(colourBase()); }
    std::uint64_t colourStatisticsIndirectOffset() const { return (colourBase() + 1) * 4; }
    std::uint64_t colourMapIndirectOffset() const { return (colourBase() + 4) * 4; }

    /// A block that computes statistics at every site and passes features through.
    void fillForStatistics(std::span<std::byte> block) const;
    void resetHistory();

    /// Per-channel statistics of side 0 as sampled, out of the statistics buffer's bytes.
    StyleStatistics readStatistics(std::span<const std::byte> bytes) const;
    /// Adds what the covariance kernel left in its buffer.
    void readCovariances(std::span<const std::byte> bytes, StyleStatistics& statistics) const;
    /// Everything of one side; `coefficients` are the coefficients buffer's bytes after its pass.
    std::vector<SiteView> readSide(std::span<const std::byte> statistics, std::span<const std::byte> coefficients,
                                   int side) const;

  private:
    struct Site {
        SiteShape shape;
        model::Network::SiteParameters parameters;
        int partials = 0;
        int partialBase = 0;
        int parameterBase = 0;
        int channelBase = 0;                               ///< channels of the sites before
        std::array<int, shaders::kSides> historyLength{};  ///< consecutive frames in the ring
        std::array<bool, shaders::kSides> hasState{};
        int covarianceBase = 0;
        int matrixBase = -1;
        struct LowRank {
            bool wanted = false;  ///< in the last frame of the side
            std::optional<Eigen> content;
            std::vector<float> matrix;  ///< of the last frame; empty: none
        };
        std::array<LowRank, shaders::kSides> lowRank;
        std::optional<PixelSampling> sampled;  ///< in this frame, by the last side that took statistics
        bool runsStatistics = false;           ///< in the last frame and side filled
    };
    shaders::SiteHeader header(int site, int side) const;
    void takeSampling(shaders::SiteHeader& header, const Site& site, const PixelSampling& sampling) const;
    std::uint64_t lowRankWord(int site) const { return guidanceWord_ + 7 + static_cast<std::uint64_t>(site) * 6; }
    /// The words after those of the histogram: the colour mode, its indirect dispatches, the RegionHeaders.
    std::uint64_t colourBase() const { return lowRankWord(siteCount()) + 1 + sites_.size() * 3; }
    std::vector<float> covarianceOf(const Site& site, std::span<const std::byte> bytes) const;
    const Eigen& styleEigen(const ChannelStatistics& style);
    void writeLowRank(std::span<std::byte> block, int site, int side, const Controls& controls,
                      const BlendedAffine& affine);
    void writeLowRankGroups(std::span<std::byte> block, int site, bool covariance, bool mix) const;
    void writeGate(std::span<std::byte> block, const Controls& controls, std::size_t side);
    void write(std::span<std::byte> block, int site, const shaders::SiteHeader& header,
               const BlendedAffine& affine) const;
    enum class Take { Wanted, All };
    void writeStatisticsGroups(std::span<std::byte> block, Take take) const;
    int statisticsBase(int site, int side) const;
    /// What there is beside region 0; whether any region takes the frame's own statistics for a style.
    bool writeRegions(std::span<std::byte> block, int site, const Controls& controls, const BlendedAffine& first) const;
    void writeColour(std::span<std::byte> block, ColourMode mode) const;

    std::vector<Site> sites_;
    BlendedAffine blended_;  ///< of the site being written
    std::uint64_t words_ = 0;
    std::uint64_t indirectWords_ = 0;
    std::uint64_t guidanceWord_ = 0;
    std::uint32_t guideGroups_ = 0;
    std::uint64_t partialFloats_ = 0;
    std::uint64_t channelTotal_ = 0;
    std::uint64_t frame_ = 0;
    std::array<std::uint64_t, shaders::kSides> lastFrameOf_{};
    std::array<std::uint64_t, shaders::kSides> lastGatedFrameOf_{};
    std::uint64_t covarianceFloats_ = 0;
    bool lacksCovariance_ = false;
    std::map<const float*, Eigen> styleEigens_;  ///< by the place of the covariance
};

}  // namespace impasto::nn
