// SPDX-License-Identifier: MIT
#include "nn/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <future>
#include <map>
#include <numeric>

#include "base/error.h"
#include "common/shared.h"
#include "common/views.h"
#include "gpu/commands.h"
#include "image/colour.h"
#include "nn/dispatch_helpers.h"

namespace impasto::nn {

struct ElementwiseChoice {
    int operation = shaders::kElementwiseActivate;
    model::Activation activation;
    float scale = 1;
    float shift = 0;
    const char* name = "";
};

struct GatherChoice {
    shaders::ResamplePush push{};
    int input = 0;
    const char* name = "";
};

namespace {

using gpu::BindingKind;

/// Zero-filled: what a kernel reads before the first write is defined.
std::unique_ptr<gpu::Buffer> createZeroed(gpu::Device& device, const std::string& name, std::uint64_t sizeBytes) {
    auto buffer = std::make_unique<gpu::Buffer>(
        device, gpu::Buffer::Params{name, std::max<std::uint64_t>(sizeBytes, 16), gpu::MemoryKind::Device});
    gpu::runOnce(device, device.computeQueue(),
                 [&](vk::CommandBuffer commands) { commands.fillBuffer(buffer->handle(), 0, VK_WHOLE_SIZE, 0); });
    return buffer;
}

std::vector<int> siteInputs(const model::Graph& graph) {
    std::vector<int> inputs;
    for (const auto& site : model::sites(graph))
        inputs.push_back(site.input);
    return inputs;
}

/// Left out of most frames; the first picture does not wait for its compilation.
bool isRare(const Dispatch& dispatch) {
    return dispatch.occasional || dispatch.coloured.value_or(false);
}

}  // namespace

Plan::Plan(const Params& params)
    : device_(&params.device),
      pipelines_(&params.pipelines),
      network_(&params.network),
      params_(params),
      descriptors_(params.device),
      warmUp_(params.device) {
    kernels_.precision = params.precision;
    planNodes();
    placeTensors(params);
    createViews(params);
    groupSites();
    createSiteBuffers(params);
    std::vector<DeviceWeights::Conv> convs;
    for (const FusedNode& node : nodes_) {
        if (const auto* conv = std::get_if<model::Conv2d>(&node.operation))
            convs.push_back({*conv, choiceFor(*conv, shape(node.output)).kernel});
    }
    createWinogradScratch();
    weights_ = std::make_unique<DeviceWeights>(params.device, params.network, kernels_, convs);
    std::vector<bool> afterSite(maps_.size(), false);
    for (const FusedNode& node : nodes_) {
        const std::size_t first = dispatches_.size();
        addNode(node);
        const bool after = dependsOnSite(node, afterSite);
        afterSite[static_cast<std::size_t>(node.output)] = after;
        for (std::size_t i = first; i < dispatches_.size(); ++i) {
            dispatches_[i].afterSite = after;
            if (i + 1 == dispatches_.size() && isRead(node.output))
                dispatches_[i].output = node.output;
            dispatches_[i].atSite = std::holds_alternative<model::Normalize>(node.operation);
        }
    }
    buildKernels();
}

bool Plan::dependsOnSite(const FusedNode& node, const std::vector<bool>& afterSite) const {
    if (std::holds_alternative<model::Normalize>(node.operation))
        return true;
    if (node.residual >= 0 && afterSite[static_cast<std::size_t>(node.residual)])
        return true;
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](int input) { return afterSite[static_cast<std::size_t>(input)]; });
}

void Plan::planNodes() {
    const model::Graph& graph = network_->graph;
    exit_.tensor = graph.outputTensor();
    std::vector<int> kept = siteInputs(graph);
    if (params_.keepTensors) {
        kept.resize(static_cast<std::size_t>(graph.tensorCount()));
        std::iota(kept.begin(), kept.end(), 0);
    }
    nodes_ = gatherSites(fuse(graph, kept));
    if (params_.purpose == Purpose::Statistics) {
        std::vector<int> wanted = kept;
        for (const auto& site : model::sites(graph))
            wanted.push_back(site.node + 1);
        nodes_ = prune(std::move(nodes_), wanted);
    }
    if (params_.fuseEnds) {
        entry_ = takeEntry(graph, nodes_, kept);
        if (params_.purpose == Purpose::Stylize)
            exit_ = takeExit(graph, nodes_);
    }
    if (params_.purpose != Purpose::Stylize)
        return;
    kept.push_back(outputTensor());
    findResidualSites(nodes_, kept);
}

void Plan::placeTensors(const Params& params) {
    const auto shapes = model::inferShapes(params.network.graph, params.input);
    maps_.reserve(shapes.size());
    for (const Shape& tensorShape : shapes)
        maps_.push_back({tensorShape, params.precision, 0});
    placed_.assign(shapes.size(), false);

    // Step 0 writes the input, step i + 1 runs node i, the step after the last reads the output.
    const int lastStep = static_cast<int>(nodes_.size()) + 1;
    std::vector<gpu::ArenaRequest> requests(shapes.size());
    const auto touch = [&](int tensor, int step) {
        const auto index = static_cast<std::size_t>(tensor);
        gpu::ArenaRequest& request = requests[index];
        if (!placed_[index])
            request = {maps_[index].viewBytes(), step, step};
        placed_[index] = true;
        request.lastStep = std::max(request.lastStep, step);
    };
    touch(inputTensor(), 0);
    std::vector<bool> afterSite(shapes.size(), false);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const int step = static_cast<int>(i) + 1;
        const bool after = dependsOnSite(nodes_[i], afterSite);
        // What the part after the sites reads of the encoder lives to the end, so that it can be run again.
        const auto read = [&](int tensor) {
            const bool again =
                after && params.purpose == Purpose::Stylize && !afterSite[static_cast<std::size_t>(tensor)];
            touch(tensor, again ? lastStep : step);
        };
        for (int input : nodes_[i].inputs)
            read(input);
        if (nodes_[i].residual >= 0)
            read(nodes_[i].residual);
        if (nodes_[i].residualSite)
            read(nodes_[i].residualSite->input);
        touch(nodes_[i].output, step);
        afterSite[static_cast<std::size_t>(nodes_[i].output)] = after;
    }
    if (params.purpose == Purpose::Stylize)
        touch(outputTensor(), lastStep);
    if (params.keepInput)
        touch(inputTensor(), lastStep);
    if (params.keepTensors) {
        for (auto& request : requests)
            request = {request.sizeBytes, 0, lastStep};
    }
    layout_ = gpu::layOutArena(requests, device_->capabilities().bufferAlignment);
    for (std::size_t i = 0; i < maps_.size(); ++i)
        maps_[i].offsetBytes = layout_.offsets[i];
}

void Plan::createViews(const Params& params) {
    const auto& capabilities = device_->capabilities();
    std::uint64_t largestTexels = 0;
    std::uint64_t largestBytes = 0;
    for (std::size_t i = 0; i < maps_.size(); ++i) {
        if (!placed_[i])
            continue;
        largestTexels = std::max(largestTexels, maps_[i].viewTexels());
        largestBytes = std::max(largestBytes, maps_[i].sizeBytes());
    }
    if (params.keepInput) {
        // The guide map has a group of 8 channels for every pixel of the input.
        const FeatureMap guide{{8, params.input.height, params.input.width}, params.precision, 0};
        largestTexels = std::max(largestTexels, guide.viewTexels());
    }
    const bool fitsTexels = largestTexels <= capabilities.maxTexelBufferElements;
    kernels_.access = params.access.value_or(fitsTexels ? Access::Texel : Access::Storage);
    kernels_.wideStores = !params.asOnCards && canStoreWide(kernels_.precision, kernels_.access, *device_);
    if (largestBytes > capabilities.maxStorageBufferRange) {
        throw Error({"cannot run the network at this size",
                     fmt::format("{} at {}×{}", params.network.graph.name, params.input.width, params.input.height),
                     fmt::format("a feature map of {} MiB is larger than the device's buffers", largestBytes >> 20),
                     "choose a smaller size"});
    }
    arena_ = createZeroed(*device_, "feature arena", layout_.totalBytes);
    viewOf_.assign(maps_.size(), -1);
    if (kernels_.access == Access::Storage)
        return;
    for (std::size_t i = 0; i < maps_.size(); ++i) {
        if (!placed_[i])
            continue;
        viewOf_[i] = static_cast<int>(views_.size());
        views_.push_back(
            gpu::createTexelView(*device_, *arena_, texelFormat(), maps_[i].offsetBytes, maps_[i].viewBytes()));
    }
}

vk::Format Plan::texelFormat() const {
    return kernels_.precision == Precision::Fp16 ? vk::Format::eR32G32B32A32Uint : vk::Format::eR32G32B32A32Sfloat;
}

void Plan::createSiteBuffers(const Params& params) {
    std::vector<FrameBlock::SiteShape> shapes;
    std::uint64_t maskWords = 0;
    std::vector<int> leaders;
    for (const SiteGroup& group : siteGroups_)
        leaders.insert(leaders.end(), static_cast<std::size_t>(group.count), group.first);
    for (const auto& site : model::sites(params.network.graph)) {
        const Shape& input = shape(site.input);
        shapes.push_back({input.channels, input.height, input.width, leaders[shapes.size()]});
        maskPlaces_.push_back({input.extent(), maskWords});
        maskWords += input.planeSize();
    }
    maskBuffer_ = createZeroed(*device_, "mask", maskWords * 4);
    frameBlock_ = std::make_unique<FrameBlock>(params.network, std::move(shapes));
    blockBuffer_ = createZeroed(*device_, "frame block", frameBlock_->sizeBytes());
    partialsBuffer_ = createZeroed(*device_, "statistics partials", frameBlock_->partialsBytes());
    statisticsBuffer_ = createZeroed(*device_, "statistics", frameBlock_->statisticsBytes());
    const std::vector<float> identity = frameBlock_->identityCoefficients();
    coefficientsBuffer_ =
        createZeroed(*device_, "coefficients", frameBlock_->coefficientsBytes() + identity.size() * 4);
    gpu::runOnce(*device_, device_->computeQueue(), [&](vk::CommandBuffer commands) {
        constexpr std::size_t kMostFloats = 16384;  // of one update
        for (std::size_t at = 0; at < identity.size(); at += kMostFloats) {
            const std::size_t count = std::min(kMostFloats, identity.size() - at);
            commands.updateBuffer(coefficientsBuffer_->handle(), frameBlock_->coefficientsBytes() + at * 4, count * 4,
                                  identity.data() + at);
        }
    });
    historyBuffer_ = createZeroed(*device_, "statistics history", frameBlock_->historyBytes());
    covarianceBuffer_ = createZeroed(*device_, "covariances", frameBlock_->covarianceBytes());
    histogramBuffer_ = createZeroed(*device_, "histogram", std::uint64_t{2} * shaders::kHistogramBins * 4);
    colourBuffer_ = createZeroed(*device_, "colour map",
                                 4 * static_cast<std::uint64_t>(shaders::kColourMapFloats +
                                                                2 * shaders::kColourFloats * shaders::kColourPartials));
    overflowBuffer_ = createZeroed(*device_, "overflow counter", 4);
}

void Plan::writeMask(const RegionMask& mask, Extent content, std::span<std::byte> bytes) const {
    std::map<std::pair<int, int>, std::vector<std::uint32_t>> bySize;
    for (const MaskPlace& place : maskPlaces_) {
        std::vector<std::uint32_t>& words = bySize[{place.map.width, place.map.height}];
        if (words.empty()) {
            words.resize(static_cast<std::size_t>(place.map.width) * static_cast<std::size_t>(place.map.height));
            reduceMask(mask, {content, params_.input, place.map}, words);
        }
        IMPASTO_CHECK((place.base + words.size()) * 4 <= bytes.size());
        std::memcpy(bytes.data() + place.base * 4, words.data(), words.size() * 4);
    }
}

gpu::Binding Plan::source(int tensor) const {
    const auto index = static_cast<std::size_t>(tensor);
    if (kernels_.access == Access::Storage)
        return target(tensor);
    IMPASTO_CHECK(placed_[index]);
    return gpu::TexelBinding{*views_[static_cast<std::size_t>(viewOf_[index])]};
}

gpu::Binding Plan::target(int tensor) const {
    const auto index = static_cast<std::size_t>(tensor);
    IMPASTO_CHECK(placed_[index]);
    return gpu::BufferBinding{arena_->handle(), maps_[index].offsetBytes, maps_[index].sizeBytes()};
}

bool Plan::isRead(int tensor) const {
    if (params_.keepTensors || (params_.purpose == Purpose::Stylize && tensor == outputTensor()))
        return true;
    return std::any_of(nodes_.begin(), nodes_.end(), [tensor](const FusedNode& node) {
        return node.residual == tensor ||
               std::find(node.inputs.begin(), node.inputs.end(), tensor) != node.inputs.end();
    });
}

gpu::Binding Plan::overflow() const {
    return gpu::BufferBinding{overflowBuffer_->handle()};
}

const gpu::Pipeline& Plan::pipelineOf(const Kernel& kernel, std::size_t pushBytes) {
    return pipelines_->get({kernel.shader, kernel.kinds, static_cast<std::uint32_t>(pushBytes), kernel.specialization,
                            kernel.subgroupSize});
}

void Plan::build(Dispatch& dispatch, const Kernel& kernel) {
    dispatch.pipeline = &pipelineOf(kernel, dispatch.pushConstants.size());
    dispatch.descriptors = descriptors_.create(*dispatch.pipeline, kernel.bindings);
    if (!isRare(dispatch))
        warmUp(dispatch);
}

/// In order, so that what comes first is compiled first; a thread beside builds pipelines from the other end, until
/// both meet.
void Plan::buildKernels() {
    IMPASTO_CHECK(planned_.size() == dispatches_.size());
    std::atomic<std::size_t> builtCount = 0;
    auto beside = std::async(std::launch::async, [&] {
        for (std::size_t i = planned_.size(); i > builtCount; --i)
            pipelineOf(planned_[i - 1], dispatches_[i - 1].pushConstants.size());
    });
    for (std::size_t i = 0; i < planned_.size(); ++i) {
        build(dispatches_[i], planned_[i]);
        builtCount = i + 1;
    }
    beside.get();
    planned_.clear();
}

void Plan::warmUpOccasional() {
    if (occasionalAreWarm_)
        return;
    occasionalAreWarm_ = true;
    for (const Dispatch& dispatch : dispatches_) {
        if (isRare(dispatch))
            warmUp(dispatch);
    }
}

void Plan::addNode(const FusedNode& node) {
    std::visit(
        [&](const auto& op) {
            using Op = std::decay_t<decltype(op)>;
            if constexpr (std::is_same_v<Op, model::Conv2d> || std::is_same_v<Op, model::Normalize> ||
                          std::is_same_v<Op, model::Concat>) {
                add(node, op);
            } else if constexpr (std::is_same_v<Op, model::ScaleShift>) {
                addElementwise(node, {shaders::kElementwiseScaleShift, {}, op.scale, op.shift, "scale_shift"});
            } else if constexpr (std::is_same_v<Op, model::Add>) {
                addElementwise(node, {shaders::kElementwiseAdd, {}, 1, 0, "add"});
            } else if constexpr (std::is_same_v<Op, model::Mul>) {
                addElementwise(node, {shaders::kElementwiseMul, {}, 1, 0, "mul"});
            } else if constexpr (std::is_same_v<Op, model::Activate>) {
                addElementwise(node, {shaders::kElementwiseActivate, op.activation, 1, 0, "activation"});
            } else if constexpr (std::is_same_v<Op, model::PixelShuffle>) {
                GatherChoice choice{{}, node.inputs[0], "pixel_shuffle"};
                choice.push.factor = op.factor;
                addGather(node, "resample/pixel_shuffle", choice);
            } else if constexpr (std::is_same_v<Op, model::PixelUnshuffle>) {
                GatherChoice choice{{}, node.inputs[0], "pixel_unshuffle"};
                choice.push.factor = op.factor;
                addGather(node, "resample/pixel_unshuffle", choice);
            } else if constexpr (std::is_same_v<Op, model::MaxPool>) {
                GatherChoice choice{{}, node.inputs[0], "max_pool"};
                choice.push.kernelHeight = op.kernel[0];
                choice.push.kernelWidth = op.kernel[1];
                choice.push.strideY = op.stride[0];
                choice.push.strideX = op.stride[1];
                addGather(node, "resample/max_pool", choice);
            } else if constexpr (std::is_same_v<Op, model::Resize>) {
                GatherChoice choice{{}, node.inputs[0], "resize"};
                choice.push.mode = op.mode == model::Resize::Mode::Nearest ? 0 : 1;
                choice.push.scaleY = static_cast<float>(op.denominator) / static_cast<float>(op.numerator);
                choice.push.scaleX = choice.push.scaleY;
                addGather(node, "resample/resize", choice);
            } else {
                throw Error({"cannot run the network", network_->graph.name,
                             "it uses conv_transpose2d, which has no kernel", "use conv2d with upsample"});
            }
        },
        node.operation);
}

void Plan::add(const FusedNode& node, const model::Concat&) {
    const Shape& out = shape(node.output);
    int offset = 0;
    for (int input : node.inputs) {
        const Shape& in = shape(input);
        shaders::ResamplePush push{};
        push.inWidth = in.width;
        push.inHeight = in.height;
        push.inChannels = in.channels;
        push.outWidth = out.width;
        push.outHeight = out.height;
        push.outChannels = out.channels;
        push.channelOffset = offset;
        offset += in.channels;
        Dispatch dispatch =
            make(Kernel{describeDispatch("concat", in),
                        kernels_.writingShader("resample/concat"),
                        {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer, kernels_.input()},
                        {source(input), target(node.output), overflow(), source(node.output)}},
                 push);
        dispatch.groups = {groupsFor(static_cast<std::int64_t>(out.planeSize()), shaders::kLinearGroup),
                           static_cast<std::uint32_t>((out.channels + 7) / 8), 1};
        dispatch.bytesMoved = static_cast<std::int64_t>(map(input).sizeBytes() + map(node.output).sizeBytes());
        dispatches_.push_back(std::move(dispatch));
    }
}

void Plan::addElementwise(const FusedNode& node, const ElementwiseChoice& choice) {
    const FeatureMap& out = map(node.output);
    shaders::ElementwisePush push{};
    push.texels = static_cast<int>(out.groupCount());
    push.slope = choice.activation.slope;
    push.scale = choice.scale;
    push.shift = choice.shift;
    push.channels = out.shape.channels;
    push.planeTexels = static_cast<int>(out.shape.planeSize());
    Dispatch dispatch =
        make(Kernel{describeDispatch(choice.name, out.shape),
                    kernels_.writingShader("common/elementwise"),
                    {kernels_.input(), kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                    {source(node.inputs.front()), source(node.inputs.back()), target(node.output), overflow()},
                    {static_cast<std::uint32_t>(choice.operation),
                     static_cast<std::uint32_t>(activationOf(choice.activation))}},
             push);
    dispatch.groups[0] = groupsFor(push.texels, shaders::kLinearGroup);
    dispatch.bytesMoved = static_cast<std::int64_t>((node.inputs.size() + 1) * out.sizeBytes());
    dispatches_.push_back(std::move(dispatch));
}

void Plan::addGather(const FusedNode& node, const std::string& shader, const GatherChoice& choice) {
    const Shape& in = shape(choice.input);
    const Shape& out = shape(node.output);
    shaders::ResamplePush push = choice.push;
    push.inWidth = in.width;
    push.inHeight = in.height;
    push.inChannels = in.channels;
    push.outWidth = out.width;
    push.outHeight = out.height;
    push.outChannels = out.channels;
    Dispatch dispatch = make(Kernel{describeDispatch(choice.name, out),
                                    kernels_.writingShader(shader),
                                    {kernels_.input(), BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                                    {source(choice.input), target(node.output), overflow()}},
                             push);
    dispatch.groups = {groupsFor(static_cast<std::int64_t>(out.planeSize()), shaders::kLinearGroup),
                       static_cast<std::uint32_t>((out.channels + 7) / 8), 1};
    dispatch.bytesMoved = static_cast<std::int64_t>(map(choice.input).sizeBytes() + map(node.output).sizeBytes());
    dispatches_.push_back(std::move(dispatch));
}

}  // namespace impasto::nn
