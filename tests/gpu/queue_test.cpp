// SPDX-License-Identifier: MIT
#include "gpu/queue.h"

#include <gmock/gmock.h>

#include <array>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

#include "gpu/commands.h"
#include "kernel.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

class QueueTest : public test::GpuTest {
  protected:
    vk::raii::CommandBuffer record(const CommandPool& pool, const std::function<void(vk::CommandBuffer)>& commands) {
        vk::raii::CommandBuffer buffer = pool.allocate();
        buffer.begin({vk::CommandBufferUsageFlagBits::eSimultaneousUse});
        commands(*buffer);
        buffer.end();
        return buffer;
    }
};

TEST_F(QueueTest, ATimelineCountsItsSubmits) {
    Timeline timeline(device());
    EXPECT_EQ(timeline.completed(), 0u);
    EXPECT_TRUE(timeline.reached(0));
    Queue& queue = device().computeQueue();
    for (std::uint64_t i = 1; i <= 5; ++i)
        EXPECT_EQ(queue.submit(timeline, {}), i);
    EXPECT_EQ(timeline.lastSubmitted(), 5u);
    EXPECT_TRUE(timeline.wait(5));
    EXPECT_EQ(timeline.completed(), 5u);
}

TEST_F(QueueTest, WaitingForWhatNobodySubmittedTimesOut) {
    Timeline timeline(device());
    EXPECT_FALSE(timeline.wait(1, 1'000'000));
    EXPECT_FALSE(timeline.reached(1));
}

TEST_F(QueueTest, TwoThreadsShareAQueueAndEachTimelineKeepsItsOrder) {
    constexpr std::uint64_t kSubmits = 200;
    Queue& queue = device().computeQueue();
    const auto work = [&](std::uint32_t id, std::string& fault) {
        const CommandPool pool(device(), queue);
        const Buffer buffer(device(), {.name = "counter", .sizeBytes = 4, .memory = MemoryKind::Readback});
        Timeline timeline(device());
        std::vector<vk::raii::CommandBuffer> kept;
        for (std::uint64_t i = 1; i <= kSubmits; ++i) {
            kept.push_back(record(pool, [&](vk::CommandBuffer commands) {
                recordBarrier(commands);
                commands.fillBuffer(buffer.handle(), 0, 4, id * 1000 + static_cast<std::uint32_t>(i));
                recordHostBarrier(commands);
            }));
            const std::array submitted = {*kept.back()};
            if (queue.submit(timeline, submitted) != i)
                fault = "values are not consecutive";
        }
        timeline.wait(kSubmits);
        std::uint32_t last = 0;
        std::memcpy(&last, buffer.mapped().data(), sizeof last);
        if (last != id * 1000 + kSubmits)
            fault = "the last submit did not run last";
    };
    std::array<std::string, 2> faults;
    std::thread other([&] { work(1, faults[0]); });
    work(2, faults[1]);
    other.join();
    EXPECT_EQ(faults[0], "");
    EXPECT_EQ(faults[1], "");
}

TEST_F(QueueTest, ASubmitWaitsForAnotherTimelineAndSignalsAThird) {
    Queue& queue = device().computeQueue();
    Timeline first(device());
    Timeline second(device());
    Timeline third(device());
    const std::uint64_t value = queue.submit(first, {});
    const std::array waits = {SemaphorePoint{first.semaphore(), value}};
    const std::array signals = {SemaphorePoint{third.semaphore(), 40}};
    const std::uint64_t done = queue.submit(second, {}, waits, signals);
    EXPECT_TRUE(second.wait(done));
    EXPECT_TRUE(first.reached(value)) << "what was waited for has finished";
    EXPECT_TRUE(third.wait(40));
    EXPECT_EQ(third.completed(), 40u);
}

TEST_F(QueueTest, ARecordedCommandBufferIsReplayed) {
    constexpr std::uint32_t kCount = 16;
    test::GuardedBuffer sum(device(), "sum", kCount * 4);
    sum.write(std::span<const float>(std::vector<float>(kCount, 0.0f)));
    const Pipeline& pipeline = pipelines().get(affineKey());
    DescriptorPool sets(device());
    const BufferBinding content{sum.handle(), sum.offsetBytes(), sum.sizeBytes()};
    const Binding inPlace[] = {content, content};
    const vk::DescriptorSet set = sets.create(pipeline, inPlace);
    Queue& queue = device().computeQueue();
    const CommandPool pool(device(), queue);
    const vk::raii::CommandBuffer commands = record(pool, [&](vk::CommandBuffer each) {
        recordBarrier(each);
        recordAffine(each, pipeline, set, {.offset = 1, .count = kCount});
        recordHostBarrier(each);
    });
    Timeline timeline(device());
    const std::array submitted = {*commands};
    const std::uint64_t objects = device().counters().objectsCreated;
    for (int frame = 0; frame < 10; ++frame)
        queue.submit(timeline, submitted);
    timeline.wait(timeline.lastSubmitted());
    EXPECT_THAT(sum.read<float>(), ::testing::Each(10.0f));
    EXPECT_EQ(device().counters().objectsCreated, objects) << "replaying makes nothing";
}

TEST_F(QueueTest, WaitIdleWaitsForEverything) {
    Timeline timeline(device());
    Queue& queue = device().computeQueue();
    const std::uint64_t value = queue.submit(timeline, {});
    queue.waitIdle();
    EXPECT_TRUE(timeline.reached(value));
}

}  // namespace
}  // namespace impasto::gpu
