// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "support/small_network.h"

namespace impasto::model {
namespace {

constexpr int kMutations = 20'000;

/// Changes a file in one of the ways files go wrong: bits, bytes, digits, cuts, insertions, repeated and moved pieces.
class Mutator {
  public:
    explicit Mutator(std::uint32_t seed) : engine_(seed) {}

    std::vector<std::byte> mutated(std::vector<std::byte> bytes) {
        for (std::size_t i = 0, count = 1 + below(4); i < count && !bytes.empty(); ++i)
            change(bytes);
        return bytes;
    }

  private:
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(engine_()) % limit; }

    /// Mostly inside the header, where most decisions are taken.
    std::size_t position(const std::vector<std::byte>& bytes) {
        return below(4) == 0 ? below(bytes.size()) : below(std::min<std::size_t>(bytes.size(), 5000));
    }

    void change(std::vector<std::byte>& bytes) {
        static constexpr std::string_view kTokens[] = {"0", "-1", "1e999", "2.5",  "null", "\"", "{",  "}",
                                                       "[", "]",  ",",     "9999", "true", "\\", "n1", "rgb"};
        const std::size_t at = position(bytes);
        const auto here = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t length = std::min(1 + below(16), bytes.size() - at);
        const std::vector<std::byte> piece(here, here + static_cast<std::ptrdiff_t>(length));
        switch (below(7)) {
            case 0:
                *here ^= static_cast<std::byte>(1u << below(8));
                return;
            case 1:
                *here = static_cast<std::byte>(below(256));
                return;
            case 2:
                *here = static_cast<std::byte>('0' + below(10));
                return;
            case 3:
                bytes.erase(here, here + static_cast<std::ptrdiff_t>(length));
                return;
            case 4:
                bytes.insert(here, piece.begin(), piece.end());
                return;
            case 5: {
                const auto token = std::as_bytes(std::span(kTokens[below(std::size(kTokens))]));
                std::copy_n(token.begin(), std::min(token.size(), bytes.size() - at), here);
                return;
            }
            default:
                std::copy(piece.begin(), piece.end(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size() - length + 1)));
        }
    }

    std::mt19937 engine_;
};

TEST(Mutation, BrokenFilesParseOrThrowError) {
    const std::vector<std::byte> original = test::smallBytes(StoredType::F16);
    Mutator mutator(20240607);
    int accepted = 0;
    for (int i = 0; i < kMutations; ++i) {
        const std::vector<std::byte> bytes = mutator.mutated(original);
        try {
            const Network network = parseNetwork(bytes, "mutated");
            ++accepted;
            ASSERT_EQ(inferShapes(network.graph, {256, 256}).back(), (Shape{3, 256, 256})) << i;
        } catch (const Error&) {
            continue;
        } catch (const std::exception& other) {
            FAIL() << "mutation " << i << " threw " << other.what();
        }
    }
    // Both ways out must be exercised, else the mutations are too tame or too wild.
    EXPECT_GT(accepted, kMutations / 1000);
    EXPECT_LT(accepted, kMutations * 9 / 10);
}

}  // namespace
}  // namespace impasto::model
