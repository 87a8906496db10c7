// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gpu/device_choice.h"
#include "gpu/queue.h"
#include "gpu/vulkan.h"

namespace impasto::gpu {

class ValidationLog;

struct DeviceOptions {
    int index = -1;  ///< as in listDevices(), −1: the best usable one
    /// Validation layers with synchronization validation; messages go to `validationMessages` and the log. Also on with
    /// IMPASTO_VALIDATION=1 in the environment. Throws Error where the layers are not installed.
    bool validation = false;
    /// Called with every validation message, on the thread that made the faulty call; sees those of the destructor too.
    std::function<void(const std::string&)> onValidationMessage = {};
    /// Instance extensions a window needs (glfwGetRequiredInstanceExtensions); non-empty asks for a device that
    /// presents.
    std::vector<std::string> windowExtensions = {};
};

/// What kernels choose by. Everything beyond Vulkan 1.2 is optional.
struct Capabilities {
    std::uint32_t subgroupSize = 1;
    bool subgroupShuffle = false;      ///< in compute shaders
    bool subgroupArithmetic = false;   ///< in compute shaders
    bool subgroupBallot = false;       ///< in compute shaders; broadcasts too
    bool subgroupSizeControl = false;  ///< PipelineKey::subgroupSize may be set, between these two, powers of two
    std::uint32_t minSubgroupSize = 1;
    std::uint32_t maxSubgroupSize = 1;
    bool float16Arithmetic = false;  ///< GLSL float16_t in compute shaders
    bool storage16Bit = false;       ///< 16-bit members in storage buffers
    bool integer64 = false;          ///< GLSL uint64_t
    /// GLSL's fcoopmatNV in compute shaders: 16 × 16 × 16, fp16 factors, fp32 sums, subgroup scope. False unless asked
    /// for with IMPASTO_COOPERATIVE_MATRIX=1 in the environment: untested on a device.
    bool cooperativeMatrix = false;
    std::uint32_t maxTexelBufferElements = 65536;
    std::uint64_t maxStorageBufferRange = 1u << 27;
    std::uint32_t maxSharedMemoryBytes = 16384;
    std::uint32_t maxWorkgroupInvocations = 128;
    std::uint32_t maxPushConstantBytes = 128;
    std::uint32_t maxImageSide = 4096;
    std::uint64_t maxAllocationBytes = 1u << 30;
    std::uint64_t bufferAlignment = 256;  ///< satisfies texel, uniform and storage offset alignment
    float timestampPeriodNs = 0.0f;       ///< 0: no timestamps on the compute queue
    std::uint32_t timestampValidBits = 0;
};

/// Instance, physical and logical device. Outlives every other GPU object. `handle()` may be used from any thread
/// within Vulkan's own rules for external synchronization; queues are locked by `Queue`.
class Device {
  public:
    explicit Device(const DeviceOptions& options);  ///< throws Error
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    const DeviceReport& report() const { return report_; }
    const Capabilities& capabilities() const { return capabilities_; }
    bool isSoftware() const { return report_.properties.kind == DeviceKind::Software; }
    /// Device UUID and driver version as hex, and what was switched on beside: the key of everything cached on disk for
    /// this device.
    const std::string& cacheKey() const { return cacheKey_; }

    const vk::raii::Instance& instance() const { return *instance_; }
    const vk::raii::PhysicalDevice& physical() const { return physical_; }
    const vk::raii::Device& handle() const { return *device_; }

    /// The network's queue: a compute queue of its own where the device has one, else the graphics queue itself.
    Queue& computeQueue() { return *compute_; }
    /// The window's queue. The same object as computeQueue() on a one-queue device.
    Queue& graphicsQueue() { return *graphics_; }
    bool hasSeparateComputeQueue() const { return compute_ != graphics_; }
    /// Queue families of both; resources used by both are created CONCURRENT when they differ.
    std::vector<std::uint32_t> queueFamilies() const;

    /// Pipeline cache, kept on disk under cacheFolder() by cacheKey(); saved by `saveCaches` and the destructor.
    const vk::raii::PipelineCache& pipelineCache() const { return *pipelineCache_; }
    void saveCaches() const;

    /// Warnings and errors of the validation layers so far, newest last (thread-safe). Tests expect it empty.
    std::vector<std::string> validationMessages() const;

    /// Index of a memory type with all of `flags` allowed by `typeBits`, or −1.
    int memoryType(std::uint32_t typeBits, vk::MemoryPropertyFlags flags) const;

    /// Names an object for validation messages and GPU debuggers; does nothing without VK_EXT_debug_utils.
    void setName(vk::ObjectType type, std::uint64_t handle, const std::string& name) const;

    /// Counters for tests that prove what a frame does not do.
    struct Counters {
        std::atomic<std::uint64_t> memoryAllocations{0};
        std::atomic<std::uint64_t> pipelinesBuilt{0};
        std::atomic<std::uint64_t> descriptorUpdates{0};
        std::atomic<std::uint64_t> objectsCreated{0};  ///< buffers, views, images, command buffers
    };
    Counters& counters() const { return *counters_; }

  private:
    void createInstance(const DeviceOptions& options, bool validation);
    void createLogicalDevice(bool presents);
    void createPipelineCache();

    std::unique_ptr<ValidationLog> validation_;
    std::unique_ptr<vk::raii::Context> context_;
    std::unique_ptr<vk::raii::Instance> instance_;
    std::unique_ptr<vk::raii::DebugUtilsMessengerEXT> messenger_;
    vk::raii::PhysicalDevice physical_{nullptr};
    std::unique_ptr<vk::raii::Device> device_;
    std::unique_ptr<vk::raii::PipelineCache> pipelineCache_;
    std::shared_ptr<Queue> graphics_;
    std::shared_ptr<Queue> compute_;
    DeviceReport report_;
    Capabilities capabilities_;
    std::string cacheKey_;
    vk::PhysicalDeviceMemoryProperties memoryProperties_;
    bool debugUtils_ = false;
    std::unique_ptr<Counters> counters_;
};

}  // namespace impasto::gpu
