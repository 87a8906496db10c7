// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "gpu/commands.h"
#include "gpu/descriptors.h"
#include "gpu/pipeline.h"

namespace impasto::gpu {

/// shaders/test/affine.comp: y = SIGN * (scale * x + offset + BIAS).
struct AffinePush {
    float scale = 1;
    float offset = 0;
    std::uint32_t count = 0;
};

inline PipelineKey affineKey(std::vector<std::uint32_t> specialization = {}) {
    return {.shader = "test/affine",
            .bindings = {BindingKind::StorageBuffer, BindingKind::StorageBuffer},
            .pushConstantBytes = sizeof(AffinePush),
            .specialization = std::move(specialization)};
}

inline void bind(vk::CommandBuffer commands, const Pipeline& pipeline, vk::DescriptorSet set) {
    commands.bindPipeline(vk::PipelineBindPoint::eCompute, pipeline.handle());
    commands.bindDescriptorSets(vk::PipelineBindPoint::eCompute, pipeline.layout(), 0, set, {});
}

inline void recordAffine(vk::CommandBuffer commands, const Pipeline& pipeline, vk::DescriptorSet set,
                         const AffinePush& push) {
    bind(commands, pipeline, set);
    commands.pushConstants(pipeline.layout(), vk::ShaderStageFlagBits::eCompute, 0, sizeof push, &push);
    commands.dispatch((push.count + 63) / 64, 1, 1);
}

}  // namespace impasto::gpu
