// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>

#include "media/stream_source.h"

namespace impasto::media {
namespace {

namespace fs = std::filesystem;

bool isDigit(char character) {
    return std::isdigit(static_cast<unsigned char>(character)) != 0;
}

// Numbers inside names count as numbers: frame2 comes before frame10.
bool naturalLess(const std::string& a, const std::string& b) {
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (!isDigit(a[i]) || !isDigit(b[j])) {
            if (a[i] != b[j])
                return a[i] < b[j];
            ++i, ++j;
            continue;
        }
        const auto digits = [](const std::string& text, std::size_t& at) {
            while (at < text.size() && text[at] == '0')
                ++at;
            const std::size_t start = at;
            while (at < text.size() && isDigit(text[at]))
                ++at;
            return std::string_view(text).substr(start, at - start);
        };
        const auto left = digits(a, i), right = digits(b, j);
        if (left.size() != right.size())
            return left.size() < right.size();
        if (left != right)
            return left < right;
    }
    if (a.size() - i != b.size() - j)
        return a.size() - i < b.size() - j;
    return a < b;
}

std::vector<fs::path> imagesIn(const InputName& name) {
    std::vector<fs::path> images;
    std::error_code code;
    for (fs::directory_iterator entry(name.url, code), end; !code && entry != end; entry.increment(code)) {
        std::error_code ignored;
        const bool hidden = entry->path().filename().string().starts_with('.');
        if (!hidden && looksLikeImage(entry->path()) && entry->is_regular_file(ignored))
            images.push_back(entry->path());
    }
    if (code)
        throw inputError(name.shown, code.message(), "check the folder's permissions");
    if (images.empty())
        throw inputError(name.shown, "there are no images in the folder",
                         "put png, jpg, webp, tiff, bmp or gif files in it");
    std::sort(images.begin(), images.end(),
              [](const fs::path& a, const fs::path& b) { return naturalLess(a.filename(), b.filename()); });
    return images;
}

/// One frame per image; what can't be read is skipped and reported.
class FolderSource final : public Source {
  public:
    FolderSource(const InputName& name, const SourceRequest& request)
        : name_(name), secondsPerImage_(std::max(1e-3, request.secondsPerImage)), images_(imagesIn(name)) {
        waiting_ = readNext();
        if (!waiting_)
            throw inputError(name_.shown, "none of its " + std::to_string(images_.size()) +
                                              " images could be read: " + problems_.front());
        const fs::path folder = fs::path(name_.url).lexically_normal();
        info_.name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
        info_.width = waiting_->width;
        info_.height = waiting_->height;
        info_.rate = {1'000'000, static_cast<int>(std::lround(std::min(secondsPerImage_, 2000.0) * 1e6))};
        info_.durationSeconds = secondsPerImage_ * static_cast<double>(images_.size());
        info_.seekable = true;
    }

    const SourceInfo& info() const override { return info_; }

    FramePtr next() override { return waiting_ ? std::exchange(waiting_, nullptr) : readNext(); }

    void seek(double seconds) override {
        const double last = static_cast<double>(images_.size() - 1);
        position_ = static_cast<std::size_t>(std::clamp(std::floor(seconds / secondsPerImage_ + 1e-6), 0.0, last));
        waiting_.reset();
    }

    void rewind() override { seek(0); }
    const std::vector<std::string>& problems() const override { return problems_; }

  private:
    FramePtr readNext() {
        while (position_ < images_.size()) {
            const std::size_t index = position_++;
            try {
                const FramePtr image = loadImage(images_[index]);
                auto frame = std::make_shared<Frame>(*image);
                frame->index = index;
                frame->timestampSeconds = secondsPerImage_ * static_cast<double>(index);
                return frame;
            } catch (const Error& error) {
                note(std::string(error.what()));
            }
        }
        return nullptr;
    }

    void note(const std::string& problem) {
        if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end())
            problems_.push_back(problem);
    }

    InputName name_;
    double secondsPerImage_;
    std::vector<fs::path> images_;
    std::size_t position_ = 0;
    FramePtr waiting_;
    SourceInfo info_;
    std::vector<std::string> problems_;
};

}  // namespace

std::unique_ptr<Source> openFolder(const InputName& name, const SourceRequest& request) {
    return std::make_unique<FolderSource>(name, request);
}

}  // namespace impasto::media
