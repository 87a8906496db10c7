// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/shared.h"
#include "gpu/commands.h"
#include "gpu/timestamps.h"
#include "nn/layer_view.h"
#include "nn/picture_kernels.h"
#include "nn/plan.h"
#include "nn/similarity_gate.h"
#include "nn/slices.h"
#include "nn/stylizer.h"

namespace impasto::nn {

/// What Stylizer hides, in three files: making and recording commands (stylizer_commands.cpp), what comes back of a
/// finished frame (stylizer_results.cpp), and the way of one frame (stylizer.cpp).
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
    /// Of one list of dispatches, for every combination of FrameNeeds. What is computed where nobody looks would cost
    /// every frame a few dispatches that find nothing to do.
    using Recordings = std::array<SlicedCommands, FrameNeeds::kCombinations>;
    /// The commands that end a frame, for one target (and copy of the source).
    struct Tail {
        int side = 0;
        const gpu::Image* sourceCopy = nullptr;
        const gpu::Image* layerPicture = nullptr;
        /// The composite or the network's head as it writes the picture, each for its frames; before them, for further
        /// sides, what comes after the sites, and after them the gate.
        std::vector<Dispatch> dispatches;
        std::optional<std::size_t> headAt;  ///< place of that head
        std::unique_ptr<gpu::Timestamps> timestamps;
        Recordings commands;
    };
    /// A tail as a frame ran it.
    struct RunTail {
        const Tail* tail = nullptr;
        FrameNeeds needs;

        const SlicedCommands& commands() const { return tail->commands[needs.index()]; }
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
        std::unique_ptr<gpu::Buffer>
            readback;  ///< statistics of all sides, overflow counter, coefficients side by side
        std::unique_ptr<gpu::Timestamps> timestamps;
        std::vector<Dispatch> dispatches;
        Recordings network;
        std::size_t viewAt = 0;  ///< place of the layer view among the recorded dispatches; 0: there is none
        std::unique_ptr<gpu::Timestamps> timestampsAgain;
        std::vector<Dispatch> dispatchesAgain;  ///< those of a picture whose features stand in the arena already
        Recordings again;
        std::map<TailKey, Tail> tails;
        std::vector<RunTail> lastTails;  ///< of its last frame, side 0 first
        bool ranAgain = false;           ///< its last frame began at the sites
        std::uint64_t value = 0;         ///< timeline value of its last frame
        bool cutByTime = false;
    };

    CompositeKind compositeKind(bool guided, bool coloured) const;
    void buildComposites() const;
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
    Recordings record(SliceParams params, bool separateSites,
                      const std::function<void(vk::CommandBuffer, bool occasional)>& epilogue);
    void takeCosts(const Slot& slot);
    void recordReadback(vk::CommandBuffer commands, const Slot& slot, int side, bool occasional) const;
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
    LastPicture lastPicture_;
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
    std::vector<std::size_t> operationOf_;  ///< of the slots' dispatches; two forms of one convolution share an entry
    std::size_t composite_ = 0;             ///< its entry
    std::optional<std::size_t> headPlace_;  ///< among the slots' dispatches, where it may write the picture
    std::int64_t headPictureBytes_ = 0;     ///< what it moves then
    std::int64_t compositeBytes_ = 0;
    std::vector<Layer> layers_;
    double compositeMs_ = 0;
    double headMs_ = 0;  ///< of side 0's head that wrote the picture
    double gpuTimeMs_ = 0;
    double firstGpuTimeMs_ = 0;
    std::uint64_t saturated_ = 0;
};

}  // namespace impasto::nn
