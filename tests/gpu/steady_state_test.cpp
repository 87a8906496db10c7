// SPDX-License-Identifier: MIT
// What a frame does with this layer, counted: no operator new, no memory, no objects. A program of its own because it
// replaces operator new.
#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "gpu/commands.h"
#include "gpu/retire.h"
#include "gpu/timestamps.h"
#include "kernel.h"
#include "support/allocations.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

class SteadyState : public test::GpuTest {};

TEST_F(SteadyState, TheCounterCounts) {
    const std::uint64_t before = test::allocationsOfThisThread();
    const std::vector<int> values(3);
    EXPECT_EQ(test::allocationsOfThisThread(), before + 1);
}

TEST_F(SteadyState, AReplayedFrameAllocatesAndCreatesNothing) {
    // Without validation: the layers allocate on the calling thread.
    Device plain({});
    PipelineLibrary pipelines(plain);
    const Pipeline& pipeline = pipelines.get(affineKey());
    const Buffer values(plain, {.name = "values", .sizeBytes = 256, .memory = MemoryKind::Readback});
    DescriptorPool sets(plain);
    const Binding inPlace[] = {BufferBinding{values.handle()}, BufferBinding{values.handle()}};
    const vk::DescriptorSet set = sets.create(pipeline, inPlace);
    const Timestamps times(plain, 2);
    Queue& queue = plain.computeQueue();
    const CommandPool pool(plain, queue);
    const vk::raii::CommandBuffer commands = pool.allocate();
    commands.begin({});
    times.recordReset(*commands, 0, 2);
    times.recordWrite(*commands, 0);
    recordAffine(*commands, pipeline, set, {.count = 64});
    times.recordWrite(*commands, 1);
    recordHostBarrier(*commands);
    commands.end();

    Timeline network(plain);
    Timeline upload(plain);
    Retirement retirement(network);
    const std::array submitted = {*commands};
    std::array<double, 2> timesMs{};
    const auto frame = [&] {
        const std::array waits = {SemaphorePoint{upload.semaphore(), queue.submit(upload, {})}};
        network.wait(queue.submit(network, submitted, waits));
        retirement.collect();
        times.readMs(0, timesMs);
    };
    frame();  // the driver compiles the kernel at its first dispatch

    const Device::Counters& counters = plain.counters();
    const std::uint64_t allocationsBefore = test::allocationsOfThisThread();
    const std::array before = {counters.memoryAllocations.load(), counters.pipelinesBuilt.load(),
                               counters.descriptorUpdates.load(), counters.objectsCreated.load()};
    for (int i = 0; i < 50; ++i)
        frame();
    const std::uint64_t allocationsAfter = test::allocationsOfThisThread();
    const std::array after = {counters.memoryAllocations.load(), counters.pipelinesBuilt.load(),
                              counters.descriptorUpdates.load(), counters.objectsCreated.load()};
    EXPECT_EQ(allocationsAfter, allocationsBefore);
    EXPECT_EQ(after, before);
    EXPECT_EQ(network.completed(), 51u);
}

}  // namespace
}  // namespace impasto::gpu
