// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/descriptors.h"
#include "gpu/device.h"
#include "gpu/pipeline.h"
#include "image/picture.h"
#include "model/network.h"
#include "nn/device_weights.h"
#include "nn/dispatch.h"
#include "nn/feature_map.h"
#include "nn/frame_block.h"
#include "nn/fusion.h"
#include "nn/kernel_choices.h"
#include "nn/kernels.h"
#include "nn/warm_up.h"

namespace impasto::nn {

/// What a plan is for.
enum class Purpose {
    Stylize,     ///< the whole network
    Statistics,  ///< only what the statistics at the sites need; sites pass features through
};

/// A network at one input size: every tensor placed in one arena (aliased by last use), every dispatch with its
/// pipeline and descriptors. Records nothing itself.
class Plan {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        const model::Network& network;
        Extent input;  ///< padded, multiples of the graph's
        Precision precision = Precision::Fp16;
        Purpose purpose = Purpose::Stylize;
        bool keepTensors = false;  ///< no aliasing, no fusion: every tensor can be read afterwards
        /// The picture kernels do the network's first and last rearrangements: inputTensor() and outputTensor() are
        /// then those of entry() and exit().
        bool fuseEnds = false;
        bool keepInput = false;  ///< the input lives to the end, for the guide kernel
        /// The last convolution may write the picture itself: see pictureHead().
        bool pictureInHead = false;
        bool plainKernels = false;  ///< the direct convolution everywhere: what the fast kernels are compared with
        const KernelChoices* choices = nullptr;   ///< measured; else the safe kernels. Read on construction only
        std::optional<ConvChoice> onlyConv = {};  ///< this kernel for every convolution, to measure and to test it
        std::optional<Access> access = {};        ///< default: texel buffers where the device's limits allow
        bool asOnCards = false;                   ///< the variants graphics cards run, on a processor too: for tests
    };
    explicit Plan(const Params& params);  ///< throws Error when the device cannot hold it

    const std::vector<Dispatch>& dispatches() const { return dispatches_; }
    const KernelSet& kernels() const { return kernels_; }

    const FeatureMap& map(int tensor) const { return maps_[static_cast<std::size_t>(tensor)]; }
    /// For a kernel that reads the tensor, of kind kernels().input(), and for one that writes it, a storage buffer.
    gpu::Binding source(int tensor) const;
    gpu::Binding target(int tensor) const;
    Extent inputExtent() const { return params_.input; }
    const Entry& entry() const { return entry_; }
    const Exit& exit() const { return exit_; }
    int inputTensor() const { return entry_.tensor; }
    int outputTensor() const { return exit_.tensor; }

    const gpu::Buffer& arena() const { return *arena_; }
    /// With what Winograd's kernels keep between them.
    std::uint64_t arenaBytes() const { return layout_.totalBytes + scratchBytes(); }
    std::uint64_t arenaBytesUnaliased() const { return layout_.unaliasedBytes + scratchBytes(); }

    FrameBlock& frameBlock() { return *frameBlock_; }
    const FrameBlock& frameBlock() const { return *frameBlock_; }
    const gpu::Buffer& frameBlockBuffer() const { return *blockBuffer_; }
    const gpu::Buffer& statisticsBuffer() const { return *statisticsBuffer_; }
    const gpu::Buffer& covarianceBuffer() const { return *covarianceBuffer_; }
    /// kHistogramBins counts before the watched site and as many after it.
    const gpu::Buffer& histogramBuffer() const { return *histogramBuffer_; }
    const gpu::Buffer& coefficientsBuffer() const { return *coefficientsBuffer_; }
    /// One word per pixel of every site, see reduceMask; read where a frame has more than one region.
    const gpu::Buffer& maskBuffer() const { return *maskBuffer_; }
    /// Fills what is to be copied to the mask buffer. `content`: of the input, without padding.
    void writeMask(const RegionMask& mask, Extent content, std::span<std::byte> bytes) const;
    /// For the picture kernels: how colours are matched, and what that is computed from.
    const gpu::Buffer& colourBuffer() const { return *colourBuffer_; }
    /// One uint: values stored saturated since the start.
    const gpu::Buffer& overflowBuffer() const { return *overflowBuffer_; }

    /// Place in dispatches() of the last convolution where, as `pictureInHead` wishes, its kernel can also write the
    /// shuffled picture in place of outputTensor(). It runs in FrameNeeds::coloured frames then; in all others
    /// pictureHead is to be run after the plan.
    std::optional<std::size_t> headPlace() const;
    /// `picture`, of kind `kind`: where shaders/image/last_picture.glsl writes. Needs headPlace().
    Dispatch pictureHead(gpu::BindingKind kind, const gpu::Binding& picture, const shaders::PictureEnds& ends);

    gpu::DescriptorPool& descriptors() { return descriptors_; }
    /// For kernels beside the plan's own: see WarmUp.
    void warmUp(const Dispatch& dispatch) {
        warmUp_.run(*dispatch.pipeline, dispatch.descriptors, dispatch.pushConstants);
    }
    /// The kernels of dispatches that most frames leave out, which the first picture does not wait for. After the first
    /// call it does nothing.
    void warmUpOccasional();
    void waitForWarmUp() const noexcept { warmUp_.wait(); }

  private:
    void planNodes();
    void placeTensors(const Params& params);
    void createViews(const Params& params);
    void createSiteBuffers(const Params& params);
    void addNode(const FusedNode& node);
    void add(const FusedNode& node, const model::Conv2d& op);
    void addConvolution(const FusedNode& node, const model::Conv2d& op);
    void add(const FusedNode& node, const model::Normalize& op);
    void add(const FusedNode& node, const model::Concat& op);
    void groupSites();
    /// Sites whose statistics one dispatch takes, out of the part of the arena that holds what they read.
    struct SiteGroup {
        int first = 0;
        int count = 1;
        std::uint64_t offsetBytes = 0;
        std::uint64_t sizeBytes = 0;
    };
    void addStatistics(const SiteGroup& group);
    void addCovariance(int input, const model::Normalize& site);
    void addHistogram(int input, const model::Normalize& site);
    void addMix(const FusedNode& node, const model::Normalize& site);
    void addElementwise(const FusedNode& node, const struct ElementwiseChoice& choice);
    void addGather(const FusedNode& node, const std::string& shader, const struct GatherChoice& choice);
    struct Kernel {
        std::string name;
        std::string shader;
        std::vector<gpu::BindingKind> kinds;
        std::vector<gpu::Binding> bindings;
        std::vector<std::uint32_t> specialization = {};
        std::uint32_t subgroupSize = 0;
    };
    template <typename Push>
    static Dispatch described(const Kernel& kernel, const Push& push) {
        const auto bytes = std::as_bytes(std::span(&push, 1));
        Dispatch dispatch;
        dispatch.name = kernel.name;
        dispatch.ofNetwork = true;
        dispatch.pushConstants.assign(bytes.begin(), bytes.end());
        return dispatch;
    }
    /// Everything of a dispatch but its pipeline and descriptors, which buildKernels makes.
    template <typename Push>
    Dispatch make(Kernel kernel, const Push& push) {
        Dispatch dispatch = described(kernel, push);
        planned_.push_back(std::move(kernel));
        return dispatch;
    }
    template <typename Push>
    Dispatch makeOccasional(Kernel kernel, const Push& push) {
        Dispatch dispatch = make(std::move(kernel), push);
        dispatch.occasional = true;
        return dispatch;
    }
    const gpu::Pipeline& pipelineOf(const Kernel& kernel, std::size_t pushBytes);
    void build(Dispatch& dispatch, const Kernel& kernel);
    void buildKernels();
    /// The last convolution as pictureHead makes it, but for the picture.
    struct Head {
        std::size_t place = 0;
        Kernel kernel;
        shaders::ConvPush push;
    };
    bool isPictureHead(const FusedNode& node, const model::Conv2d& conv, const ConvChoice& choice) const;
    const Shape& shape(int tensor) const { return maps_[static_cast<std::size_t>(tensor)].shape; }
    gpu::Binding overflow() const;
    vk::Format texelFormat() const;
    bool dependsOnSite(const FusedNode& node, const std::vector<bool>& afterSite) const;
    bool isRead(int tensor) const;
    int residualCoefficients(const FusedNode& node) const;
    ConvChoice choiceFor(const model::Conv2d& conv, const Shape& out) const;
    std::vector<std::uint32_t> convVariant(const FusedNode& node, const ConvChoice& choice) const;
    /// A map between the kernels of one convolution, for kernels that write it and that read it.
    struct Scratch {
        std::unique_ptr<gpu::Buffer> buffer;
        gpu::Binding target;
        gpu::Binding source;
    };
    Scratch makeScratch(const char* name, std::uint64_t sizeBytes);
    void createWinogradScratch();
    std::uint64_t scratchBytes() const;
    bool winogradFits(ConvKernel kernel, const model::Conv2d& conv, const Shape& out) const;
    void addWinograd(const FusedNode& node, const model::Conv2d& conv, const ConvChoice& choice);

    gpu::Device* device_;
    gpu::PipelineLibrary* pipelines_;
    const model::Network* network_;
    Params params_;
    KernelSet kernels_;
    std::vector<FusedNode> nodes_;
    Entry entry_;
    Exit exit_;
    std::vector<FeatureMap> maps_;  ///< by tensor number; tensors folded away have no place
    std::vector<bool> placed_;
    gpu::ArenaLayout layout_;
    std::unique_ptr<gpu::Buffer> arena_;
    std::vector<vk::raii::BufferView> views_;
    std::vector<int> viewOf_;
    std::vector<SiteGroup> siteGroups_;
    Scratch winogradInput_;  ///< both as large as the largest convolution needs; empty where none is Winograd's
    Scratch winogradProducts_;
    std::unique_ptr<DeviceWeights> weights_;
    std::unique_ptr<FrameBlock> frameBlock_;
    std::unique_ptr<gpu::Buffer> blockBuffer_;
    std::unique_ptr<gpu::Buffer> partialsBuffer_;
    std::unique_ptr<gpu::Buffer> statisticsBuffer_;
    std::unique_ptr<gpu::Buffer> coefficientsBuffer_;
    std::unique_ptr<gpu::Buffer> historyBuffer_;
    std::unique_ptr<gpu::Buffer> covarianceBuffer_;
    std::unique_ptr<gpu::Buffer> histogramBuffer_;
    struct MaskPlace {
        Extent map;
        std::uint64_t base = 0;  ///< in words
    };
    std::vector<MaskPlace> maskPlaces_;  ///< one per site
    std::unique_ptr<gpu::Buffer> maskBuffer_;
    std::unique_ptr<gpu::Buffer> colourBuffer_;
    std::unique_ptr<gpu::Buffer> overflowBuffer_;
    gpu::DescriptorPool descriptors_;
    std::vector<Dispatch> dispatches_;
    std::vector<Kernel> planned_;  ///< of the dispatches, one for each; empty once they are built
    std::optional<Head> head_;
    bool occasionalAreWarm_ = false;
    WarmUp warmUp_;  ///< last: it uses what stands above
};

}  // namespace impasto::nn
