// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "common/views.h"
#include "gpu/buffer.h"
#include "gpu/image.h"
#include "nn/plan.h"

namespace impasto::nn {

/// A layer's channels as a square picture of grey tiles (shaders/image/feature_view.comp). One thread.
class LayerView {
  public:
    LayerView(gpu::Device& device, gpu::PipelineLibrary& pipelines) : device_(device), pipelines_(pipelines) {}

    static int tilesAcross(int channels);

    /// Draws `tensor` of the plan, or one of its channels alone when `channel` ≥ 0.
    Dispatch dispatch(Plan& plan, int tensor, int channel);
    /// Null before the first dispatch.
    const gpu::Buffer* buffer() const { return buffer_.get(); }
    /// What was drawn, into an image of kFeatureViewSide squared, layout GENERAL.
    void recordCopy(vk::CommandBuffer commands, const gpu::Image& target) const;

  private:
    gpu::Device& device_;
    gpu::PipelineLibrary& pipelines_;
    std::unique_ptr<gpu::Buffer> buffer_;
};

}  // namespace impasto::nn
