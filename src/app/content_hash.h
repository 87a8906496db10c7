// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace impasto::app {

/// A 64-bit hash of content, for names of cache files: FNV-1a over 8-byte words with a final mix. Not cryptographic.
class ContentHash {
  public:
    void add(std::uint64_t word) {
        value_ = (value_ ^ word) * 0x100000001b3ull;
        value_ ^= value_ >> 29;
    }
    void add(std::span<const std::byte> bytes) {
        add(static_cast<std::uint64_t>(bytes.size()));
        while (!bytes.empty()) {
            const std::size_t count = bytes.size() < 8 ? bytes.size() : 8;
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data(), count);
            add(word);
            bytes = bytes.subspan(count);
        }
    }
    void add(std::string_view text) { add(std::as_bytes(std::span(text.data(), text.size()))); }
    std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0xcbf29ce484222325ull;
};

}  // namespace impasto::app
