// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace impasto::test {

/// Calls of operator new since the program began. Linking allocations.cpp replaces operator new, so only programs of
/// their own do.
std::uint64_t allocationsOfThisThread();
std::uint64_t allocationsOfAllThreads();

}  // namespace impasto::test
