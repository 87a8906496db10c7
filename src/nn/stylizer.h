// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/pixel_format.h"
#include "common/views.h"
#include "gpu/device.h"
#include "gpu/image.h"
#include "gpu/pipeline.h"
#include "model/network.h"
#include "nn/controls.h"
#include "nn/frame_block.h"
#include "nn/precision.h"
#include "tensor/tensor.h"

namespace impasto::nn {

class KernelChoices;

/// Time of one operation of the last finished frame.
struct OperationTime {
    std::string name;  ///< e.g. "conv2d r.0.0 64→64 32×32"
    double timeMs = 0;
    std::int64_t multiplyAdds = 0;       ///< executed
    std::int64_t multiplyAddsSaved = 0;  ///< by Winograd's algorithms, see nn::multiplyAddsSaved
    std::int64_t bytesMoved = 0;         ///< read and written once each
    bool ofNetwork = false;              ///< else it works on pictures, before or after the network
};

/// One network on one device at one size: pictures in, stylized pictures out. All memory, descriptors and command
/// buffers are made on construction; a frame only fills mapped memory and submits. One thread.
class Stylizer {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        std::shared_ptr<const model::Network> network;
        Precision precision = Precision::Fp16;
        Extent source;  ///< of the pictures given to `submit`
        PixelFormat sourceFormat = PixelFormat::Rgba8;
        Extent networkInput;                     ///< of the network's input before padding; see model::networkExtent
        Extent output;                           ///< of the target images
        bool mirror = false;                     ///< flip left to right
        const KernelChoices* choices = nullptr;  ///< as in Plan; read on construction only
        bool yieldToOthers = false;  ///< keep at most two slices of at most 4 ms queued, so that a window sharing the
                                     ///< queue is never starved
    };
    explicit Stylizer(const Params& params);  ///< throws Error when the device cannot hold the network at this size
    ~Stylizer();

    /// A further picture of the same frame under other settings: the encoder's features are used again, only what
    /// comes after the sites runs once more. `side` is 1 or 2; policies with memory keep one per side. One `target` is
    /// always of one side.
    struct ExtraPass {
        int side = 1;
        const Controls* controls = nullptr;
        const gpu::Image* target = nullptr;
    };

    /// What the samples of YUV pictures mean, from the next `submit` on, and whether the picture is flipped left to
    /// right as it is unpacked.
    void setPlanes(const YuvColour& colour, bool mirror);

    /// Starts one frame: copies `rgba` (source extent, of the source format) and submits everything up to the stylized
    /// picture in `target` (output extent, layout GENERAL). Returns the timeline value that is reached when the target
    /// may be read. Blocks while both frames in flight are busy and, with yieldToOthers, until the last slice is
    /// queued. `sourceCopy`, if given (source extent, GENERAL), receives the unchanged picture in the same submit.
    /// Commands are recorded at the first use of a target and kept for its address: targets outlive the stylizer, or
    /// are given to `forget` first. `samePicture`: `rgba` is what was given the last time, with the same planes; the
    /// encoder's features are used again and only what depends on the controls runs.
    std::uint64_t submit(std::span<const std::uint8_t> rgba, const Controls& controls, const gpu::Image& target,
                         const gpu::Image* sourceCopy = nullptr, std::span<const ExtraPass> extraPasses = {},
                         const gpu::Image* layerPicture = nullptr, bool samePicture = false);
    void forget(const gpu::Image& target);

    const gpu::Timeline& timeline() const;
    void wait(std::uint64_t value) const;

    /// Forgets statistics kept over frames ('last N frames', temporal policies). Call when the source changes.
    void resetHistory();

    /// Statistics of the content at every site in the last finished frame (exact, per channel).
    StyleStatistics contentStatistics() const;
    /// What the sites did in the last finished frame under the settings of one side; empty when that side did not run.
    std::vector<SiteView> siteViews(int side = 0) const;

    /// Counts of the histogram that side's controls asked for in the last finished frame: kHistogramBins before the
    /// site, as many after it (shaders/norm/histogram.comp says over which range). Empty when the side did not run.
    std::vector<std::uint32_t> histogram(int side) const;

    /// What can be looked at with `watchLayer`, in the order it is computed.
    struct Layer {
        std::string name;
        int channels = 0;
    };
    const std::vector<Layer>& layers() const;
    /// From the next frame on, the layer's channels are drawn as a grid of grey tiles into the image given to `submit`;
    /// with `channel` ≥ 0 that one alone. −1: none. Records the network's commands anew.
    void watchLayer(int layer, int channel);
    static constexpr int kLayerPictureSide = shaders::kFeatureViewSide;
    /// Tiles in a row of the grid for this many channels.
    static int layerTilesAcross(int channels);

    /// How far the low-rank transforms of side 0 are from those of another side, relative; see FrameBlock.
    double lowRankDistance(int side) const;

    /// Device time of the normalization sites in the last finished frame under one side's settings; 0 without
    /// timestamps.
    double siteTimeMs(int side) const;

    const std::vector<OperationTime>& operationTimes() const;
    double gpuTimeMs() const;           ///< of the last finished frame that was computed whole; 0 without timestamps
    double firstGpuTimeMs() const;      ///< of the first frame, in which some drivers compile
    std::size_t dispatchCount() const;  ///< submitted for the last frame
    std::uint64_t arenaBytes() const;
    std::uint64_t arenaBytesUnaliased() const;
    /// Feature values that exceeded ±65504 and were stored saturated since the start.
    std::uint64_t saturatedValues() const;
    Extent paddedExtent() const;

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// Turns style pictures into statistics on the device. Keeps the plan of the last few sizes. One thread.
class StyleEncoder {
  public:
    StyleEncoder(gpu::Device& device, gpu::PipelineLibrary& pipelines, std::shared_ptr<const model::Network> network,
                 Precision precision);
    ~StyleEncoder();

    /// `rgba` has `extent`; it is area-reduced to model::styleExtent(extent, styleScale) first.
    StyleStatistics encode(std::span<const std::uint8_t> rgba, Extent extent, float styleScale = 1.0f);

    /// The same with the features of the last site, padding included.
    struct Encoding {
        StyleStatistics statistics;
        Tensor features;
    };
    Encoding encodeFeatures(std::span<const std::uint8_t> rgba, Extent extent, float styleScale = 1.0f);

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace impasto::nn
