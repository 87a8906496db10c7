// SPDX-License-Identifier: MIT
#pragma once

// Owners for FFmpeg's objects. Private to media: no public header includes FFmpeg.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/avstring.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <new>
#include <string>

namespace impasto::media {

template <auto Free>
struct FreeThroughPointer {
    template <class T>
    void operator()(T* object) const {
        Free(&object);
    }
};

template <auto Free>
struct FreeDirectly {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using AvFrame = std::unique_ptr<AVFrame, FreeThroughPointer<av_frame_free>>;
using AvPacket = std::unique_ptr<AVPacket, FreeThroughPointer<av_packet_free>>;
using AvCodec = std::unique_ptr<AVCodecContext, FreeThroughPointer<avcodec_free_context>>;
using AvInput = std::unique_ptr<AVFormatContext, FreeThroughPointer<avformat_close_input>>;
using AvOutput = std::unique_ptr<AVFormatContext, FreeDirectly<avformat_free_context>>;
using AvIo = std::unique_ptr<AVIOContext, FreeThroughPointer<avio_closep>>;
using AvSamples = std::unique_ptr<AVAudioFifo, FreeDirectly<av_audio_fifo_free>>;
using AvResampler = std::unique_ptr<SwrContext, FreeThroughPointer<swr_free>>;
using AvScaler = std::unique_ptr<SwsContext, FreeDirectly<sws_freeContext>>;

/// FFmpeg returns null only for want of memory where this is used.
template <class T>
T* orOutOfMemory(T* object) {
    if (!object)
        throw std::bad_alloc();
    return object;
}

inline AvFrame makeAvFrame() {
    return AvFrame(orOutOfMemory(av_frame_alloc()));
}
inline AvPacket makeAvPacket() {
    return AvPacket(orOutOfMemory(av_packet_alloc()));
}

class AvOptions {
  public:
    AvOptions() = default;
    AvOptions(const AvOptions&) = delete;
    AvOptions& operator=(const AvOptions&) = delete;
    ~AvOptions() { av_dict_free(&options_); }

    void set(const char* name, const std::string& value) { av_dict_set(&options_, name, value.c_str(), 0); }
    AVDictionary** get() { return &options_; }

  private:
    AVDictionary* options_ = nullptr;
};

}  // namespace impasto::media
