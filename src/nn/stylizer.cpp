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
                         const gpu::Image* layerPicture, bool samePicture);
    void forget(const gpu::Image& target);
    void setPlanes(const YuvColour& colour, bool mirror) {
        planeColour_ = colour;
        planeMirror_ = mirror;
    }

    const gpu::Timeline& timeline() const { return timeline_; }
    Plan& plan() { return plan_; }
    const Plan& plan() const { return plan_; }
    StyleStatistics contentStatistics() const { return plan_.frameBlock().readStatistics(readbackBytes_); }
    std::vector<SiteView> siteViews(int side) const;
    const std::vector<OperationTime>& operationTimes() const { return operationTimes_; }
    double gpuTimeMs() const { return gpuTimeMs_; }
    double firstGpuTimeMs() const { return firstGpuTimeMs_; }
    const std::vector<Layer>& layers() const { return layers_; }
    void watchLayer(int layer, int channel);
    std::vector<std::uint32_t> histogram(int side) const;
    double lowRankDistance(int side) const { return plan_.frameBlock().matrixDistance(0, side); }
    double siteTimeMs(int side) const { return siteTimesMs_[static_cast<std::size_t>(side)]; }
    std::uint64_t saturated() const { return saturated_; }
    std::size_t dispatchCount() const { return dispatchCount_; }

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
    struct TailKey {
        const gpu::Image* target = nullptr;
        bool gated = false;   ///< the similarity gate follows the composite
        bool guided = false;  ///< the composite follows the source's edges
        auto operator<=>(const TailKey&) const = default;
    };
    /// What one frame in flight needs for itself.
    struct Slot {
        std::unique_ptr<gpu::Buffer> samples;  ///< of a YUV picture, with their header; mapped
        std::unique_ptr<gpu::Buffer> picture;  ///< RGBA8; mapped unless it is unpacked from samples
        std::array<std::unique_ptr<gpu::Buffer>, shaders::kSides> blocks;
        std::unique_ptr<gpu::Buffer> mask;
        vk::raii::CommandBuffer maskUpload{nullptr};
        std::unique_ptr<gpu::Buffer> readback;  ///< statistics of all sides, overflow counter, coefficients side by side
        std::unique_ptr<gpu::Timestamps> timestamps;
        std::vector<Dispatch> dispatches;
        SlicedCommands network;
        std::size_t viewAt = 0;  ///< place of the layer view among the recorded dispatches; 0: there is none
        std::unique_ptr<gpu::Timestamps> timestampsAgain;
        std::vector<Dispatch> dispatchesAgain;  ///< those of a picture whose features stand in the arena already
        SlicedCommands again;
        std::map<TailKey, Tail> tails;
        std::vector<const Tail*> lastTails;  ///< of its last frame, side 0 first
        bool ranAgain = false;    ///< its last frame began at the sites
        std::uint64_t value = 0;  ///< timeline value of its last frame
        bool cutByTime = false;
    };

    void createSlot(Slot& slot);
    void createPicture(Slot& slot);
    void upload(Slot& slot, std::span<const std::uint8_t> pixels) const;
    void recordNetwork(Slot& slot);
    struct TailParams {
        int side = 0;
        TailKey key;
        const gpu::Image& target;
        const gpu::Image* sourceCopy = nullptr;
        const gpu::Image* layerPicture = nullptr;
    };
    Tail makeTail(Slot& slot, const TailParams& params);
    TailParams tailParams(const Controls& controls, int side, const gpu::Image& target,
                          const gpu::Image* sourceCopy) const;
    Tail& tailFor(Slot& slot, const TailParams& params);
    std::uint64_t submitOnce(std::span<const std::uint8_t> rgba, const Controls& controls, const gpu::Image& target,
                             const gpu::Image* sourceCopy, std::span<const ExtraPass> extraPasses,
                             const gpu::Image* layerPicture, bool samePicture);
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
    void listOperations();
    void fillOperationTimes();
    void collectNetworkTimes(const Slot& slot);
    bool canGuide() const { return nn::canGuide(params_.networkInput, params_.source, params_.output); }
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
    std::vector<double> timesMs_;       ///< of the network's dispatches in the last frame that ran them all
    std::vector<double> timesAgainMs_;  ///< of Slot::dispatchesAgain
    std::vector<double> tailTimesMs_;
    std::vector<double> ticksMs_;  ///< of all timestamps, for scratch
    std::size_t dispatchCount_ = 0;
    bool cutByTime_ = false;
    std::vector<vk::CommandBuffer> commands_;
    YuvColour planeColour_;
    bool planeMirror_ = false;
    std::vector<OperationTime> operationTimes_;
    std::vector<Layer> layers_;
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
             .keepInput = true,
             .choices = params.choices}),
      guide_(params.device, plan_),
      gate_(params.device, params.pipelines, params.output),
      layerView_(params.device, params.pipelines),
      timeline_(params.device),
      pool_(params.device, params.device.computeQueue()) {
    try {
        for (Slot& slot : slots_)
            createSlot(slot);
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

void Stylizer::Implementation::createPicture(Slot& slot) {
    const auto pixels =
        static_cast<std::uint64_t>(params_.source.height) * static_cast<std::uint64_t>(params_.source.width);
    const bool planes = params_.sourceFormat != PixelFormat::Rgba8;
    slot.picture = std::make_unique<gpu::Buffer>(
        params_.device, gpu::Buffer::Params{"source picture", pixels * 4,
                                            planes ? gpu::MemoryKind::Device : gpu::MemoryKind::Upload});
    if (!planes)
        return;
    slot.samples = std::make_unique<gpu::Buffer>(
        params_.device, gpu::Buffer::Params{"source samples", planesBufferBytes(params_.sourceFormat, params_.source),
                                            gpu::MemoryKind::Upload});
    slot.dispatches.push_back(unpackPlanesDispatch(plan_, params_.pipelines,
                                                   {.samples = *slot.samples,
                                                    .target = *slot.picture,
                                                    .format = params_.sourceFormat,
                                                    .extent = params_.source}));
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

void Stylizer::Implementation::createSlot(Slot& slot) {
    gpu::Device& device = params_.device;
    createPicture(slot);
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
    slot.dispatches.push_back(guideDispatch(plan_, params_.pipelines, guide_, canGuide()));
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
    slot.again = recordSlices({.pool = pool_,
                               .timestamps = *slot.timestampsAgain,
                               .dispatches = slot.dispatchesAgain,
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
    tail.dispatches.push_back(compositeDispatch(plan_, params_.pipelines,
                                                {.target = target,
                                                 .content = params_.networkInput,
                                                 .guide = guide_,
                                                 .picture = *slot.picture,
                                                 .pictureExtent = params_.source,
                                                 .guided = wanted.key.guided,
                                                 .mirror = params_.mirror}));
    if (wanted.key.gated) {
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
    return tail;
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

void Stylizer::Implementation::collectNetworkTimes(const Slot& slot) {
    const SlicedCommands& commands = slot.ranAgain ? slot.again : slot.network;
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
    sideTimesMs_.fill(0);
    siteTimesMs_.fill(0);
    collectNetworkTimes(slot);
    for (const Tail* tail : slot.lastTails) {
        const auto side = static_cast<std::size_t>(tail->side);
        tail->commands.readTimesMs(*tail->timestamps, ticksMs_, tailTimesMs_);
        for (std::size_t i = 0; i < tailTimesMs_.size(); ++i) {
            sideTimesMs_[side] += tailTimesMs_[i];
            if (tail->dispatches[i].atSite)
                siteTimesMs_[side] += tailTimesMs_[i];
        }
        gpuTimeMs_ += sideTimesMs_[side];
    }
    if (slot.ranAgain)
        gpuTimeMs_ = gpuTimeBeforeMs;
    compositeMs_ = sideTimesMs_[0];
    fillOperationTimes();
    if (measuredFrames_++ == 0)
        firstGpuTimeMs_ = gpuTimeMs_;
    if (params_.yieldToOthers && measuredFrames_ >= kFramesBeforeCut && !slot.ranAgain) {
        if (!cutByTime_)
            costsMs_ = timesMs_;
        cutByTime_ = true;
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
    Slot& slot = slots_[frame_++ % slots_.size()];
    collect(slot);
    upload(slot, rgba);
    FrameBlock& block = plan_.frameBlock();
    block.fill(slot.blocks[0]->mapped(), controls);
    slot.lastTails.clear();
    slot.ranAgain = samePicture;
    TailParams firstSide = tailParams(controls, 0, target, sourceCopy);
    firstSide.layerPicture = layerView_.buffer() ? layerPicture : nullptr;
    slot.lastTails.push_back(&tailFor(slot, firstSide));
    for (const ExtraPass& pass : extraPasses) {
        IMPASTO_CHECK(pass.side > 0 && pass.side < shaders::kSides);
        block.fill(slot.blocks[static_cast<std::size_t>(pass.side)]->mapped(), *pass.controls, pass.side);
        slot.lastTails.push_back(&tailFor(slot, tailParams(*pass.controls, pass.side, *pass.target, nullptr)));
    }
    commands_.clear();
    if (controls.mask && controls.mask != mask_) {
        plan_.writeMask(*controls.mask, params_.networkInput, slot.mask->mapped());
        commands_.push_back(*slot.maskUpload);
        mask_ = controls.mask;
    }
    dispatchCount_ = samePicture ? slot.dispatchesAgain.size() : slot.dispatches.size();
    for (const auto& slice : samePicture ? slot.again.slices : slot.network.slices)
        commands_.push_back(*slice);
    for (const Tail* tail : slot.lastTails) {
        dispatchCount_ += tail->dispatches.size();
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
        std::erase_if(slot.tails, [&](const auto& entry) { return entry.first.target == &target; });
    }
}

void Stylizer::Implementation::listOperations() {
    for (const Dispatch& dispatch : slots_.front().dispatches)
        operationTimes_.push_back({dispatch.name, 0.0, dispatch.multiplyAdds, dispatch.bytesMoved});
    const auto pixels = static_cast<std::int64_t>(params_.output.height) * params_.output.width;
    operationTimes_.push_back({"composite", 0.0, 0, pixels * 8});
    for (const std::size_t place : layerPlaces_) {
        const Dispatch& dispatch = slots_.front().dispatches[place];
        layers_.push_back({dispatch.name, plan_.map(dispatch.output).shape.channels});
    }
}

void Stylizer::Implementation::fillOperationTimes() {
    const std::size_t composite = slots_.front().dispatches.size();
    for (std::size_t i = 0; i < composite && i < timesMs_.size(); ++i)
        operationTimes_[i].timeMs = timesMs_[i];
    operationTimes_[composite].timeMs = compositeMs_;
    if (!ranSide_[1]) {
        operationTimes_.resize(composite + 1);
        return;
    }
    if (operationTimes_.size() == composite + 1)
        operationTimes_.push_back({"side B, sites to composite", 0.0, 0, 0});
    operationTimes_.back().timeMs = sideTimesMs_[1];
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
