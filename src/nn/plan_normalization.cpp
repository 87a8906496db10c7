// SPDX-License-Identifier: MIT
// The part of a plan that makes the dispatches of a normalization site.
#include "common/low_rank.h"
#include "common/shared.h"
#include "common/views.h"
#include "nn/dispatch_helpers.h"
#include "nn/plan.h"
#include "norm/statistics.h"

namespace impasto::nn {

using gpu::BindingKind;

/// Sites that stand together after gatherSites and have consecutive numbers, as far as one view can hold what they
/// read.
void Plan::groupSites() {
    const auto& capabilities = device_->capabilities();
    const std::uint64_t texelBytes = 16;
    const std::uint64_t mostBytes = kernels_.access == Access::Storage
                                        ? capabilities.maxStorageBufferRange
                                        : capabilities.maxTexelBufferElements * texelBytes;
    const FusedNode* before = nullptr;
    for (const FusedNode& node : nodes_) {
        const auto* site = std::get_if<model::Normalize>(&node.operation);
        if (site) {
            const FeatureMap& features = map(node.inputs[0]);
            const std::uint64_t endBytes = features.offsetBytes + features.sizeBytes();
            SiteGroup joined{site->index, 1, features.offsetBytes, features.sizeBytes()};
            if (before) {
                const SiteGroup& last = siteGroups_.back();
                joined = {last.first, last.count + 1, std::min(last.offsetBytes, features.offsetBytes), 0};
                joined.sizeBytes = std::max(last.offsetBytes + last.sizeBytes, endBytes) - joined.offsetBytes;
            }
            const bool joins = before && site->index == joined.first + joined.count - 1 &&
                               joined.count <= shaders::kMaxSiteGroup && joined.sizeBytes <= mostBytes &&
                               node.inputs[0] != before->output;
            if (joins)
                siteGroups_.back() = joined;
            else
                siteGroups_.push_back({site->index, 1, features.offsetBytes, features.sizeBytes()});
        }
        before = site ? &node : nullptr;
    }
    std::sort(siteGroups_.begin(), siteGroups_.end(),
              [](const SiteGroup& a, const SiteGroup& b) { return a.first < b.first; });
}

/// Statistics and coefficients of the group that begins with `first`.
void Plan::addStatistics(const SiteGroup& group) {
    shaders::StatisticsPush push{};
    push.firstSite = group.first;
    push.sites = group.count;
    push.firstGroupWord = frameBlock_->firstGroupWord(group.first);
    push.groupsWord = static_cast<int>(frameBlock_->indirectOffset(group.first) / 4);
    std::string names;
    std::int64_t bytes = 0;
    const auto groupBytes = static_cast<std::uint64_t>(kernels_.precision == Precision::Fp16 ? 16 : 32);
    const auto sites = model::sites(network_->graph);
    for (int i = 0; i < group.count; ++i) {
        const auto& site = sites[static_cast<std::size_t>(group.first + i)];
        const FeatureMap& features = map(site.input);
        const std::uint64_t offset = features.offsetBytes - group.offsetBytes;
        IMPASTO_CHECK(offset % groupBytes == 0);
        push.places[i] = {static_cast<int>(offset / groupBytes), features.shape.width, features.shape.height};
        names += " " + site.name;
        bytes += static_cast<std::int64_t>(features.sizeBytes());
    }
    gpu::Binding features = gpu::BufferBinding{arena_->handle(), group.offsetBytes, group.sizeBytes};
    if (kernels_.access == Access::Texel) {
        views_.push_back(gpu::createTexelView(*device_, *arena_, texelFormat(), group.offsetBytes, group.sizeBytes));
        features = gpu::TexelBinding{*views_.back()};
    }
    Dispatch statistics = make(
        Kernel{"statistics" + names,
               kernels_.shader("norm/statistics"),
               {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer},
               {features, gpu::BufferBinding{partialsBuffer_->handle()}, gpu::BufferBinding{blockBuffer_->handle()}}},
        push);
    statistics.indirectBuffer = blockBuffer_->handle();
    statistics.indirectOffset = frameBlock_->indirectOffset(group.first);
    statistics.bytesMoved = bytes;
    dispatches_.push_back(std::move(statistics));

    Dispatch coefficients =
        make(Kernel{"coefficients" + names,
                    "norm/coefficients",
                    std::vector<BindingKind>(5, BindingKind::StorageBuffer),
                    {gpu::BufferBinding{blockBuffer_->handle()}, gpu::BufferBinding{partialsBuffer_->handle()},
                     gpu::BufferBinding{statisticsBuffer_->handle()}, gpu::BufferBinding{coefficientsBuffer_->handle()},
                     gpu::BufferBinding{historyBuffer_->handle()}}},
             shaders::CoefficientsPush{frameBlock_->regionBase()});
    coefficients.baseZ = static_cast<std::uint32_t>(group.first);
    coefficients.groups[2] = static_cast<std::uint32_t>(group.count);
    dispatches_.push_back(std::move(coefficients));
}

void Plan::add(const FusedNode& node, const model::Normalize& site) {
    const int input = node.inputs[0];
    const Shape& features = shape(input);
    const auto index = static_cast<std::size_t>(site.index);
    for (const SiteGroup& group : siteGroups_) {
        if (group.first == site.index)
            addStatistics(group);
    }
    if (frameBlock_->hasLowRank(site.index))
        addCovariance(input, site);

    if (params_.purpose == Purpose::Stylize)
        addHistogram(input, site);
    if (!isRead(node.output))
        return;
    shaders::RegionAffinePush affinePush{};
    affinePush.plain.planeTexels = static_cast<int>(features.planeSize());
    affinePush.plain.coefficientBase = frameBlock_->coefficientBase(site.index);
    affinePush.plain.channels = features.channels;
    affinePush.regionStride = frameBlock_->regionStride();
    affinePush.regionsWord = frameBlock_->regionsWord(site.index);
    affinePush.maskBase = static_cast<int>(maskPlaces_[index].base);
    Dispatch affine =
        make(Kernel{describeDispatch("affine " + site.site, features),
                    kernels_.writingShader("norm/affine"),
                    {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer,
                     BindingKind::StorageBuffer, BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                    {source(input), gpu::BufferBinding{coefficientsBuffer_->handle()}, target(node.output), overflow(),
                     gpu::BufferBinding{blockBuffer_->handle()}, gpu::BufferBinding{maskBuffer_->handle()}}},
             affinePush);
    affine.groups = {groupsFor(affinePush.plain.planeTexels, shaders::kLinearGroup * shaders::kAffinePixels),
                     static_cast<std::uint32_t>(map(input).blocks()), 1};
    affine.bytesMoved = 2 * static_cast<std::int64_t>(map(input).sizeBytes());
    if (node.readAsResidual)
        affine.separateSites = true;
    dispatches_.push_back(std::move(affine));
    if (frameBlock_->hasLowRank(site.index))
        addMix(node, site);
}

void Plan::addCovariance(int input, const model::Normalize& site) {
    const Shape& features = shape(input);
    const shaders::LowRankPush push{.pixels = static_cast<int>(features.planeSize()),
                                    .channels = features.channels,
                                    .site = site.index,
                                    .matrixBase = frameBlock_->matrixBase(site.index),
                                    .covarianceBase = frameBlock_->covarianceBase(site.index)};
    Dispatch dispatch = makeOccasional(
        Kernel{describeDispatch("covariance " + site.site, features),
               kernels_.shader("norm/covariance"),
               {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer, BindingKind::StorageBuffer},
               {source(input), gpu::BufferBinding{blockBuffer_->handle()},
                gpu::BufferBinding{statisticsBuffer_->handle()}, gpu::BufferBinding{covarianceBuffer_->handle()}}},
        push);
    dispatch.indirectBuffer = blockBuffer_->handle();
    dispatch.indirectOffset = frameBlock_->covarianceIndirectOffset(site.index);
    dispatches_.push_back(std::move(dispatch));
}

void Plan::addHistogram(int input, const model::Normalize& site) {
    const Shape& features = shape(input);
    const shaders::HistogramPush push{.pixels = static_cast<int>(features.planeSize()),
                                      .channels = features.channels,
                                      .site = site.index,
                                      .coefficientBase = frameBlock_->coefficientBase(site.index),
                                      .channelWord = frameBlock_->histogramWord()};
    Dispatch dispatch = makeOccasional(
        Kernel{
            "histogram " + site.site,
            kernels_.shader("norm/histogram"),
            {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer, BindingKind::StorageBuffer,
             BindingKind::StorageBuffer},
            {source(input), gpu::BufferBinding{blockBuffer_->handle()}, gpu::BufferBinding{statisticsBuffer_->handle()},
             gpu::BufferBinding{coefficientsBuffer_->handle()}, gpu::BufferBinding{histogramBuffer_->handle()}}},
        push);
    dispatch.indirectBuffer = blockBuffer_->handle();
    dispatch.indirectOffset = frameBlock_->histogramIndirectOffset(site.index);
    dispatches_.push_back(std::move(dispatch));
}

void Plan::addMix(const FusedNode& node, const model::Normalize& site) {
    const Shape& features = shape(node.output);
    const shaders::LowRankPush push{.pixels = static_cast<int>(features.planeSize()),
                                    .channels = features.channels,
                                    .site = site.index,
                                    .matrixBase = frameBlock_->matrixBase(site.index),
                                    .covarianceBase = frameBlock_->covarianceBase(site.index)};
    Dispatch dispatch =
        makeOccasional(Kernel{describeDispatch("mix " + site.site, features),
                              kernels_.writingShader("norm/mix"),
                              {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer,
                               BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                              {source(node.inputs[0]), gpu::BufferBinding{blockBuffer_->handle()},
                               gpu::BufferBinding{statisticsBuffer_->handle()}, target(node.output), overflow()}},
                       push);
    dispatch.indirectBuffer = blockBuffer_->handle();
    dispatch.indirectOffset = frameBlock_->mixIndirectOffset(site.index);
    if (node.readAsResidual)
        dispatch.separateSites = true;
    dispatches_.push_back(std::move(dispatch));
}

}  // namespace impasto::nn
