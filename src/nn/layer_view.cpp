// SPDX-License-Identifier: MIT
#include "nn/layer_view.h"

#include <algorithm>
#include <cstring>

#include "gpu/commands.h"

namespace impasto::nn {

int LayerView::tilesAcross(int channels) {
    int across = 1;
    while (across * across < channels)
        ++across;
    return across;
}

Dispatch LayerView::dispatch(Plan& plan, int tensor, int channel) {
    constexpr std::uint64_t kBytes = std::uint64_t{4} * shaders::kFeatureViewSide * shaders::kFeatureViewSide;
    if (!buffer_) {
        buffer_ = std::make_unique<gpu::Buffer>(device_,
                                                gpu::Buffer::Params{"layer picture", kBytes, gpu::MemoryKind::Device});
        gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
            commands.fillBuffer(buffer_->handle(), 0, VK_WHOLE_SIZE, 0xff000000u);
        });
    }
    const Shape& shape = plan.map(tensor).shape;
    const bool single = channel >= 0;
    shaders::FeatureViewPush push{};
    push.width = shape.width;
    push.height = shape.height;
    push.channels = shape.channels;
    push.first = single ? std::min(channel, shape.channels - 1) : 0;
    push.across = single ? 1 : tilesAcross(shape.channels);
    push.tile = shaders::kFeatureViewSide / push.across;
    Dispatch dispatch;
    dispatch.name = "layer view";
    dispatch.pipeline = &pipelines_.get({plan.kernels().shader("image/feature_view"),
                                         {plan.kernels().input(), gpu::BindingKind::StorageBuffer},
                                         sizeof push,
                                         {}});
    const gpu::Binding bindings[] = {plan.source(tensor), gpu::BufferBinding{buffer_->handle()}};
    dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
    dispatch.pushConstants.resize(sizeof push);
    std::memcpy(dispatch.pushConstants.data(), &push, sizeof push);
    dispatch.groups[0] = static_cast<std::uint32_t>(push.across * push.across);
    dispatch.bytesMoved = static_cast<std::int64_t>(plan.map(tensor).sizeBytes() + kBytes);
    return dispatch;
}

void LayerView::recordCopy(vk::CommandBuffer commands, const gpu::Image& target) const {
    commands.copyBufferToImage(buffer_->handle(), target.handle(), vk::ImageLayout::eGeneral, target.wholeRegion());
}

}  // namespace impasto::nn
