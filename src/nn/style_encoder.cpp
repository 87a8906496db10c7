// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <list>

#include "gpu/commands.h"
#include "model/input_size.h"
#include "nn/picture_kernels.h"
#include "nn/plan.h"
#include "nn/slices.h"
#include "nn/stylizer.h"

namespace impasto::nn {
namespace {

/// Sizes kept for further styles.
constexpr std::size_t kKeptEncoders = 2;
/// Encoding runs beside a window's frames on one queue; shorter slices let those through.
constexpr double kSliceBudgetMs = 4.0;

/// Everything one size of picture needs, made once: styles of a gallery mostly have one size.
class SizedEncoder {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        const model::Network& network;
        Precision precision;
        Extent picture;
        Extent content;  ///< the picture is area-reduced to this
    };
    explicit SizedEncoder(const Params& params);

    bool fits(Extent picture, Extent content) const { return picture == picture_ && content == content_; }
    StyleEncoder::Encoding encode(std::span<const std::uint8_t> rgba, gpu::Timeline& timeline);

  private:
    void record(const std::vector<Dispatch>& dispatches);

    gpu::Device& device_;
    Extent picture_;
    Extent content_;
    Plan plan_;
    gpu::Buffer source_;
    gpu::Buffer block_;
    FeatureMap features_;   ///< of the last site
    gpu::Buffer readback_;  ///< statistics, the features, covariances
    gpu::CommandPool pool_;
    std::unique_ptr<gpu::Timestamps> timestamps_;
    SlicedCommands commands_;
};

std::uint64_t pictureBytes(Extent extent) {
    return static_cast<std::uint64_t>(extent.height) * static_cast<std::uint64_t>(extent.width) * 4;
}

SizedEncoder::SizedEncoder(const Params& params)
    : device_(params.device),
      picture_(params.picture),
      content_(params.content),
      plan_({.device = params.device,
             .pipelines = params.pipelines,
             .network = params.network,
             .input = model::paddedExtent(params.content, params.network.graph.multiple),
             .precision = params.precision,
             .purpose = Purpose::Statistics,
             .fuseEnds = true}),
      source_(params.device, {"style picture", pictureBytes(params.picture), gpu::MemoryKind::Upload}),
      block_(params.device, {"style block", plan_.frameBlock().sizeBytes(), gpu::MemoryKind::Upload}),
      features_(plan_.map(model::sites(params.network.graph).back().input)),
      readback_(params.device,
                {"style statistics",
                 plan_.frameBlock().statisticsBytes() + features_.sizeBytes() + plan_.frameBlock().covarianceBytes(),
                 gpu::MemoryKind::Readback}),
      pool_(params.device, params.device.computeQueue()) {
    plan_.frameBlock().fillForStatistics(block_.mapped());
    std::vector<Dispatch> dispatches{loadPictureDispatch(
        plan_, params.pipelines, {.source = source_, .sourceExtent = params.picture, .content = params.content})};
    dispatches.insert(dispatches.end(), plan_.dispatches().begin(), plan_.dispatches().end());
    timestamps_ = std::make_unique<gpu::Timestamps>(params.device, timestampsNeeded(dispatches.size()));
    record(dispatches);
}

void SizedEncoder::record(const std::vector<Dispatch>& dispatches) {
    std::vector<double> costsMs;
    for (const Dispatch& dispatch : dispatches)
        costsMs.push_back(guessCostMs(dispatch, device_.isSoftware()));
    const auto prologue = [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(block_.handle(), plan_.frameBlockBuffer().handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().sizeBytes()));
    };
    const auto epilogue = [&](vk::CommandBuffer commands) {
        gpu::recordBarrier(commands);
        commands.copyBuffer(plan_.statisticsBuffer().handle(), readback_.handle(),
                            vk::BufferCopy(0, 0, plan_.frameBlock().statisticsBytes()));
        commands.copyBuffer(
            plan_.arena().handle(), readback_.handle(),
            vk::BufferCopy(features_.offsetBytes, plan_.frameBlock().statisticsBytes(), features_.sizeBytes()));
        if (plan_.frameBlock().covarianceBytes() > 0)
            commands.copyBuffer(plan_.covarianceBuffer().handle(), readback_.handle(),
                                vk::BufferCopy(0, plan_.frameBlock().statisticsBytes() + features_.sizeBytes(),
                                               plan_.frameBlock().covarianceBytes()));
        gpu::recordHostBarrier(commands);
    };
    commands_ = recordSlices({.pool = pool_,
                              .timestamps = *timestamps_,
                              .dispatches = dispatches,
                              .costsMs = costsMs,
                              .budgetMs = kSliceBudgetMs,
                              .prologue = prologue,
                              .epilogue = epilogue});
}

StyleEncoder::Encoding SizedEncoder::encode(std::span<const std::uint8_t> rgba, gpu::Timeline& timeline) {
    std::memcpy(source_.mapped().data(), rgba.data(), rgba.size());
    for (const auto& slice : commands_.slices) {
        const vk::CommandBuffer commands = *slice;
        timeline.wait(device_.computeQueue().submit(timeline, std::span(&commands, 1)));
    }
    const auto bytes = readback_.mapped();
    const auto statisticsBytes = plan_.frameBlock().statisticsBytes();
    StyleStatistics statistics = plan_.frameBlock().readStatistics(bytes);
    plan_.frameBlock().readCovariances(
        bytes.subspan(statisticsBytes + features_.sizeBytes(), plan_.frameBlock().covarianceBytes()), statistics);
    return {std::move(statistics), unpackFeatures(features_, bytes.subspan(statisticsBytes, features_.sizeBytes()))};
}

}  // namespace

class StyleEncoder::Implementation {
  public:
    Implementation(gpu::Device& device, gpu::PipelineLibrary& pipelines, std::shared_ptr<const model::Network> network,
                   Precision precision)
        : device_(device),
          pipelines_(pipelines),
          network_(std::move(network)),
          precision_(precision),
          timeline_(device) {}

    Encoding encode(std::span<const std::uint8_t> rgba, Extent extent, float styleScale) {
        IMPASTO_CHECK(extent.height > 0 && extent.width > 0 && rgba.size() == pictureBytes(extent));
        return encoderFor(extent, model::styleExtent(extent, styleScale)).encode(rgba, timeline_);
    }

  private:
    SizedEncoder& encoderFor(Extent picture, Extent content) {
        const auto found = std::find_if(encoders_.begin(), encoders_.end(),
                                        [&](const SizedEncoder& encoder) { return encoder.fits(picture, content); });
        if (found != encoders_.end()) {
            encoders_.splice(encoders_.begin(), encoders_, found);
            return encoders_.front();
        }
        encoders_.emplace_front(SizedEncoder::Params{.device = device_,
                                                     .pipelines = pipelines_,
                                                     .network = *network_,
                                                     .precision = precision_,
                                                     .picture = picture,
                                                     .content = content});
        if (encoders_.size() > kKeptEncoders)
            encoders_.pop_back();
        return encoders_.front();
    }

    gpu::Device& device_;
    gpu::PipelineLibrary& pipelines_;
    std::shared_ptr<const model::Network> network_;
    Precision precision_;
    gpu::Timeline timeline_;
    std::list<SizedEncoder> encoders_;
};

StyleEncoder::StyleEncoder(gpu::Device& device, gpu::PipelineLibrary& pipelines,
                           std::shared_ptr<const model::Network> network, Precision precision)
    : implementation_(std::make_unique<Implementation>(device, pipelines, std::move(network), precision)) {}
StyleEncoder::~StyleEncoder() = default;

StyleStatistics StyleEncoder::encode(std::span<const std::uint8_t> rgba, Extent extent, float styleScale) {
    return implementation_->encode(rgba, extent, styleScale).statistics;
}

StyleEncoder::Encoding StyleEncoder::encodeFeatures(std::span<const std::uint8_t> rgba, Extent extent,
                                                    float styleScale) {
    return implementation_->encode(rgba, extent, styleScale);
}

}  // namespace impasto::nn
