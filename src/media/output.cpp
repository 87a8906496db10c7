// SPDX-License-Identifier: MIT
#include "media/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

#include "media/writer.h"

namespace impasto::media {
namespace {

bool isImageExtension(const std::string& extension) {
    return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

class ImageOutput final : public Output {
  public:
    explicit ImageOutput(std::filesystem::path path) : path_(std::move(path)) { makeParentFolder(path_); }
    void write(const Frame& frame) override {
        if (std::exchange(full_, true))
            return;
        writeImage(path_, frame);
    }
    void finish() override {}
    bool full() const override { return full_; }
    std::uint64_t framesWritten() const override { return full_ ? 1 : 0; }

  private:
    std::filesystem::path path_;
    bool full_ = false;
};

class SequenceOutput final : public Output {
  public:
    explicit SequenceOutput(const std::filesystem::path& path) : pattern_(path) { makeParentFolder(pattern_.at(1)); }
    void write(const Frame& frame) override {
        writeImage(pattern_.at(written_ + 1), frame);
        ++written_;
    }
    void finish() override {}
    std::uint64_t framesWritten() const override { return written_; }

  private:
    SequencePattern pattern_;
    std::uint64_t written_ = 0;
};

}  // namespace

Error outputError(const std::filesystem::path& path, std::string reason, std::string hint) {
    return Error({"cannot write output", path.string(), std::move(reason), std::move(hint)});
}

std::string lowerExtension(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return extension;
}

void makeParentFolder(const std::filesystem::path& path) {
    std::error_code code;
    if (path.has_parent_path() && !std::filesystem::is_directory(path.parent_path(), code))
        std::filesystem::create_directories(path.parent_path(), code);
    if (code)
        throw outputError(path, "its folder cannot be made: " + code.message(), "choose a writable folder");
}

bool SequencePattern::looksLikeOne(const std::filesystem::path& path) {
    return path.string().find('%') != std::string::npos;
}

SequencePattern::SequencePattern(const std::filesystem::path& path) {
    const std::string text = path.string();
    const auto malformed = [&](const std::string& reason) {
        return outputError(path, reason, "write one %d or %04d where the number goes, and %% for a percent sign");
    };
    bool found = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string& part = found ? after_ : before_;
        if (text[i] != '%') {
            part += text[i];
            continue;
        }
        const std::string_view rest = std::string_view(text).substr(i + 1);
        const bool padded = rest.size() >= 3 && rest[0] == '0' && rest[1] >= '1' && rest[1] <= '9' && rest[2] == 'd';
        if (rest.starts_with('%')) {
            part += '%';
            ++i;
        } else if (!padded && !rest.starts_with('d')) {
            throw malformed("a % in it is not a %d");
        } else if (found) {
            throw malformed("it has more than one %d");
        } else {
            found = true;
            digits_ = padded ? static_cast<std::size_t>(rest[1] - '0') : 0;
            i += padded ? 3 : 1;
        }
    }
    if (!found)
        throw malformed("it has no %d");
}

std::filesystem::path SequencePattern::at(std::uint64_t number) const {
    return fmt::format("{}{:0{}}{}", before_, number, digits_, after_);
}

bool isVideoOutput(const std::filesystem::path& path) {
    const std::string extension = lowerExtension(path);
    if (extension == ".mp4" || extension == ".mkv" || extension == ".webm")
        return true;
    if (!isImageExtension(extension))
        throw outputError(path, extension.empty() ? "its name has no extension" : extension + " is not supported",
                          "use .mp4, .mkv, .webm, .png, .jpg or a pattern such as %04d.png");
    if (SequencePattern::looksLikeOne(path))
        SequencePattern{path};
    return false;
}

std::unique_ptr<Output> openOutput(const std::filesystem::path& path, const OutputParams& params) {
    if (isVideoOutput(path))
        return std::make_unique<VideoWriter>(path, params);
    if (SequencePattern::looksLikeOne(path))
        return std::make_unique<SequenceOutput>(path);
    return std::make_unique<ImageOutput>(path);
}

}  // namespace impasto::media
