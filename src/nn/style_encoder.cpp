// SPDX-License-Identifier: MIT
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

/// Plans kept for further styles of the same size: galleries mostly have one.
constexpr std::size_t kKeptPlans = 2;
/// Encoding runs beside a window's frames on one queue; shorter slices let those through.
constexpr double kSliceBudgetMs = 4.0;

struct Encoder {
    Extent content;
    std::unique_ptr<Plan> plan;
};

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

    StyleStatistics encode(std::span<const std::uint8_t> rgba, Extent extent, float styleScale);

  private:
    Plan& planFor(Extent content);

    gpu::Device& device_;
    gpu::PipelineLibrary& pipelines_;
    std::shared_ptr<const model::Network> network_;
    Precision precision_;
    gpu::Timeline timeline_;
    std::list<Encoder> encoders_;
};

Plan& StyleEncoder::Implementation::planFor(Extent content) {
    for (auto encoder = encoders_.begin(); encoder != encoders_.end(); ++encoder) {
        if (encoder->content == content) {
            encoders_.splice(encoders_.begin(), encoders_, encoder);
            return *encoders_.front().plan;
        }
    }
    encoders_.push_front(
        {content, std::make_unique<Plan>(Plan::Params{.device = device_,
                                                      .pipelines = pipelines_,
                                                      .network = *network_,
                                                      .input = model::paddedExtent(content, network_->graph.multiple),
                                                      .precision = precision_,
                                                      .purpose = Purpose::Statistics,
                                                      .fuseEnds = true})});
    if (encoders_.size() > kKeptPlans)
        encoders_.pop_back();
    return *encoders_.front().plan;
}

StyleStatistics StyleEncoder::Implementation::encode(std::span<const std::uint8_t> rgba, Extent extent,
                                                     float styleScale) {
    IMPASTO_CHECK(extent.height > 0 && extent.width > 0 &&
                  rgba.size() == static_cast<std::size_t>(extent.height) * static_cast<std::size_t>(extent.width) * 4);
    const Extent content = model::styleExtent(extent, styleScale);
    Plan& plan = planFor(content);
    gpu::Buffer picture(device_, {"style picture", rgba.size(), gpu::MemoryKind::Upload});
    gpu::Buffer block(device_, {"style block", plan.frameBlock().sizeBytes(), gpu::MemoryKind::Upload});
    gpu::Buffer readback(device_, {"style statistics", plan.frameBlock().statisticsBytes(), gpu::MemoryKind::Readback});
    std::memcpy(picture.mapped().data(), rgba.data(), rgba.size());
    plan.frameBlock().fillForStatistics(block.mapped());

    std::vector<Dispatch> dispatches{
        loadPictureDispatch(plan, pipelines_, {.source = picture, .sourceExtent = extent, .content = content})};
    dispatches.insert(dispatches.end(), plan.dispatches().begin(), plan.dispatches().end());
    std::vector<double> costsMs;
    for (const Dispatch& dispatch : dispatches)
        costsMs.push_back(guessCostMs(dispatch, device_.isSoftware()));

    const gpu::CommandPool pool(device_, device_.computeQueue());
    const gpu::Timestamps timestamps(device_, timestampsNeeded(dispatches.size()));
    const SlicedCommands commands =
        recordSlices({.pool = pool,
                      .timestamps = timestamps,
                      .dispatches = dispatches,
                      .costsMs = costsMs,
                      .budgetMs = kSliceBudgetMs,
                      .prologue =
                          [&](vk::CommandBuffer buffer) {
                              gpu::recordBarrier(buffer);
                              buffer.copyBuffer(block.handle(), plan.frameBlockBuffer().handle(),
                                                vk::BufferCopy(0, 0, plan.frameBlock().sizeBytes()));
                          },
                      .epilogue =
                          [&](vk::CommandBuffer buffer) {
                              gpu::recordBarrier(buffer);
                              buffer.copyBuffer(plan.statisticsBuffer().handle(), readback.handle(),
                                                vk::BufferCopy(0, 0, plan.frameBlock().statisticsBytes()));
                              gpu::recordHostBarrier(buffer);
                          }});
    for (const auto& slice : commands.slices) {
        const vk::CommandBuffer buffer = *slice;
        timeline_.wait(device_.computeQueue().submit(timeline_, std::span(&buffer, 1)));
    }
    return plan.frameBlock().readStatistics(readback.mapped());
}

StyleEncoder::StyleEncoder(gpu::Device& device, gpu::PipelineLibrary& pipelines,
                           std::shared_ptr<const model::Network> network, Precision precision)
    : implementation_(std::make_unique<Implementation>(device, pipelines, std::move(network), precision)) {}
StyleEncoder::~StyleEncoder() = default;

StyleStatistics StyleEncoder::encode(std::span<const std::uint8_t> rgba, Extent extent, float styleScale) {
    return implementation_->encode(rgba, extent, styleScale);
}

}  // namespace impasto::nn
