// SPDX-License-Identifier: MIT
#include "media/decoder.h"

#include <cstring>
#include <utility>

#include "media/av_log.h"

namespace impasto::media {

VideoDecoder::VideoDecoder(std::unique_ptr<Input> input, InputName name)
    : name_(std::move(name)), input_(std::move(input)) {
    AVFormatContext& format = input_->format();
    const int index = av_find_best_stream(&format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (index < 0)
        throw inputError(name_.shown, "there is no picture in it", "give an image, a video or a capture device");
    stream_ = format.streams[index];
    for (unsigned other = 0; other < format.nb_streams; ++other) {
        if (static_cast<int>(other) != index)
            format.streams[other]->discard = AVDISCARD_ALL;
    }
    openCodec();
}

void VideoDecoder::openCodec() {
    const AVCodec* decoder = avcodec_find_decoder(stream_->codecpar->codec_id);
    if (!decoder)
        throw inputError(name_.shown, std::string("this FFmpeg has no decoder for ") +
                                          avcodec_get_name(stream_->codecpar->codec_id));
    codec_.reset(orOutOfMemory(avcodec_alloc_context3(decoder)));
    const ErrorLogWatch watch;
    int code = avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
    codec_->pkt_timebase = stream_->time_base;
    codec_->max_pixels = kMaxFramePixels;
    // Frame threads hold back as many pictures as there are threads: too late for a live picture.
    codec_->thread_type = name_.live ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
    codec_->thread_count = 0;
    if (name_.live)
        codec_->flags |= AV_CODEC_FLAG_LOW_DELAY;
    if (code >= 0)
        code = avcodec_open2(codec_.get(), decoder, nullptr);
    if (code < 0)
        throw inputError(name_.shown, watch.reason(code));
}

bool VideoDecoder::next(AVFrame& picture, std::vector<std::string>& problems) {
    for (;;) {
        const int code = avcodec_receive_frame(codec_.get(), &picture);
        if (code == 0) {
            ++decoded_;
            if ((picture.flags & AV_FRAME_FLAG_CORRUPT) || picture.decode_error_flags)
                noteDamage(problems);
            return true;
        }
        if (code == AVERROR_EOF)
            return false;
        if (code != AVERROR(EAGAIN))
            noteDamage(problems);
        if (!feed(problems) && code != AVERROR(EAGAIN))
            return false;
    }
}

// Gives the decoder one packet, or its end; false when the end was given before.
bool VideoDecoder::feed(std::vector<std::string>& problems) {
    if (draining_)
        return false;
    for (;;) {
        const int code = input_->read(*packet_);
        if (code < 0) {
            const bool stopped = input_->stopRequested();
            if (stopped || (code != AVERROR_EOF && (name_.live || decoded_ == 0)))
                throw inputError(name_.shown, stopped ? "stopped" : input_->reason(code),
                                 name_.live ? "check its connection" : "");
            if (code != AVERROR_EOF)
                problems.push_back(name_.shown + ": reading ended early: " + input_->reason(code));
            draining_ = true;
            avcodec_send_packet(codec_.get(), nullptr);
            return true;
        }
        const bool ours = packet_->stream_index == stream_->index;
        const int sent = ours ? avcodec_send_packet(codec_.get(), packet_.get()) : 0;
        av_packet_unref(packet_.get());
        if (sent == AVERROR(ENOMEM))
            throw std::bad_alloc();
        if (sent < 0)
            noteDamage(problems);
        else if (ours)
            return true;
    }
}

void VideoDecoder::noteDamage(std::vector<std::string>& problems) {
    if (!std::exchange(damageNoted_, true))
        problems.push_back(name_.shown + ": parts of its data are damaged and were skipped or guessed");
}

bool VideoDecoder::seek(double seconds) {
    if (!canSeek())
        return false;
    const std::int64_t start = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
    const auto ticks = static_cast<std::int64_t>(seconds / av_q2d(stream_->time_base));
    if (input_->seek(stream_->index, std::max(start, ticks)) < 0)
        return false;
    avcodec_flush_buffers(codec_.get());
    draining_ = false;
    return true;
}

std::optional<double> VideoDecoder::seconds(const AVFrame& picture) const {
    if (picture.best_effort_timestamp == AV_NOPTS_VALUE)
        return std::nullopt;
    return static_cast<double>(picture.best_effort_timestamp) * av_q2d(stream_->time_base);
}

FrameRate VideoDecoder::rate() const {
    const AVRational rate = av_guess_frame_rate(&input_->format(), stream_, nullptr);
    // Containers that store no rate can guess absurd ones, such as the time base's 90000.
    if (rate.num <= 0 || rate.den <= 0 || av_q2d(rate) > 1000)
        return {25, 1};
    return {rate.num, rate.den};
}

std::string VideoDecoder::layout() const {
    const AVCodecParameters& parameters = *stream_->codecpar;
    const char* pixels = av_get_pix_fmt_name(static_cast<AVPixelFormat>(parameters.format));
    if (parameters.codec_id == AV_CODEC_ID_RAWVIDEO && pixels)
        return pixels;
    return avcodec_get_name(parameters.codec_id);
}

double VideoDecoder::durationSeconds() const {
    if (name_.live)
        return 0;
    if (stream_->duration > 0)
        return static_cast<double>(stream_->duration) * av_q2d(stream_->time_base);
    const std::int64_t duration = input_->format().duration;
    return duration > 0 ? static_cast<double>(duration) / AV_TIME_BASE : 0;
}

Orientation VideoDecoder::orientation() const {
    const auto* matrix = av_stream_get_side_data(stream_, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
    if (!matrix)
        return Orientation::Upright;
    std::int32_t values[9];
    std::memcpy(values, matrix, sizeof values);
    return orientationOf(values);
}

AVRational VideoDecoder::sampleAspect(const AVFrame& picture) const {
    if (stream_->sample_aspect_ratio.num > 0)
        return stream_->sample_aspect_ratio;
    return picture.sample_aspect_ratio;
}

bool VideoDecoder::hasAudio() const {
    return av_find_best_stream(&input_->format(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0) >= 0;
}

bool VideoDecoder::canSeek() const {
    const AVFormatContext& format = input_->format();
    if (name_.live || name_.kind == InputName::Kind::Device)
        return false;
    return format.pb && (format.pb->seekable & AVIO_SEEKABLE_NORMAL) && durationSeconds() > 0;
}

}  // namespace impasto::media
