// SPDX-License-Identifier: MIT
#include "gpu/pipeline.h"

#include <gmock/gmock.h>

#include <bit>
#include <numeric>
#include <thread>

#include "gpu/commands.h"
#include "gpu/descriptors.h"
#include "kernel.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

using ::testing::Each;
using ::testing::ElementsAreArray;

class PipelineTest : public test::GpuTest {
  protected:
    BufferBinding content(const test::GuardedBuffer& buffer) {
        return {buffer.handle(), buffer.offsetBytes(), buffer.sizeBytes()};
    }
};

TEST_F(PipelineTest, SpecializationAndPushConstantsArrive) {
    for (const std::uint32_t count : {1u, 63u, 64u, 65u, 200u}) {
        test::GuardedBuffer x(device(), "x", count * 4);
        test::GuardedBuffer y(device(), "y", count * 4);
        std::vector<float> values(count);
        std::iota(values.begin(), values.end(), -3.0f);
        x.write(std::span<const float>(values));
        const Pipeline& pipeline = pipelines().get(affineKey({7, std::bit_cast<std::uint32_t>(-1.0f)}));
        DescriptorPool sets(device());
        const Binding bindings[] = {content(x), content(y)};
        const vk::DescriptorSet set = sets.create(pipeline, bindings);
        runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
            recordAffine(commands, pipeline, set, {.scale = 0.5f, .offset = 4, .count = count});
        });
        const std::vector<float> got = y.read<float>();
        for (std::size_t i = 0; i < count; ++i)
            EXPECT_EQ(got[i], -(0.5f * values[i] + 4 + 7)) << i << " of " << count;
        y.expectGuardsIntact();
    }
}

TEST_F(PipelineTest, ADispatchIsCutInPiecesByItsBase) {
    constexpr std::uint32_t kGroups = 21;
    test::GuardedBuffer seen(device(), "seen", kGroups * 4);
    const Pipeline& pipeline = pipelines().get({.shader = "test/workgroup", .bindings = {BindingKind::StorageBuffer}});
    DescriptorPool sets(device());
    const Binding bindings[] = {content(seen)};
    const vk::DescriptorSet set = sets.create(pipeline, bindings);
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        bind(commands, pipeline, set);
        commands.dispatchBase(0, 0, 0, 8, 1, 1);
        commands.dispatchBase(9, 0, 0, 12, 1, 1);
    });
    std::vector<std::uint32_t> expected(kGroups);
    std::iota(expected.begin(), expected.end(), 1u);
    expected[8] = ~0u;
    EXPECT_THAT(seen.read<std::uint32_t>(), ElementsAreArray(expected));
    seen.expectGuardsIntact();
}

TEST_F(PipelineTest, AnIndirectDispatchOfNoGroupsDoesNothing) {
    constexpr std::uint32_t kGroups = 5;
    test::GuardedBuffer skipped(device(), "skipped", kGroups * 4);
    test::GuardedBuffer done(device(), "done", kGroups * 4);
    test::GuardedBuffer sizes(device(), "sizes", 2 * sizeof(vk::DispatchIndirectCommand));
    const std::array<vk::DispatchIndirectCommand, 2> commandsOnDevice = {{{0, 1, 1}, {kGroups, 1, 1}}};
    sizes.write(std::span<const vk::DispatchIndirectCommand>(commandsOnDevice));
    const Pipeline& pipeline = pipelines().get({.shader = "test/workgroup", .bindings = {BindingKind::StorageBuffer}});
    DescriptorPool sets(device());
    const Binding first[] = {content(skipped)};
    const Binding second[] = {content(done)};
    const vk::DescriptorSet skippedSet = sets.create(pipeline, first);
    const vk::DescriptorSet doneSet = sets.create(pipeline, second);
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        bind(commands, pipeline, skippedSet);
        commands.dispatchIndirect(sizes.handle(), sizes.offsetBytes());
        bind(commands, pipeline, doneSet);
        commands.dispatchIndirect(sizes.handle(), sizes.offsetBytes() + sizeof(vk::DispatchIndirectCommand));
    });
    EXPECT_THAT(skipped.read<std::uint32_t>(), Each(~0u));
    EXPECT_THAT(done.read<std::uint32_t>(), ElementsAreArray({1u, 2u, 3u, 4u, 5u}));
}

TEST_F(PipelineTest, BarriersOrderAChainOfDispatches) {
    constexpr std::uint32_t kCount = 100;
    test::GuardedBuffer a(device(), "a", kCount * 4);
    test::GuardedBuffer b(device(), "b", kCount * 4);
    a.write(std::span<const float>(std::vector<float>(kCount, 1.0f)));
    const Pipeline& pipeline = pipelines().get(affineKey());
    DescriptorPool sets(device());
    const Binding forward[] = {content(a), content(b)};
    const Binding back[] = {content(b), content(a)};
    const vk::DescriptorSet forwardSet = sets.create(pipeline, forward);
    const vk::DescriptorSet backSet = sets.create(pipeline, back);
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        for (int i = 0; i < 5; ++i) {
            recordAffine(commands, pipeline, forwardSet, {.scale = 2, .count = kCount});
            recordBarrier(commands);
            recordAffine(commands, pipeline, backSet, {.offset = 1, .count = kCount});
            recordBarrier(commands);
        }
    });
    EXPECT_THAT(a.read<float>(), Each(63.0f)) << "v -> 2v + 1, five times from 1";
}

TEST_F(PipelineTest, TheLibraryBuildsEachKeyOnceEvenFromManyThreads) {
    PipelineLibrary library(device());
    const std::uint64_t before = device().counters().pipelinesBuilt;
    std::array<const Pipeline*, 4> got{};
    std::vector<std::thread> threads;
    for (const Pipeline*& slot : got)
        threads.emplace_back([&] { slot = &library.get(affineKey({3})); });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_THAT(got, Each(got[0]));
    EXPECT_NE(&library.get(affineKey({4})), got[0]);
    EXPECT_EQ(device().counters().pipelinesBuilt, before + 2);
    EXPECT_GT(library.buildTimeMs(), 0.0);
}

TEST_F(PipelineTest, ARequiredSubgroupSizeIsKept) {
    const Capabilities& can = device().capabilities();
    if (!can.subgroupSizeControl)
        GTEST_SKIP() << "the device has no subgroup size control";
    const Pipeline* previous = nullptr;
    for (std::uint32_t size = can.minSubgroupSize; size <= can.maxSubgroupSize; size *= 2) {
        test::GuardedBuffer seen(device(), "seen", 64 * 4);
        const Pipeline& pipeline = pipelines().get(
            {.shader = "test/subgroup", .bindings = {BindingKind::StorageBuffer}, .subgroupSize = size});
        EXPECT_NE(&pipeline, previous);
        previous = &pipeline;
        DescriptorPool sets(device());
        const Binding bindings[] = {content(seen)};
        const vk::DescriptorSet set = sets.create(pipeline, bindings);
        runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
            bind(commands, pipeline, set);
            commands.dispatch(1, 1, 1);
        });
        EXPECT_THAT(seen.read<std::uint32_t>(), Each(size));
    }
}

TEST_F(PipelineTest, ADescriptorPoolGrowsAndOldSetsStayValid) {
    constexpr std::uint32_t kSets = 300;
    test::GuardedBuffer x(device(), "x", kSets * 256);
    test::GuardedBuffer y(device(), "y", kSets * 256);
    x.write(std::span<const float>(std::vector<float>(kSets * 64, 2.0f)));
    const Pipeline& pipeline = pipelines().get(affineKey());
    DescriptorPool pool(device());
    std::vector<vk::DescriptorSet> sets;
    for (std::uint32_t i = 0; i < kSets; ++i) {
        const Binding bindings[] = {BufferBinding{x.handle(), x.offsetBytes() + i * 256, 256},
                                    BufferBinding{y.handle(), y.offsetBytes() + i * 256, 256}};
        sets.push_back(pool.create(pipeline, bindings));
    }
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        for (std::uint32_t i = 0; i < kSets; ++i)
            recordAffine(commands, pipeline, sets[i], {.offset = static_cast<float>(i), .count = 64});
    });
    const std::vector<float> got = y.read<float>();
    for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(got[i], 2.0f + static_cast<float>(i / 64)) << "element " << i;
}

TEST_F(PipelineTest, BindingsThatDoNotFitStopTheProgram) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const Pipeline& pipeline = pipelines().get(affineKey());
    test::GuardedBuffer buffer(device(), "buffer", 256);
    const Binding tooFew[] = {content(buffer)};
    const Binding wrongKind[] = {content(buffer), TexelBinding{}};
    EXPECT_DEATH(DescriptorPool(device()).create(pipeline, tooFew), "check failed");
    EXPECT_DEATH(DescriptorPool(device()).create(pipeline, wrongKind), "check failed");
}

}  // namespace
}  // namespace impasto::gpu
