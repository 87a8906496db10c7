// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "media/av_log.h"
#include "media/converter.h"
#include "media/exif.h"
#include "media/stream_source.h"

namespace impasto::media {
namespace {

constexpr std::uint64_t kMaxImageFileBytes = std::uint64_t{1} << 30;

struct Picture {
    AvFrame frame;
    Orientation orientation = Orientation::Upright;
};

Error damaged(const InputName& name, const std::string& reason) {
    return inputError(name.shown, reason, "the image may be cut short or damaged: give another");
}

AVCodecID imageCodec(const InputName& name) {
    AvOptions none;
    Input input(name, none, {});
    const AVFormatContext& format = input.format();
    if (format.nb_streams != 1)
        throw damaged(name, "there is no picture in it");
    return format.streams[0]->codecpar->codec_id;
}

Orientation orientationOfPicture(const AVFrame& picture, std::span<const std::byte> file) {
    if (const auto* entry = av_dict_get(picture.metadata, "Orientation", nullptr, 0))
        return orientationOfExif(std::strtol(entry->value, nullptr, 10));
    return orientationOfExif(exifOrientation(file));
}

// FFmpeg's JPEG decoder fills what is missing with gray and says nothing: look for the end marker behind the start of
// the pixels (one in front belongs to a thumbnail).
bool jpegIsWhole(std::span<const std::byte> file) {
    constexpr std::byte kMarker{0xff}, kStartOfScan{0xda}, kEndOfImage{0xd9};
    const auto marks = [&](std::size_t at, std::byte kind) { return file[at] == kMarker && file[at + 1] == kind; };
    std::size_t at = 2;
    while (at + 4 <= file.size() && file[at] == kMarker && !marks(at, kStartOfScan)) {
        const bool padding = file[at + 1] == kMarker;
        at += padding
                  ? 1
                  : 2 + (std::to_integer<std::size_t>(file[at + 2]) << 8 | std::to_integer<std::size_t>(file[at + 3]));
    }
    for (; at + 2 <= file.size(); ++at) {
        if (marks(at, kEndOfImage))
            return true;
    }
    return false;
}

// Complaints about what stands beside the pixels.
bool isAboutPixels(const std::string& logLine) {
    return !logLine.empty() && logLine.find("APP") == std::string::npos && logLine.find("xif") == std::string::npos &&
           logLine.find("EXIF") == std::string::npos && logLine.find("ICC") == std::string::npos;
}

Picture decode(const InputName& name) {
    const AVCodecID id = imageCodec(name);
    const auto file = readFile(name.url, kMaxImageFileBytes);
    const AVCodec* decoder = avcodec_find_decoder(id);
    if (!decoder)
        throw inputError(name.shown, std::string("this FFmpeg has no decoder for ") + avcodec_get_name(id));
    if (id == AV_CODEC_ID_MJPEG && !jpegIsWhole(file))
        throw damaged(name, avReason(AVERROR_EOF));

    const ErrorLogWatch watch;
    const AvCodec codec(orOutOfMemory(avcodec_alloc_context3(decoder)));
    codec->max_pixels = kMaxFramePixels;
    // TIFF's decoder would give up on any tag it doesn't know.
    codec->err_recognition = id == AV_CODEC_ID_PNG ? AV_EF_CRCCHECK | AV_EF_EXPLODE : AV_EF_CRCCHECK;
    codec->thread_count = 1;  // else its messages come from another thread, and the reason is lost
    const AvPacket packet = makeAvPacket();
    Picture picture{makeAvFrame()};
    int code = av_new_packet(packet.get(), static_cast<int>(file.size()));
    if (code >= 0) {
        std::memcpy(packet->data, file.data(), file.size());
        packet->flags |= AV_PKT_FLAG_KEY;
        code = avcodec_open2(codec.get(), decoder, nullptr);
    }
    if (code >= 0)
        code = avcodec_send_packet(codec.get(), packet.get());
    if (code >= 0)
        code = avcodec_send_packet(codec.get(), nullptr);
    if (code >= 0)
        code = avcodec_receive_frame(codec.get(), picture.frame.get());
    if (code < 0)
        throw damaged(name, watch.reason(code));
    if (isAboutPixels(watch.lastLine()) || picture.frame->decode_error_flags ||
        (picture.frame->flags & AV_FRAME_FLAG_CORRUPT))
        throw damaged(name, watch.reason(AVERROR_INVALIDDATA));
    picture.orientation = orientationOfPicture(*picture.frame, file);
    return picture;
}

class StillSource final : public Source {
  public:
    StillSource(std::string name, FramePtr frame) : frame_(std::move(frame)) {
        info_.name = std::move(name);
        info_.width = frame_->width;
        info_.height = frame_->height;
        info_.still = true;
    }

    const SourceInfo& info() const override { return info_; }
    FramePtr next() override { return std::exchange(given_, true) ? nullptr : frame_; }
    void seek(double) override { given_ = false; }
    void rewind() override { given_ = false; }
    const std::vector<std::string>& problems() const override { return problems_; }

  private:
    SourceInfo info_;
    FramePtr frame_;
    bool given_ = false;
    std::vector<std::string> problems_;
};

}  // namespace

std::unique_ptr<Source> openStillImage(const InputName& name) {
    const Picture picture = decode(name);
    FrameConverter converter;
    try {
        return std::make_unique<StillSource>(
            std::filesystem::path(name.url).filename().string(),
            converter.convert(*picture.frame, picture.frame->sample_aspect_ratio, picture.orientation));
    } catch (const Error& error) {
        throw inputError(name.shown, error.parts().reason, error.parts().hint);
    }
}

std::unique_ptr<Source> holdFirstFrame(Source& source) {
    return std::make_unique<StillSource>(source.info().name, toRgba(source.next()));
}

}  // namespace impasto::media
