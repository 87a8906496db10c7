// SPDX-License-Identifier: MIT
#include "nn/picture_kernels.h"

#include <cstring>

#include "common/shared.h"

namespace impasto::nn {
namespace {

std::uint32_t groupsFor(int items, int perGroup) {
    return static_cast<std::uint32_t>((items + perGroup - 1) / perGroup);
}

template <typename Push>
std::vector<std::byte> bytesOf(const Push& push) {
    std::vector<std::byte> bytes(sizeof push);
    std::memcpy(bytes.data(), &push, sizeof push);
    return bytes;
}

}  // namespace

Dispatch loadPictureDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const LoadPictureParams& params) {
    const FeatureMap& input = plan.map(plan.inputTensor());
    shaders::LoadPicturePush push{};
    push.sourceWidth = params.sourceExtent.width;
    push.sourceHeight = params.sourceExtent.height;
    push.contentWidth = params.content.width;
    push.contentHeight = params.content.height;
    push.targetWidth = plan.inputExtent().width;
    push.targetHeight = plan.inputExtent().height;
    push.mirror = params.mirror ? 1 : 0;
    push.factor = plan.entry().factor;
    push.scale = plan.entry().scale;
    push.shift = plan.entry().shift;
    Dispatch dispatch;
    dispatch.name = "load picture";
    dispatch.pipeline = &pipelines.get(
        {plan.kernels().shader("image/load_picture"),
         {gpu::BindingKind::StorageBuffer, gpu::BindingKind::StorageBuffer, gpu::BindingKind::StorageBuffer},
         sizeof push,
         {}});
    const gpu::Binding bindings[] = {gpu::BufferBinding{params.source.handle()}, plan.target(plan.inputTensor()),
                                     gpu::BufferBinding{plan.overflowBuffer().handle()}};
    dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
    dispatch.pushConstants = bytesOf(push);
    dispatch.groups[0] = groupsFor(input.shape.width * input.shape.height, shaders::kLinearGroup);
    dispatch.bytesMoved = static_cast<std::int64_t>(params.source.sizeBytes() + input.sizeBytes());
    return dispatch;
}

Dispatch compositeDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const CompositeParams& params) {
    const FeatureMap& output = plan.map(plan.outputTensor());
    shaders::CompositePush push{};
    push.featureWidth = output.shape.width;
    push.featureHeight = output.shape.height;
    push.contentWidth = params.content.width;
    push.contentHeight = params.content.height;
    push.outWidth = static_cast<int>(params.target.width());
    push.outHeight = static_cast<int>(params.target.height());
    push.factor = plan.exit().factor;
    const bool resized = push.outWidth != push.contentWidth || push.outHeight != push.contentHeight;
    const int perInvocation = resized ? 1 : push.factor;
    Dispatch dispatch;
    dispatch.name = "composite";
    dispatch.pipeline = &pipelines.get({plan.kernels().shader("image/composite"),
                                        {plan.kernels().input(), gpu::BindingKind::StorageImage},
                                        sizeof push,
                                        {}});
    const gpu::Binding bindings[] = {plan.source(plan.outputTensor()), gpu::ImageBinding{params.target.view()}};
    dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
    dispatch.pushConstants = bytesOf(push);
    dispatch.groups = {groupsFor(push.outWidth, shaders::kConvLanes * perInvocation),
                       groupsFor(push.outHeight, shaders::kConvLanes * perInvocation), 1};
    dispatch.bytesMoved =
        static_cast<std::int64_t>(output.sizeBytes()) + static_cast<std::int64_t>(push.outWidth) * push.outHeight * 4;
    return dispatch;
}

}  // namespace impasto::nn
