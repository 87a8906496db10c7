// SPDX-License-Identifier: MIT
#include "support/gpu_device.h"

#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/error.h"

// Read by the sanitizers' run time where a build has one. Vulkan drivers keep memory to the end and are unloaded before
// it, so their leaks cannot be told by name; ours are: the validation layers report every object left when the device
// closes.
extern "C" const char* __asan_default_options() {
    return "detect_leaks=0";
}
// The validation layer and the driver are not instrumented: their own locks and reference counts are invisible.
extern "C" const char* __tsan_default_suppressions() {
    return "race:libVkLayer_khronos_validation\nrace:libvulkan_lvp\nrace:libLLVM\n";
}

namespace impasto::test {
namespace {

constexpr std::uint64_t kGuardBytes = 4096;
constexpr std::byte kGuard{0xA5};
constexpr std::byte kPoison{0xFF};

struct SharedDevice {
    std::mutex mutex;
    std::vector<std::string> messages;  ///< since the last test
    std::unique_ptr<gpu::Device> device;
    std::unique_ptr<gpu::PipelineLibrary> pipelines;
    std::string reason;

    void receive(const std::string& message) {
        const std::lock_guard lock(mutex);
        messages.push_back(message);
    }
    void failOnMessages(const char* when) {
        const std::lock_guard lock(mutex);
        for (const std::string& message : messages)
            ADD_FAILURE() << "validation message " << when << ": " << message;
        messages.clear();
    }
};

SharedDevice& shared() {
    static SharedDevice instance;
    return instance;
}

class ValidationListener : public ::testing::EmptyTestEventListener {
    void OnTestEnd(const ::testing::TestInfo&) override { shared().failOnMessages("in this test"); }
    void OnEnvironmentsTearDownEnd(const ::testing::UnitTest&) override {
        shared().pipelines.reset();
        shared().device.reset();
        shared().failOnMessages("while the device was closed");
    }
};

void open(SharedDevice& target) {
    try {
        target.device = std::make_unique<gpu::Device>(gpu::DeviceOptions{
            .validation = true, .onValidationMessage = [&](const std::string& message) { target.receive(message); }});
        target.pipelines = std::make_unique<gpu::PipelineLibrary>(*target.device);
        ::testing::UnitTest::GetInstance()->listeners().Append(new ValidationListener);
    } catch (const Error& error) {
        target.reason = error.what();
    }
}

bool deviceRequired() {
    const char* value = std::getenv("IMPASTO_REQUIRE_DEVICE");
    return value && std::string_view(value) == "1";
}

}  // namespace

gpu::Device* sharedDevice() {
    static std::once_flag once;
    std::call_once(once, [] { open(shared()); });
    return shared().device.get();
}

const std::string& noDeviceReason() {
    return shared().reason;
}

void GpuTest::SetUp() {
    if (sharedDevice())
        return;
    if (deviceRequired())
        FAIL() << "IMPASTO_REQUIRE_DEVICE is set, but: " << noDeviceReason();
    GTEST_SKIP() << "no Vulkan device to test on: " << noDeviceReason();
}

gpu::PipelineLibrary& GpuTest::pipelines() {
    return *shared().pipelines;
}

GuardedBuffer::GuardedBuffer(gpu::Device& device, const std::string& name, std::uint64_t sizeBytes)
    : device_(&device),
      name_(name),
      offsetBytes_(kGuardBytes),
      sizeBytes_(sizeBytes),
      buffer_(device, {.name = name, .sizeBytes = sizeBytes + 2 * kGuardBytes, .memory = gpu::MemoryKind::Readback}) {
    std::memset(buffer_.mapped().data(), std::to_integer<int>(kGuard), buffer_.mapped().size());
    poison();
}

vk::raii::BufferView GuardedBuffer::texelView(vk::Format format) const {
    return gpu::createTexelView(*device_, buffer_, format, offsetBytes_, sizeBytes_);
}

void GuardedBuffer::poison() {
    if (sizeBytes_ > 0)
        std::memset(content().data(), std::to_integer<int>(kPoison), content().size());
}

std::string GuardedBuffer::guardFault() const {
    const std::span<std::byte> bytes = buffer_.mapped();
    const auto end = static_cast<std::size_t>(offsetBytes_ + sizeBytes_);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == offsetBytes_)
            i = end;
        if (bytes[i] == kGuard)
            continue;
        return i < end ? name_ + " was written to " + std::to_string(offsetBytes_ - i) + " bytes before its start"
                       : name_ + " was written to " + std::to_string(i - end) + " bytes after its end";
    }
    return "";
}

ScopedEnvironment::ScopedEnvironment(const char* name, const std::string& value) : name_(name) {
    const char* before = std::getenv(name);
    wasSet_ = before != nullptr;
    before_ = before ? before : "";
    ::setenv(name, value.c_str(), 1);
}

ScopedEnvironment::~ScopedEnvironment() {
    if (wasSet_)
        ::setenv(name_.c_str(), before_.c_str(), 1);
    else
        ::unsetenv(name_.c_str());
}

}  // namespace impasto::test
