// SPDX-License-Identifier: MIT
#include "media/earlier_video.h"

#include <algorithm>
#include <cstring>

#include "media/av_log.h"

namespace impasto::media {
namespace {

struct Listed {
    std::int64_t tick = 0;
    bool key = false;
};

bool sameBytes(const std::uint8_t* a, int sizeA, const std::uint8_t* b, int sizeB) {
    return sizeA == sizeB && (sizeA == 0 || std::memcmp(a, b, static_cast<std::size_t>(sizeA)) == 0);
}

}  // namespace

EarlierVideo::EarlierVideo(const std::filesystem::path& path, const AVCodecContext& encoder)
    : path_(path), clock_(encoder.time_base) {
    openInput(encoder);
    listPictures(encoder.has_b_frames);
    openInput(encoder);
}

int EarlierVideo::check(int code) const {
    if (code == AVERROR(ENOMEM))
        throw std::bad_alloc();
    if (code < 0)
        throw inputError(path_.string(), avReason(code));
    return code;
}

void EarlierVideo::openInput(const AVCodecContext& encoder) {
    const InputName name{.kind = InputName::Kind::File, .shown = path_.string(), .url = path_.string()};
    AvOptions options;
    input_ = std::make_unique<Input>(name, options, std::stop_token{});
    const int found = av_find_best_stream(&input_->format(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    const auto differs = [&](const char* what) {
        return inputError(path_.string(), std::string("it was made with another ") + what);
    };
    if (found < 0)
        throw inputError(path_.string(), "it has no pictures");
    stream_ = input_->format().streams[found];
    const AVCodecParameters* made = stream_->codecpar;
    if (made->codec_id != encoder.codec_id)
        throw differs("encoder");
    if (made->width != encoder.width || made->height != encoder.height)
        throw differs("size");
    filter_.reset();
    if (made->codec_id != AV_CODEC_ID_H264)
        return;
    // Containers keep lengths where the encoder writes start codes.
    AVBSFContext* filter = nullptr;
    check(av_bsf_alloc(av_bsf_get_by_name("h264_mp4toannexb"), &filter));
    filter_.reset(filter);
    check(avcodec_parameters_copy(filter->par_in, made));
    filter->time_base_in = stream_->time_base;
    check(av_bsf_init(filter));
    if (!sameBytes(filter->par_out->extradata, filter->par_out->extradata_size, encoder.extradata,
                   encoder.extradata_size))
        throw differs("encoder's settings");
}

bool EarlierVideo::read(AVPacket& packet) {
    for (;;) {
        av_packet_unref(&packet);
        // What is cut off or damaged ends the file.
        if (input_->read(packet) < 0)
            return false;
        if (packet.stream_index == stream_->index && packet.pts != AV_NOPTS_VALUE)
            return true;
    }
}

void EarlierVideo::listPictures(int reorderDepth) {
    std::vector<Listed> pictures;
    const AvPacket packet = makeAvPacket();
    while (read(*packet))
        pictures.push_back({.tick = av_rescale_q_rnd(packet->pts, stream_->time_base, clock_, AV_ROUND_NEAR_INF),
                            .key = (packet->flags & AV_PKT_FLAG_KEY) != 0});
    const auto lastKey = std::find_if(pictures.rbegin(), pictures.rend(), [](const Listed& one) { return one.key; });
    if (lastKey == pictures.rend())
        throw inputError(path_.string(), "it holds no whole group of pictures");
    endTick_ = lastKey->tick;
    pictures.erase(std::prev(lastKey.base()), pictures.end());
    // Not every container keeps decoding times. The latest possible ones: before the picture is shown, before the next
    // one is decoded, and before the encoder that goes on begins with its own.
    decodeTicks_.resize(pictures.size());
    std::int64_t next = endTick_ - reorderDepth;
    for (std::size_t i = pictures.size(); i-- > 0;)
        decodeTicks_[i] = next = std::min(pictures[i].tick, next - 1);
}

bool EarlierVideo::next(AVPacket& packet) {
    if (given_ >= decodeTicks_.size() || !read(packet))
        return false;
    packet.pts = av_rescale_q_rnd(packet.pts, stream_->time_base, clock_, AV_ROUND_NEAR_INF);
    packet.dts = decodeTicks_[given_++];
    packet.duration = 1;
    packet.pos = -1;
    if (filter_) {
        check(av_bsf_send_packet(filter_.get(), &packet));
        check(av_bsf_receive_packet(filter_.get(), &packet));
    }
    return true;
}

}  // namespace impasto::media
