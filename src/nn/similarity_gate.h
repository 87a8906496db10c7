// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "common/shared.h"
#include "gpu/buffer.h"
#include "gpu/image.h"
#include "nn/plan.h"

namespace impasto::nn {

/// Holds the shown picture where the source stands still (shaders/image/gate_*.comp; the specification is
/// reference::SimilarityGate). Each side of a split has its own memory, made at its first use. One thread.
class SimilarityGate {
  public:
    SimilarityGate(gpu::Device& device, gpu::PipelineLibrary& pipelines, Extent extent);

    /// What filters `target`, a picture made from `picture` (RGBA8, same extent). The gate's numbers come from the
    /// plan's frame block.
    std::vector<Dispatch> dispatches(Plan& plan, const gpu::Image& target, const gpu::Buffer& picture, int side);

  private:
    struct Memory {
        gpu::Buffer reference;
        gpu::Buffer held;
        gpu::Buffer blocks;
    };
    Memory& memoryOf(int side);

    gpu::Device& device_;
    gpu::PipelineLibrary& pipelines_;
    shaders::GatePush push_{};
    std::array<std::unique_ptr<Memory>, shaders::kSides> memory_;
};

}  // namespace impasto::nn
