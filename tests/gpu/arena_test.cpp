// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "gpu/buffer.h"

namespace impasto::gpu {
namespace {

bool liveTogether(const ArenaRequest& a, const ArenaRequest& b) {
    for (int step = a.firstStep; step <= a.lastStep; ++step) {
        if (step >= b.firstStep && step <= b.lastStep)
            return true;
    }
    return false;
}

void expectSound(const std::vector<ArenaRequest>& requests, const ArenaLayout& layout, std::uint64_t alignment) {
    ASSERT_EQ(layout.offsets.size(), requests.size());
    std::uint64_t most = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        EXPECT_EQ(layout.offsets[i] % alignment, 0u);
        EXPECT_LE(layout.offsets[i] + requests[i].sizeBytes, layout.totalBytes);
        for (std::size_t j = 0; j < i; ++j) {
            const bool apart = layout.offsets[i] + requests[i].sizeBytes <= layout.offsets[j] ||
                               layout.offsets[j] + requests[j].sizeBytes <= layout.offsets[i];
            EXPECT_TRUE(apart || !liveTogether(requests[i], requests[j])) << i << " and " << j << " overlap";
        }
    }
    // No layout can do with less than what lives at the fullest step.
    for (int step = 0; step < 64; ++step) {
        std::uint64_t alive = 0;
        for (const ArenaRequest& request : requests)
            alive += step >= request.firstStep && step <= request.lastStep ? request.sizeBytes : 0;
        most = std::max(most, alive);
    }
    EXPECT_GE(layout.totalBytes, most);
    EXPECT_LE(layout.totalBytes, layout.unaliasedBytes);
}

TEST(Arena, RandomRequestsNeverOverlapWhileTheyLive) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const auto alignment = std::uint64_t{1} << std::uniform_int_distribution(0, 8)(random);
        std::vector<ArenaRequest> requests(static_cast<std::size_t>(std::uniform_int_distribution(0, 24)(random)));
        for (ArenaRequest& request : requests) {
            request.firstStep = std::uniform_int_distribution(0, 40)(random);
            request.lastStep = request.firstStep + std::uniform_int_distribution(0, 20)(random);
            request.sizeBytes = std::uniform_int_distribution<std::uint64_t>(1, 5000)(random);
        }
        expectSound(requests, layOutArena(requests, alignment), alignment);
    }
}

TEST(Arena, AChainTakesItsTwoLargestNeighbours) {
    // Each lives from the step that makes it to the next, as in a network without skip connections.
    const std::vector<ArenaRequest> chain = {{4096, 0, 1}, {2048, 1, 2}, {1024, 2, 3}, {2048, 3, 4}, {4096, 4, 5}};
    const ArenaLayout layout = layOutArena(chain, 256);
    expectSound(chain, layout, 256);
    EXPECT_EQ(layout.totalBytes, 4096u + 2048u);
    EXPECT_EQ(layout.unaliasedBytes, 13312u);
}

TEST(Arena, RequestsAliveTogetherTakeTheSumOfTheirRoundedSizes) {
    const std::vector<ArenaRequest> requests = {{1, 0, 9}, {257, 3, 3}, {256, 0, 3}};
    const ArenaLayout layout = layOutArena(requests, 256);
    expectSound(requests, layout, 256);
    EXPECT_EQ(layout.totalBytes, 1024u);
    EXPECT_EQ(layout.unaliasedBytes, 1024u);
}

TEST(Arena, NothingTakesNothing) {
    const ArenaLayout layout = layOutArena({}, 256);
    EXPECT_TRUE(layout.offsets.empty());
    EXPECT_EQ(layout.totalBytes, 0u);
    EXPECT_EQ(layOutArena(std::vector<ArenaRequest>{{0, 0, 3}, {16, 0, 3}}, 16).totalBytes, 16u);
}

TEST(Arena, BeyondFourGibibytes) {
    const std::vector<ArenaRequest> requests = {{5ull << 30, 0, 1}, {3ull << 30, 1, 2}, {5ull << 30, 2, 3}};
    EXPECT_EQ(layOutArena(requests, 256).totalBytes, 8ull << 30);
}

}  // namespace
}  // namespace impasto::gpu
