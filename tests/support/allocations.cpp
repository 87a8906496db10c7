// SPDX-License-Identifier: MIT
#include "support/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> ofAllThreads{0};
thread_local std::uint64_t ofThisThread = 0;

void* allocate(std::size_t bytes) {
    ofAllThreads.fetch_add(1, std::memory_order_relaxed);
    ++ofThisThread;
    if (void* memory = std::malloc(bytes > 0 ? bytes : 1))
        return memory;
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) {
    return allocate(bytes);
}
void* operator new[](std::size_t bytes) {
    return allocate(bytes);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace impasto::test {

std::uint64_t allocationsOfThisThread() {
    return ofThisThread;
}
std::uint64_t allocationsOfAllThreads() {
    return ofAllThreads.load();
}

}  // namespace impasto::test
