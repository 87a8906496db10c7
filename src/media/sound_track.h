// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "media/av_handles.h"
#include "media/input.h"

namespace impasto::media {

/// The sound of one input on its way into a recording: packets copied where the container takes them, else decoded and
/// encoded as AAC or Opus. Its time runs with the pictures: 0 is the input's first picture plus `startSeconds`.
class SoundTrack {
  public:
    /// Gets packets with `stream_index` and the output stream's time base set.
    using Sink = std::function<void(AVPacket&)>;

    /// Adds a stream to `output`, whose header is not written yet. With `follows` the sound is always encoded, so that
    /// play() and pause() may be called; it is silent until the first play(). Throws Error when `from` has no usable
    /// sound.
    SoundTrack(const std::string& from, double startSeconds, AVFormatContext& output, bool follows = false);

    /// Hands out what begins before `seconds`. A damaged or ended input ends the sound, noted in the log.
    void writeUntil(double seconds, const Sink& sink);

    /// From `seconds` of the recording on the input is heard from its picture at `inputSeconds` on.
    void play(double seconds, double inputSeconds, const Sink& sink);

    /// From `seconds` of the recording on there is silence.
    void pause(double seconds, const Sink& sink);

    /// Hands out what the encoder still holds.
    void finish(const Sink& sink);

    bool copied() const { return !encoder_; }

  private:
    void openCodecs(const AVFormatContext& output);
    void fitResampler(const AVFrame& sound);
    bool read();
    void copyUntil(double seconds, const Sink& sink);
    void encodeUntil(double seconds, const Sink& sink);
    bool decodeMore();
    void keepSamples();
    void keepOnlyUntil(std::int64_t sample);
    void addSilence(std::int64_t count);
    std::int64_t keptUntil() const;
    AvFrame makeSamples(int count) const;
    void encodeSamples(int count, const Sink& sink);
    void drainEncoder(const AVFrame* frame, const Sink& sink);

    InputName name_;
    std::unique_ptr<Input> input_;
    AVStream* from_ = nullptr;
    AVStream* to_ = nullptr;
    double first_ = 0;   ///< the input's time of its first picture, seconds
    double origin_ = 0;  ///< the input's time that becomes 0, seconds
    AvPacket packet_ = makeAvPacket();
    bool pending_ = false;
    bool ended_ = false;
    bool silent_ = false;  ///< nothing is heard until the next play()

    AvCodec decoder_;
    AvCodec encoder_;
    AvResampler resampler_;
    int resampledFormat_ = AV_SAMPLE_FMT_NONE;  ///< what the resampler expects
    int resampledRate_ = 0;
    int resampledChannels_ = 0;
    AvSamples samples_;
    AvFrame decoded_ = makeAvFrame();
    std::int64_t nextSample_ = 0;  ///< the first of `samples_`, on the encoder's clock
};

}  // namespace impasto::media
