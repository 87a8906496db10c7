// SPDX-License-Identifier: MIT
#include "gpu/timestamps.h"

#include <gmock/gmock.h>

#include <array>

#include "gpu/buffer.h"
#include "gpu/commands.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

class TimestampsTest : public test::GpuTest {};

TEST_F(TimestampsTest, RiseFromZeroAndSeeTheWork) {
    constexpr std::uint32_t kCount = 6;
    const Timestamps times(device(), kCount);
    if (!times.available())
        GTEST_SKIP() << "the compute queue has no timestamps";
    const Buffer buffer(device(), {.name = "filled", .sizeBytes = 32u << 20});
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
        times.recordReset(commands, 0, kCount);
        times.recordWrite(commands, 0);
        for (std::uint32_t i = 1; i < kCount; ++i) {
            commands.fillBuffer(buffer.handle(), 0, VK_WHOLE_SIZE, i);
            recordBarrier(commands);
            times.recordWrite(commands, i);
        }
    });
    const std::vector<double> ms = times.readMs(0, kCount);
    ASSERT_EQ(ms.size(), kCount);
    EXPECT_EQ(ms[0], 0.0);
    for (std::size_t i = 1; i < kCount; ++i)
        EXPECT_GT(ms[i], ms[i - 1]) << "filling 32 MiB takes time";
    EXPECT_LT(ms.back(), 60'000.0) << "the unit is milliseconds";
    const std::vector<double> later = times.readMs(2, 2);
    ASSERT_EQ(later.size(), 2u);
    EXPECT_EQ(later[0], 0.0) << "relative to the first that is read";
    EXPECT_NEAR(later[1], ms[3] - ms[2], 1e-6);
}

TEST_F(TimestampsTest, BeforeTheWorkThereIsNothingToRead) {
    const Timestamps times(device(), 2);
    if (!times.available())
        GTEST_SKIP() << "the compute queue has no timestamps";
    runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) { times.recordReset(commands, 0, 2); });
    std::array<double, 2> ms = {-1, -1};
    EXPECT_FALSE(times.readMs(0, ms));
    EXPECT_THAT(ms, ::testing::Each(-1.0));
    EXPECT_TRUE(times.readMs(0, 2).empty());
}

TEST_F(TimestampsTest, NoneAreFine) {
    const Timestamps times(device(), 0);
    EXPECT_FALSE(times.available());
    EXPECT_TRUE(times.readMs(0, 0).empty());
}

}  // namespace
}  // namespace impasto::gpu
