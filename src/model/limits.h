// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// What a network file may ask for at most; the table of docs/model-format.md. They keep every size of a valid network
/// far from integer overflow and stop a hostile file before it costs memory.
namespace impasto::model::limits {

inline constexpr std::uint64_t kFileBytes = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kHeaderBytes = std::uint64_t{4} << 20;
inline constexpr int kJsonDepth = 8;
inline constexpr int kTensorRank = 8;
inline constexpr std::size_t kTensors = 16384;
inline constexpr std::size_t kNameBytes = 256;
inline constexpr std::size_t kTextBytes = 4096;

inline constexpr std::size_t kNodes = 4096;
inline constexpr std::size_t kSites = 64;
inline constexpr std::size_t kConcatInputs = 64;
inline constexpr std::size_t kConditionalStyles = 1024;
inline constexpr std::size_t kTrainedCells = 64;
inline constexpr std::size_t kPreferredSizes = 16;

inline constexpr int kChannels = 4096;
inline constexpr int kKernel = 15;
inline constexpr int kStride = 8;
inline constexpr int kDilation = 16;
inline constexpr int kPad = 64;
inline constexpr int kUpsample = 2;
inline constexpr int kShuffleFactor = 8;
inline constexpr int kResizeFactor = 16;
inline constexpr int kMultiple = 256;
inline constexpr int kMinPreferredSize = 16;
inline constexpr int kMaxPreferredSize = 8192;
inline constexpr float kScale = 1e6f;
inline constexpr float kMinEpsilon = 1e-12f;
inline constexpr float kMaxEpsilon = 1.0f;

/// Sides and element count of any feature map while the network runs.
inline constexpr std::int64_t kSide = 65536;
inline constexpr std::int64_t kElements = (std::int64_t{1} << 31) - 1;

}  // namespace impasto::model::limits
