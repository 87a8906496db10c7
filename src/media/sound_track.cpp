// SPDX-License-Identifier: MIT
#include "media/sound_track.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "media/stream_source.h"

namespace impasto::media {
namespace {

Error soundError(const std::string& input, const std::string& reason) {
    return Error({"cannot take the sound", input, reason, "record without sound"});
}

int checked(int code, const InputName& name) {
    if (code < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE] = {};
        av_strerror(code, text, sizeof text);
        throw soundError(name.shown, text);
    }
    return code;
}

bool takes(const AVOutputFormat& format, AVCodecID codec) {
    return avformat_query_codec(&format, codec, FF_COMPLIANCE_NORMAL) == 1;
}

const AVCodec* encoderFor(const AVOutputFormat& format) {
    if (takes(format, AV_CODEC_ID_AAC))
        return avcodec_find_encoder(AV_CODEC_ID_AAC);
    return avcodec_find_encoder_by_name("libopus");
}

int nearestSampleRate(const AVCodec& encoder, int wanted) {
    if (!encoder.supported_samplerates)
        return wanted;
    int best = 0;
    for (const int* rate = encoder.supported_samplerates; *rate; ++rate) {
        if (best == 0 || std::abs(*rate - wanted) < std::abs(best - wanted))
            best = *rate;
    }
    return best;
}

double firstPictureSeconds(const AVFormatContext& format, const AVStream& sound) {
    const int index =
        av_find_best_stream(const_cast<AVFormatContext*>(&format), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    const AVStream& clock = index >= 0 ? *format.streams[index] : sound;
    return clock.start_time == AV_NOPTS_VALUE ? 0 : static_cast<double>(clock.start_time) * av_q2d(clock.time_base);
}

}  // namespace

SoundTrack::SoundTrack(const std::string& from, double startSeconds, AVFormatContext& output, bool follows)
    : name_(parseInput(from)), silent_(follows) {
    if (name_.kind == InputName::Kind::Folder)
        throw soundError(from, "a folder has no sound");
    input_ = openInput(name_, {.input = from});
    AVFormatContext& format = input_->format();
    const int index = av_find_best_stream(&format, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    if (index < 0)
        throw soundError(from, "there is none in it");
    from_ = format.streams[index];
    for (unsigned other = 0; other < format.nb_streams; ++other)
        format.streams[other]->discard = static_cast<int>(other) == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    first_ = firstPictureSeconds(format, *from_);
    origin_ = first_ + startSeconds;
    if (startSeconds > 0)
        checked(input_->seek(index, static_cast<std::int64_t>(origin_ / av_q2d(from_->time_base))), name_);

    to_ = orOutOfMemory(avformat_new_stream(&output, nullptr));
    to_->time_base = from_->time_base;
    if (!follows && takes(*output.oformat, from_->codecpar->codec_id)) {
        checked(avcodec_parameters_copy(to_->codecpar, from_->codecpar), name_);
        to_->codecpar->codec_tag = 0;
    } else {
        openCodecs(output);
    }
}

void SoundTrack::openCodecs(const AVFormatContext& output) {
    const AVCodec* decoder = avcodec_find_decoder(from_->codecpar->codec_id);
    const AVCodec* encoder = encoderFor(*output.oformat);
    if (!decoder || !encoder)
        throw soundError(name_.shown, "this FFmpeg lacks a codec for it");
    decoder_.reset(orOutOfMemory(avcodec_alloc_context3(decoder)));
    checked(avcodec_parameters_to_context(decoder_.get(), from_->codecpar), name_);
    decoder_->pkt_timebase = from_->time_base;
    checked(avcodec_open2(decoder_.get(), decoder, nullptr), name_);
    if (decoder_->sample_rate <= 0 || decoder_->ch_layout.nb_channels <= 0)
        throw soundError(name_.shown, "its sample rate or channels are not given");

    encoder_.reset(orOutOfMemory(avcodec_alloc_context3(encoder)));
    encoder_->sample_rate = nearestSampleRate(*encoder, decoder_->sample_rate);
    encoder_->sample_fmt = encoder->sample_fmts[0];
    av_channel_layout_default(&encoder_->ch_layout, std::min(2, decoder_->ch_layout.nb_channels));
    encoder_->bit_rate = 96'000 * encoder_->ch_layout.nb_channels;
    encoder_->time_base = {1, encoder_->sample_rate};
    if (output.oformat->flags & AVFMT_GLOBALHEADER)
        encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    checked(avcodec_open2(encoder_.get(), encoder, nullptr), name_);
    checked(avcodec_parameters_from_context(to_->codecpar, encoder_.get()), name_);
    to_->time_base = encoder_->time_base;

    samples_.reset(orOutOfMemory(av_audio_fifo_alloc(encoder_->sample_fmt, encoder_->ch_layout.nb_channels, 4096)));
}

// A decoder may change its mind about rate and channels after the first frames.
void SoundTrack::fitResampler(const AVFrame& sound) {
    const int channels = sound.ch_layout.nb_channels;
    if (resampler_ && resampledFormat_ == sound.format && resampledRate_ == sound.sample_rate &&
        resampledChannels_ == channels)
        return;
    AVChannelLayout layout = sound.ch_layout;
    if (layout.order != AV_CHANNEL_ORDER_NATIVE)
        av_channel_layout_default(&layout, channels);
    SwrContext* resampler = nullptr;
    checked(swr_alloc_set_opts2(&resampler, &encoder_->ch_layout, encoder_->sample_fmt, encoder_->sample_rate, &layout,
                                static_cast<AVSampleFormat>(sound.format), sound.sample_rate, 0, nullptr),
            name_);
    resampler_.reset(resampler);
    checked(swr_init(resampler), name_);
    resampledFormat_ = sound.format;
    resampledRate_ = sound.sample_rate;
    resampledChannels_ = channels;
}

void SoundTrack::writeUntil(double seconds, const Sink& sink) {
    if (encoder_)
        encodeUntil(seconds, sink);
    else
        copyUntil(seconds, sink);
}

// The next packet of our stream into packet_; false at the end.
bool SoundTrack::read() {
    while (!ended_) {
        const int code = input_->read(*packet_);
        if (code < 0) {
            ended_ = true;
            if (code != AVERROR_EOF)
                spdlog::warn("sound of {} ends early: {}", name_.shown, input_->reason(code));
            return false;
        }
        if (packet_->stream_index == from_->index)
            return true;
        av_packet_unref(packet_.get());
    }
    return false;
}

void SoundTrack::copyUntil(double seconds, const Sink& sink) {
    const double tick = av_q2d(from_->time_base);
    const auto shift = static_cast<std::int64_t>(std::llround(origin_ / tick));
    while (pending_ || read()) {
        if (!std::exchange(pending_, true)) {
            const std::int64_t time = packet_->pts != AV_NOPTS_VALUE ? packet_->pts : packet_->dts;
            if (time == AV_NOPTS_VALUE || time < shift) {
                pending_ = false;
                av_packet_unref(packet_.get());
                continue;
            }
            packet_->pts = time - shift;
            packet_->dts = packet_->dts == AV_NOPTS_VALUE ? packet_->pts : packet_->dts - shift;
        }
        if (static_cast<double>(packet_->pts) * tick >= seconds)
            return;
        pending_ = false;
        av_packet_rescale_ts(packet_.get(), from_->time_base, to_->time_base);
        packet_->stream_index = to_->index;
        packet_->pos = -1;
        sink(*packet_);
        av_packet_unref(packet_.get());
    }
}

void SoundTrack::encodeUntil(double seconds, const Sink& sink) {
    const auto end = static_cast<std::int64_t>(std::llround(seconds * encoder_->sample_rate));
    const int block = encoder_->frame_size > 0 ? encoder_->frame_size : 1024;
    while (nextSample_ < end) {
        if (av_audio_fifo_size(samples_.get()) >= block)
            encodeSamples(block, sink);
        else if (silent_ && keptUntil() < end)
            addSilence(end - keptUntil());
        else if (silent_ || !decodeMore())
            return;
    }
}

void SoundTrack::play(double seconds, double inputSeconds, const Sink& sink) {
    pause(seconds, sink);
    origin_ = first_ + inputSeconds - seconds;
    const double tick = av_q2d(from_->time_base);
    if (const int code = input_->seek(from_->index, static_cast<std::int64_t>((first_ + inputSeconds) / tick));
        code < 0) {
        spdlog::warn("sound of {} ends early: {}", name_.shown, input_->reason(code));
        return;
    }
    avcodec_flush_buffers(decoder_.get());
    resampler_.reset();
    silent_ = false;
    ended_ = false;
}

void SoundTrack::pause(double seconds, const Sink& sink) {
    IMPASTO_CHECK(encoder_ != nullptr);
    encodeUntil(seconds, sink);
    const auto sample = static_cast<std::int64_t>(std::llround(seconds * encoder_->sample_rate));
    keepOnlyUntil(sample);
    addSilence(sample - keptUntil());  // an input that had ended
    silent_ = true;
}

std::int64_t SoundTrack::keptUntil() const {
    return nextSample_ + av_audio_fifo_size(samples_.get());
}

// A FIFO gives up its oldest samples only: what stays goes through a frame.
void SoundTrack::keepOnlyUntil(std::int64_t sample) {
    const int kept = static_cast<int>(std::clamp<std::int64_t>(sample - nextSample_, 0, keptUntil() - nextSample_));
    if (nextSample_ + kept == keptUntil())
        return;
    const AvFrame block = makeSamples(kept);
    void** data = reinterpret_cast<void**>(block->extended_data);
    if (kept > 0)
        checked(av_audio_fifo_read(samples_.get(), data, kept), name_);
    av_audio_fifo_reset(samples_.get());
    if (kept > 0)
        checked(av_audio_fifo_write(samples_.get(), data, kept), name_);
}

void SoundTrack::addSilence(std::int64_t count) {
    constexpr std::int64_t kMostAtOnce = 4096;
    while (count > 0) {
        const int now = static_cast<int>(std::min(count, kMostAtOnce));
        const AvFrame block = makeSamples(now);
        checked(
            av_samples_set_silence(block->extended_data, 0, now, encoder_->ch_layout.nb_channels, encoder_->sample_fmt),
            name_);
        checked(av_audio_fifo_write(samples_.get(), reinterpret_cast<void**>(block->extended_data), now), name_);
        count -= now;
    }
}

AvFrame SoundTrack::makeSamples(int count) const {
    AvFrame block = makeAvFrame();
    block->nb_samples = std::max(1, count);
    block->format = encoder_->sample_fmt;
    block->sample_rate = encoder_->sample_rate;
    checked(av_channel_layout_copy(&block->ch_layout, &encoder_->ch_layout), name_);
    checked(av_frame_get_buffer(block.get(), 0), name_);
    block->nb_samples = count;
    return block;
}

// Decodes one more frame into samples_; false at the end.
bool SoundTrack::decodeMore() {
    for (;;) {
        const int code = avcodec_receive_frame(decoder_.get(), decoded_.get());
        if (code == 0) {
            keepSamples();
            return true;
        }
        if (code == AVERROR_EOF)
            return false;
        const bool more = read();
        // Damaged packets are left out: the decoder starts anew with the next.
        avcodec_send_packet(decoder_.get(), more ? packet_.get() : nullptr);
        av_packet_unref(packet_.get());
    }
}

// Damage and late starts leave gaps: filled with silence. Smaller differences are the rounding of timestamps.
void SoundTrack::keepSamples() {
    constexpr double kRounding = 0.03;  // seconds
    constexpr double kLongestGap = 60;  // seconds; a timestamp further on is wrong
    const int rate = encoder_->sample_rate;
    const double at = decoded_->best_effort_timestamp == AV_NOPTS_VALUE
                          ? static_cast<double>(keptUntil()) / rate
                          : static_cast<double>(decoded_->best_effort_timestamp) * av_q2d(from_->time_base) - origin_;
    const std::int64_t gap = std::llround(at * rate) - keptUntil();
    const bool jumps = std::abs(gap) > std::llround(kRounding * rate) && gap < std::llround(kLongestGap * rate);
    if (jumps && gap > 0)
        addSilence(gap);
    fitResampler(*decoded_);
    const AvFrame converted = makeSamples(swr_get_out_samples(resampler_.get(), decoded_->nb_samples));
    const int count =
        checked(swr_convert(resampler_.get(), converted->extended_data, converted->nb_samples,
                            const_cast<const std::uint8_t**>(decoded_->extended_data), decoded_->nb_samples),
                name_);
    // What was decoded to get to the place that is wanted.
    const int early = jumps && gap < 0 ? static_cast<int>(std::min<std::int64_t>(-gap, count)) : 0;
    const AvFrame wanted = makeSamples(count - early);
    if (count > early) {
        checked(av_samples_copy(wanted->extended_data, converted->extended_data, 0, early, count - early,
                                encoder_->ch_layout.nb_channels, encoder_->sample_fmt),
                name_);
        checked(av_audio_fifo_write(samples_.get(), reinterpret_cast<void**>(wanted->extended_data), count - early),
                name_);
    }
    av_frame_unref(decoded_.get());
}

void SoundTrack::encodeSamples(int count, const Sink& sink) {
    const AvFrame block = makeSamples(count);
    checked(av_audio_fifo_read(samples_.get(), reinterpret_cast<void**>(block->extended_data), count), name_);
    block->pts = nextSample_;
    nextSample_ += count;
    drainEncoder(block.get(), sink);
}

void SoundTrack::drainEncoder(const AVFrame* frame, const Sink& sink) {
    checked(avcodec_send_frame(encoder_.get(), frame), name_);
    const AvPacket packet = makeAvPacket();
    while (avcodec_receive_packet(encoder_.get(), packet.get()) == 0) {
        av_packet_rescale_ts(packet.get(), encoder_->time_base, to_->time_base);
        packet->stream_index = to_->index;
        sink(*packet);
        av_packet_unref(packet.get());
    }
}

void SoundTrack::finish(const Sink& sink) {
    if (!encoder_)
        return;
    const int rest = ended_ ? std::min(av_audio_fifo_size(samples_.get()), encoder_->frame_size) : 0;
    if (rest > 0)
        encodeSamples(rest, sink);
    drainEncoder(nullptr, sink);
}

}  // namespace impasto::media
