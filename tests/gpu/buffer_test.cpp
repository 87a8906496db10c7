// SPDX-License-Identifier: MIT
#include "gpu/buffer.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <numeric>

#include "base/error.h"
#include "gpu/commands.h"
#include "kernel.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

class BufferTest : public test::GpuTest {};

std::vector<std::uint8_t> ramp(std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
    return bytes;
}

TEST_F(BufferTest, BytesComeBackThroughDeviceMemory) {
    for (const std::size_t size : {4u, 255u, 256u, 100003u}) {
        const auto size64 = static_cast<std::uint64_t>(size);
        const Buffer upload(device(), {.name = "upload", .sizeBytes = size64, .memory = MemoryKind::Upload});
        const Buffer middle(device(), {.name = "middle", .sizeBytes = size64});
        const Buffer readback(device(), {.name = "readback", .sizeBytes = size64, .memory = MemoryKind::Readback});
        ASSERT_EQ(upload.mapped().size(), size);
        ASSERT_EQ(readback.mapped().size(), size);
        EXPECT_TRUE(middle.mapped().empty());
        const std::vector<std::uint8_t> sent = ramp(size);
        std::memcpy(upload.mapped().data(), sent.data(), size);
        std::memset(readback.mapped().data(), 0xFF, size);
        runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
            commands.copyBuffer(upload.handle(), middle.handle(), vk::BufferCopy(0, 0, size64));
            recordBarrier(commands);
            commands.copyBuffer(middle.handle(), readback.handle(), vk::BufferCopy(0, 0, size64));
        });
        EXPECT_EQ(std::memcmp(readback.mapped().data(), sent.data(), size), 0) << size << " bytes";
    }
}

TEST_F(BufferTest, ATexelViewSeesJustItsWindow) {
    const std::uint64_t alignment = device().capabilities().bufferAlignment;
    constexpr std::uint32_t kTexels = 37;
    constexpr std::uint64_t kBytes = kTexels * 16u;
    const Pipeline& pipeline = pipelines().get({.shader = "test/affine_texel",
                                                .bindings = {BindingKind::UniformTexel, BindingKind::StorageTexel},
                                                .pushConstantBytes = sizeof(AffinePush)});
    for (const std::uint64_t offset : {std::uint64_t{0}, alignment, 3 * alignment}) {
        const Buffer source(device(), {.name = "source", .sizeBytes = offset + kBytes, .memory = MemoryKind::Upload});
        test::GuardedBuffer target(device(), "target", kBytes);
        std::memset(source.mapped().data(), 0xFF, source.mapped().size());
        std::vector<float> values(kTexels * 4);
        std::iota(values.begin(), values.end(), -20.0f);
        std::memcpy(source.mapped().data() + offset, values.data(), kBytes);

        const auto sourceView = createTexelView(device(), source, vk::Format::eR32G32B32A32Sfloat, offset, kBytes);
        const auto targetView = target.texelView(vk::Format::eR32G32B32A32Sfloat);
        DescriptorPool sets(device());
        const Binding bindings[] = {TexelBinding{*sourceView}, TexelBinding{*targetView}};
        const vk::DescriptorSet set = sets.create(pipeline, bindings);
        runOnce(device(), device().computeQueue(), [&](vk::CommandBuffer commands) {
            recordAffine(commands, pipeline, set, {.scale = 2, .offset = 0.5f, .count = kTexels});
        });
        const std::vector<float> got = target.read<float>();
        for (std::size_t i = 0; i < values.size(); ++i)
            EXPECT_EQ(got[i], 2 * values[i] + 0.5f) << "element " << i << " at offset " << offset;
        target.expectGuardsIntact();
    }
}

TEST_F(BufferTest, SizesForTexelViewsAreAlikeForTheDriver) {
    for (const std::uint64_t size : {16u, 240u, 256u, 272u, 65520u, 65536u, 65552u, 131072u, 3u << 16, 0xff0010u}) {
        const std::uint64_t viewed = texelViewBytes(size);
        EXPECT_GE(viewed, size);
        EXPECT_LE(viewed, size + 256);
        EXPECT_EQ(viewed % 16, size % 16);
        EXPECT_NE(viewed >> 8 & 0xff, 0u) << size;
    }
    EXPECT_EQ(texelViewBytes(65792), 65792u);
}

TEST_F(BufferTest, AnAbsurdSizeIsRefusedNamingBufferAndSize) {
    for (const std::uint64_t size : {std::uint64_t{1} << 50, ~std::uint64_t{0}}) {
        try {
            const Buffer absurd(device(), {.name = "feature arena", .sizeBytes = size});
            FAIL() << size << " bytes were allocated";
        } catch (const Error& error) {
            EXPECT_THAT(error.what(),
                        AllOf(HasSubstr("feature arena"), HasSubstr(size == ~std::uint64_t{0} ? "16.0 EiB" : "1.0 PiB"),
                              HasSubstr("lower the size")));
        }
    }
}

TEST_F(BufferTest, CountsAllocations) {
    const std::uint64_t before = device().counters().memoryAllocations;
    const Buffer buffer(device(), {.name = "counted", .sizeBytes = 64});
    EXPECT_EQ(device().counters().memoryAllocations, before + 1);
}

TEST_F(BufferTest, GuardedBuffersStartAsNaNAndNoticeStrayWrites) {
    test::GuardedBuffer buffer(device(), "guarded", 40);
    for (const float value : buffer.read<float>())
        EXPECT_TRUE(std::isnan(value));
    EXPECT_THAT(buffer.read<std::int32_t>(), Each(-1));
    buffer.expectGuardsIntact();
    const auto end = static_cast<std::size_t>(buffer.offsetBytes() + buffer.sizeBytes());
    for (const std::size_t stray : {std::size_t{0}, static_cast<std::size_t>(buffer.offsetBytes()) - 1, end,
                                    buffer.buffer().mapped().size() - 1}) {
        std::byte& byte = buffer.buffer().mapped()[stray];
        const std::byte kept = std::exchange(byte, std::byte{0});
        EXPECT_FALSE(buffer.guardFault().empty()) << "a write at byte " << stray << " went unseen";
        byte = kept;
    }
    EXPECT_EQ(buffer.guardFault(), "");
}

}  // namespace
}  // namespace impasto::gpu
