// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "gpu/commands.h"
#include "gpu/image.h"
#include "kernel.h"
#include "support/gpu_device.h"

namespace impasto::gpu {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two dispatches, the second reading what the first wrote.
void runDependentDispatches(Device& device, bool withBarrier) {
    PipelineLibrary pipelines(device);
    const Pipeline& pipeline = pipelines.get(affineKey());
    const Buffer a(device, {.name = "a", .sizeBytes = 256});
    const Buffer b(device, {.name = "b", .sizeBytes = 256});
    DescriptorPool sets(device);
    const Binding forward[] = {BufferBinding{a.handle()}, BufferBinding{b.handle()}};
    const Binding back[] = {BufferBinding{b.handle()}, BufferBinding{a.handle()}};
    const vk::DescriptorSet forwardSet = sets.create(pipeline, forward);
    const vk::DescriptorSet backSet = sets.create(pipeline, back);
    runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
        recordAffine(commands, pipeline, forwardSet, {.count = 64});
        if (withBarrier)
            recordBarrier(commands);
        recordAffine(commands, pipeline, backSet, {.count = 64});
    });
}

class Validation : public test::GpuTest {};

TEST_F(Validation, CatchesAMissingBarrierAndIsSilentWithIt) {
    // Devices of their own: the shared one would fail this test, as it should.
    std::vector<std::string> heard;
    {
        Device faulty({.validation = true, .onValidationMessage = [&](const std::string& m) { heard.push_back(m); }});
        runDependentDispatches(faulty, false);
        EXPECT_THAT(faulty.validationMessages(), Contains(HasSubstr("SYNC-HAZARD")));
        EXPECT_EQ(faulty.validationMessages(), heard);
    }
    Device sound({.validation = true});
    runDependentDispatches(sound, true);
    EXPECT_THAT(sound.validationMessages(), IsEmpty());
}

TEST_F(Validation, HearsOfAnImageUsedInTheWrongLayout) {
    Device faulty({.validation = true});
    const Image image(faulty, {.name = "without a layout", .width = 4, .height = 4});
    runOnce(faulty, faulty.computeQueue(), [&](vk::CommandBuffer commands) {
        const vk::ImageSubresourceRange whole(vk::ImageAspectFlagBits::eColor, 0, 1, 0, 1);
        commands.clearColorImage(image.handle(), vk::ImageLayout::eGeneral, vk::ClearColorValue(), whole);
    });
    EXPECT_THAT(faulty.validationMessages(), Contains(HasSubstr("InvalidImageLayout")));
}

TEST_F(Validation, HearsOfObjectsLeftBehindWhenTheDeviceCloses) {
    std::vector<std::string> heard;
    {
        const Device leaking(
            {.validation = true, .onValidationMessage = [&](const std::string& m) { heard.push_back(m); }});
        vk::raii::Semaphore semaphore(leaking.handle(), vk::SemaphoreCreateInfo());
        [[maybe_unused]] const vk::Semaphore lost = semaphore.release();
    }
    EXPECT_THAT(heard, Contains(HasSubstr("has not been destroyed")));
}

TEST_F(Validation, IsSwitchedOnByTheEnvironmentAndOffByDefault) {
    {
        const test::ScopedEnvironment variable("IMPASTO_VALIDATION", "0");
        Device quiet({});
        runDependentDispatches(quiet, false);
        EXPECT_THAT(quiet.validationMessages(), IsEmpty());
    }
    const test::ScopedEnvironment variable("IMPASTO_VALIDATION", "1");
    Device heard({});
    runDependentDispatches(heard, false);
    EXPECT_THAT(heard.validationMessages(), Contains(HasSubstr("SYNC-HAZARD")));
}

class ValidationFixture : public test::GpuTest {};

// Run by a test of its own, which expects it to fail.
TEST_F(ValidationFixture, DISABLED_MissingBarrier) {
    runDependentDispatches(device(), false);
}

}  // namespace
}  // namespace impasto::gpu
