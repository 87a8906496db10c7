// SPDX-License-Identifier: MIT
#include "nn/stylizer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <map>

#include "base/check.h"
#include "common/shared.h"
#include "gpu/commands.h"
#include "gpu/retire.h"
#include "gpu/timestamps.h"
#include "model/input_size.h"
#include "nn/layer_view.h"
#include "nn/picture_kernels.h"
#include "nn/plan.h"
#include "nn/similarity_gate.h"
#include "nn/slices.h"

namespace impasto::nn {
namespace {

constexpr double kSliceBudgetMs = 4.0;
constexpr double kUnsliced = std::numeric_limits<double>::infinity();
/// Frames measured before the network is cut into slices by time instead of by guess; the first ones compile kernels.
constexpr int kFramesBeforeCut = 3;

}  // namespace

class Stylizer::Implementation {
  public:
    explicit Implementation(const Params& params);
    ~Implementation();

    std::uint64_t submit(std::span<const std::uint8_t> rgba, const Controls& controls, const gpu::Image& target,
                         const gpu::Image* sourceCopy, std::span<const ExtraPass> extraPasses,
                         const gpu::Image* layerPicture);
    void forget(const gpu::Image& target);

    const gpu::Timeline& timeline() const { return timeline_; }
    Plan& plan() { return plan_; }
    const Plan& plan() const { return plan_; }
    StyleStatistics contentStatistics() const { return plan_.frameBlock().readStatistics(readbackBytes_); }
    std::vector<SiteView> siteViews(int side) const;
    std::vector<OperationTime> operationTimes() const;
    double gpuTimeMs() const { return gpuTimeMs_; }
    double firstGpuTimeMs() const { return firstGpuTimeMs_; }
    std::vector<Layer> layers() const;
    void watchLayer(int layer, int channel);
    std::vector<std::uint32_t> histogram(int side) const;
    double lowRankDistance(int side) const { return plan_.frameBlock().matrixDistance(0, side); }
    double siteTimeMs(int side) const { return siteTimesMs_[static_cast<std::size_t>(side)]; }
    std::uint64_t saturated() const { return saturated_; }

  private:
    /// The commands that end a frame, for one target (and copy of the source).
    struct Tail {
        int side = 0;
        const gpu::Image* sourceCopy = nullptr;
        const gpu::Image* layerPicture = nullptr;
        std::vector<Dispatch> dispatches;  ///< the composite last; for further sides what comes after the sites before it
        std::unique_ptr<gpu::Timestamps> timestamps;
        SlicedCommands commands;
    };
    /// What one frame in flight needs for itself.
    struct Slot {
        std::unique_ptr<gpu::Buffer> picture;
        std::array<std::unique_ptr<gpu::Buffer>, shaders::kSides> blocks;
        std::unique_ptr<gpu::Buffer> mask;
        vk::raii::CommandBuffer maskUpload{nullptr};
        std::unique_ptr<gpu::Buffer> readback;  ///< statistics of all sides, overflow counter, coefficients side by side
        std::unique_ptr<gpu::Timestamps> timestamps;
        std::vector<Dispatch> dispatches;
        SlicedCommands network;
        std::size_t viewAt = 0;  ///< place of the layer view among the recorded dispatches; 0: there is none
        std::map<std::pair<const gpu::Image*, bool>, Tail> tails;  ///< by target, without and with the gate
        std::vector<const Tail*> lastTails;  ///< of its last frame, side 0 first
        std::uint64_t value = 0;  ///< timeline value of its last frame
        bool cutByTime = false;
    };

    void createSlot(Slot& slot);
    void recordNetwork(Slot& slot);
    struct TailParams {
        int side = 0;
        bool gated = false;  ///< the similarity gate follows the composite
        const gpu::Image& target;
        const gpu::Image* sourceCopy = nullptr;
        const gpu::Image* layerPicture = nullptr;
    };
    Tail& tailFor(Slot& slot, const TailParams& params);
    std::uint64_t submitOnce(std::span<const std::uint8_t> rgba, const Controls& controls, const gpu::Image& target,
                             const gpu::Image* sourceCopy, std::span<const ExtraPass> extraPasses,
                             const gpu::Image* layerPicture);
    static constexpr std::uint64_t kHistogramBytes = std::uint64_t{2} * shaders::kHistogramBins * 4;
    std::uint64_t histogramOffset(int side) const {
        return coefficientsOffset(shaders::kSides) + static_cast<std::uint64_t>(side) * kHistogramBytes;
    }
    std::uint64_t covarianceOffset(int side) const {
        return histogramOffset(shaders::kSides) +
               static_cast<std::uint64_t>(side) * plan_.frameBlock().covarianceBytes();
    }
    void recordReadback(vk::CommandBuffer commands, const Slot& slot, int side) const;
    void recordMaskUpload(Slot& slot);
    void collect(Slot& slot);
    void collectTimes(Slot& slot);
    std::uint64_t overflowOffset() const { return plan_.frameBlock().statisticsBytes(); }
    std::uint64_t coefficientsOffset(int side) const {
        return overflowOffset() + 8 + static_cast<std::uint64_t>(side) * plan_.frameBlock().coefficientsBytes();
    }
    std::uint64_t submitPaced(const std::vector<vk::CommandBuffer>& commands);

    Params params_;
    Plan plan_;
    GuideMap guide_;
    SimilarityGate gate_;
    LayerView layerView_;
    gpu::Timeline timeline_;
    gpu::CommandPool pool_;
    std::array<Slot, 2> slots_;
    std::shared_ptr<const RegionMask> mask_;  ///< in the plan's buffer
    std::vector<double> costsMs_;
    std::vector<std::size_t> layerPlaces_;  ///< of the dispatches that complete a layer
    int watchedLayer_ = -1;
    int watchedChannel_ = -1;
    std::uint64_t frame_ = 0;
    int measuredFrames_ = 0;
    std::vector<std::byte> readbackBytes_;  ///< of the last finished frame
    std::array<bool, shaders::kSides> ranSide_{};
    std::array<double, shaders::kSides> sideTimesMs_{};
    std::array<double, shaders::kSides> siteTimesMs_{};
    std::vector<double> timesMs_;
    std::vector<vk::CommandBuffer> commands_;
    double compositeMs_ = 0;
    double gpuTimeMs_ = 0;
    double firstGpuTimeMs_ = 0;
    std::uint64_t saturated_ = 0;
};

Stylizer::Implementation::Implementation(const Params& params)
    : params_(params),
      plan_({.device = params.device,
             .pipelines = params.pipelines,
             .network = *params.network,
             .input = model::paddedExtent(params.networkInput, params.network->graph.multiple),
             .precision = params.precision,
             .fuseEnds = true,
             .keepInput = true}),
      guide_(params.device, plan_),
      gate_(params.device, params.pipelines, params.output),
      layerView_(params.device, params.pipelines),
      timeline_(params.device),
      pool_(params.device, params.device.computeQueue()) {
    for (Slot& slot : slots_)
        createSlot(slot);
}

Stylizer::Implementation::~Implementation() {
    // A lost device ends every wait; there is nothing left to wait for then.
    try {
        timeline_.wait(timeline_.lastSubmitted());
    } catch (const std::exception&) {
        return;
    }
}

void Stylizer::Implementation::createSlot(Slot& slot) {
    const auto pixels =
        static_cast<std::uint64_t>(params_.source.height) * static_cast<std::uint64_t>(params_.source.width);
    gpu::Device& device = params_.device;
    slot.picture = std::make_unique<gpu::Buffer>(
        device, gpu::Buffer::Params{"source picture", pixels * 4, gpu::MemoryKind::Upload});
    for (auto& block : slot.blocks)
        block = std::make_unique<gpu::Buffer>(
            device,
            gpu::Buffer::Params{"frame block staging", plan_.frameBlock().sizeBytes(), gpu::MemoryKind::Upload});
    slot.readback = std::make_unique<gpu::Buffer>(
        device, gpu::Buffer::Params{"statistics readback", covarianceOffset(shaders::kSides),
                                    gpu::MemoryKind::Readback});
    readbackBytes_.resize(histogramOffset(shaders::kSides));
    slot.dispatches.push_back(loadPictureDispatch(plan_, params_.pipelines,
                                                  {.source = *slot.picture,
                                                   .sourceExtent = params_.source,
                                                   .content = params_.networkInput,
                                                   .mirror = params_.mirror}));
    slot.dispatches.insert(slot.dispatches.end(), plan_.dispatches().begin(), plan_.dispatches().end());
    slot.dispatches.push_back(guideDispatch(plan_, params_.pipelines, guide_));
    slot.dispatches.back().afterSite = true;
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
    if (watchedLayer_ >= 0) {
        slot.viewAt = layerPlaces_[static_cast<std::size_t>(watchedLayer_)] + 1;
        const Dispatch view = layerView_.dispatch(plan_, dispatches[slot.viewAt - 1].output, watchedChannel_);
        dispatches.insert(dispatches.begin() + static_cast<std::ptrdiff_t>(slot.viewAt), view);
        costs.insert(costs.begin() + static_cast<std::ptrdiff_t>(slot.viewAt),
                     guessCostMs(view, params_.device.isSoftware()));
    }
    slot.network = recordSlices({.pool = pool_,
                                 .timestamps = *slot.timestamps,
                                 .dispatches = dispatches,
                                 .costsMs = costs,
                                 .budgetMs = params_.yieldToOthers ? kSliceBudgetMs : kUnsliced,
                                 .prologue = prologue});
}

void Stylizer::Implementation::recordReadback(vk::CommandBuffer commands, const Slot& slot, int side) const {
    gpu::recordBarrier(commands);
    const FrameBlock& block = plan_.frameBlock();
    commands.copyBuffer(plan_.statisticsBuffer().handle(), slot.readback->handle(),
                        vk::BufferCopy(0, 0, block.statisticsBytes()));
    commands.copyBuffer(plan_.overflowBuffer().handle(), slot.readback->handle(),
                        vk::BufferCopy(0, overflowOffset(), 4));
    if (block.coefficientsBytes() > 0)
        commands.copyBuffer(plan_.coefficientsBuffer().handle(), slot.readback->handle(),
                            vk::BufferCopy(0, coefficientsOffset(side), block.coefficientsBytes()));
    commands.copyBuffer(plan_.histogramBuffer().handle(), slot.readback->handle(),
                        vk::BufferCopy(0, histogramOffset(side), kHistogramBytes));
    if (block.covarianceBytes() > 0)
        commands.copyBuffer(plan_.covarianceBuffer().handle(), slot.readback->handle(),
                            vk::BufferCopy(0, covarianceOffset(side), block.covarianceBytes()));
}

Stylizer::Implementation::Tail& Stylizer::Implementation::tailFor(Slot& slot, const TailParams& wanted) {
    const gpu::Image& target = wanted.target;
    const gpu::Image* sourceCopy = wanted.sourceCopy;
    const int side = wanted.side;
    const auto found = slot.tails.find({&target, wanted.gated});
    if (found != slot.tails.end() && found->second.sourceCopy == sourceCopy && found->second.side == side &&
        found->second.layerPicture == wanted.layerPicture)
        return found->second;
    IMPASTO_CHECK(static_cast<int>(target.width()) == params_.output.width &&
                  static_cast<int>(target.height()) == params_.output.height);
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
    tail.dispatches.push_back(compositeDispatch(plan_, params_.pipelines,
                                                {.target = target,
                                                 .content = params_.networkInput,
                                                 .guide = guide_,
                                                 .picture = *slot.picture,
                                                 .pictureExtent = params_.source,
                                                 .mirror = params_.mirror}));
    if (wanted.gated) {
        for (Dispatch& dispatch : gate_.dispatches(plan_, target, *slot.picture, side))
            tail.dispatches.push_back(std::move(dispatch));
    }
    while (costs.size() < tail.dispatches.size())
        costs.push_back(guessCostMs(tail.dispatches[costs.size()], params_.device.isSoftware()));
    tail.timestamps =
        std::make_unique<gpu::Timestamps>(params_.device, timestampsNeeded(tail.dispatches.size()));
    const auto prologue = [&](vk::CommandBuffer commands) {
        if (side == 0)
            return;
        gpu::recordBarrier(commands);
        commands.copyBuffer(slot.blocks[static_cast<std::size_t>(side)]->handle(), plan_.frameBlockBuffer().handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().sizeBytes()));
    };
    const auto epilogue = [&](vk::CommandBuffer commands) {
        recordReadback(commands, slot, side);
        if (wanted.layerPicture)
            layerView_.recordCopy(commands, *wanted.layerPicture);
        if (sourceCopy) {
            const vk::BufferImageCopy region(0, 0, 0, {vk::ImageAspectFlagBits::eColor, 0, 0, 1}, {},
                                             {sourceCopy->width(), sourceCopy->height(), 1});
            commands.copyBufferToImage(slot.picture->handle(), sourceCopy->handle(), vk::ImageLayout::eGeneral, region);
        }
        gpu::recordHostBarrier(commands);
    };
    tail.commands = recordSlices({.pool = pool_,
                                  .timestamps = *tail.timestamps,
                                  .dispatches = tail.dispatches,
                                  .costsMs = costs,
                                  .budgetMs = params_.yieldToOthers ? kSliceBudgetMs : kUnsliced,
                                  .prologue = prologue,
                                  .epilogue = epilogue});
    return slot.tails.insert_or_assign(std::pair(&target, wanted.gated), std::move(tail)).first->second;
}

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
    for (const Tail* tail : slot.lastTails) {
        ranSide_[static_cast<std::size_t>(tail->side)] = true;
        plan_.frameBlock().setContentCovariance(
            bytes.subspan(covarianceOffset(tail->side), plan_.frameBlock().covarianceBytes()), tail->side);
    }
    if (slot.timestamps->available())
        collectTimes(slot);
}

void Stylizer::Implementation::collectTimes(Slot& slot) {
    const auto queries = static_cast<std::uint32_t>(slot.network.timedDispatch.size()) * 2;
    timesMs_ = slot.network.dispatchTimesMs(slot.timestamps->readMs(0, queries),
                                            slot.dispatches.size() + (slot.viewAt > 0 ? 1 : 0));
    if (slot.viewAt > 0)
        timesMs_.erase(timesMs_.begin() + static_cast<std::ptrdiff_t>(slot.viewAt));
    gpuTimeMs_ = 0;
    sideTimesMs_.fill(0);
    siteTimesMs_.fill(0);
    for (std::size_t i = 0; i < timesMs_.size(); ++i) {
        gpuTimeMs_ += timesMs_[i];
        if (slot.dispatches[i].atSite)
            siteTimesMs_[0] += timesMs_[i];
    }
    for (const Tail* tail : slot.lastTails) {
        const auto tailQueries = static_cast<std::uint32_t>(tail->commands.timedDispatch.size()) * 2;
        const auto side = static_cast<std::size_t>(tail->side);
        const auto times =
            tail->commands.dispatchTimesMs(tail->timestamps->readMs(0, tailQueries), tail->dispatches.size());
        for (std::size_t i = 0; i < times.size(); ++i) {
            sideTimesMs_[side] += times[i];
            if (tail->dispatches[i].atSite)
                siteTimesMs_[side] += times[i];
        }
        gpuTimeMs_ += sideTimesMs_[side];
    }
    compositeMs_ = sideTimesMs_[0];
    if (measuredFrames_++ == 0)
        firstGpuTimeMs_ = gpuTimeMs_;
    if (params_.yieldToOthers && measuredFrames_ >= kFramesBeforeCut) {
        if (measuredFrames_ == kFramesBeforeCut)
            costsMs_ = timesMs_;
        if (!slot.cutByTime)
            recordNetwork(slot);
        slot.cutByTime = true;
    }
}

std::vector<std::uint32_t> Stylizer::Implementation::histogram(int side) const {
    if (!ranSide_[static_cast<std::size_t>(side)])
        return {};
    std::vector<std::uint32_t> counts(std::size_t{2} * shaders::kHistogramBins);
    std::memcpy(counts.data(), readbackBytes_.data() + histogramOffset(side), kHistogramBytes);
    return counts;
}

std::vector<Stylizer::Layer> Stylizer::Implementation::layers() const {
    std::vector<Layer> layers;
    for (const std::size_t place : layerPlaces_) {
        const Dispatch& dispatch = slots_.front().dispatches[place];
        layers.push_back({dispatch.name, plan_.map(dispatch.output).shape.channels});
    }
    return layers;
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

std::vector<SiteView> Stylizer::Implementation::siteViews(int side) const {
    if (!ranSide_[static_cast<std::size_t>(side)])
        return {};
    const std::span<const std::byte> bytes(readbackBytes_);
    return plan_.frameBlock().readSide(bytes.first(overflowOffset()), bytes.subspan(coefficientsOffset(side)), side);
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
                                               std::span<const ExtraPass> extraPasses,
                                               const gpu::Image* layerPicture) {
    const std::uint64_t value = submitOnce(rgba, controls, target, sourceCopy, extraPasses, layerPicture);
    if (!plan_.frameBlock().lacksCovariance())
        return value;
    // A first frame has no covariance of one before: it is run once to have its own.
    collect(slots_[(frame_ - 1) % slots_.size()]);
    return submitOnce(rgba, controls, target, sourceCopy, extraPasses, layerPicture);
}

std::uint64_t Stylizer::Implementation::submitOnce(std::span<const std::uint8_t> rgba, const Controls& controls,
                                                   const gpu::Image& target, const gpu::Image* sourceCopy,
                                                   std::span<const ExtraPass> extraPasses,
                                                   const gpu::Image* layerPicture) {
    Slot& slot = slots_[frame_++ % slots_.size()];
    collect(slot);
    IMPASTO_CHECK(rgba.size() == slot.picture->mapped().size());
    std::memcpy(slot.picture->mapped().data(), rgba.data(), rgba.size());
    FrameBlock& block = plan_.frameBlock();
    block.fill(slot.blocks[0]->mapped(), controls);
    slot.lastTails.clear();
    // The gate compares pixel by pixel with the source.
    const bool gated = controls.gateThreshold > 0 && params_.output == params_.source;
    slot.lastTails.push_back(&tailFor(slot, {.gated = gated,
                                            .target = target,
                                            .sourceCopy = sourceCopy,
                                            .layerPicture = layerView_.buffer() ? layerPicture : nullptr}));
    for (const ExtraPass& pass : extraPasses) {
        IMPASTO_CHECK(pass.side > 0 && pass.side < shaders::kSides);
        block.fill(slot.blocks[static_cast<std::size_t>(pass.side)]->mapped(), *pass.controls, pass.side);
        const bool passGated = pass.controls->gateThreshold > 0 && params_.output == params_.source;
        slot.lastTails.push_back(&tailFor(slot, {.side = pass.side, .gated = passGated, .target = *pass.target}));
    }
    commands_.clear();
    if (controls.mask && controls.mask != mask_) {
        plan_.writeMask(*controls.mask, params_.networkInput, slot.mask->mapped());
        commands_.push_back(*slot.maskUpload);
        mask_ = controls.mask;
    }
    for (const auto& slice : slot.network.slices)
        commands_.push_back(*slice);
    for (const Tail* tail : slot.lastTails) {
        for (const auto& slice : tail->commands.slices)
            commands_.push_back(*slice);
    }
    slot.value = submitPaced(commands_);
    return slot.value;
}

void Stylizer::Implementation::forget(const gpu::Image& target) {
    for (Slot& slot : slots_) {
        collect(slot);
        slot.value = 0;
        slot.lastTails.clear();
        slot.tails.erase({&target, false});
        slot.tails.erase({&target, true});
    }
}

std::vector<OperationTime> Stylizer::Implementation::operationTimes() const {
    std::vector<OperationTime> times;
    const auto& dispatches = slots_.front().dispatches;
    for (std::size_t i = 0; i < dispatches.size(); ++i) {
        const Dispatch& dispatch = dispatches[i];
        times.push_back(
            {dispatch.name, i < timesMs_.size() ? timesMs_[i] : 0.0, dispatch.multiplyAdds, dispatch.bytesMoved});
    }
    const auto pixels = static_cast<std::int64_t>(params_.output.height) * params_.output.width;
    times.push_back({"composite", compositeMs_, 0, pixels * 8});
    if (ranSide_[1])
        times.push_back({"side B, sites to composite", sideTimesMs_[1], 0, 0});
    return times;
}

Stylizer::Stylizer(const Params& params) : implementation_(std::make_unique<Implementation>(params)) {}
Stylizer::~Stylizer() = default;

std::uint64_t Stylizer::submit(std::span<const std::uint8_t> rgba, const Controls& controls, const gpu::Image& target,
                               const gpu::Image* sourceCopy, std::span<const ExtraPass> extraPasses,
                               const gpu::Image* layerPicture) {
    return implementation_->submit(rgba, controls, target, sourceCopy, extraPasses, layerPicture);
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
std::vector<OperationTime> Stylizer::operationTimes() const {
    return implementation_->operationTimes();
}
std::vector<std::uint32_t> Stylizer::histogram(int side) const {
    return implementation_->histogram(side);
}
std::vector<Stylizer::Layer> Stylizer::layers() const {
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
