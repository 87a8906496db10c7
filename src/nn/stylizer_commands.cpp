// SPDX-License-Identifier: MIT
// The stylizer's memory and the commands it records.
#include <cstring>
#include <limits>

#include "base/check.h"
#include "nn/stylizer_implementation.h"

namespace impasto::nn {
namespace {

constexpr double kSliceBudgetMs = 4.0;
constexpr double kUnsliced = std::numeric_limits<double>::infinity();

}  // namespace

CompositeKind Stylizer::Implementation::compositeKind(bool guided, bool coloured) const {
    return {.content = params_.networkInput, .pictureExtent = params_.source, .guided = guided, .coloured = coloured};
}

void Stylizer::Implementation::buildComposites() const {
    for (const bool coloured : {false, true}) {
        for (const bool guided : {false, true}) {
            if (coloured || !plan_.headPlace())
                compositePipeline(plan_, params_.pipelines, lastPicture_, compositeKind(guided, coloured));
        }
    }
}

void Stylizer::Implementation::createPicture(Slot& slot) {
    const auto pixels =
        static_cast<std::uint64_t>(params_.source.height) * static_cast<std::uint64_t>(params_.source.width);
    const bool planes = params_.sourceFormat != PixelFormat::Rgba8;
    slot.picture = std::make_unique<gpu::Buffer>(
        params_.device,
        gpu::Buffer::Params{"source picture", pixels * 4, planes ? gpu::MemoryKind::Device : gpu::MemoryKind::Upload});
    if (!planes)
        return;
    slot.samples = std::make_unique<gpu::Buffer>(
        params_.device, gpu::Buffer::Params{"source samples", planesBufferBytes(params_.sourceFormat, params_.source),
                                            gpu::MemoryKind::Upload});
    slot.dispatches.push_back(unpackPlanesDispatch(
        plan_, params_.pipelines,
        {.samples = *slot.samples, .target = *slot.picture, .format = params_.sourceFormat, .extent = params_.source}));
}

void Stylizer::Implementation::createSlot(Slot& slot) {
    gpu::Device& device = params_.device;
    createPicture(slot);
    for (auto& block : slot.blocks)
        block = std::make_unique<gpu::Buffer>(
            device,
            gpu::Buffer::Params{"frame block staging", plan_.frameBlock().sizeBytes(), gpu::MemoryKind::Upload});
    slot.readback = std::make_unique<gpu::Buffer>(
        device,
        gpu::Buffer::Params{"statistics readback", covarianceOffset(shaders::kSides), gpu::MemoryKind::Readback});
    readbackBytes_.resize(histogramOffset(shaders::kSides));
    slot.dispatches.push_back(loadPictureDispatch(plan_, params_.pipelines,
                                                  {.source = *slot.picture,
                                                   .sourceExtent = params_.source,
                                                   .content = params_.networkInput,
                                                   .mirror = params_.mirror}));
    if (const auto place = plan_.headPlace())
        headPlace_ = slot.dispatches.size() + *place;
    slot.dispatches.insert(slot.dispatches.end(), plan_.dispatches().begin(), plan_.dispatches().end());
    if (canGuide()) {
        slot.dispatches.push_back(guideDispatch(plan_, params_.pipelines, guide_));
        slot.dispatches.back().afterSite = true;
    }
    for (Dispatch& dispatch : colourDispatches(plan_, params_.pipelines, params_.networkInput)) {
        dispatch.afterSite = true;
        slot.dispatches.push_back(std::move(dispatch));
    }
    if (costsMs_.empty()) {
        for (const Dispatch& dispatch : slot.dispatches)
            costsMs_.push_back(guessCostMs(dispatch, device.isSoftware()));
    }
    layerPlaces_.clear();
    for (std::size_t i = 0; i < slot.dispatches.size(); ++i) {
        if (slot.dispatches[i].output >= 0)
            layerPlaces_.push_back(i);
    }
    slot.timestamps = std::make_unique<gpu::Timestamps>(device, timestampsNeeded(slot.dispatches.size() + 1));
    slot.timestampsAgain = std::make_unique<gpu::Timestamps>(device, timestampsNeeded(slot.dispatches.size()));
    slot.mask = std::make_unique<gpu::Buffer>(
        device, gpu::Buffer::Params{"mask staging", plan_.maskBuffer().sizeBytes(), gpu::MemoryKind::Upload});
    recordMaskUpload(slot);
    recordNetwork(slot);
}

/// Submitted before a frame whose mask is another than that of the frame before.
void Stylizer::Implementation::recordMaskUpload(Slot& slot) {
    slot.maskUpload = pool_.allocate();
    slot.maskUpload.begin(vk::CommandBufferBeginInfo());
    gpu::recordBarrier(*slot.maskUpload);
    slot.maskUpload.copyBuffer(slot.mask->handle(), plan_.maskBuffer().handle(),
                               vk::BufferCopy(0, 0, slot.mask->sizeBytes()));
    slot.maskUpload.end();
}

void Stylizer::Implementation::recordNetwork(Slot& slot) {
    const auto prologue = [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(slot.blocks[0]->handle(), plan_.frameBlockBuffer().handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().sizeBytes()));
    };
    std::vector<Dispatch> dispatches = slot.dispatches;
    std::vector<double> costs = costsMs_;
    slot.viewAt = 0;
    bool separateSites = false;
    if (watchedLayer_ >= 0) {
        slot.viewAt = layerPlaces_[static_cast<std::size_t>(watchedLayer_)] + 1;
        separateSites = dispatches[slot.viewAt - 1].separateSites.value_or(false);
        // Whoever looks at the last map wants it written, whoever else writes the picture.
        if (headPlace_ == slot.viewAt - 1)
            dispatches[slot.viewAt - 1].coloured = {};
        const Dispatch view = layerView_.dispatch(plan_, dispatches[slot.viewAt - 1].output, watchedChannel_);
        dispatches.insert(dispatches.begin() + static_cast<std::ptrdiff_t>(slot.viewAt), view);
        costs.insert(costs.begin() + static_cast<std::ptrdiff_t>(slot.viewAt),
                     guessCostMs(view, params_.device.isSoftware()));
    }
    slot.network = record({.pool = pool_,
                           .timestamps = *slot.timestamps,
                           .dispatches = dispatches,
                           .costsMs = costs,
                           .prologue = prologue},
                          separateSites, {});
    slot.dispatchesAgain.clear();
    costs.clear();
    for (std::size_t i = 0; i < slot.dispatches.size(); ++i) {
        // The composite reads the slot's own picture.
        const bool unpacks = slot.samples && i == 0;
        if (!slot.dispatches[i].afterSite && !unpacks)
            continue;
        slot.dispatchesAgain.push_back(slot.dispatches[i]);
        costs.push_back(costsMs_[i]);
    }
    slot.again = record({.pool = pool_,
                         .timestamps = *slot.timestampsAgain,
                         .dispatches = slot.dispatchesAgain,
                         .costsMs = costs,
                         .prologue = prologue},
                        false, {});
}

/// With `separateSites` every recording is one for frames that want them separate.
Stylizer::Implementation::Recordings Stylizer::Implementation::record(
    SliceParams params, bool separateSites, const std::function<void(vk::CommandBuffer, bool occasional)>& epilogue) {
    params.budgetMs = params_.yieldToOthers ? kSliceBudgetMs : kUnsliced;
    Recordings recordings;
    for (std::size_t i = 0; i < FrameNeeds::kCombinations; ++i) {
        const FrameNeeds needs = FrameNeeds::combination(i);
        params.needs = needs;
        params.needs.separateSites = needs.separateSites || separateSites;
        if (epilogue)
            params.epilogue = [&](vk::CommandBuffer commands) { epilogue(commands, needs.occasional); };
        recordings[needs.index()] = recordSlices(params);
    }
    return recordings;
}

void Stylizer::Implementation::recordReadback(vk::CommandBuffer commands, const Slot& slot, int side,
                                              bool occasional) const {
    gpu::recordBarrier(commands);
    const FrameBlock& block = plan_.frameBlock();
    commands.copyBuffer(plan_.statisticsBuffer().handle(), slot.readback->handle(),
                        vk::BufferCopy(0, 0, block.statisticsBytes()));
    commands.copyBuffer(plan_.overflowBuffer().handle(), slot.readback->handle(),
                        vk::BufferCopy(0, overflowOffset(), 4));
    if (block.coefficientsBytes() > 0)
        commands.copyBuffer(plan_.coefficientsBuffer().handle(), slot.readback->handle(),
                            vk::BufferCopy(0, coefficientsOffset(side), block.coefficientsBytes()));
    if (!occasional)
        return;
    commands.copyBuffer(plan_.histogramBuffer().handle(), slot.readback->handle(),
                        vk::BufferCopy(0, histogramOffset(side), kHistogramBytes));
    if (block.covarianceBytes() > 0)
        commands.copyBuffer(plan_.covarianceBuffer().handle(), slot.readback->handle(),
                            vk::BufferCopy(0, covarianceOffset(side), block.covarianceBytes()));
}

Stylizer::Implementation::Tail& Stylizer::Implementation::tailFor(Slot& slot, const TailParams& wanted) {
    IMPASTO_CHECK(static_cast<int>(wanted.target.width()) == params_.output.width &&
                  static_cast<int>(wanted.target.height()) == params_.output.height);
    // With and without guidance at once, so that turning it on and off records nothing.
    for (const bool guided : {!wanted.key.guided, wanted.key.guided}) {
        TailParams params = wanted;
        params.key.guided = guided && canGuide();
        const auto found = slot.tails.find(params.key);
        if (found == slot.tails.end() || found->second.sourceCopy != wanted.sourceCopy ||
            found->second.side != wanted.side || found->second.layerPicture != wanted.layerPicture)
            slot.tails.insert_or_assign(params.key, makeTail(slot, params));
    }
    return slot.tails.at(wanted.key);
}

Stylizer::Implementation::TailParams Stylizer::Implementation::tailParams(const Controls& controls, int side,
                                                                          const gpu::Image& target,
                                                                          const gpu::Image* sourceCopy) const {
    // The gate compares pixel by pixel with the source.
    const bool gated = controls.gateThreshold > 0 && params_.output == params_.source;
    return {.side = side,
            .key = {.target = &target, .gated = gated, .guided = controls.guidance > 0 && canGuide()},
            .target = target,
            .sourceCopy = sourceCopy};
}

Stylizer::Implementation::Tail Stylizer::Implementation::makeTail(Slot& slot, const TailParams& wanted) {
    const gpu::Image& target = wanted.target;
    const gpu::Image* sourceCopy = wanted.sourceCopy;
    const int side = wanted.side;
    Tail tail;
    tail.side = side;
    tail.sourceCopy = sourceCopy;
    tail.layerPicture = wanted.layerPicture;
    std::vector<double> costs;
    for (std::size_t i = 0; side > 0 && i < slot.dispatches.size(); ++i) {
        if (slot.dispatches[i].afterSite) {
            tail.dispatches.push_back(slot.dispatches[i]);
            costs.push_back(costsMs_[i]);
        }
    }
    CompositeParams composite{.kind = compositeKind(wanted.key.guided, false),
                              .last = lastPicture_,
                              .target = target,
                              .guide = guide_,
                              .picture = *slot.picture,
                              .mirror = params_.mirror};
    if (headPlace_) {
        tail.headAt = tail.dispatches.size();
        tail.dispatches.push_back(pictureHeadDispatch(plan_, lastPicture_, target));
        headPictureBytes_ = tail.dispatches.back().bytesMoved;
    } else {
        tail.dispatches.push_back(compositeDispatch(plan_, params_.pipelines, composite));
    }
    composite.kind.coloured = true;
    tail.dispatches.push_back(compositeDispatch(plan_, params_.pipelines, composite));
    compositeBytes_ = tail.dispatches.back().bytesMoved;
    if (frame_ > 1)
        plan_.warmUp(tail.dispatches.back());
    if (wanted.key.gated) {
        for (Dispatch& dispatch : gate_.dispatches(plan_, target, *slot.picture, side))
            tail.dispatches.push_back(std::move(dispatch));
    }
    while (costs.size() < tail.dispatches.size())
        costs.push_back(guessCostMs(tail.dispatches[costs.size()], params_.device.isSoftware()));
    tail.timestamps = std::make_unique<gpu::Timestamps>(params_.device, timestampsNeeded(tail.dispatches.size()));
    const auto prologue = [&](vk::CommandBuffer commands) {
        if (side == 0)
            return;
        gpu::recordBarrier(commands);
        commands.copyBuffer(slot.blocks[static_cast<std::size_t>(side)]->handle(), plan_.frameBlockBuffer().handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().sizeBytes()));
    };
    const auto epilogue = [&](vk::CommandBuffer commands, bool occasional) {
        recordReadback(commands, slot, side, occasional);
        if (wanted.layerPicture)
            layerView_.recordCopy(commands, *wanted.layerPicture);
        if (sourceCopy) {
            commands.copyBufferToImage(slot.picture->handle(), sourceCopy->handle(), vk::ImageLayout::eGeneral,
                                       sourceCopy->wholeRegion());
        }
        gpu::recordHostBarrier(commands);
    };
    tail.commands = record({.pool = pool_,
                            .timestamps = *tail.timestamps,
                            .dispatches = tail.dispatches,
                            .costsMs = costs,
                            .prologue = prologue},
                           false, epilogue);
    return tail;
}

}  // namespace impasto::nn
