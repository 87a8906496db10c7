// SPDX-License-Identifier: MIT
#include "app/snapshot.h"

#include <fmt/format.h>
#include <png.h>

#include <array>
#include <csetjmp>
#include <cstring>
#include <string_view>
#include <vector>

#include "app/user_folders.h"
#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "media/writer.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr char kKeyword[] = "impasto";
constexpr std::array<unsigned char, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::size_t kMaxTextBytes = 1u << 20;

void append(png_structp png, png_bytep data, png_size_t size) {
    auto& bytes = *static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
    const auto* first = reinterpret_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), first, first + size);
}

/// libpng reports failure by longjmp: everything with a destructor lives in the caller.
bool encode(const media::Frame& frame, png_text& text, std::vector<png_const_bytep>& rows,
            std::vector<std::byte>& bytes) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    if (!info || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    png_set_write_fn(png, &bytes, append, nullptr);
    png_set_IHDR(png, info, static_cast<png_uint_32>(frame.width), static_cast<png_uint_32>(frame.height), 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, 4);
    png_set_text(png, info, &text, 1);
    png_write_info(png, info);
    png_set_filler(png, 0, PNG_FILLER_AFTER);
    for (png_const_bytep row : rows)
        png_write_row(png, row);
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return true;
}

std::uint32_t bigEndian(std::span<const std::byte> bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    return value;
}

std::string_view asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The text of an uncompressed iTXt chunk: keyword, 0, compression flag, method, language, 0, translation, 0, text.
std::string_view textOfChunk(std::string_view chunk) {
    const std::string_view start(kKeyword, sizeof kKeyword);
    if (!chunk.starts_with(start) || chunk.size() < start.size() + 4 || chunk[start.size()] != 0)
        return {};
    const std::size_t language = chunk.find('\0', start.size() + 2);
    if (language == std::string_view::npos)
        return {};
    const std::size_t translation = chunk.find('\0', language + 1);
    return translation == std::string_view::npos ? std::string_view{} : chunk.substr(translation + 1);
}

}  // namespace

std::vector<std::byte> encodeSnapshot(const media::Frame& frame, const std::string& preset) {
    IMPASTO_CHECK(frame.format == media::PixelFormat::Rgba8);
    std::string text = preset;
    std::string keyword = kKeyword;
    std::string empty;
    png_text chunk{};
    chunk.compression = PNG_ITXT_COMPRESSION_NONE;
    chunk.key = keyword.data();
    chunk.text = text.data();
    chunk.itxt_length = text.size();
    chunk.lang = empty.data();
    chunk.lang_key = empty.data();
    std::vector<png_const_bytep> rows;
    for (int y = 0; y < frame.height; ++y)
        rows.push_back(frame.pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) * 4);
    std::vector<std::byte> bytes;
    if (!encode(frame, chunk, rows, bytes))
        throw Error(
            {"cannot make snapshot", fmt::format("{}x{}", frame.width, frame.height), "the PNG encoder failed"});
    return bytes;
}

void writeSnapshot(const media::Frame& frame, const std::string& preset, const fs::path& path) {
    if (path.extension() != ".png")
        return media::writeImage(path, frame);
    writeFileAtomically(path, encodeSnapshot(frame, preset));
}

fs::path newSnapshotPath() {
    return newFileIn(picturesFolder(), ".png");
}

bool isPng(std::span<const std::byte> bytes) {
    return bytes.size() >= kSignature.size() && std::memcmp(bytes.data(), kSignature.data(), kSignature.size()) == 0;
}

std::string settingsOfSnapshot(std::span<const std::byte> png, const std::string& source) {
    constexpr std::size_t kFrame = 12;  // length, type and checksum around the data of a chunk
    std::span<const std::byte> rest = png.subspan(isPng(png) ? kSignature.size() : png.size());
    while (rest.size() >= kFrame) {
        const std::size_t size = bigEndian(rest);
        const std::string_view type = asText(rest.subspan(4, 4));
        if (size > rest.size() - kFrame || type == "IEND")
            break;
        if (type == "iTXt" && size <= kMaxTextBytes) {
            if (const std::string_view text = textOfChunk(asText(rest.subspan(8, size))); !text.empty())
                return std::string(text);
        }
        rest = rest.subspan(kFrame + size);
    }
    throw Error({"cannot read preset", source, "the picture carries no settings",
                 "give a snapshot made by impasto or a JSON preset"});
}

}  // namespace impasto::app
