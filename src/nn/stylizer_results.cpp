// SPDX-License-Identifier: MIT
// What the stylizer reads back of a finished frame: times, statistics, coefficients.
#include <algorithm>
#include <cstring>

#include "nn/stylizer_implementation.h"

namespace impasto::nn {
namespace {

/// Frames measured before the network is cut into slices by time instead of by guess; the first ones compile kernels.
constexpr int kFramesBeforeCut = 3;

}  // namespace

void Stylizer::Implementation::collect(Slot& slot) {
    if (slot.value == 0)
        return;
    timeline_.wait(slot.value);
    const auto bytes = slot.readback->mapped();
    std::copy_n(bytes.begin(), readbackBytes_.size(), readbackBytes_.begin());
    std::uint32_t overflow = 0;
    std::memcpy(&overflow, bytes.data() + overflowOffset(), 4);
    saturated_ = overflow;
    ranSide_.fill(false);
    for (const auto& [tail, needs] : slot.lastTails) {
        ranSide_[static_cast<std::size_t>(tail->side)] = true;
        if (needs.occasional)
            plan_.frameBlock().setContentCovariance(
                bytes.subspan(covarianceOffset(tail->side), plan_.frameBlock().covarianceBytes()), tail->side);
    }
    if (slot.timestamps->available())
        collectTimes(slot);
}

void Stylizer::Implementation::collectNetworkTimes(const Slot& slot) {
    const SlicedCommands& commands = (slot.ranAgain ? slot.again : slot.network)[slot.lastTails.front().needs.index()];
    const std::vector<Dispatch>& dispatches = slot.ranAgain ? slot.dispatchesAgain : slot.dispatches;
    const gpu::Timestamps& timestamps = slot.ranAgain ? *slot.timestampsAgain : *slot.timestamps;
    commands.readTimesMs(timestamps, ticksMs_, slot.ranAgain ? timesAgainMs_ : timesMs_);
    if (!slot.ranAgain && slot.viewAt > 0)
        timesMs_.erase(timesMs_.begin() + static_cast<std::ptrdiff_t>(slot.viewAt));
    const std::vector<double>& times = slot.ranAgain ? timesAgainMs_ : timesMs_;
    for (std::size_t i = 0; i < times.size(); ++i) {
        gpuTimeMs_ += times[i];
        if (dispatches[i].atSite)
            siteTimesMs_[0] += times[i];
    }
}

void Stylizer::Implementation::collectTimes(Slot& slot) {
    const double gpuTimeBeforeMs = gpuTimeMs_;
    gpuTimeMs_ = 0;
    headMs_ = 0;
    sideTimesMs_.fill(0);
    siteTimesMs_.fill(0);
    collectNetworkTimes(slot);
    for (const RunTail& ran : slot.lastTails) {
        const auto side = static_cast<std::size_t>(ran.tail->side);
        ran.commands().readTimesMs(*ran.tail->timestamps, ticksMs_, tailTimesMs_);
        for (std::size_t i = 0; i < tailTimesMs_.size(); ++i) {
            sideTimesMs_[side] += tailTimesMs_[i];
            if (ran.tail->dispatches[i].atSite)
                siteTimesMs_[side] += tailTimesMs_[i];
            if (side == 0 && ran.tail->headAt == i)
                headMs_ = tailTimesMs_[i];
        }
        gpuTimeMs_ += sideTimesMs_[side];
    }
    if (slot.ranAgain)
        gpuTimeMs_ = gpuTimeBeforeMs;
    compositeMs_ = sideTimesMs_[0] - headMs_;
    fillOperationTimes();
    if (measuredFrames_++ == 0)
        firstGpuTimeMs_ = gpuTimeMs_;
    if (params_.yieldToOthers && measuredFrames_ >= kFramesBeforeCut && !slot.ranAgain) {
        if (!cutByTime_)
            takeCosts(slot);
        cutByTime_ = true;
        if (!slot.cutByTime)
            recordNetwork(slot);
        slot.cutByTime = true;
    }
}

/// What the last frame measured in place of the guesses, of which those stay that it did not run.
void Stylizer::Implementation::takeCosts(const Slot& slot) {
    for (std::size_t i = 0; i < costsMs_.size(); ++i) {
        if (slot.dispatches[i].runsIn(slot.lastTails.front().needs))
            costsMs_[i] = timesMs_[i];
    }
}

std::vector<std::uint32_t> Stylizer::Implementation::histogram(int side) const {
    if (!ranSide_[static_cast<std::size_t>(side)])
        return {};
    std::vector<std::uint32_t> counts(std::size_t{2} * shaders::kHistogramBins);
    std::memcpy(counts.data(), readbackBytes_.data() + histogramOffset(side), kHistogramBytes);
    return counts;
}

std::vector<SiteView> Stylizer::Implementation::siteViews(int side) const {
    if (!ranSide_[static_cast<std::size_t>(side)])
        return {};
    const std::span<const std::byte> bytes(readbackBytes_);
    return plan_.frameBlock().readSide(bytes.first(overflowOffset()), bytes.subspan(coefficientsOffset(side)), side);
}

void Stylizer::Implementation::listOperations() {
    for (const Dispatch& dispatch : slots_.front().dispatches) {
        const auto same = std::find_if(
            operationTimes_.begin(), operationTimes_.end(),
            [&](const OperationTime& listed) { return dispatch.separateSites && listed.name == dispatch.name; });
        operationOf_.push_back(static_cast<std::size_t>(same - operationTimes_.begin()));
        if (same == operationTimes_.end())
            operationTimes_.push_back({dispatch.name, 0.0, dispatch.multiplyAdds, dispatch.multiplyAddsSaved,
                                       dispatch.bytesMoved, dispatch.ofNetwork});
    }
    composite_ = operationTimes_.size();
    operationTimes_.push_back({.name = "composite"});
    for (const std::size_t place : layerPlaces_) {
        const Dispatch& dispatch = slots_.front().dispatches[place];
        layers_.push_back({dispatch.name, plan_.map(dispatch.output).shape.channels});
    }
}

void Stylizer::Implementation::fillOperationTimes() {
    for (std::size_t i = 0; i < composite_; ++i)
        operationTimes_[i].timeMs = 0;
    for (std::size_t i = 0; i < operationOf_.size() && i < timesMs_.size(); ++i)
        operationTimes_[operationOf_[i]].timeMs += timesMs_[i];
    operationTimes_[composite_].timeMs = compositeMs_;
    operationTimes_[composite_].bytesMoved = headMs_ > 0 ? 0 : compositeBytes_;
    if (headPlace_) {
        OperationTime& head = operationTimes_[operationOf_[*headPlace_]];
        head.timeMs += headMs_;
        head.bytesMoved = headMs_ > 0 ? headPictureBytes_ : slots_.front().dispatches[*headPlace_].bytesMoved;
    }
    if (!ranSide_[1]) {
        operationTimes_.resize(composite_ + 1);
        return;
    }
    if (operationTimes_.size() == composite_ + 1)
        operationTimes_.push_back({"side B, sites to composite", 0.0, 0, 0, 0});
    operationTimes_.back().timeMs = sideTimesMs_[1];
}

}  // namespace impasto::nn
