// SPDX-License-Identifier: MIT
#include "model/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/half.h"
#include "model/json_reader.h"
#include "model/limits.h"

namespace impasto::model {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are stored little-endian");

constexpr std::size_t kLengthBytes = 8;
constexpr const char* kMetadata = "__metadata__";

enum class Stored { F32, F16, BF16 };

std::size_t bytesOf(Stored type) {
    return type == Stored::F32 ? 4 : 2;
}

std::optional<Stored> storedTypeFrom(std::string_view name) {
    if (name == "F32")
        return Stored::F32;
    if (name == "F16")
        return Stored::F16;
    if (name == "BF16")
        return Stored::BF16;
    return std::nullopt;
}

/// A tensor as the header announces it; its extent within the data is checked before its elements are read.
struct Entry {
    std::string name;
    Stored type = Stored::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

std::uint64_t unsignedFrom(const Json& value, const Place& place) {
    if (!value.is_number_unsigned())
        refuse(place, "is not a non-negative integer");
    return value.get<std::uint64_t>();
}

/// Number of elements; the product cannot overflow because it is refused as soon as it exceeds a whole file's bytes.
std::uint64_t elementCount(const std::vector<std::int64_t>& shape, const Place& place) {
    std::uint64_t count = 1;
    for (const std::int64_t side : shape) {
        count *= static_cast<std::uint64_t>(side);
        if (count > limits::kFileBytes)
            refuse(place, "has more elements than a file can hold");
    }
    return count;
}

Entry readEntry(const std::string& name, const Json& json, const Place& header) {
    const Place place{header.source, "tensor '" + name.substr(0, limits::kNameBytes) + "'"};
    ObjectReader reader(json, place);
    Entry entry;
    entry.name = nameFrom(name, place);
    const std::string typeName = reader.name("dtype");
    const auto type = storedTypeFrom(typeName);
    if (!type)
        refuse(place, "type " + typeName + " is not F32, F16 or BF16");
    entry.type = *type;
    for (const Json& side : reader.array("shape", limits::kTensorRank)) {
        const std::uint64_t value = unsignedFrom(side, reader.inside("shape"));
        if (value == 0 || value > limits::kFileBytes)
            refuse(reader.inside("shape"), "a side is zero or too large");
        entry.shape.push_back(static_cast<std::int64_t>(value));
    }
    const Json& offsets = reader.array("data_offsets", 2);
    if (offsets.size() != 2)
        refuse(reader.inside("data_offsets"), "has not 2 elements");
    entry.begin = unsignedFrom(offsets[0], reader.inside("data_offsets"));
    entry.end = unsignedFrom(offsets[1], reader.inside("data_offsets"));
    reader.finish();
    const std::uint64_t bytes = elementCount(entry.shape, place) * bytesOf(entry.type);
    if (entry.end < entry.begin || entry.end - entry.begin != bytes)
        refuse(place, "offsets do not span the " + std::to_string(bytes) + " bytes of its shape");
    return entry;
}

void checkLayout(std::vector<Entry>& entries, std::uint64_t dataBytes, const Place& place) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.begin < b.begin; });
    std::uint64_t end = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != end)
            refuse(place, "tensor '" + entry.name + (entry.begin < end ? "' overlaps another" : "' leaves a gap"));
        if (entry.end > dataBytes)
            refuse(place, "tensor '" + entry.name + "' ends after the file's last byte; the file may be truncated");
        end = entry.end;
    }
    if (end != dataBytes)
        refuse(place, std::to_string(dataBytes - end) + " bytes follow the last tensor");
}

std::vector<float> readElements(const Entry& entry, std::span<const std::byte> data) {
    const std::byte* source = data.data() + entry.begin;
    const std::size_t bytes = static_cast<std::size_t>(entry.end - entry.begin);
    std::vector<float> values(bytes / bytesOf(entry.type));
    if (entry.type == Stored::F32) {
        std::memcpy(values.data(), source, bytes);
        return values;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, source + 2 * i, 2);
        values[i] = entry.type == Stored::F16 ? fromHalf(bits) : std::bit_cast<float>(std::uint32_t{bits} << 16);
    }
    return values;
}

std::map<std::string, std::string> readMetadata(const Json& json, const Place& header) {
    if (!json.is_object())
        refuse({header.source, kMetadata}, "is not an object");
    std::map<std::string, std::string> metadata;
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string())
            refuse({header.source, std::string(kMetadata) + "." + key.substr(0, limits::kNameBytes)},
                   "is not a string");
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

std::string_view headerText(std::span<const std::byte> bytes, const Place& place) {
    if (bytes.size() < kLengthBytes)
        refuse(place, bytes.empty() ? "the file is empty" : "the file ends within the header's length");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), kLengthBytes);
    if (length > limits::kHeaderBytes)
        refuse(place, "header length " + std::to_string(length) + " is more than the limit of " +
                          std::to_string(limits::kHeaderBytes) + "; this may be another kind of file");
    if (length > bytes.size() - kLengthBytes)
        refuse(place, "the file ends within the header; it may be truncated");
    return {reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, static_cast<std::size_t>(length)};
}

void appendElements(std::vector<std::byte>& bytes, const std::string& name, const WeightTensor& tensor,
                    StoredType type) {
    const std::size_t at = bytes.size();
    if (type == StoredType::F32) {
        bytes.resize(at + 4 * tensor.data.size());
        std::memcpy(bytes.data() + at, tensor.data.data(), 4 * tensor.data.size());
        return;
    }
    bytes.resize(at + 2 * tensor.data.size());
    for (std::size_t i = 0; i < tensor.data.size(); ++i) {
        const float value = tensor.data[i];
        if (std::isfinite(value) && std::abs(value) > 65504.0f)
            throw Error({"cannot write network", name, "a value is beyond the 65504 of F16", "store it as F32"});
        const std::uint16_t bits = toHalf(value);
        std::memcpy(bytes.data() + at + 2 * i, &bits, 2);
    }
}

}  // namespace

SafetensorsFile parseSafetensors(std::span<const std::byte> bytes, const std::string& source) {
    const Place place{source, "header"};
    if (bytes.size() > limits::kFileBytes)
        refuse({source, ""}, "the file is larger than " + std::to_string(limits::kFileBytes) + " bytes");
    const std::string_view text = headerText(bytes, place);
    if (!text.starts_with('{'))
        refuse(place, "does not start with '{'");
    const Json header = parseJson(text, place);
    SafetensorsFile file;
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
        if (name == kMetadata)
            file.metadata = readMetadata(value, place);
        else
            entries.push_back(readEntry(name, value, place));
    }
    if (entries.size() > limits::kTensors)
        refuse(place, "more than " + std::to_string(limits::kTensors) + " tensors");
    const std::span<const std::byte> data = bytes.subspan(kLengthBytes + text.size());
    checkLayout(entries, data.size(), place);
    for (Entry& entry : entries) {
        std::vector<float> elements = readElements(entry, data);
        file.tensors[entry.name] = {std::move(entry.shape), std::move(elements)};
    }
    return file;
}

std::vector<std::byte> writeSafetensors(const SafetensorsFile& file, StoredType type) {
    Json header = Json::object();
    if (!file.metadata.empty())
        header[kMetadata] = file.metadata;
    std::uint64_t end = 0;
    for (const auto& [name, tensor] : file.tensors) {
        const std::uint64_t bytes = tensor.data.size() * (type == StoredType::F32 ? 4 : 2);
        IMPASTO_CHECK(elementCount(tensor.shape, {"", name}) == tensor.data.size());
        header[name] = {{"dtype", type == StoredType::F32 ? "F32" : "F16"},
                        {"shape", tensor.shape},
                        {"data_offsets", {end, end + bytes}}};
        end += bytes;
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const Json::exception& problem) {
        throw Error({"cannot write network", "", problem.what(), "use UTF-8 in names and metadata"});
    }
    text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
    const std::uint64_t length = text.size();
    std::vector<std::byte> bytes(kLengthBytes + text.size());
    bytes.reserve(bytes.size() + static_cast<std::size_t>(end));
    std::memcpy(bytes.data(), &length, kLengthBytes);
    std::memcpy(bytes.data() + kLengthBytes, text.data(), text.size());
    for (const auto& [name, tensor] : file.tensors)
        appendElements(bytes, name, tensor, type);
    return bytes;
}

}  // namespace impasto::model
