// SPDX-License-Identifier: MIT
#include "nn/picture_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "common/shared.h"
#include "image/colour.h"
#include "image/picture.h"
#include "model/input_size.h"
#include "nn/dispatch_helpers.h"

namespace impasto::nn {
namespace {

template <typename Push>
std::vector<std::byte> bytesOf(const Push& push) {
    std::vector<std::byte> bytes(sizeof push);
    std::memcpy(bytes.data(), &push, sizeof push);
    return bytes;
}

vk::Format texelFormat(Precision precision) {
    return precision == Precision::Fp16 ? vk::Format::eR32G32B32A32Uint : vk::Format::eR32G32B32A32Sfloat;
}

/// What the composite does, and the pixels one invocation of it writes.
struct CompositeWork {
    int mode = shaders::kCompositeResize;
    int columns = 2;
    int rows = 1;
};
CompositeWork compositeWork(const CompositeKind& kind, Extent target, int factor) {
    if (target == kind.content)
        return {shaders::kCompositeCopy, 2, factor};
    if (kind.guided && canGuide(kind.content, kind.pictureExtent, target))
        return {shaders::kCompositeGuided, 2, shaders::kGuidedRows};
    return {};
}

shaders::LoadPictureAxis axisOf(int source, int content, int factor) {
    shaders::LoadPictureAxis axis{};
    const bool shrinks = source > content;
    axis.scale = static_cast<float>(source) / static_cast<float>(content);
    axis.offset = shrinks ? 0.0f : 0.5f * axis.scale - 0.5f;
    axis.extent = shrinks ? axis.scale : 1.0f;
    axis.last = static_cast<float>(source) - axis.extent;
    const float touched = axis.extent + (factor == 2 ? axis.scale : 0.0f);
    axis.taps = static_cast<int>(std::ceil(touched)) + 1;
    return axis;
}

int planesLayoutOf(PixelFormat format) {
    switch (format) {
        case PixelFormat::I420:
        case PixelFormat::I422:
            return shaders::kPlanesPlanar;
        case PixelFormat::Nv12:
            return shaders::kPlanesInterleaved;
        case PixelFormat::Yuyv:
            return shaders::kPlanesPacked;
        case PixelFormat::Rgba8:
            break;
    }
    IMPASTO_CHECK(false);
}

/// kWholePairs of the kernels that read or write pictures of such rows.
std::uint32_t wholePairs(int width) {
    return width % 2 == 0 ? 1 : 0;
}

/// Whether padding reflects the content more than once.
bool isFolded(int content, int target) {
    return target > 2 * (std::max(content, model::kMinInputSide) - 1);
}

}  // namespace

bool canGuide(Extent content, Extent source, Extent target) {
    return target == source && !(target == content) && target.height >= content.height && target.width >= content.width;
}

std::uint64_t planesBufferBytes(PixelFormat format, Extent extent) {
    const std::uint64_t samples = planeLayout(format, extent.width, extent.height).bytes;
    constexpr std::uint64_t kReadBeyond = 16;  // by whole words at the end of a row
    return sizeof(shaders::PlanesHeader) + (samples + 3) / 4 * 4 + kReadBeyond;
}

void writePlanesHeader(std::span<std::byte> mapped, const YuvColour& colour, bool mirror) {
    const YuvToRgb matrix = yuvToRgb(colour);
    const shaders::PlanesHeader header{.lumaScale = matrix.lumaScale,
                                       .lumaOffset = matrix.lumaOffset,
                                       .redOfV = matrix.redOfV,
                                       .greenOfU = matrix.greenOfU,
                                       .greenOfV = matrix.greenOfV,
                                       .blueOfU = matrix.blueOfU,
                                       .chromaX = colour.chromaX,
                                       .chromaY = colour.chromaY,
                                       .mirror = mirror ? 1 : 0};
    std::memcpy(mapped.data(), &header, sizeof header);
}

Dispatch unpackPlanesDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const UnpackPlanesParams& params) {
    const PlaneLayout layout = planeLayout(params.format, params.extent.width, params.extent.height);
    const shaders::PlanesPush push{.width = params.extent.width,
                                   .height = params.extent.height,
                                   .lumaRow = layout.lumaRow,
                                   .uBase = layout.uBase,
                                   .vBase = layout.vBase,
                                   .chromaRow = layout.chromaRow,
                                   .chromaWidth = layout.chromaWidth,
                                   .chromaHeight = layout.chromaHeight};
    Dispatch dispatch;
    dispatch.name = "unpack planes";
    dispatch.pipeline = &pipelines.get({plan.kernels().wideStores ? "image/unpack_planes.wide" : "image/unpack_planes",
                                        {gpu::BindingKind::StorageBuffer, gpu::BindingKind::StorageBuffer},
                                        sizeof push,
                                        {static_cast<std::uint32_t>(planesLayoutOf(params.format)),
                                         layout.chromaHalfHeight ? 1u : 0u, wholePairs(push.width)}});
    const gpu::Binding bindings[] = {gpu::BufferBinding{params.samples.handle()},
                                     gpu::BufferBinding{params.target.handle()}};
    dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
    dispatch.pushConstants = bytesOf(push);
    plan.warmUp(dispatch);
    dispatch.groups = {groupsFor(push.width, shaders::kPlanePixels * shaders::kConvLanes),
                       groupsFor(push.height, shaders::kConvLanes), 1};
    dispatch.bytesMoved = static_cast<std::int64_t>(params.samples.sizeBytes() + params.target.sizeBytes());
    return dispatch;
}

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
    push.x = axisOf(push.sourceWidth, push.contentWidth, plan.entry().factor);
    push.y = axisOf(push.sourceHeight, push.contentHeight, plan.entry().factor);
    const bool resized = !(params.sourceExtent == params.content);
    push.scale = plan.entry().scale / (255.0f * (resized ? push.x.extent * push.y.extent : 1.0f));
    push.shift = plan.entry().shift;
    const bool folded =
        isFolded(push.contentWidth, push.targetWidth) || isFolded(push.contentHeight, push.targetHeight);
    Dispatch dispatch;
    dispatch.name = "load picture";
    dispatch.pipeline = &pipelines.get(
        {plan.kernels().writingShader("image/load_picture"),
         {gpu::BindingKind::StorageBuffer, gpu::BindingKind::StorageBuffer, gpu::BindingKind::StorageBuffer},
         sizeof push,
         {static_cast<std::uint32_t>(plan.entry().factor), resized ? 1u : 0u, folded ? 1u : 0u,
          wholePairs(push.sourceWidth)}});
    const gpu::Binding bindings[] = {gpu::BufferBinding{params.source.handle()}, plan.target(plan.inputTensor()),
                                     gpu::BufferBinding{plan.overflowBuffer().handle()}};
    dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
    dispatch.pushConstants = bytesOf(push);
    plan.warmUp(dispatch);
    dispatch.groups = {groupsFor(input.shape.width, shaders::kConvLanes),
                       groupsFor(input.shape.height, shaders::kConvLanes), 1};
    dispatch.bytesMoved = static_cast<std::int64_t>(params.source.sizeBytes() + input.sizeBytes());
    return dispatch;
}

GuideMap::GuideMap(gpu::Device& device, const Plan& plan)
    : map_{{8, plan.inputExtent().height, plan.inputExtent().width}, plan.kernels().precision, 0},
      buffer_(device, {"guide map", map_.viewBytes(), gpu::MemoryKind::Device}) {
    if (plan.kernels().access == Access::Texel) {
        view_ = gpu::createTexelView(device, buffer_, texelFormat(map_.precision), 0, map_.viewBytes());
    }
}

gpu::Binding GuideMap::source() const {
    if (*view_)
        return gpu::TexelBinding{*view_};
    return target();
}

gpu::Binding GuideMap::target() const {
    return gpu::BufferBinding{buffer_.handle()};
}

Dispatch guideDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const GuideMap& map) {
    shaders::GuidePush push{};
    push.width = map.extent().width;
    push.height = map.extent().height;
    push.scale = plan.entry().scale;
    push.shift = plan.entry().shift;
    Dispatch dispatch;
    dispatch.name = "guide";
    dispatch.pipeline = &pipelines.get(
        {plan.kernels().writingShader("image/guide"),
         {plan.kernels().input(), plan.kernels().input(), gpu::BindingKind::StorageBuffer,
          gpu::BindingKind::StorageBuffer},
         sizeof push,
         {static_cast<std::uint32_t>(plan.entry().factor), static_cast<std::uint32_t>(plan.exit().factor)}});
    const gpu::Binding bindings[] = {plan.source(plan.outputTensor()), plan.source(plan.inputTensor()), map.target(),
                                     gpu::BufferBinding{plan.overflowBuffer().handle()}};
    dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
    dispatch.pushConstants = bytesOf(push);
    plan.warmUp(dispatch);
    const int quads = (push.width + 1) / 2 * ((push.height + 1) / 2);
    plan.frameBlock().setGuideGroups(groupsFor(quads, shaders::kLinearGroup));
    dispatch.indirectBuffer = plan.frameBlockBuffer().handle();
    dispatch.indirectOffset = plan.frameBlock().guideIndirectOffset();
    dispatch.bytesMoved =
        static_cast<std::int64_t>(plan.map(plan.outputTensor()).sizeBytes() + plan.map(plan.inputTensor()).sizeBytes());
    return dispatch;
}

namespace {

shaders::ColourPush colourPush(const Plan& plan, Extent content) {
    shaders::ColourPush push{};
    push.width = plan.inputExtent().width;
    push.height = plan.inputExtent().height;
    push.entryFactor = plan.entry().factor;
    push.exitFactor = plan.exit().factor;
    push.scale = plan.entry().scale;
    push.shift = plan.entry().shift;
    push.contentWidth = content.width;
    push.contentHeight = content.height;
    return push;
}

}  // namespace

std::array<Dispatch, 2> colourDispatches(Plan& plan, gpu::PipelineLibrary& pipelines, Extent content) {
    const shaders::ColourPush push = colourPush(plan, content);
    const gpu::Binding colours = gpu::BufferBinding{plan.colourBuffer().handle()};
    Dispatch statistics;
    statistics.name = "colour statistics";
    statistics.pipeline =
        &pipelines.get({plan.kernels().shader("image/colour_statistics"),
                        {plan.kernels().input(), plan.kernels().input(), gpu::BindingKind::StorageBuffer},
                        sizeof push,
                        {}});
    const gpu::Binding bindings[] = {plan.source(plan.outputTensor()), plan.source(plan.inputTensor()), colours};
    statistics.descriptors = plan.descriptors().create(*statistics.pipeline, bindings);
    statistics.pushConstants = bytesOf(push);
    statistics.indirectBuffer = plan.frameBlockBuffer().handle();
    statistics.indirectOffset = plan.frameBlock().colourStatisticsIndirectOffset();
    statistics.occasional = true;
    statistics.coloured = true;
    statistics.bytesMoved =
        static_cast<std::int64_t>(plan.map(plan.outputTensor()).sizeBytes() + plan.map(plan.inputTensor()).sizeBytes());
    Dispatch map;
    map.name = "colour map";
    map.pipeline = &pipelines.get({"image/colour_map", {gpu::BindingKind::StorageBuffer}, sizeof push, {}});
    map.descriptors = plan.descriptors().create(*map.pipeline, std::span(&colours, 1));
    map.pushConstants = bytesOf(push);
    map.indirectBuffer = plan.frameBlockBuffer().handle();
    map.indirectOffset = plan.frameBlock().colourMapIndirectOffset();
    map.occasional = true;
    map.coloured = true;
    return {std::move(statistics), std::move(map)};
}

LastPicture::LastPicture(gpu::Device& device, const Plan& plan, Extent output) {
    // The kernels write two columns and up to two rows at a time, the plan's head its padding, too.
    const auto even = [](int size) { return (size + 1) / 2 * 2; };
    ends_ = {.width = output.width,
             .height = output.height,
             .rowPixels = even(std::max(output.width, plan.inputExtent().width))};
    if (!plan.kernels().wideStores)
        return;
    const auto pixels = static_cast<std::uint64_t>(ends_.rowPixels) *
                        static_cast<std::uint64_t>(even(std::max(output.height, plan.inputExtent().height)));
    buffer_ =
        std::make_unique<gpu::Buffer>(device, gpu::Buffer::Params{"last picture", pixels * 4, gpu::MemoryKind::Device});
}

gpu::BindingKind LastPicture::kind() const {
    return buffer_ ? gpu::BindingKind::StorageBuffer : gpu::BindingKind::StorageImage;
}

gpu::Binding LastPicture::binding(const gpu::Image& target) const {
    if (buffer_)
        return gpu::BufferBinding{buffer_->handle()};
    return gpu::ImageBinding{target.view()};
}

std::optional<Dispatch::PictureCopy> LastPicture::copyTo(const gpu::Image& target) const {
    if (!buffer_)
        return {};
    return Dispatch::PictureCopy{.from = buffer_->handle(), .rowPixels = ends_.rowPixels, .to = &target};
}

Dispatch pictureHeadDispatch(Plan& plan, const LastPicture& picture, const gpu::Image& target) {
    Dispatch dispatch = plan.pictureHead(picture.kind(), picture.binding(target), picture.ends());
    dispatch.copyAfter = picture.copyTo(target);
    return dispatch;
}

namespace {

struct CompositeAndEnds {
    shaders::CompositePush composite;
    shaders::PictureEnds ends;
};

CompositeWork workOf(const Plan& plan, const LastPicture& last, const CompositeKind& kind) {
    return compositeWork(kind, {.height = last.ends().height, .width = last.ends().width}, plan.exit().factor);
}

}  // namespace

const gpu::Pipeline& compositePipeline(const Plan& plan, gpu::PipelineLibrary& pipelines, const LastPicture& last,
                                       const CompositeKind& kind) {
    return pipelines.get(
        {plan.kernels().writingShader("image/composite"),
         {plan.kernels().input(), last.kind(), plan.kernels().input(), gpu::BindingKind::StorageBuffer,
          gpu::BindingKind::StorageBuffer, gpu::BindingKind::StorageBuffer},
         sizeof(CompositeAndEnds),
         {static_cast<std::uint32_t>(workOf(plan, last, kind).mode), static_cast<std::uint32_t>(plan.exit().factor),
          kind.coloured ? 1u : 0u, wholePairs(kind.pictureExtent.width)}});
}

Dispatch compositeDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const CompositeParams& params) {
    const FeatureMap& output = plan.map(plan.outputTensor());
    CompositeAndEnds push{};
    push.composite = {.featureWidth = output.shape.width,
                      .featureHeight = output.shape.height,
                      .contentWidth = params.kind.content.width,
                      .contentHeight = params.kind.content.height,
                      .guideWidth = params.guide.extent().width,
                      .sourceWidth = params.kind.pictureExtent.width,
                      .sourceHeight = params.kind.pictureExtent.height,
                      .mirror = params.mirror ? 1 : 0,
                      .guidanceWord = plan.frameBlock().guidanceWord(),
                      .colourWord = plan.frameBlock().colourWord()};
    push.ends = params.last.ends();
    const CompositeWork work = workOf(plan, params.last, params.kind);
    const gpu::Binding bindings[] = {plan.source(plan.outputTensor()),
                                     params.last.binding(params.target),
                                     params.guide.source(),
                                     gpu::BufferBinding{params.picture.handle()},
                                     gpu::BufferBinding{plan.frameBlockBuffer().handle()},
                                     gpu::BufferBinding{plan.colourBuffer().handle()}};
    Dispatch dispatch;
    dispatch.name = "composite";
    dispatch.pipeline = &compositePipeline(plan, pipelines, params.last, params.kind);
    dispatch.descriptors = plan.descriptors().create(*dispatch.pipeline, bindings);
    dispatch.pushConstants = bytesOf(push);
    dispatch.coloured = params.kind.coloured;
    dispatch.groups = {groupsFor(push.ends.width, shaders::kConvLanes * work.columns),
                       groupsFor(push.ends.height, shaders::kConvLanes * work.rows), 1};
    dispatch.bytesMoved =
        static_cast<std::int64_t>(output.sizeBytes()) + std::int64_t{4} * push.ends.width * push.ends.height;
    dispatch.copyAfter = params.last.copyTo(params.target);
    if (!params.kind.coloured)
        plan.warmUp(dispatch);
    return dispatch;
}

}  // namespace impasto::nn
