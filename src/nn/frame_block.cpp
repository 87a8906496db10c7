// SPDX-License-Identifier: MIT
#include "nn/frame_block.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "image/colour.h"

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
        site.partials = partialCount(shapes[i].height * shapes[i].width);
        site.partialBase = static_cast<int>(partialFloats_);
        site.parameterBase = static_cast<int>(word);
        site.channelBase = static_cast<int>(channelTotal_);
        const int blocks = (shapes[i].channels + 7) / 8;
        partialFloats_ += static_cast<std::uint64_t>(blocks) * static_cast<std::uint64_t>(site.partials) * 16;
        channelTotal_ += static_cast<std::uint64_t>(shapes[i].channels);
        const auto channels = static_cast<std::uint64_t>(shapes[i].channels);
        word += channels * (4 + 2 * (shaders::kMaxRegions - 1));
        if (shapes[i].channels <= kMaxRank) {
            site.covarianceBase = static_cast<int>(covarianceFloats_);
            covarianceFloats_ += channels * channels;
            site.matrixBase = static_cast<int>(word);
            word += channels * channels + channels;
        }
        sites_.push_back(std::move(site));
    }
    indirectWords_ = word;
    guidanceWord_ = word + shapes.size() * 4;
    words_ = colourBase() + 7 + shapes.size() * shaders::kRegionHeaderWords;
}

std::uint64_t FrameBlock::historyBytes() const {
    return channelTotal_ * 8 * shaders::kHistoryFrames * shaders::kSides;
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
std::uint64_t FrameBlock::indirectOffset(int leader) const {
    return (indirectWords_ + static_cast<std::uint64_t>(leader) * 3) * 4;
}

std::vector<float> FrameBlock::identityCoefficients() const {
    int channels = 0;
    for (const Site& site : sites_)
        channels = std::max(channels, site.shape.channels);
    std::vector<float> pairs;
    for (int c = 0; c < channels; ++c)
        pairs.insert(pairs.end(), {1.0f, 0.0f});
    return pairs;
}

int FrameBlock::statisticsBase(int site, int side) const {
    return sites_[static_cast<std::size_t>(site)].channelBase + 2 * side * static_cast<int>(channelTotal_);
}

void FrameBlock::resetHistory() {
    for (Site& site : sites_) {
        site.historyLength.fill(0);
        site.hasState.fill(false);
        for (Site::LowRank& lowRank : site.lowRank)
            lowRank.content.reset();
    }
}

shaders::SiteHeader FrameBlock::header(int index, int side) const {
    const Site& site = sites_[static_cast<std::size_t>(index)];
    const int channelTotal = static_cast<int>(channelTotal_);
    shaders::SiteHeader header{};
    header.groups = site.shape.channels;
    header.historyCount = 1;
    header.historySlot = static_cast<int>(frame_ % shaders::kHistoryFrames);
    header.channels = site.shape.channels;
    header.partials = site.partials;
    header.partialBase = site.partialBase;
    header.parameterBase = site.parameterBase;
    header.statisticsBase = statisticsBase(index, side);
    header.stateBase = statisticsBase(index, side) + channelTotal;
    header.coefficientBase = site.channelBase;
    header.historyBase = (site.channelBase + side * channelTotal) * shaders::kHistoryFrames;
    header.temporalWeight = 1.0f;
    header.channelStep = 1;
    takeSampling(header, site, {});
    return header;
}

void FrameBlock::takeSampling(shaders::SiteHeader& header, const Site& site, const PixelSampling& sampling) const {
    header.samples = sampleCount(sampling, site.shape.height, site.shape.width);
    header.sampleKind = static_cast<int>(sampling.kind);
    header.sampleStep = sampling.step;
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
}

void FrameBlock::writeStatisticsGroups(std::span<std::byte> block, Take take) const {
    std::uint32_t groups = 0;
    for (int i = 0; i < siteCount(); ++i) {
        const Site& site = sites_[static_cast<std::size_t>(i)];
        if (site.shape.leader == i)
            groups = 0;
        const std::uint32_t first[] = {groups};
        writeAt<std::uint32_t>(block, static_cast<std::uint64_t>(firstGroupWord(i)), first);
        if (take == Take::All || site.runsStatistics)
            groups +=
                static_cast<std::uint32_t>(site.partials / shaders::kLinearGroup * ((site.shape.channels + 7) / 8));
        const std::uint32_t command[] = {groups, 1u, 1u};
        writeAt<std::uint32_t>(block, indirectOffset(site.shape.leader) / 4, command);
    }
}

void FrameBlock::writeGate(std::span<std::byte> block, const Controls& controls, std::size_t side) {
    if (controls.gateThreshold <= 0)
        return;
    constexpr float kReleaseSeconds = 0.5f;
    // Frames count from 1: zero is a side that was never gated.
    const bool open = controls.openGate || lastGatedFrameOf_[side] == 0 || lastGatedFrameOf_[side] + 1 != frame_;
    lastGatedFrameOf_[side] = frame_;
    const float gate[] = {controls.gateThreshold, controls.secondsSinceLast / kReleaseSeconds, open ? 1.0f : 0.0f};
    writeAt<float>(block, guidanceWord_ + 4, gate);
}

bool FrameBlock::writeRegions(std::span<std::byte> block, int index, const Controls& controls,
                              const BlendedAffine& first) const {
    const Site& site = sites_[static_cast<std::size_t>(index)];
    const auto channels = static_cast<std::uint64_t>(site.shape.channels);
    shaders::RegionHeader header{};
    header.regions = controls.regions();
    header.regionStride = static_cast<int>(channelTotal_);
    float* const sourceWeights[] = {&header.sourceWeight1, &header.sourceWeight2, &header.sourceWeight3};
    bool readsSource = first.sourceWeight != 0;
    for (int region = 1; region < header.regions; ++region) {
        const BlendedAffine affine = blendStyles(site.parameters, controls, static_cast<std::size_t>(index), region);
        const auto base =
            static_cast<std::uint64_t>(site.parameterBase) + 2 * static_cast<std::uint64_t>(region + 1) * channels;
        writeAt<float>(block, base, affine.gamma);
        writeAt<float>(block, base + channels, affine.beta);
        header.passThrough |= affine.passThrough ? 1 << region : 0;
        *sourceWeights[region - 1] = affine.sourceWeight;
        readsSource = readsSource || affine.sourceWeight != 0;
    }
    std::memcpy(block.data() + static_cast<std::size_t>(regionsWord(index)) * 4, &header, sizeof header);
    return readsSource;
}

void FrameBlock::writeColour(std::span<std::byte> block, ColourMode mode) const {
    const bool matched = mode == ColourMode::Matched;
    const std::uint32_t words[] = {
        static_cast<std::uint32_t>(mode),
        matched ? static_cast<std::uint32_t>(shaders::kColourPartials / shaders::kLinearGroup) : 0u,
        1u,
        1u,
        matched ? 1u : 0u,
        1u,
        1u};
    writeAt<std::uint32_t>(block, static_cast<std::uint64_t>(colourWord()), words);
}

FrameNeeds FrameBlock::fill(std::span<std::byte> block, const Controls& controls, int side) {
    IMPASTO_CHECK(block.size() >= sizeBytes() && side >= 0 && side < shaders::kSides);
    const auto sideIndex = static_cast<std::size_t>(side);
    if (side == 0)
        ++frame_;
    const bool interrupted = lastFrameOf_[sideIndex] + 1 != frame_;
    lastFrameOf_[sideIndex] = frame_;
    writeColour(block, controls.colour);
    const float guidance[] = {controls.guidance};
    const std::uint32_t guideGroups[] = {controls.guidance > 0 ? guideGroups_ : 0u, 1u, 1u};
    writeAt<float>(block, guidanceWord_, guidance);
    writeAt<std::uint32_t>(block, guidanceWord_ + 1, guideGroups);
    writeGate(block, controls, sideIndex);
    const std::uint32_t channel[] = {static_cast<std::uint32_t>(std::max(0, controls.histogramChannel))};
    writeAt<std::uint32_t>(block, static_cast<std::uint64_t>(histogramWord()), channel);
    FrameNeeds needs{.occasional = controls.colour == ColourMode::Matched || controls.histogramSite >= 0,
                     .separateSites = controls.regions() > 1,
                     .coloured = controls.colour != ColourMode::Styled};
    if (side == 0)
        lacksCovariance_ = false;
    for (int i = 0; i < siteCount(); ++i) {
        Site& site = sites_[static_cast<std::size_t>(i)];
        const Normalization& cell = controls.cell(static_cast<std::size_t>(i));
        const StatisticsPolicy policy = effectivePolicy(cell);
        blendStyles(site.parameters, controls, static_cast<std::size_t>(i), 0, blended_);
        const BlendedAffine& affine = blended_;
        shaders::SiteHeader values = header(i, side);
        const bool readsSource = writeRegions(block, i, controls, affine);
        const bool stored = !readsSource && (cell.statistics == StatisticsSource::None ||
                                             (cell.statistics == StatisticsSource::Batch && cell.lastFrames == 0));
        const bool reads = !stored || controls.takeStatistics;
        const bool beginsAnew = interrupted || (controls.newScene && policy != StatisticsPolicy::Frozen);
        if (beginsAnew) {
            site.hasState[sideIndex] = false;
            site.lowRank[sideIndex].content.reset();
        }
        int& historyLength = site.historyLength[sideIndex];
        historyLength = !reads ? 0 : std::min(beginsAnew ? 1 : historyLength + 1, shaders::kHistoryFrames);
        values.statistics = static_cast<int>(cell.statistics);
        values.groups = groupsOf(cell, site.shape.channels);
        if (cell.statistics == StatisticsSource::Batch)
            values.lastFrames = cell.lastFrames;
        else if (policy == StatisticsPolicy::LastFrames)
            values.lastFrames = cell.policyFrames;
        values.historyCount = std::max(1, std::min(historyLength, values.lastFrames));
        if (site.hasState[sideIndex] && policy == StatisticsPolicy::Frozen)
            values.temporalWeight = 0.0f;
        if (site.hasState[sideIndex] && policy == StatisticsPolicy::Temporal)
            values.temporalWeight = -std::expm1(-controls.secondsSinceLast / cell.timeConstantSeconds);
        if (policy == StatisticsPolicy::Channels)
            values.channelStep = cell.channelStep;
        site.hasState[sideIndex] = reads;
        values.passThrough = affine.passThrough ? 1 : 0;
        values.epsilon = controls.epsilon;
        values.strength = controls.strength;
        values.readsContent = reads ? 1 : 0;
        values.sourceWeight = affine.sourceWeight;
        const PixelSampling sampling = samplingOf(cell);
        takeSampling(values, site, sampling);
        constexpr int kMeasuredSide = 2;
        if (side == 0)
            site.sampled.reset();
        site.runsStatistics = reads && (site.sampled != sampling || side == kMeasuredSide);
        if (site.runsStatistics)
            site.sampled = sampling;
        site.lowRank[sideIndex].wanted =
            policy == StatisticsPolicy::LowRank && !affine.passThrough && site.matrixBase >= 0 &&
            controls.regions() == 1;  // a matrix for every region at every pixel would cost too much
        needs.occasional = needs.occasional || site.lowRank[sideIndex].wanted;
        needs.separateSites = needs.separateSites || site.lowRank[sideIndex].wanted;
        writeLowRank(block, i, side, controls, affine);
        write(block, i, values, affine);
        const std::uint32_t histogramGroups[] = {controls.histogramSite == i && reads ? 1u : 0u, 1u, 1u};
        writeAt<std::uint32_t>(block, histogramIndirectOffset(i) / 4, histogramGroups);
    }
    writeStatisticsGroups(block, Take::Wanted);
    return needs;
}

void FrameBlock::fillForStatistics(std::span<std::byte> block) const {
    IMPASTO_CHECK(block.size() >= sizeBytes());
    writeColour(block, ColourMode::Styled);
    const std::uint32_t noGuide[] = {0u, 0u, 1u, 1u};
    writeAt<std::uint32_t>(block, guidanceWord_, noGuide);
    for (int i = 0; i < siteCount(); ++i) {
        const auto channels = static_cast<std::size_t>(sites_[static_cast<std::size_t>(i)].shape.channels);
        shaders::SiteHeader values = header(i, 0);
        values.statistics = shaders::kStatisticsInstance;
        values.passThrough = 1;
        values.epsilon = 1.0f;
        values.readsContent = 1;
        writeLowRankGroups(block, i, sites_[static_cast<std::size_t>(i)].matrixBase >= 0, false);
        const BlendedAffine untouched{std::vector<float>(channels, 1.0f), std::vector<float>(channels, 0.0f), true, 0};
        writeRegions(block, i, {}, untouched);
        write(block, i, values, untouched);
    }
    writeStatisticsGroups(block, Take::All);
}

namespace {

ChannelStatistics pairsAt(std::span<const std::byte> bytes, int base, int channels) {
    ChannelStatistics pairs;
    for (int c = 0; c < channels; ++c) {
        float pair[2];
        std::memcpy(pair, bytes.data() + static_cast<std::size_t>(base + c) * 8, 8);
        pairs.mean.push_back(pair[0]);
        pairs.variance.push_back(pair[1]);
    }
    return pairs;
}

}  // namespace

StyleStatistics FrameBlock::readStatistics(std::span<const std::byte> bytes) const {
    IMPASTO_CHECK(bytes.size() >= statisticsBytes());
    StyleStatistics statistics;
    for (int i = 0; i < siteCount(); ++i)
        statistics.push_back(pairsAt(bytes, statisticsBase(i, 0), sites_[static_cast<std::size_t>(i)].shape.channels));
    return statistics;
}

void FrameBlock::readCovariances(std::span<const std::byte> bytes, StyleStatistics& statistics) const {
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        if (sites_[i].matrixBase >= 0)
            statistics[i].covariance = covarianceOf(sites_[i], bytes);
    }
}

std::vector<SiteView> FrameBlock::readSide(std::span<const std::byte> statistics,
                                           std::span<const std::byte> coefficients, int side) const {
    IMPASTO_CHECK(statistics.size() >= statisticsBytes() && coefficients.size() >= coefficientsBytes());
    std::vector<SiteView> views;
    for (int i = 0; i < siteCount(); ++i) {
        const Site& site = sites_[static_cast<std::size_t>(i)];
        const int base = statisticsBase(i, side);
        ChannelStatistics pairs = pairsAt(coefficients, site.channelBase, site.shape.channels);
        views.push_back({pairsAt(statistics, base, site.shape.channels),
                         pairsAt(statistics, base + static_cast<int>(channelTotal_), site.shape.channels),
                         std::move(pairs.mean), std::move(pairs.variance)});
    }
    return views;
}

}  // namespace impasto::nn
