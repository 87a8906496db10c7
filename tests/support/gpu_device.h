// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/device.h"
#include "gpu/pipeline.h"

namespace impasto::test {

/// The device all tests of a process share, with validation on; null where there is none. Made on first use. From then
/// on every test fails in which the validation layers said something, and the program fails if they complain when the
/// device is closed.
gpu::Device* sharedDevice();

/// Why sharedDevice() is null.
const std::string& noDeviceReason();

/// Base of tests that need a device: skipped, with the reason, where there is none, unless IMPASTO_REQUIRE_DEVICE=1 is
/// set; then they fail.
class GpuTest : public ::testing::Test {
  protected:
    void SetUp() override;

    gpu::Device& device() { return *sharedDevice(); }
    /// Kept for the process, so that each kernel is built once.
    gpu::PipelineLibrary& pipelines();
};

template <typename Param>
class GpuTestWithParam : public GpuTest, public ::testing::WithParamInterface<Param> {};

/// A mapped buffer whose content starts poisoned, with guard bands before and after it. The poison, all bits set, is a
/// NaN in fp32 and fp16 and −1 as an integer: a kernel that leaves an element out is found by its value, one that
/// writes beyond the end by the bands.
class GuardedBuffer {
  public:
    GuardedBuffer(gpu::Device& device, const std::string& name, std::uint64_t sizeBytes);

    vk::Buffer handle() const { return buffer_.handle(); }
    const gpu::Buffer& buffer() const { return buffer_; }
    std::uint64_t offsetBytes() const { return offsetBytes_; }  ///< of the content; aligned for every use
    std::uint64_t sizeBytes() const { return sizeBytes_; }
    vk::raii::BufferView texelView(vk::Format format) const;

    /// Writes the content, or the beginning of it, from the host.
    template <typename T>
    void write(std::span<const T> values) {
        static_assert(std::is_trivially_copyable_v<T>);
        ASSERT_LE(values.size_bytes(), sizeBytes_);
        std::memcpy(content().data(), values.data(), values.size_bytes());
    }
    /// The whole content; call after the device has finished.
    template <typename T>
    std::vector<T> read() const {
        static_assert(std::is_trivially_copyable_v<T>);
        std::vector<T> values(static_cast<std::size_t>(sizeBytes_ / sizeof(T)));
        std::memcpy(values.data(), content().data(), values.size() * sizeof(T));
        return values;
    }
    void poison();
    /// Where a guard band was first written to, for people; empty where it was not.
    std::string guardFault() const;
    void expectGuardsIntact() const { EXPECT_EQ(guardFault(), ""); }

  private:
    std::span<std::byte> content() const {
        return buffer_.mapped().subspan(static_cast<std::size_t>(offsetBytes_), static_cast<std::size_t>(sizeBytes_));
    }

    gpu::Device* device_;
    std::string name_;
    std::uint64_t offsetBytes_;
    std::uint64_t sizeBytes_;
    gpu::Buffer buffer_;
};

/// Sets an environment variable for a scope and puts back what was there.
class ScopedEnvironment {
  public:
    ScopedEnvironment(const char* name, const std::string& value);
    ~ScopedEnvironment();
    ScopedEnvironment(const ScopedEnvironment&) = delete;
    ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;

  private:
    std::string name_;
    std::string before_;
    bool wasSet_;
};

}  // namespace impasto::test
