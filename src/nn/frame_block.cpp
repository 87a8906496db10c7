// SPDX-License-Identifier: MIT
#include "nn/frame_block.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace impasto::nn {
namespace {

int partialCount(int pixels) {
    const int wanted = pixels / 64 / shaders::kLinearGroup * shaders::kLinearGroup;
    return std::clamp(wanted, shaders::kLinearGroup, shaders::kMaxStatisticsPartials);
}

template <typename T>
void writeAt(std::span<std::byte> block, std::uint64_t word, std::span<const T> values) {
    static_assert(sizeof(T) == 4);
    IMPASTO_CHECK((word + values.size()) * 4 <= block.size());
    std::memcpy(block.data() + word * 4, values.data(), values.size_bytes());
}

int groupsOf(const Normalization& cell, int channels) {
    if (cell.statistics == StatisticsSource::Layer)
        return 1;
    return cell.statistics == StatisticsSource::Group ? groupCount(cell.groups, channels) : channels;
}

}  // namespace

FrameBlock::FrameBlock(const model::Network& network, std::vector<SiteShape> shapes) {
    const auto graphSites = model::sites(network.graph);
    IMPASTO_CHECK(graphSites.size() == shapes.size());
    std::uint64_t word = shapes.size() * shaders::kSiteHeaderWords;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        Site site;
        site.shape = shapes[i];
        site.parameters = network.siteParameters(graphSites[i]);
        site.partials = partialCount(shapes[i].pixels);
        site.partialBase = static_cast<int>(partialFloats_);
        site.parameterBase = static_cast<int>(word);
        site.channelBase = static_cast<int>(channelTotal_);
        const int blocks = (shapes[i].channels + 7) / 8;
        partialFloats_ += static_cast<std::uint64_t>(blocks) * static_cast<std::uint64_t>(site.partials) * 16;
        channelTotal_ += static_cast<std::uint64_t>(shapes[i].channels);
        word += static_cast<std::uint64_t>(shapes[i].channels) * 4;
        sites_.push_back(std::move(site));
    }
    indirectWords_ = word;
    guidanceWord_ = word + shapes.size() * 3;
    words_ = guidanceWord_ + 4;
}

std::uint64_t FrameBlock::historyBytes() const {
    return channelTotal_ * 8 * shaders::kHistoryFrames;
}
int FrameBlock::partials(int site) const {
    return sites_[static_cast<std::size_t>(site)].partials;
}
int FrameBlock::partialBase(int site) const {
    return sites_[static_cast<std::size_t>(site)].partialBase;
}
int FrameBlock::coefficientBase(int site) const {
    return sites_[static_cast<std::size_t>(site)].channelBase;
}
std::uint64_t FrameBlock::indirectOffset(int site) const {
    return (indirectWords_ + static_cast<std::uint64_t>(site) * 3) * 4;
}

void FrameBlock::resetHistory() {
    for (Site& site : sites_)
        site.historyLength = 0;
}

shaders::SiteHeader FrameBlock::header(int index) const {
    const Site& site = sites_[static_cast<std::size_t>(index)];
    shaders::SiteHeader header{};
    header.groups = site.shape.channels;
    header.historyCount = 1;
    header.historySlot = static_cast<int>(frame_ % shaders::kHistoryFrames);
    header.channels = site.shape.channels;
    header.partials = site.partials;
    header.partialBase = site.partialBase;
    header.parameterBase = site.parameterBase;
    header.statisticsBase = site.channelBase;
    header.coefficientBase = site.channelBase;
    header.historyBase = site.channelBase * shaders::kHistoryFrames;
    header.pixels = site.shape.pixels;
    return header;
}

void FrameBlock::write(std::span<std::byte> block, int index, const shaders::SiteHeader& header,
                       const BlendedAffine& affine) const {
    const Site& site = sites_[static_cast<std::size_t>(index)];
    const auto channels = static_cast<std::uint64_t>(site.shape.channels);
    const auto base = static_cast<std::uint64_t>(site.parameterBase);
    std::memcpy(block.data() + static_cast<std::size_t>(index) * sizeof header, &header, sizeof header);
    writeAt<float>(block, base, affine.gamma);
    writeAt<float>(block, base + channels, affine.beta);
    writeAt<float>(block, base + 2 * channels, site.parameters.batch.mean);
    writeAt<float>(block, base + 3 * channels, site.parameters.batch.variance);
    const std::uint32_t groups[3] = {
        header.readsContent ? static_cast<std::uint32_t>(site.partials / shaders::kLinearGroup) : 0u,
        static_cast<std::uint32_t>((site.shape.channels + 7) / 8), 1u};
    writeAt<std::uint32_t>(block, indirectWords_ + static_cast<std::uint64_t>(index) * 3, groups);
}

void FrameBlock::fill(std::span<std::byte> block, const Controls& controls) {
    IMPASTO_CHECK(block.size() >= sizeBytes());
    ++frame_;
    const float guidance[] = {controls.guidance};
    const std::uint32_t guideGroups[] = {controls.guidance > 0 ? guideGroups_ : 0u, 1u, 1u};
    writeAt<float>(block, guidanceWord_, guidance);
    writeAt<std::uint32_t>(block, guidanceWord_ + 1, guideGroups);
    for (int i = 0; i < siteCount(); ++i) {
        Site& site = sites_[static_cast<std::size_t>(i)];
        const Normalization& cell = controls.cell(static_cast<std::size_t>(i));
        const BlendedAffine affine = blendStyles(site.parameters, controls, static_cast<std::size_t>(i));
        shaders::SiteHeader values = header(i);
        const bool stored = affine.sourceWeight == 0 &&
                            (cell.statistics == StatisticsSource::None ||
                             (cell.statistics == StatisticsSource::Batch && cell.lastFrames == 0));
        site.historyLength = stored ? 0 : std::min(site.historyLength + 1, shaders::kHistoryFrames);
        values.statistics = static_cast<int>(cell.statistics);
        values.groups = groupsOf(cell, site.shape.channels);
        values.lastFrames = cell.lastFrames;
        values.historyCount = std::max(1, std::min(site.historyLength, cell.lastFrames));
        values.passThrough = affine.passThrough ? 1 : 0;
        values.epsilon = controls.epsilon;
        values.strength = controls.strength;
        values.readsContent = stored ? 0 : 1;
        values.sourceWeight = affine.sourceWeight;
        write(block, i, values, affine);
    }
}

void FrameBlock::fillForStatistics(std::span<std::byte> block) const {
    IMPASTO_CHECK(block.size() >= sizeBytes());
    const std::uint32_t noGuide[] = {0u, 0u, 1u, 1u};
    writeAt<std::uint32_t>(block, guidanceWord_, noGuide);
    for (int i = 0; i < siteCount(); ++i) {
        const auto channels = static_cast<std::size_t>(sites_[static_cast<std::size_t>(i)].shape.channels);
        shaders::SiteHeader values = header(i);
        values.statistics = shaders::kStatisticsInstance;
        values.passThrough = 1;
        values.epsilon = 1.0f;
        values.readsContent = 1;
        write(block, i, values, {std::vector<float>(channels, 1.0f), std::vector<float>(channels, 0.0f), true, 0});
    }
}

StyleStatistics FrameBlock::readStatistics(std::span<const std::byte> bytes) const {
    IMPASTO_CHECK(bytes.size() >= statisticsBytes());
    StyleStatistics statistics;
    for (const Site& site : sites_) {
        ChannelStatistics& channels = statistics.emplace_back();
        for (int c = 0; c < site.shape.channels; ++c) {
            float pair[2];
            std::memcpy(pair, bytes.data() + static_cast<std::size_t>(site.channelBase + c) * 8, 8);
            channels.mean.push_back(pair[0]);
            channels.variance.push_back(pair[1]);
        }
    }
    return statistics;
}

}  // namespace impasto::nn
