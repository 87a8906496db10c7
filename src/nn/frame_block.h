// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/shared.h"
#include "model/network.h"
#include "nn/controls.h"
#include "nn/style_blend.h"

namespace impasto::nn {

/// Where a network's sites lie in the buffers of the normalization kernels, and the block that is filled every frame:
/// headers, parameter arrays, and one indirect dispatch per site for the statistics kernel.
/// shaders/common/shared.h (SiteHeader) is the other side of this.
class FrameBlock {
  public:
    struct SiteShape {
        int channels = 0;
        int pixels = 0;
    };
    FrameBlock(const model::Network& network, std::vector<SiteShape> sites);

    std::uint64_t sizeBytes() const { return words_ * 4; }
    std::uint64_t partialsBytes() const { return partialFloats_ * 4; }
    std::uint64_t statisticsBytes() const { return channelTotal_ * 8; }
    std::uint64_t coefficientsBytes() const { return channelTotal_ * 8; }
    std::uint64_t historyBytes() const;

    int siteCount() const { return static_cast<int>(sites_.size()); }
    int partials(int site) const;
    int partialBase(int site) const;
    int coefficientBase(int site) const;
    /// Byte offset of the site's VkDispatchIndirectCommand.
    std::uint64_t indirectOffset(int site) const;

    /// Index of the float that holds Controls::guidance, and byte offset of the guide kernel's indirect dispatch.
    int guidanceWord() const { return static_cast<int>(guidanceWord_); }
    std::uint64_t guideIndirectOffset() const { return (guidanceWord_ + 1) * 4; }
    /// Workgroups of the guide kernel when guidance is on.
    void setGuideGroups(std::uint32_t groups) { guideGroups_ = groups; }

    /// Writes the block for the next frame and advances the frame history.
    void fill(std::span<std::byte> block, const Controls& controls);
    /// A block that computes statistics at every site and passes features through.
    void fillForStatistics(std::span<std::byte> block) const;
    void resetHistory();

    /// Per-channel statistics out of the statistics buffer's bytes.
    StyleStatistics readStatistics(std::span<const std::byte> bytes) const;

  private:
    struct Site {
        SiteShape shape;
        model::Network::SiteParameters parameters;
        int partials = 0;
        int partialBase = 0;
        int parameterBase = 0;
        int channelBase = 0;    ///< channels of the sites before
        int historyLength = 0;  ///< consecutive frames in the ring
    };
    shaders::SiteHeader header(int site) const;
    void write(std::span<std::byte> block, int site, const shaders::SiteHeader& header,
               const BlendedAffine& affine) const;

    std::vector<Site> sites_;
    std::uint64_t words_ = 0;
    std::uint64_t indirectWords_ = 0;
    std::uint64_t guidanceWord_ = 0;
    std::uint32_t guideGroups_ = 0;
    std::uint64_t partialFloats_ = 0;
    std::uint64_t channelTotal_ = 0;
    std::uint64_t frame_ = 0;
};

}  // namespace impasto::nn
