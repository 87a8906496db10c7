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
#include "nn/picture_kernels.h"
#include "nn/plan.h"
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
                         const gpu::Image* sourceCopy);
    void forget(const gpu::Image& target);

    const gpu::Timeline& timeline() const { return timeline_; }
    Plan& plan() { return plan_; }
    const Plan& plan() const { return plan_; }
    const StyleStatistics& contentStatistics() const { return statistics_; }
    std::vector<OperationTime> operationTimes() const;
    double gpuTimeMs() const { return gpuTimeMs_; }
    double firstGpuTimeMs() const { return firstGpuTimeMs_; }
    std::uint64_t saturated() const { return saturated_; }

  private:
    /// The commands that end a frame, for one target (and copy of the source).
    struct Tail {
        const gpu::Image* sourceCopy = nullptr;
        Dispatch composite;
        std::unique_ptr<gpu::Timestamps> timestamps;
        SlicedCommands commands;
    };
    /// What one frame in flight needs for itself.
    struct Slot {
        std::unique_ptr<gpu::Buffer> picture;
        std::unique_ptr<gpu::Buffer> block;
        std::unique_ptr<gpu::Buffer> readback;
        std::unique_ptr<gpu::Timestamps> timestamps;
        std::vector<Dispatch> dispatches;
        SlicedCommands network;
        std::map<const gpu::Image*, Tail> tails;
        const Tail* lastTail = nullptr;
        std::uint64_t value = 0;  ///< timeline value of its last frame
        bool cutByTime = false;
    };

    void createSlot(Slot& slot);
    void recordNetwork(Slot& slot);
    Tail& tailFor(Slot& slot, const gpu::Image& target, const gpu::Image* sourceCopy);
    void collect(Slot& slot);
    std::uint64_t submitPaced(const std::vector<vk::CommandBuffer>& commands);

    Params params_;
    Plan plan_;
    GuideMap guide_;
    gpu::Timeline timeline_;
    gpu::CommandPool pool_;
    std::array<Slot, 2> slots_;
    std::vector<double> costsMs_;
    std::uint64_t frame_ = 0;
    int measuredFrames_ = 0;
    StyleStatistics statistics_;
    std::vector<double> timesMs_;
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
    slot.block = std::make_unique<gpu::Buffer>(
        device, gpu::Buffer::Params{"frame block staging", plan_.frameBlock().sizeBytes(), gpu::MemoryKind::Upload});
    slot.readback = std::make_unique<gpu::Buffer>(
        device, gpu::Buffer::Params{"statistics readback", plan_.frameBlock().statisticsBytes() + 4,
                                    gpu::MemoryKind::Readback});
    slot.dispatches.push_back(loadPictureDispatch(plan_, params_.pipelines,
                                                  {.source = *slot.picture,
                                                   .sourceExtent = params_.source,
                                                   .content = params_.networkInput,
                                                   .mirror = params_.mirror}));
    slot.dispatches.insert(slot.dispatches.end(), plan_.dispatches().begin(), plan_.dispatches().end());
    slot.dispatches.push_back(guideDispatch(plan_, params_.pipelines, guide_));
    if (costsMs_.empty()) {
        for (const Dispatch& dispatch : slot.dispatches)
            costsMs_.push_back(guessCostMs(dispatch, device.isSoftware()));
    }
    slot.timestamps = std::make_unique<gpu::Timestamps>(device, timestampsNeeded(slot.dispatches.size()));
    recordNetwork(slot);
}

void Stylizer::Implementation::recordNetwork(Slot& slot) {
    const auto prologue = [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(slot.block->handle(), plan_.frameBlockBuffer().handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().sizeBytes()));
    };
    slot.network = recordSlices({.pool = pool_,
                                 .timestamps = *slot.timestamps,
                                 .dispatches = slot.dispatches,
                                 .costsMs = costsMs_,
                                 .budgetMs = params_.yieldToOthers ? kSliceBudgetMs : kUnsliced,
                                 .prologue = prologue});
}

Stylizer::Implementation::Tail& Stylizer::Implementation::tailFor(Slot& slot, const gpu::Image& target,
                                                                  const gpu::Image* sourceCopy) {
    const auto found = slot.tails.find(&target);
    if (found != slot.tails.end() && found->second.sourceCopy == sourceCopy)
        return found->second;
    IMPASTO_CHECK(static_cast<int>(target.width()) == params_.output.width &&
                  static_cast<int>(target.height()) == params_.output.height);
    Tail tail;
    tail.sourceCopy = sourceCopy;
    tail.composite = compositeDispatch(plan_, params_.pipelines,
                                       {.target = target,
                                        .content = params_.networkInput,
                                        .guide = guide_,
                                        .picture = *slot.picture,
                                        .pictureExtent = params_.source,
                                        .mirror = params_.mirror});
    tail.timestamps = std::make_unique<gpu::Timestamps>(params_.device, timestampsNeeded(1));
    const auto epilogue = [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        const std::uint64_t statisticsBytes = plan_.frameBlock().statisticsBytes();
        commands.copyBuffer(plan_.statisticsBuffer().handle(), slot.readback->handle(),
                            vk::BufferCopy(0, 0, statisticsBytes));
        commands.copyBuffer(plan_.overflowBuffer().handle(), slot.readback->handle(),
                            vk::BufferCopy(0, statisticsBytes, 4));
        if (sourceCopy) {
            const vk::BufferImageCopy region(0, 0, 0, {vk::ImageAspectFlagBits::eColor, 0, 0, 1}, {},
                                             {sourceCopy->width(), sourceCopy->height(), 1});
            commands.copyBufferToImage(slot.picture->handle(), sourceCopy->handle(), vk::ImageLayout::eGeneral, region);
        }
        gpu::recordHostBarrier(commands);
    };
    const double cost = guessCostMs(tail.composite, params_.device.isSoftware());
    tail.commands = recordSlices({.pool = pool_,
                                  .timestamps = *tail.timestamps,
                                  .dispatches = std::span(&tail.composite, 1),
                                  .costsMs = std::span(&cost, 1),
                                  .budgetMs = params_.yieldToOthers ? kSliceBudgetMs : kUnsliced,
                                  .epilogue = epilogue});
    return slot.tails.insert_or_assign(&target, std::move(tail)).first->second;
}

void Stylizer::Implementation::collect(Slot& slot) {
    if (slot.value == 0)
        return;
    timeline_.wait(slot.value);
    const auto bytes = slot.readback->mapped();
    statistics_ = plan_.frameBlock().readStatistics(bytes);
    std::uint32_t overflow = 0;
    std::memcpy(&overflow, bytes.data() + plan_.frameBlock().statisticsBytes(), 4);
    saturated_ = overflow;
    if (!slot.timestamps->available())
        return;
    const auto queries = static_cast<std::uint32_t>(slot.network.timedDispatch.size()) * 2;
    timesMs_ = slot.network.dispatchTimesMs(slot.timestamps->readMs(0, queries), slot.dispatches.size());
    const auto tailQueries = static_cast<std::uint32_t>(slot.lastTail->commands.timedDispatch.size()) * 2;
    compositeMs_ = slot.lastTail->commands.dispatchTimesMs(slot.lastTail->timestamps->readMs(0, tailQueries), 1)[0];
    gpuTimeMs_ = compositeMs_;
    for (double timeMs : timesMs_)
        gpuTimeMs_ += timeMs;
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
                                               const gpu::Image& target, const gpu::Image* sourceCopy) {
    Slot& slot = slots_[frame_++ % slots_.size()];
    collect(slot);
    IMPASTO_CHECK(rgba.size() == slot.picture->mapped().size());
    std::memcpy(slot.picture->mapped().data(), rgba.data(), rgba.size());
    plan_.frameBlock().fill(slot.block->mapped(), controls);
    Tail& tail = tailFor(slot, target, sourceCopy);
    slot.lastTail = &tail;
    std::vector<vk::CommandBuffer> commands;
    commands.reserve(slot.network.slices.size() + tail.commands.slices.size());
    for (const auto& slice : slot.network.slices)
        commands.push_back(*slice);
    for (const auto& slice : tail.commands.slices)
        commands.push_back(*slice);
    slot.value = submitPaced(commands);
    return slot.value;
}

void Stylizer::Implementation::forget(const gpu::Image& target) {
    for (Slot& slot : slots_) {
        collect(slot);
        slot.value = 0;
        slot.tails.erase(&target);
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
    return times;
}

Stylizer::Stylizer(const Params& params) : implementation_(std::make_unique<Implementation>(params)) {}
Stylizer::~Stylizer() = default;

std::uint64_t Stylizer::submit(std::span<const std::uint8_t> rgba, const Controls& controls, const gpu::Image& target,
                               const gpu::Image* sourceCopy) {
    return implementation_->submit(rgba, controls, target, sourceCopy);
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
std::vector<OperationTime> Stylizer::operationTimes() const {
    return implementation_->operationTimes();
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
