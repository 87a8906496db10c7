// SPDX-License-Identifier: MIT
// common/divide.glsl against the processor's division.
#include <gtest/gtest.h>

#include <cstring>
#include <utility>
#include <vector>

#include "gpu/buffer.h"
#include "kernel.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

class Divide : public test::GpuTest {};

TEST_F(Divide, QuotientsAreExactAroundEveryMultiple) {
    std::vector<std::pair<std::int32_t, std::int32_t>> numbers;
    for (const std::int64_t divisor : {1, 2, 3, 7, 37, 64, 455, 1023, 1920, 4097, 65521, 1 << 20, 0x7fffffff}) {
        for (const std::int64_t quotient : {0, 1, 2, 3, 85, 1000, 4095, 65535, 1'000'003, (1 << 21) - 1}) {
            for (const std::int64_t rest : {-2, -1, 0, 1, 2}) {
                const std::int64_t number = divisor * quotient + rest;
                if (number >= 0 && number <= 0x7fffffff && number / divisor < 1 << 21)
                    numbers.emplace_back(static_cast<std::int32_t>(number), static_cast<std::int32_t>(divisor));
            }
        }
    }
    const auto count = static_cast<std::int32_t>(numbers.size());
    ASSERT_GT(count, 300);
    const Buffer source(device(), {"numbers", numbers.size() * 8, MemoryKind::Upload});
    std::memcpy(source.mapped().data(), numbers.data(), numbers.size() * 8);
    const Buffer target(device(), {"results", numbers.size() * 4, MemoryKind::Readback});
    std::memset(target.mapped().data(), 0xFF, target.mapped().size());
    const Pipeline& pipeline = pipelines().get({.shader = "test/quotient",
                                                .bindings = {BindingKind::StorageBuffer, BindingKind::StorageBuffer},
                                                .pushConstantBytes = sizeof count});
    DescriptorPool sets(device());
    const Binding bindings[] = {BufferBinding{source.handle()}, BufferBinding{target.handle()}};
    const vk::DescriptorSet set = sets.create(pipeline, bindings);
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        bind(commands, pipeline, set);
        commands.pushConstants(pipeline.layout(), vk::ShaderStageFlagBits::eCompute, 0, sizeof count, &count);
        commands.dispatch(static_cast<std::uint32_t>(count + 63) / 64, 1, 1);
        recordHostBarrier(commands);
    });
    std::vector<std::int32_t> results(numbers.size());
    std::memcpy(results.data(), target.mapped().data(), results.size() * 4);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        EXPECT_EQ(results[i], numbers[i].first / numbers[i].second) << numbers[i].first << " / " << numbers[i].second;
}

}  // namespace
}  // namespace impasto::gpu
