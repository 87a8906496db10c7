// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>

namespace impasto {

/// For the reference counts of recycled objects: as std::shared_ptr's allocator it takes no memory from the heap once
/// as many counts have existed as exist at a time. Keeps its memory alive itself. Any thread.
template <class T>
struct PoolAllocator {
    using value_type = T;
    using Memory = std::pmr::synchronized_pool_resource;
    std::shared_ptr<Memory> memory;

    PoolAllocator() : memory(std::make_shared<Memory>()) {}
    template <class U>
    PoolAllocator(const PoolAllocator<U>& other) : memory(other.memory) {}

    T* allocate(std::size_t count) { return static_cast<T*>(memory->allocate(count * sizeof(T), alignof(T))); }
    void deallocate(T* items, std::size_t count) { memory->deallocate(items, count * sizeof(T), alignof(T)); }
    template <class U>
    bool operator==(const PoolAllocator<U>& other) const {
        return memory == other.memory;
    }
};

}  // namespace impasto
