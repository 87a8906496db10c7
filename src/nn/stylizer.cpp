// SPDX-License-Identifier: MIT
#include "nn/stylizer.h"

#include <cstring>
#include <future>

#include "base/check.h"
#include "image/picture.h"
#include "model/input_size.h"
#include "nn/stylizer_implementation.h"

namespace impasto::nn {

Stylizer::Implementation::Implementation(const Params& params)
    : params_(params),
      plan_({.device = params.device,
             .pipelines = params.pipelines,
             .network = *params.network,
             .input = model::paddedExtent(params.networkInput, params.network->graph.multiple),
             .precision = params.precision,
             .fuseEnds = true,
             .keepInput = true,
             .pictureInHead = params.output == params.networkInput,
             .choices = params.choices}),
      guide_(params.device, plan_),
      lastPicture_(params.device, plan_, params.output),
      gate_(params.device, params.pipelines, params.output),
      layerView_(params.device, params.pipelines),
      timeline_(params.device),
      pool_(params.device, params.device.computeQueue()) {
    try {
        auto beside = std::async(std::launch::async, [this] { buildComposites(); });
        for (Slot& slot : slots_)
            createSlot(slot);
        beside.get();
    } catch (...) {
        plan_.waitForWarmUp();  // it may use what is about to go
        throw;
    }
    listOperations();
}

Stylizer::Implementation::~Implementation() {
    plan_.waitForWarmUp();
    // A lost device ends every wait; there is nothing left to wait for then.
    try {
        timeline_.wait(timeline_.lastSubmitted());
    } catch (const std::exception&) {
        return;
    }
}

void Stylizer::Implementation::upload(Slot& slot, std::span<const std::uint8_t> pixels) const {
    IMPASTO_CHECK(pixels.size() ==
                  planeLayout(params_.sourceFormat, params_.source.width, params_.source.height).bytes);
    if (!slot.samples) {
        std::memcpy(slot.picture->mapped().data(), pixels.data(), pixels.size());
        return;
    }
    writePlanesHeader(slot.samples->mapped(), planeColour_, planeMirror_);
    std::memcpy(slot.samples->mapped().data() + sizeof(shaders::PlanesHeader), pixels.data(), pixels.size());
}

void Stylizer::Implementation::watchLayer(int layer, int channel) {
    const int known = layer < static_cast<int>(layerPlaces_.size()) ? layer : -1;
    if (known == watchedLayer_ && channel == watchedChannel_)
        return;
    watchedLayer_ = known;
    watchedChannel_ = channel;
    for (Slot& slot : slots_) {
        timeline_.wait(slot.value);
        collect(slot);
        slot.value = 0;
        recordNetwork(slot);
    }
}

std::uint64_t Stylizer::Implementation::submitPaced(const std::vector<vk::CommandBuffer>& commands) {
    gpu::Queue& queue = params_.device.computeQueue();
    if (!params_.yieldToOthers)
        return queue.submit(timeline_, commands);
    std::uint64_t value = 0;
    for (const vk::CommandBuffer& slice : commands) {
        // One slice runs, one is queued: whoever else submits waits for those two at most.
        if (timeline_.lastSubmitted() >= 1)
            timeline_.wait(timeline_.lastSubmitted() - 1);
        value = queue.submit(timeline_, std::span(&slice, 1));
    }
    return value;
}

std::uint64_t Stylizer::Implementation::submit(std::span<const std::uint8_t> rgba, const Controls& controls,
                                               const gpu::Image& target, const gpu::Image* sourceCopy,
                                               std::span<const ExtraPass> extraPasses, const gpu::Image* layerPicture,
                                               bool samePicture) {
    IMPASTO_CHECK(!samePicture || frame_ > 0);
    // A watched layer may be one of the encoder's.
    const bool again = samePicture && watchedLayer_ < 0;
    const std::uint64_t value = submitOnce(rgba, controls, target, sourceCopy, extraPasses, layerPicture, again);
    if (!plan_.frameBlock().lacksCovariance())
        return value;
    // A first frame has no covariance of one before: it is run once to have its own.
    collect(slots_[(frame_ - 1) % slots_.size()]);
    return submitOnce(rgba, controls, target, sourceCopy, extraPasses, layerPicture, again);
}

std::uint64_t Stylizer::Implementation::submitOnce(std::span<const std::uint8_t> rgba, const Controls& controls,
                                                   const gpu::Image& target, const gpu::Image* sourceCopy,
                                                   std::span<const ExtraPass> extraPasses,
                                                   const gpu::Image* layerPicture, bool samePicture) {
    if (frame_ > 0)
        plan_.warmUpOccasional();
    Slot& slot = slots_[frame_++ % slots_.size()];
    collect(slot);
    upload(slot, rgba);
    FrameBlock& block = plan_.frameBlock();
    const FrameNeeds needs = block.fill(slot.blocks[0]->mapped(), controls);
    slot.lastTails.clear();
    slot.ranAgain = samePicture;
    TailParams firstSide = tailParams(controls, 0, target, sourceCopy);
    firstSide.layerPicture = layerView_.buffer() ? layerPicture : nullptr;
    slot.lastTails.push_back({&tailFor(slot, firstSide), needs});
    for (const ExtraPass& pass : extraPasses) {
        IMPASTO_CHECK(pass.side > 0 && pass.side < shaders::kSides);
        const FrameNeeds sideNeeds =
            block.fill(slot.blocks[static_cast<std::size_t>(pass.side)]->mapped(), *pass.controls, pass.side);
        slot.lastTails.push_back(
            {&tailFor(slot, tailParams(*pass.controls, pass.side, *pass.target, nullptr)), sideNeeds});
    }
    commands_.clear();
    if (controls.mask && controls.mask != mask_) {
        plan_.writeMask(*controls.mask, params_.networkInput, slot.mask->mapped());
        commands_.push_back(*slot.maskUpload);
        mask_ = controls.mask;
    }
    const auto append = [&](const SlicedCommands& recorded) {
        dispatchCount_ += recorded.recordedCount;
        for (const auto& slice : recorded.slices)
            commands_.push_back(*slice);
    };
    dispatchCount_ = 0;
    append((samePicture ? slot.again : slot.network)[needs.index()]);
    for (const RunTail& ran : slot.lastTails)
        append(ran.commands());
    slot.value = submitPaced(commands_);
    return slot.value;
}

void Stylizer::Implementation::forget(const gpu::Image& target) {
    for (Slot& slot : slots_) {
        collect(slot);
        slot.value = 0;
        slot.lastTails.clear();
        std::erase_if(slot.tails, [&](const auto& entry) { return entry.first.target == &target; });
    }
}

Stylizer::Stylizer(const Params& params) : implementation_(std::make_unique<Implementation>(params)) {}
Stylizer::~Stylizer() = default;

std::uint64_t Stylizer::submit(std::span<const std::uint8_t> rgba, const Controls& controls, const gpu::Image& target,
                               const gpu::Image* sourceCopy, std::span<const ExtraPass> extraPasses,
                               const gpu::Image* layerPicture, bool samePicture) {
    return implementation_->submit(rgba, controls, target, sourceCopy, extraPasses, layerPicture, samePicture);
}
void Stylizer::setPlanes(const YuvColour& colour, bool mirror) {
    implementation_->setPlanes(colour, mirror);
}
void Stylizer::forget(const gpu::Image& target) {
    implementation_->forget(target);
}
const gpu::Timeline& Stylizer::timeline() const {
    return implementation_->timeline();
}
void Stylizer::wait(std::uint64_t value) const {
    implementation_->timeline().wait(value);
}
void Stylizer::resetHistory() {
    implementation_->plan().frameBlock().resetHistory();
}
StyleStatistics Stylizer::contentStatistics() const {
    return implementation_->contentStatistics();
}
std::vector<SiteView> Stylizer::siteViews(int side) const {
    return implementation_->siteViews(side);
}
const std::vector<OperationTime>& Stylizer::operationTimes() const {
    return implementation_->operationTimes();
}
std::vector<std::uint32_t> Stylizer::histogram(int side) const {
    return implementation_->histogram(side);
}
const std::vector<Stylizer::Layer>& Stylizer::layers() const {
    return implementation_->layers();
}
void Stylizer::watchLayer(int layer, int channel) {
    implementation_->watchLayer(layer, channel);
}
int Stylizer::layerTilesAcross(int channels) {
    return LayerView::tilesAcross(channels);
}
double Stylizer::lowRankDistance(int side) const {
    return implementation_->lowRankDistance(side);
}
double Stylizer::siteTimeMs(int side) const {
    return implementation_->siteTimeMs(side);
}
double Stylizer::gpuTimeMs() const {
    return implementation_->gpuTimeMs();
}
double Stylizer::firstGpuTimeMs() const {
    return implementation_->firstGpuTimeMs();
}
std::size_t Stylizer::dispatchCount() const {
    return implementation_->dispatchCount();
}
std::uint64_t Stylizer::arenaBytes() const {
    return implementation_->plan().arenaBytes();
}
std::uint64_t Stylizer::arenaBytesUnaliased() const {
    return implementation_->plan().arenaBytesUnaliased();
}
std::uint64_t Stylizer::saturatedValues() const {
    return implementation_->saturated();
}
Extent Stylizer::paddedExtent() const {
    return implementation_->plan().inputExtent();
}

}  // namespace impasto::nn
