// SPDX-License-Identifier: MIT
#pragma once

#include "gpu/buffer.h"
#include "gpu/image.h"
#include "nn/plan.h"

namespace impasto::nn {

/// The dispatch that turns an RGBA8 picture into a plan's input (shaders/image/load_picture.comp).
struct LoadPictureParams {
    const gpu::Buffer& source;  ///< sourceExtent pixels, 4 bytes each
    Extent sourceExtent;
    Extent content;  ///< the source is resized to this, the rest of the input is padding
    bool mirror = false;
};
Dispatch loadPictureDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const LoadPictureParams& params);

/// The dispatch that turns a plan's output into a picture (shaders/image/composite.comp).
struct CompositeParams {
    const gpu::Image& target;
    Extent content;  ///< of the network's output, without padding
};
Dispatch compositeDispatch(Plan& plan, gpu::PipelineLibrary& pipelines, const CompositeParams& params);

}  // namespace impasto::nn
