// SPDX-License-Identifier: MIT
// The part of a plan that chooses kernels for convolutions and makes their dispatches.
#include <fmt/format.h>

#include <algorithm>

#include "common/shared.h"
#include "conv/tiles.h"
#include "conv/winograd.h"
#include "nn/dispatch_helpers.h"
#include "nn/plan.h"

namespace impasto::nn {
namespace {

using gpu::BindingKind;

int padModeOf(model::PadMode mode) {
    switch (mode) {
        case model::PadMode::Reflect:
            return shaders::kPadReflect;
        case model::PadMode::Zero:
            return shaders::kPadZero;
        case model::PadMode::Replicate:
            return shaders::kPadReplicate;
    }
    IMPASTO_CHECK(false);
}

std::string nameOf(const model::Conv2d& conv, const Shape& out) {
    return fmt::format("conv2d {} {}→{} {}×{}", conv.weight.substr(0, conv.weight.rfind('.')), conv.inChannels,
                       out.channels, out.height, out.width);
}

int blocksOf(int channels) {
    return (channels + 7) / 8;
}

/// kNextHalf of shaders/conv/tiled.comp, where it needs no dispatch of its own.
bool computesNextHalf(ConvKernel kernel, const model::Conv2d& conv) {
    return isTiled(kernel) && phasesOf(kernel) == 1 && conv.outChannels > 8 && conv.outChannels <= 12;
}

/// Of shaders/conv/winograd*.comp: values of a transformed tile.
int winogradValues(ConvKernel kernel) {
    return winogradSide(kernel) * winogradSide(kernel);
}

/// Blocks of the products' map, which holds them in pairs.
int productBlocksOf(ConvKernel kernel, int channels) {
    return (phasesOf(kernel) * blocksOf(channels) + 1) / 2 * 2;
}

/// Of the names of the shaders before and after the products.
const char* winogradSuffix(ConvKernel kernel) {
    switch (kernel) {
        case ConvKernel::Winograd2x2:
            return ".2x2";
        case ConvKernel::Winograd4x4:
            return ".4x4";
        default:
            return ".phases";
    }
}

/// Texels of a picture's transformed tiles.
std::uint64_t winogradGroups(ConvKernel kernel, int blocks, const Shape& out) {
    const auto [across, down] = winogradTiles(kernel, out);
    return static_cast<std::uint64_t>(winogradValues(kernel)) * static_cast<std::uint64_t>(blocks) *
           static_cast<std::uint64_t>(across) * static_cast<std::uint64_t>(down);
}

/// Bindings of a tiled kernel before what it writes: input, weights, bias.
constexpr std::size_t kHeadInputs = 3;

/// What the push constants of all convolutions have in common.
template <typename Push>
Push pushOf(const FusedNode& node, const model::Conv2d& conv, const Shape& in, const Shape& out) {
    Push push{};
    push.inWidth = in.width;
    push.inHeight = in.height;
    push.inBlocks = blocksOf(in.channels);
    push.outWidth = out.width;
    push.outHeight = out.height;
    push.outBlocks = blocksOf(out.channels);
    push.outChannels = out.channels;
    push.padTop = conv.pad[0];
    push.padLeft = conv.pad[2];
    push.slope = conv.activation.slope;
    push.slopeAfter = node.after.slope;
    return push;
}

}  // namespace

/// Texels of the larger of both scratch maps.
bool Plan::winogradFits(ConvKernel kernel, const model::Conv2d& conv, const Shape& out) const {
    const std::uint64_t groups =
        winogradGroups(kernel, std::max(blocksOf(conv.inChannels), productBlocksOf(kernel, conv.outChannels)), out);
    const std::uint64_t texelsPerGroup = kernels_.precision == Precision::Fp16 ? 1 : 2;
    const std::uint64_t viewBytes = gpu::texelViewBytes(groups * texelsPerGroup * 16);
    const auto& capabilities = device_->capabilities();
    return viewBytes <= capabilities.maxStorageBufferRange &&
           (kernels_.access == Access::Storage || viewBytes / 16 <= capabilities.maxTexelBufferElements);
}

ConvChoice Plan::choiceFor(const model::Conv2d& conv, const Shape& out) const {
    if (params_.plainKernels)
        return {ConvKernel::Direct};
    const auto runs = [&](const ConvChoice& choice) {
        return winogradOutputs(choice.kernel) == 0 || winogradFits(choice.kernel, conv, out);
    };
    if (params_.onlyConv && runs(*params_.onlyConv))
        return *params_.onlyConv;
    const auto candidates = convCandidates(conv, kernels_.precision, device_->capabilities());
    if (params_.choices) {
        // The choices come from a file: what this device or network cannot run is passed over.
        const auto chosen = params_.choices->find(convKey(conv, out, kernels_.precision));
        if (chosen && std::find(candidates.begin(), candidates.end(), *chosen) != candidates.end() && runs(*chosen))
            return *chosen;
    }
    return candidates.front();
}

void Plan::createWinogradScratch() {
    std::uint64_t inputBytes = 0;
    std::uint64_t productBytes = 0;
    const std::uint64_t groupBytes = kernels_.precision == Precision::Fp16 ? 16 : 32;
    for (const FusedNode& node : nodes_) {
        const auto* conv = std::get_if<model::Conv2d>(&node.operation);
        if (!conv)
            continue;
        const Shape& out = shape(node.output);
        const ConvKernel kernel = choiceFor(*conv, out).kernel;
        if (winogradOutputs(kernel) == 0)
            continue;
        inputBytes = std::max(inputBytes, winogradGroups(kernel, blocksOf(conv->inChannels), out) * groupBytes);
        productBytes = std::max(productBytes,
                                winogradGroups(kernel, productBlocksOf(kernel, conv->outChannels), out) * groupBytes);
    }
    if (inputBytes == 0)
        return;
    winogradInput_ = makeScratch("Winograd's transformed input", inputBytes);
    winogradProducts_ = makeScratch("Winograd's products", productBytes);
}

std::uint64_t Plan::scratchBytes() const {
    std::uint64_t sum = 0;
    for (const Scratch* scratch : {&winogradInput_, &winogradProducts_})
        sum += scratch->buffer ? scratch->buffer->sizeBytes() : 0;
    return sum;
}

Plan::Scratch Plan::makeScratch(const char* name, std::uint64_t sizeBytes) {
    Scratch scratch;
    sizeBytes = gpu::texelViewBytes(sizeBytes);
    scratch.buffer =
        std::make_unique<gpu::Buffer>(*device_, gpu::Buffer::Params{name, sizeBytes, gpu::MemoryKind::Device});
    scratch.target = gpu::BufferBinding{scratch.buffer->handle(), 0, sizeBytes};
    scratch.source = scratch.target;
    if (kernels_.access == Access::Texel) {
        views_.push_back(gpu::createTexelView(*device_, *scratch.buffer, texelFormat(), 0, sizeBytes));
        scratch.source = gpu::TexelBinding{*views_.back()};
    }
    return scratch;
}

/// shaders/conv/variant.glsl; constant 4 is the size of workgroups that suit the device, 7 is conv/spread.glsl's.
std::vector<std::uint32_t> Plan::convVariant(const FusedNode& node, const ConvChoice& choice) const {
    const auto& conv = std::get<model::Conv2d>(node.operation);
    const bool phased = phasesOf(choice.kernel) > 1;
    const auto& capabilities = device_->capabilities();
    const auto rows = static_cast<std::uint32_t>(tiledRows(choice, capabilities));
    return {static_cast<std::uint32_t>(activationOf(conv.activation)),
            static_cast<std::uint32_t>(activationOf(node.after)),
            node.residual >= 0 ? 1u : 0u,
            static_cast<std::uint32_t>(phased ? shaders::kPadReplicate : padModeOf(conv.padMode)),
            isMatrix(choice.kernel) ? shaders::kMatrixSubgroups * capabilities.subgroupSize : rows,
            node.residualSite ? 1u : 0u,
            computesNextHalf(choice.kernel, conv) ? 1u : 0u,
            device_->isSoftware() && !params_.asOnCards ? 1u : 0u};
}

/// Of a residual that is a site's output, both ways to read it: separately written, and on the way. The same kernel
/// does both, so that there is one to compile.
void Plan::add(const FusedNode& node, const model::Conv2d& conv) {
    std::size_t added = dispatches_.size();
    addConvolution(node, conv);
    if (!node.residualSite)
        return;
    for (; added < dispatches_.size(); ++added)
        dispatches_[added].separateSites = true;
    FusedNode onTheWay = node;
    onTheWay.residual = node.residualSite->input;
    addConvolution(onTheWay, conv);
    for (; added < dispatches_.size(); ++added)
        dispatches_[added].separateSites = false;
}

/// Where the convolution finds its residual's a and b: those of the site whose input it reads, else a = 1, b = 0.
int Plan::residualCoefficients(const FusedNode& node) const {
    const bool onTheWay = node.residualSite && node.residual == node.residualSite->input;
    return onTheWay ? frameBlock_->coefficientBase(node.residualSite->site) : frameBlock_->identityBase();
}

void Plan::addConvolution(const FusedNode& node, const model::Conv2d& conv) {
    const Shape& in = shape(node.inputs[0]);
    const Shape& out = shape(node.output);
    const ConvChoice choice = choiceFor(conv, out);
    const ConvKernel kernel = choice.kernel;
    if (winogradOutputs(kernel) > 0) {
        addWinograd(node, conv, choice);
        return;
    }
    const auto& weights = weights_->of(conv, kernel);
    const bool tiled = isTiled(kernel);
    const int phases = phasesOf(kernel);

    auto push = pushOf<shaders::ConvPush>(node, conv, in, out);
    push.kernelHeight = conv.kernel[0];
    push.kernelWidth = conv.kernel[1];
    push.strideY = conv.stride[0];
    push.strideX = conv.stride[1];
    push.dilationY = conv.dilation[0];
    push.dilationX = conv.dilation[1];
    push.groups = conv.groups;
    push.upsample = conv.upsample;
    push.inChannels = in.channels;
    push.residualCoefficients = residualCoefficients(node);

    const gpu::Binding input = source(node.inputs[0]);
    Kernel built{nameOf(conv, out),
                 kernels_.writingShader(shaderOf(kernel)),
                 {kernels_.input(), tiled ? kernels_.input() : BindingKind::StorageBuffer, BindingKind::StorageBuffer,
                  kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                 {input, weights.weights, weights.bias, node.residual >= 0 ? source(node.residual) : input,
                  target(node.output), overflow(), gpu::BufferBinding{coefficientsBuffer_->handle()}},
                 convVariant(node, choice),
                 choice.subgroupSize};
    const bool head = isPictureHead(node, conv, choice);
    Dispatch dispatch = make(built, push);
    if (head)
        dispatch.coloured = true;
    const int blocks = isMatrix(kernel)                 ? (push.outBlocks + 1) / 2
                       : computesNextHalf(kernel, conv) ? push.outBlocks - 1
                                                        : push.outBlocks;
    const auto [across, down] =
        workgroupsOver((phases > 1 ? in : out).extent(), choice, kernels_, device_->capabilities());
    dispatch.groups = {across, down, static_cast<std::uint32_t>(blocks * phases)};
    dispatch.multiplyAdds = multiplyAddsOf(kernel, conv, out);
    dispatch.multiplyAddsSaved = multiplyAddsSaved(kernel, conv, out);
    dispatch.bytesMoved = static_cast<std::int64_t>(map(node.inputs[0]).sizeBytes() + map(node.output).sizeBytes() +
                                                    (node.residual >= 0 ? map(node.residual).sizeBytes() : 0)) +
                          weights.sizeBytes;
    if (head) {
        built.shader = kernels_.writingShader(shaderOf(kernel) + ".picture");
        built.kinds.resize(kHeadInputs);
        built.bindings.resize(kHeadInputs);
        head_ = Head{dispatches_.size(), std::move(built), push};
    }
    dispatches_.push_back(std::move(dispatch));
}

bool Plan::isPictureHead(const FusedNode& node, const model::Conv2d& conv, const ConvChoice& choice) const {
    const bool writesPictures = choice.kernel == ConvKernel::Tiled3x3 || choice.kernel == ConvKernel::Tiled3x3Rows;
    return params_.pictureInHead && node.output == exit_.tensor && exit_.factor == 2 && writesPictures &&
           node.residual < 0 && computesNextHalf(choice.kernel, conv);
}

std::optional<std::size_t> Plan::headPlace() const {
    if (!head_)
        return {};
    return head_->place;
}

Dispatch Plan::pictureHead(gpu::BindingKind kind, const gpu::Binding& picture, const shaders::PictureEnds& ends) {
    IMPASTO_CHECK(head_);
    struct {
        shaders::ConvPush conv;
        shaders::PictureEnds ends;
    } const push{head_->push, ends};
    Kernel kernel = head_->kernel;
    kernel.kinds.push_back(kind);
    kernel.bindings.push_back(picture);
    const Dispatch& separate = dispatches_[head_->place];
    Dispatch dispatch = described(kernel, push);
    dispatch.coloured = false;
    build(dispatch, kernel);
    dispatch.groups = separate.groups;
    dispatch.multiplyAdds = separate.multiplyAdds;
    dispatch.multiplyAddsSaved = separate.multiplyAddsSaved;
    dispatch.bytesMoved = separate.bytesMoved - static_cast<std::int64_t>(map(outputTensor()).sizeBytes()) +
                          std::int64_t{4} * ends.width * ends.height;
    dispatch.afterSite = separate.afterSite;
    return dispatch;
}

void Plan::addWinograd(const FusedNode& node, const model::Conv2d& conv, const ConvChoice& choice) {
    const Shape& in = shape(node.inputs[0]);
    const Shape& out = shape(node.output);
    const auto& weights = weights_->of(conv, choice.kernel);
    const std::string suffix = winogradSuffix(choice.kernel);
    const auto [tilesAcross, tilesDown] = winogradTiles(choice.kernel, out);
    auto push = pushOf<shaders::WinogradPush>(node, conv, in, out);
    push.outBlocks *= phasesOf(choice.kernel);
    push.tilesAcross = tilesAcross;
    push.tiles = tilesAcross * tilesDown;
    push.residualCoefficients = residualCoefficients(node);
    const std::vector<std::uint32_t> variant = convVariant(node, choice);
    // Only what each kernel reads differs from convolution to convolution, so that they share pipelines.
    const std::vector<std::uint32_t> transformVariant{0, 0, 0, variant[3]};
    const std::vector<std::uint32_t> multiplyVariant{0, 0, 0, 0, variant[4], 0, 0, variant[7]};
    const std::string name = nameOf(conv, out);
    const auto groupBytes = static_cast<std::int64_t>(kernels_.precision == Precision::Fp16 ? 16 : 32);
    const auto inputBytes =
        static_cast<std::int64_t>(winogradGroups(choice.kernel, blocksOf(in.channels), out)) * groupBytes;
    const auto productBytes =
        static_cast<std::int64_t>(winogradGroups(choice.kernel, productBlocksOf(choice.kernel, out.channels), out)) *
        groupBytes;

    Dispatch transform = make(Kernel{name + ", tiles",
                                     kernels_.writingShader("conv/winograd_input" + suffix),
                                     {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                                     {source(node.inputs[0]), winogradInput_.target, overflow()},
                                     transformVariant},
                              push);
    transform.groups = {groupsFor(push.tiles, shaders::kLinearGroup), static_cast<std::uint32_t>(push.inBlocks), 1};
    transform.bytesMoved = static_cast<std::int64_t>(map(node.inputs[0]).sizeBytes()) + inputBytes;
    dispatches_.push_back(std::move(transform));

    Dispatch multiply =
        make(Kernel{name,
                    kernels_.writingShader(shaderOf(choice.kernel)),
                    {kernels_.input(), kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                    {winogradInput_.source, weights.weights, winogradProducts_.target, overflow()},
                    multiplyVariant,
                    choice.subgroupSize},
             push);
    const int perGroup = shaders::kConvLanes * tiledRows(choice, device_->capabilities()) * shaders::kWinogradTiles;
    multiply.groups = {groupsFor(push.tiles, perGroup), 1,
                       static_cast<std::uint32_t>(winogradValues(choice.kernel)) *
                           groupsFor(push.outBlocks, shaders::kWinogradBlocks)};
    multiply.multiplyAdds = multiplyAddsOf(choice.kernel, conv, out);
    multiply.multiplyAddsSaved = multiplyAddsSaved(choice.kernel, conv, out);
    multiply.bytesMoved = inputBytes + productBytes + weights.sizeBytes;
    dispatches_.push_back(std::move(multiply));

    Dispatch finish = make(Kernel{name + ", pixels",
                                  kernels_.writingShader("conv/winograd_output" + suffix),
                                  {kernels_.input(), BindingKind::StorageBuffer, kernels_.input(),
                                   BindingKind::StorageBuffer, BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                                  {winogradProducts_.source, weights.bias,
                                   node.residual >= 0 ? source(node.residual) : winogradProducts_.source,
                                   target(node.output), overflow(), gpu::BufferBinding{coefficientsBuffer_->handle()}},
                                  variant},
                           push);
    finish.groups = {groupsFor(push.tiles, shaders::kLinearGroup), static_cast<std::uint32_t>(push.outBlocks), 1};
    finish.bytesMoved = static_cast<std::int64_t>(map(node.output).sizeBytes() +
                                                  (node.residual >= 0 ? map(node.residual).sizeBytes() : 0)) +
                        productBytes;
    dispatches_.push_back(std::move(finish));
}

}  // namespace impasto::nn
