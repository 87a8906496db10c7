// SPDX-License-Identifier: MIT
#include "media/stream_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "media/camera.h"
#include "media/converter.h"
#include "media/decoder.h"

namespace impasto::media {
namespace {

/// A video, a capture device or a network stream.
class StreamSource final : public Source {
  public:
    StreamSource(const InputName& name, const SourceRequest& request, std::unique_ptr<Input> input);

    const SourceInfo& info() const override { return info_; }
    FramePtr next() override;
    bool skip() override;
    void seek(double seconds) override;
    void rewind() override;
    const std::vector<std::string>& problems() const override { return problems_; }

  private:
    void start(std::unique_ptr<Input> input);
    void fillInfo();
    FramePtr convert(const AVFrame& picture);
    double timestamp(const AVFrame& picture) const;
    bool decodeUntil(double seconds, AVFrame& picture, double& reached);
    void checkLength();

    InputName name_;
    SourceRequest request_;
    std::unique_ptr<VideoDecoder> decoder_;
    FrameConverter converter_;
    AvFrame picture_ = makeAvFrame();
    SourceInfo info_;
    std::vector<std::string> problems_;
    FramePtr waiting_;  ///< decoded ahead, by opening or by a seek
    double firstSeconds_ = 0;
    double lastTimestamp_ = 0;
    std::uint64_t nextIndex_ = 0;
    bool lengthChecked_ = false;
};

StreamSource::StreamSource(const InputName& name, const SourceRequest& request, std::unique_ptr<Input> input)
    : name_(name), request_(request) {
    converter_.keepPlanes(request.planes);
    start(std::move(input));
    fillInfo();
}

void StreamSource::start(std::unique_ptr<Input> input) {
    if (!input)
        input = openInput(name_, request_);
    decoder_ = std::make_unique<VideoDecoder>(std::move(input), name_);
    lastTimestamp_ = 0;
    nextIndex_ = 0;
    if (!decoder_->next(*picture_, problems_))
        throw inputError(name_.shown, "not one picture in it could be decoded", "the file may be damaged");
    firstSeconds_ = decoder_->seconds(*picture_).value_or(0);
    waiting_ = convert(*picture_);
}

void StreamSource::fillInfo() {
    const bool file = name_.kind == InputName::Kind::File;
    info_.name = file ? std::filesystem::path(name_.url).filename().string() : name_.shown;
    if (name_.kind == InputName::Kind::Device && name_.live) {
        if (const auto camera = queryCamera(name_.url))
            info_.name = camera->name;
        if (!name_.region.title.empty())
            info_.name = name_.region.title;
    }
    info_.width = waiting_->width;
    info_.height = waiting_->height;
    info_.rate = decoder_->rate();
    if (name_.kind == InputName::Kind::Device && name_.live)
        info_.capture = formatText({info_.width, info_.height, info_.rate, decoder_->layout()});
    info_.durationSeconds = decoder_->durationSeconds();
    info_.seekable = decoder_->canSeek();
    info_.live = name_.live || (name_.kind == InputName::Kind::Url && info_.durationSeconds <= 0);
    info_.hasAudio = decoder_->hasAudio();
    if (info_.hasAudio && !info_.live)  // a device can't be opened twice
        info_.soundInput = name_.shown;
}

double StreamSource::timestamp(const AVFrame& picture) const {
    const auto seconds = decoder_->seconds(picture);
    return seconds ? *seconds - firstSeconds_ : static_cast<double>(nextIndex_) / decoder_->rate().perSecond();
}

FramePtr StreamSource::convert(const AVFrame& picture) {
    try {
        auto frame = converter_.convert(picture, decoder_->sampleAspect(picture), decoder_->orientation());
        lastTimestamp_ = std::max(lastTimestamp_, timestamp(picture));
        frame->timestampSeconds = lastTimestamp_;
        frame->index = nextIndex_++;
        return frame;
    } catch (const Error& error) {
        throw inputError(name_.shown, error.parts().reason, error.parts().hint);
    }
}

FramePtr StreamSource::next() {
    if (waiting_)
        return std::exchange(waiting_, nullptr);
    if (!decoder_->next(*picture_, problems_)) {
        checkLength();
        return nullptr;
    }
    return convert(*picture_);
}

bool StreamSource::skip() {
    if (std::exchange(waiting_, nullptr))
        return true;
    if (!decoder_->next(*picture_, problems_)) {
        checkLength();
        return false;
    }
    lastTimestamp_ = std::max(lastTimestamp_, timestamp(*picture_));
    ++nextIndex_;
    return true;
}

// A file cut short often just ends: say so where the container promised more.
void StreamSource::checkLength() {
    const double end = lastTimestamp_ + 1 / info_.rate.perSecond();
    const double missing = info_.durationSeconds - end;
    if (missing > std::max(0.5, info_.durationSeconds / 20) && !std::exchange(lengthChecked_, true))
        problems_.push_back(fmt::format("{}: ends after {:.1f} s of the {:.1f} s it promises", name_.shown, end,
                                        info_.durationSeconds));
}

// Decodes to the picture shown at `seconds`, or the last one; false when not even one was decoded.
bool StreamSource::decodeUntil(double seconds, AVFrame& picture, double& reached) {
    constexpr double kRounding = 1e-3;  // Matroska rounds timestamps to milliseconds
    const double length = 1 / info_.rate.perSecond();
    const AvFrame ahead = makeAvFrame();
    bool any = false;
    while (decoder_->next(*ahead, problems_)) {
        const double shown = timestamp(*ahead);
        av_frame_unref(&picture);
        av_frame_move_ref(&picture, ahead.get());
        any = true;
        reached = shown;
        if (shown + length > seconds + kRounding)
            break;
    }
    return any;
}

void StreamSource::seek(double seconds) {
    if (!info_.seekable)
        throw inputError(name_.shown, "it cannot be seeked in");
    seconds = std::clamp(seconds, 0.0, std::max(0.0, info_.durationSeconds));
    waiting_.reset();
    // Some indexes point behind the picture asked for: try from further in front.
    for (const double lead : {0.0, 2.0, 10.0, seconds + 1}) {
        double reached = 0;
        if (!decoder_->seek(firstSeconds_ + std::max(0.0, seconds - lead)))
            continue;
        if (!decodeUntil(seconds, *picture_, reached) || (reached > seconds + 1e-3 && lead <= seconds))
            continue;
        lastTimestamp_ = 0;
        nextIndex_ = static_cast<std::uint64_t>(std::llround(std::max(0.0, reached) * info_.rate.perSecond()));
        waiting_ = convert(*picture_);
        return;
    }
    throw inputError(name_.shown, fmt::format("seeking to {:.2f} s failed", seconds), "play it from the start");
}

void StreamSource::rewind() {
    if (info_.live)
        return;
    if (info_.seekable) {
        seek(0);
        return;
    }
    decoder_.reset();
    start(nullptr);
}

}  // namespace

std::unique_ptr<Source> openStream(const InputName& name, const SourceRequest& request, std::unique_ptr<Input> input) {
    return std::make_unique<StreamSource>(name, request, std::move(input));
}

}  // namespace impasto::media
