// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gpu/image.h"
#include "gpu/pipeline.h"
#include "gpu/vulkan.h"
#include "nn/frame_block.h"

namespace impasto::nn {

/// One compute dispatch, ready to be recorded.
struct Dispatch {
    std::string name;  ///< for people, e.g. "conv2d r.0.0 64→64 32×32"
    const gpu::Pipeline* pipeline = nullptr;
    vk::DescriptorSet descriptors;
    std::vector<std::byte> pushConstants;
    std::array<std::uint32_t, 3> groups{1, 1, 1};
    std::uint32_t baseZ = 0;
    /// When set, the group counts come from this buffer and the dispatch cannot be split.
    vk::Buffer indirectBuffer;
    std::uint64_t indirectOffset = 0;
    std::int64_t multiplyAdds = 0;
    std::int64_t multiplyAddsSaved = 0;  ///< see nn::multiplyAddsSaved
    std::int64_t bytesMoved = 0;
    bool ofNetwork = false;  ///< else it works on pictures, before or after the network
    /// Depends on how the sites normalize: to be run again for the other side of a split. The rest is the encoder.
    bool afterSite = false;
    bool atSite = false;  ///< is part of a normalization site
    /// Has nothing to do in most frames, see FrameNeeds; those are recorded without it.
    bool occasional = false;
    /// Set: is run only in frames with this FrameNeeds::coloured.
    std::optional<bool> coloured = {};
    /// Set: is run only in frames with this FrameNeeds::separateSites.
    std::optional<bool> separateSites = {};
    int output = -1;  ///< tensor that is complete after this dispatch
    /// A picture it leaves in a buffer, to be copied to an image (layout GENERAL) after it.
    struct PictureCopy {
        vk::Buffer from;
        int rowPixels = 0;  ///< of a row in the buffer
        const gpu::Image* to = nullptr;
    };
    std::optional<PictureCopy> copyAfter = {};

    bool runsIn(const FrameNeeds& needs) const {
        return (!occasional || needs.occasional) && coloured.value_or(needs.coloured) == needs.coloured &&
               separateSites.value_or(needs.separateSites) == needs.separateSites;
    }
};

}  // namespace impasto::nn
