// SPDX-License-Identifier: MIT
// The part of a plan that makes the dispatches of a normalization site.
#include "common/low_rank.h"
#include "common/shared.h"
#include "common/views.h"
#include "nn/dispatch_helpers.h"
#include "nn/plan.h"

namespace impasto::nn {

using gpu::BindingKind;

void Plan::add(const FusedNode& node, const model::Normalize& site) {
    const int input = node.inputs[0];
    const Shape& features = shape(input);
    const auto index = static_cast<std::uint32_t>(site.index);
    const auto bytes = static_cast<std::int64_t>(map(input).sizeBytes());

    shaders::StatisticsPush statisticsPush{};
    statisticsPush.width = features.width;
    statisticsPush.height = features.height;
    statisticsPush.site = site.index;
    statisticsPush.partials = frameBlock_->partials(site.index);
    statisticsPush.partialBase = frameBlock_->partialBase(site.index);
    Dispatch statistics = make(Kernel{describeDispatch("statistics " + site.site, features),
                                      kernels_.shader("norm/statistics"),
                                      {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                                      {source(input), gpu::BufferBinding{partialsBuffer_->handle()},
                                       gpu::BufferBinding{blockBuffer_->handle()}}},
                               statisticsPush);
    statistics.indirectBuffer = blockBuffer_->handle();
    statistics.indirectOffset = frameBlock_->indirectOffset(site.index);
    statistics.bytesMoved = bytes;
    dispatches_.push_back(std::move(statistics));

    Dispatch coefficients =
        make(Kernel{"coefficients " + site.site,
                    "norm/coefficients",
                    std::vector<BindingKind>(5, BindingKind::StorageBuffer),
                    {gpu::BufferBinding{blockBuffer_->handle()}, gpu::BufferBinding{partialsBuffer_->handle()},
                     gpu::BufferBinding{statisticsBuffer_->handle()}, gpu::BufferBinding{coefficientsBuffer_->handle()},
                     gpu::BufferBinding{historyBuffer_->handle()}}},
             shaders::CoefficientsPush{frameBlock_->regionBase()});
    coefficients.baseZ = index;
    dispatches_.push_back(std::move(coefficients));
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
                    kernels_.shader("norm/affine"),
                    {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer,
                     BindingKind::StorageBuffer, BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                    {source(input), gpu::BufferBinding{coefficientsBuffer_->handle()}, target(node.output), overflow(),
                     gpu::BufferBinding{blockBuffer_->handle()}, gpu::BufferBinding{maskBuffer_->handle()}}},
             affinePush);
    affine.groups = {groupsFor(affinePush.plain.planeTexels, shaders::kLinearGroup * shaders::kAffinePixels),
                     static_cast<std::uint32_t>(map(input).blocks()), 1};
    affine.bytesMoved = 2 * bytes;
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
    Dispatch dispatch = make(
        Kernel{describeDispatch("covariance " + site.site, features),
               kernels_.shader("norm/covariance"),
               {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer, BindingKind::StorageBuffer},
               {source(input), gpu::BufferBinding{blockBuffer_->handle()},
                gpu::BufferBinding{statisticsBuffer_->handle()}, gpu::BufferBinding{covarianceBuffer_->handle()}}},
        push);
    dispatch.indirectBuffer = blockBuffer_->handle();
    dispatch.indirectOffset = frameBlock_->covarianceIndirectOffset(site.index);
    dispatch.occasional = true;
    dispatches_.push_back(std::move(dispatch));
}

void Plan::addHistogram(int input, const model::Normalize& site) {
    const Shape& features = shape(input);
    const shaders::HistogramPush push{.pixels = static_cast<int>(features.planeSize()),
                                      .channels = features.channels,
                                      .site = site.index,
                                      .coefficientBase = frameBlock_->coefficientBase(site.index),
                                      .channelWord = frameBlock_->histogramWord()};
    Dispatch dispatch =
        make(Kernel{"histogram " + site.site,
                    kernels_.shader("norm/histogram"),
                    {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer,
                     BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                    {source(input), gpu::BufferBinding{blockBuffer_->handle()},
                     gpu::BufferBinding{statisticsBuffer_->handle()}, gpu::BufferBinding{coefficientsBuffer_->handle()},
                     gpu::BufferBinding{histogramBuffer_->handle()}}},
             push);
    dispatch.indirectBuffer = blockBuffer_->handle();
    dispatch.indirectOffset = frameBlock_->histogramIndirectOffset(site.index);
    dispatch.occasional = true;
    dispatches_.push_back(std::move(dispatch));
}

void Plan::addMix(const FusedNode& node, const model::Normalize& site) {
    const Shape& features = shape(node.output);
    const shaders::LowRankPush push{.pixels = static_cast<int>(features.planeSize()),
                                    .channels = features.channels,
                                    .site = site.index,
                                    .matrixBase = frameBlock_->matrixBase(site.index),
                                    .covarianceBase = frameBlock_->covarianceBase(site.index)};
    Dispatch dispatch = make(Kernel{describeDispatch("mix " + site.site, features),
                                    kernels_.shader("norm/mix"),
                                    {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer,
                                     BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                                    {source(node.inputs[0]), gpu::BufferBinding{blockBuffer_->handle()},
                                     gpu::BufferBinding{statisticsBuffer_->handle()}, target(node.output), overflow()}},
                             push);
    dispatch.indirectBuffer = blockBuffer_->handle();
    dispatch.indirectOffset = frameBlock_->mixIndirectOffset(site.index);
    dispatch.occasional = true;
    dispatches_.push_back(std::move(dispatch));
}

}  // namespace impasto::nn
