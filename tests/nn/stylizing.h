// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gpu/commands.h"
#include "support.h"
#include "support/gpu_device.h"

namespace impasto::nn::test {

/// Stylizers of the start network, or another, and what the reference makes of their pictures.
class Stylizing : public impasto::test::GpuTest {
  protected:
    std::shared_ptr<const model::Network> network() {
        return {&startNetwork(), [](const model::Network*) {}};
    }
    std::unique_ptr<gpu::Image> image(Extent extent) {
        auto created = std::make_unique<gpu::Image>(
            device(), gpu::Image::Params{"test target", static_cast<std::uint32_t>(extent.width),
                                         static_cast<std::uint32_t>(extent.height)});
        gpu::runOnce(device(), device().computeQueue(),
                     [&](vk::CommandBuffer commands) { created->recordInitialLayout(commands); });
        return created;
    }
    Stylizer::Params params(Extent source, Extent input, Extent output) {
        return {.device = device(),
                .pipelines = pipelines(),
                .network = network(),
                .precision = Precision::Fp32,
                .source = source,
                .networkInput = input,
                .output = output};
    }
    /// What the CPU makes of a picture, at the network's size.
    Tensor wanted(const std::vector<std::uint8_t>& rgba, Extent source, Extent input, const Controls& controls) {
        const Tensor reduced = reference::resizeArea(tensorOf(rgba, source), input);
        const Tensor padded = reference::padToMultiple(reduced, startNetwork().graph.multiple);
        const Tensor styled = reference::run(startNetwork(), padded, blendOf(controls), settingsOf(controls)).output();
        return reference::crop(styled, input);
    }
    /// Of the last finished frame.
    static OperationTime operation(const Stylizer& stylizer, const std::string& prefix) {
        for (const OperationTime& listed : stylizer.operationTimes()) {
            if (listed.name.rfind(prefix, 0) == 0)
                return listed;
        }
        ADD_FAILURE() << "no operation " << prefix;
        return {};
    }
    Controls adain(const StyleStatistics& style) {
        Controls controls;
        controls.cells = {Normalization{}};
        controls.styles = {{&style, -1, 1.0f}};
        return controls;
    }
};

}  // namespace impasto::nn::test
