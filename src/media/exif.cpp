// SPDX-License-Identifier: MIT
#include "media/exif.h"

#include <cstdint>
#include <cstring>

namespace impasto::media {
namespace {

using Bytes = std::span<const std::byte>;

std::uint32_t number(Bytes bytes, std::size_t at, std::size_t count, bool bigEndian) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto byte = static_cast<std::uint32_t>(bytes[at + (bigEndian ? i : count - 1 - i)]);
        value = value << 8 | byte;
    }
    return value;
}

bool startsWith(Bytes bytes, const void* magic, std::size_t size) {
    return bytes.size() >= size && std::memcmp(bytes.data(), magic, size) == 0;
}

int tiffOrientation(Bytes tiff) {
    const bool bigEndian = startsWith(tiff, "MM\0*", 4);
    if (tiff.size() < 8 || (!bigEndian && !startsWith(tiff, "II*\0", 4)))
        return 0;
    const std::size_t directory = number(tiff, 4, 4, bigEndian);
    if (directory > tiff.size() - 2)
        return 0;
    const std::size_t entries = number(tiff, directory, 2, bigEndian);
    constexpr std::size_t kEntryBytes = 12;
    constexpr std::uint32_t kOrientationTag = 0x0112;
    constexpr std::uint32_t kShortType = 3;
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t at = directory + 2 + i * kEntryBytes;
        if (at + kEntryBytes > tiff.size())
            return 0;
        if (number(tiff, at, 2, bigEndian) == kOrientationTag && number(tiff, at + 2, 2, bigEndian) == kShortType)
            return static_cast<int>(number(tiff, at + 8, 2, bigEndian));
    }
    return 0;
}

Bytes pngExif(Bytes png) {
    constexpr std::size_t kSignatureBytes = 8, kFrameBytes = 12;  // length, name and CRC around a chunk's data
    std::size_t at = kSignatureBytes;
    while (at + kFrameBytes <= png.size()) {
        const std::size_t length = number(png, at, 4, true);
        if (length > png.size() - at - kFrameBytes)
            return {};
        if (std::memcmp(png.data() + at + 4, "eXIf", 4) == 0)
            return png.subspan(at + 8, length);
        at += kFrameBytes + length;
    }
    return {};
}

}  // namespace

int exifOrientation(Bytes file) {
    const int value = tiffOrientation(startsWith(file, "\x89PNG\r\n\x1a\n", 8) ? pngExif(file) : file);
    return value >= 1 && value <= 8 ? value : 0;
}

}  // namespace impasto::media
