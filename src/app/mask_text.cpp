// SPDX-License-Identifier: MIT
#include "app/mask_text.h"

#include <zlib.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "base/check.h"

namespace impasto::app {
namespace {

using nn::kMaxRegions;
using nn::RegionMask;

constexpr std::size_t kCells = static_cast<std::size_t>(RegionMask::kSide) * RegionMask::kSide;
constexpr std::size_t kBytes = kCells * (kMaxRegions - 1);
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string toBase64(const std::vector<unsigned char>& bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 3; ++k)
            word = word << 8 | (i + k < bytes.size() ? bytes[i + k] : 0u);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? kAlphabet[word >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::vector<unsigned char> fromBase64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > kMaxMaskText)
        throw std::invalid_argument("the text has a wrong length");
    std::vector<unsigned char> bytes;
    bytes.reserve(text.size() / 4 * 3);
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool last = i + 4 == text.size();
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const bool pad = last && k >= 4 - padding;
            const std::size_t digit = pad ? 0 : kAlphabet.find(text[i + k]);
            if (digit == std::string_view::npos)
                throw std::invalid_argument("it is not base64");
            word = word << 6 | static_cast<std::uint32_t>(digit);
        }
        for (std::size_t k = 0; k < (last ? 3 - padding : 3); ++k)
            bytes.push_back(static_cast<unsigned char>(word >> (16 - 8 * k) & 255));
    }
    return bytes;
}

}  // namespace

std::string maskToText(const RegionMask& mask) {
    std::vector<unsigned char> planes;
    planes.reserve(kBytes);
    for (std::size_t region = 1; region < kMaxRegions; ++region) {
        for (int y = 0; y < RegionMask::kSide; ++y) {
            for (int x = 0; x < RegionMask::kSide; ++x)
                planes.push_back(mask.at(x, y)[region]);
        }
    }
    uLongf size = compressBound(kBytes);
    std::vector<unsigned char> deflated(size);
    const int result = compress2(deflated.data(), &size, planes.data(), kBytes, Z_BEST_COMPRESSION);
    IMPASTO_CHECK(result == Z_OK);
    deflated.resize(size);
    return toBase64(deflated);
}

RegionMask maskFromText(std::string_view text) {
    const std::vector<unsigned char> deflated = fromBase64(text);
    std::vector<unsigned char> planes(kBytes + 1);  // one more, to notice what is too long
    uLongf size = planes.size();
    if (uncompress(planes.data(), &size, deflated.data(), deflated.size()) != Z_OK || size != kBytes)
        throw std::invalid_argument("the mask is damaged");
    RegionMask mask;
    for (std::size_t cell = 0; cell < kCells; ++cell) {
        std::array<float, kMaxRegions> shares{};
        float rest = 255;
        for (std::size_t region = 1; region < kMaxRegions; ++region) {
            shares[region] = planes[(region - 1) * kCells + cell];
            rest -= shares[region];
        }
        if (rest < 0)
            throw std::invalid_argument("weights of the mask sum to more than 255");
        shares[0] = rest;
        mask.set(static_cast<int>(cell % RegionMask::kSide), static_cast<int>(cell / RegionMask::kSide), shares);
    }
    return mask;
}

}  // namespace impasto::app
