// SPDX-License-Identifier: MIT
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/check.h"
#include "media/av_handles.h"
#include "media/av_log.h"
#include "media/earlier_video.h"
#include "media/fit.h"
#include "media/output.h"
#include "media/sound_track.h"
#include "media/writer.h"

namespace impasto::media {
namespace {

constexpr int kUnity = 1 << 16;

int evenSide(int side) {
    return std::max(2, side & ~1);
}

struct VideoSettings {
    const char* name;
    const char* value;
};

std::vector<VideoSettings> encoderSettings(bool vp9, VideoQuality quality) {
    const auto pick = [&](const char* draft, const char* good, const char* high) {
        return quality == VideoQuality::Draft ? draft : quality == VideoQuality::Good ? good : high;
    };
    if (vp9)
        return {{"crf", pick("36", "24", "16")},
                {"b", "0"},
                {"deadline", pick("realtime", "realtime", "good")},
                {"cpu-used", pick("8", "6", "3")},
                {"row-mt", "1"}};
    return {{"crf", pick("25", "18", "13")}, {"preset", pick("ultrafast", "veryfast", "medium")}};
}

}  // namespace

class VideoWriter::Impl {
  public:
    Impl(const std::filesystem::path& path, const OutputParams& params);
    ~Impl();

    void writeAt(const Frame& frame, double seconds);
    void write(const Frame& frame) { writeTick(frame, nextTick_); }
    bool hasPlace(double seconds) const { return tickAt(seconds) >= nextTick_; }
    void playSound(double seconds, double inputSeconds);
    void pauseSound(double seconds);
    void finish();
    std::uint64_t framesWritten() const { return written_; }

  private:
    void openFile();
    void openEncoder();
    void startFile();
    std::int64_t tickAt(double seconds) const;
    void takeOverEarlier();
    void writeTick(const Frame& frame, std::int64_t tick);
    void encode(const AVFrame* picture);
    void writePacket(AVPacket& packet);
    void writeSound(double seconds);
    void toYuv(const Frame& frame);
    int check(int code) const;

    std::filesystem::path path_;
    OutputParams params_;
    AvIo file_;
    AvOutput output_;
    AvCodec codec_;
    AVStream* stream_ = nullptr;
    std::optional<SoundTrack> sound_;
    AvScaler scaler_;
    AvFrame picture_ = makeAvFrame();
    AvPacket packet_ = makeAvPacket();
    std::int64_t nextTick_ = 0;
    std::int64_t lastDecodeTick_ = INT64_MIN;  ///< of the packet written last
    std::uint64_t written_ = 0;
    bool started_ = false;
    bool finished_ = false;
    bool broken_ = false;  ///< a write failed: the file is left as it is
};

VideoWriter::Impl::Impl(const std::filesystem::path& path, const OutputParams& params) : path_(path), params_(params) {
    setUpFfmpeg();
    if (params.width < 1 || params.height < 1 || params.width > kMaxFrameSide || params.height > kMaxFrameSide)
        throw outputError(path_, std::to_string(params.width) + "x" + std::to_string(params.height) +
                                     " is not a size a video can have");
    if (params.rate.numerator < 1 || params.rate.denominator < 1)
        throw outputError(path_, "a video needs a frame rate", "give one with --fps");
    std::error_code ignored;
    if (!params.soundFrom.empty() && std::filesystem::equivalent(path, params.soundFrom, ignored))
        throw outputError(path_, "it is also the input", "write to another file");
    openFile();
    openEncoder();
    if (!params_.soundFrom.empty())
        sound_.emplace(params_.soundFrom, params_.soundStart, *output_, params_.soundFollows);
    startFile();
    if (!params_.continues.empty())
        takeOverEarlier();
}

int VideoWriter::Impl::check(int code) const {
    if (code == AVERROR(ENOMEM))
        throw std::bad_alloc();
    if (code < 0)
        throw outputError(path_, avReason(code),
                          code == AVERROR(ENOSPC) || code == AVERROR(EFBIG)
                              ? "free some space or choose another disk; what was written is kept"
                              : "");
    return code;
}

void VideoWriter::Impl::openFile() {
    AVFormatContext* output = nullptr;
    const bool webm = lowerExtension(path_) == ".webm", mkv = lowerExtension(path_) == ".mkv";
    check(avformat_alloc_output_context2(&output, nullptr, webm ? "webm" : mkv ? "matroska" : "mp4", nullptr));
    output_.reset(output);
    makeParentFolder(path_);
    AVIOContext* file = nullptr;
    if (const int code = avio_open(&file, ("file:" + path_.string()).c_str(), AVIO_FLAG_WRITE); code < 0)
        throw outputError(path_, avReason(code), "choose a writable folder");
    file_.reset(file);
    output->pb = file;
}

void VideoWriter::Impl::openEncoder() {
    const bool vp9 = lowerExtension(path_) == ".webm";
    const char* name = vp9 ? "libvpx-vp9" : "libx264";
    const AVCodec* encoder = avcodec_find_encoder_by_name(name);
    if (!encoder)
        throw outputError(path_, std::string("this FFmpeg has no encoder ") + name);
    codec_.reset(orOutOfMemory(avcodec_alloc_context3(encoder)));
    codec_->width = evenSide(params_.width);
    codec_->height = evenSide(params_.height);
    codec_->pix_fmt = AV_PIX_FMT_YUV420P;
    codec_->time_base = {params_.rate.denominator, params_.rate.numerator};
    codec_->framerate = {params_.rate.numerator, params_.rate.denominator};
    // A fragment begins with a keyframe: what is lost when the program dies is the last one.
    const double keyframeSeconds = params_.fragmented ? 1 : 2;
    codec_->gop_size = std::max(1, static_cast<int>(std::lround(keyframeSeconds * params_.rate.perSecond())));
    codec_->color_primaries = AVCOL_PRI_BT709;
    codec_->color_trc = AVCOL_TRC_BT709;
    codec_->colorspace = AVCOL_SPC_BT709;
    codec_->color_range = AVCOL_RANGE_MPEG;
    codec_->chroma_sample_location = AVCHROMA_LOC_LEFT;
    if (output_->oformat->flags & AVFMT_GLOBALHEADER)
        codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    AvOptions options;
    for (const auto& setting : encoderSettings(vp9, params_.quality))
        options.set(setting.name, setting.value);
    const ErrorLogWatch watch;
    if (const int code = avcodec_open2(codec_.get(), encoder, options.get()); code < 0)
        throw outputError(path_, watch.reason(code));

    stream_ = orOutOfMemory(avformat_new_stream(output_.get(), nullptr));
    check(avcodec_parameters_from_context(stream_->codecpar, codec_.get()));
    stream_->time_base = codec_->time_base;
    stream_->avg_frame_rate = codec_->framerate;

    picture_->format = AV_PIX_FMT_YUV420P;
    picture_->width = codec_->width;
    picture_->height = codec_->height;
    check(av_frame_get_buffer(picture_.get(), 0));
}

void VideoWriter::Impl::startFile() {
    AvOptions options;
    if (params_.fragmented)
        output_->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    if (params_.fragmented && lowerExtension(path_) == ".mp4")
        // The header waits for the first fragment: only then is known how far decoding runs ahead of showing. Without
        // it the picture would begin that much late, a good part of a second where the source is slow.
        options.set("movflags", "frag_keyframe+empty_moov+delay_moov+default_base_moof");
    else if (params_.fragmented)
        options.set("cluster_time_limit", "1000");
    check(avformat_write_header(output_.get(), options.get()));
    started_ = true;
}

void VideoWriter::Impl::takeOverEarlier() {
    std::optional<EarlierVideo> earlier;
    try {
        earlier.emplace(params_.continues, *codec_);
    } catch (const Error& error) {
        spdlog::warn("starting {} anew: {}", path_.string(), error.what());
        return;
    }
    while (earlier->next(*packet_)) {
        lastDecodeTick_ = packet_->dts;
        const double seconds = static_cast<double>(packet_->pts) / params_.rate.perSecond();
        packet_->stream_index = stream_->index;
        av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
        writePacket(*packet_);
        writeSound(seconds);
        ++written_;
    }
    nextTick_ = earlier->endTick();
    avio_flush(file_.get());
}

std::int64_t VideoWriter::Impl::tickAt(double seconds) const {
    return static_cast<std::int64_t>(std::llround(seconds * params_.rate.perSecond()));
}

void VideoWriter::Impl::writeAt(const Frame& frame, double seconds) {
    const std::int64_t tick = tickAt(seconds);
    if (tick >= nextTick_)
        writeTick(frame, tick);
}

void VideoWriter::Impl::writeTick(const Frame& frame, std::int64_t tick) {
    IMPASTO_CHECK(!finished_ && frame.format == PixelFormat::Rgba8);
    if (broken_)
        check(file_->error < 0 ? file_->error : AVERROR(EIO));
    check(av_frame_make_writable(picture_.get()));
    if (frame.width == params_.width && frame.height == params_.height)
        toYuv(frame);
    else
        toYuv(*fitFrame(frame, params_.width, params_.height));
    picture_->pts = tick;
    nextTick_ = tick + 1;
    encode(picture_.get());
    ++written_;
    writeSound(static_cast<double>(nextTick_) / params_.rate.perSecond());
}

void VideoWriter::Impl::toYuv(const Frame& frame) {
    // An odd last row or column is cut off: scaling by one pixel would blur the whole picture.
    const int width = std::min(frame.width, codec_->width), height = std::min(frame.height, codec_->height);
    if (!scaler_) {
        scaler_.reset(orOutOfMemory(sws_alloc_context()));
        SwsContext* scaler = scaler_.get();
        av_opt_set_int(scaler, "srcw", width, 0);
        av_opt_set_int(scaler, "srch", height, 0);
        av_opt_set_int(scaler, "src_format", AV_PIX_FMT_RGBA, 0);
        av_opt_set_int(scaler, "dstw", codec_->width, 0);
        av_opt_set_int(scaler, "dsth", codec_->height, 0);
        av_opt_set_int(scaler, "dst_format", AV_PIX_FMT_YUV420P, 0);
        av_opt_set_int(scaler, "sws_flags", SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP,
                       0);
        av_opt_set_int(scaler, "dst_h_chr_pos", 0, 0);
        av_opt_set_int(scaler, "dst_v_chr_pos", 128, 0);
        const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
        sws_setColorspaceDetails(scaler, bt709, 1, bt709, 0, 0, kUnity, kUnity);
        check(sws_init_context(scaler, nullptr, nullptr));
    }
    const std::uint8_t* source[4] = {frame.pixels.data()};
    const int strides[4] = {4 * frame.width};
    check(sws_scale(scaler_.get(), source, strides, 0, height, picture_->data, picture_->linesize));
}

void VideoWriter::Impl::encode(const AVFrame* picture) {
    check(avcodec_send_frame(codec_.get(), picture));
    for (;;) {
        const int code = avcodec_receive_packet(codec_.get(), packet_.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF)
            return;
        check(code);
        packet_->stream_index = stream_->index;
        packet_->duration = packet_->duration > 0 ? packet_->duration : 1;
        // Behind pictures taken over, the encoder's first decoding times may fall among theirs.
        packet_->dts = std::max(packet_->dts, lastDecodeTick_ + 1);
        lastDecodeTick_ = packet_->dts;
        av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
        writePacket(*packet_);
    }
}

void VideoWriter::Impl::writePacket(AVPacket& packet) {
    const int code = av_interleaved_write_frame(output_.get(), &packet);
    broken_ = code < 0 || file_->error < 0;
    check(code);
    check(file_->error);
}

void VideoWriter::Impl::playSound(double seconds, double inputSeconds) {
    if (sound_)
        sound_->play(seconds, inputSeconds, [this](AVPacket& packet) { writePacket(packet); });
}

void VideoWriter::Impl::pauseSound(double seconds) {
    if (sound_)
        sound_->pause(seconds, [this](AVPacket& packet) { writePacket(packet); });
}

void VideoWriter::Impl::writeSound(double seconds) {
    if (sound_)
        sound_->writeUntil(seconds, [this](AVPacket& packet) { writePacket(packet); });
}

void VideoWriter::Impl::finish() {
    if (std::exchange(finished_, true) || !started_ || broken_)
        return;
    encode(nullptr);
    if (sound_)
        sound_->finish([this](AVPacket& packet) { writePacket(packet); });
    check(av_write_trailer(output_.get()));
    avio_flush(file_.get());
    check(file_->error);
    AVIOContext* file = file_.release();
    output_->pb = nullptr;
    check(avio_closep(&file));
}

VideoWriter::Impl::~Impl() {
    try {
        finish();
    } catch (const std::exception& error) {
        spdlog::error("{}", error.what());
    }
}

VideoWriter::VideoWriter(const std::filesystem::path& path, const OutputParams& params)
    : impl_(std::make_unique<Impl>(path, params)) {}
VideoWriter::~VideoWriter() = default;
void VideoWriter::write(const Frame& frame) {
    impl_->write(frame);
}
void VideoWriter::writeAt(const Frame& frame, double seconds) {
    impl_->writeAt(frame, seconds);
}
bool VideoWriter::hasPlace(double seconds) const {
    return impl_->hasPlace(seconds);
}
void VideoWriter::playSound(double seconds, double inputSeconds) {
    impl_->playSound(seconds, inputSeconds);
}
void VideoWriter::pauseSound(double seconds) {
    impl_->pauseSound(seconds);
}
void VideoWriter::finish() {
    impl_->finish();
}
std::uint64_t VideoWriter::framesWritten() const {
    return impl_->framesWritten();
}

}  // namespace impasto::media
