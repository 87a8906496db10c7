// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace impasto::model {

/// A named tensor of a weights file, converted to fp32 whatever its stored type.
struct WeightTensor {
    std::vector<std::int64_t> shape;
    std::vector<float> data;
};

struct SafetensorsFile {
    std::map<std::string, std::string> metadata;
    std::map<std::string, WeightTensor> tensors;
};

/// Parses a whole .safetensors file (8-byte little-endian header length, JSON header, data). F16, BF16, F32 tensors.
/// Refuses headers and files beyond model/limits.h, duplicate keys, unknown dtypes, sides of zero, offsets that
/// overlap, leave gaps, run out of range or trail; sizes are checked before any allocation. Throws Error with `source`
/// as the input's name.
SafetensorsFile parseSafetensors(std::span<const std::byte> bytes, const std::string& source);

enum class StoredType { F32, F16 };

/// The inverse, tensors in order of name. Round-trips bit-exactly for values the stored type can hold. Throws Error
/// when a finite value is beyond ±65504 and `type` is F16, or a string is not UTF-8.
std::vector<std::byte> writeSafetensors(const SafetensorsFile& file, StoredType type);

}  // namespace impasto::model
