// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>

#include "base/pixel_format.h"
#include "gpu/buffer.h"
#include "gpu/image.h"
#include "nn/plan.h"

namespace impasto::nn {

/// The dispatch that makes an RGBA8 picture of YUV samples (shaders/image/unpack_planes.comp).
struct UnpackPlanesParams {
    const gpu::Buffer& samples;  ///< PlanesHeader, then planesBytes of samples
    const gpu::Buffer& target;   ///< 4 bytes per pixel
    PixelFormat format = PixelFormat::I420;
    Extent extent;
};
Dispatch unpackPlanesDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const UnpackPlanesParams& params);
/// What a samples buffer holds, header included.
std::uint64_t planesBufferBytes(PixelFormat format, Extent extent);
/// Fills the header of a mapped samples buffer.
void writePlanesHeader(std::span<std::byte> mapped, const YuvColour& colour, bool mirror);

/// The dispatch that turns an RGBA8 picture into a plan's input (shaders/image/load_picture.comp).
struct LoadPictureParams {
    const gpu::Buffer& source;  ///< sourceExtent pixels, 4 bytes each
    Extent sourceExtent;
    Extent content;  ///< the source is resized to this, the rest of the input is padding
    bool mirror = false;
};
Dispatch loadPictureDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const LoadPictureParams& params);

/// The map that guided upsampling reads: one group of 8 channels per pixel of the network's output.
class GuideMap {
  public:
    GuideMap(gpu::Device& device, const Plan& plan);

    gpu::Binding source() const;
    gpu::Binding target() const;
    Extent extent() const { return map_.shape.extent(); }

  private:
    FeatureMap map_;
    gpu::Buffer buffer_;
    vk::raii::BufferView view_{nullptr};
};

/// The dispatch that fills the guide map (shaders/image/guide.comp), indirect through the plan's frame block. The plan
/// keeps its input.
Dispatch guideDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const GuideMap& map);

/// The dispatches that find how the colours of the plan's output come to match its input's
/// (shaders/image/colour_statistics.comp, colour_map.comp), indirect through the plan's frame block. The plan keeps its
/// input. `content`: what is not padding.
std::array<Dispatch, 2> colourDispatches(Plan& plan, gpu::PipelineLibrary& pipelines, Extent content);

/// What kernels write the picture that people see to (shaders/image/last_picture.glsl): the target image, or, on
/// devices with wide stores, a buffer that is copied to it.
class LastPicture {
  public:
    LastPicture(gpu::Device& device, const Plan& plan, Extent output);

    gpu::BindingKind kind() const;
    gpu::Binding binding(const gpu::Image& target) const;
    std::optional<Dispatch::PictureCopy> copyTo(const gpu::Image& target) const;
    const shaders::PictureEnds& ends() const { return ends_; }

  private:
    shaders::PictureEnds ends_;
    std::unique_ptr<gpu::Buffer> buffer_;
};

/// The plan's last convolution as it writes the picture itself; Plan::headPlace must be set.
Dispatch pictureHeadDispatch(Plan& plan, const LastPicture& picture, const gpu::Image& target);

/// What the composite is built for.
struct CompositeKind {
    Extent content;         ///< of the network's output, without padding
    Extent pictureExtent;   ///< of the full source; guidance needs it to be the target's
    bool guided = false;    ///< along the full source's edges, where canGuide
    bool coloured = false;  ///< for FrameNeeds::coloured frames; else for those with the network's own colours
};
const gpu::Pipeline& compositePipeline(const Plan& plan, gpu::PipelineLibrary& pipelines, const LastPicture& last,
                                       const CompositeKind& kind);

/// The dispatch that turns a plan's output into a picture (shaders/image/composite.comp). A coloured one is not warmed
/// up.
struct CompositeParams {
    CompositeKind kind;
    const LastPicture& last;
    const gpu::Image& target;
    const GuideMap& guide;
    const gpu::Buffer& picture;  ///< the full source, RGBA8
    bool mirror = false;
};
/// Edges are followed where a picture is enlarged to the source's own size.
bool canGuide(Extent content, Extent source, Extent target);
Dispatch compositeDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const CompositeParams& params);

}  // namespace impasto::nn
