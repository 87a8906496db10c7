// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "media/av_handles.h"
#include "media/input.h"

namespace impasto::media {

/// The encoded pictures of a video that was not written to its end, for another writer with the same encoder to go on
/// with. Only whole groups of pictures count: the last one, which may be cut off, is left out. Private to media.
class EarlierVideo {
  public:
    /// Throws Error when the file cannot be read, or was not made as `encoder` (open) would make it.
    EarlierVideo(const std::filesystem::path& path, const AVCodecContext& encoder);

    /// How many pictures there are to take over.
    std::size_t pictures() const { return decodeTicks_.size(); }
    /// The first tick of the encoder's clock that is free behind them.
    std::int64_t endTick() const { return endTick_; }

    /// The next picture's packet, on the encoder's clock. False behind the last.
    bool next(AVPacket& packet);

  private:
    using AvBitstreamFilter = std::unique_ptr<AVBSFContext, FreeThroughPointer<av_bsf_free>>;

    void openInput(const AVCodecContext& encoder);
    void listPictures(int reorderDepth);
    bool read(AVPacket& packet);
    int check(int code) const;

    std::filesystem::path path_;
    std::unique_ptr<Input> input_;
    AVStream* stream_ = nullptr;
    AVRational clock_;
    AvBitstreamFilter filter_;               ///< null where packets are as the encoder gives them
    std::vector<std::int64_t> decodeTicks_;  ///< when each picture is to be decoded
    std::int64_t endTick_ = 0;
    std::size_t given_ = 0;
};

}  // namespace impasto::media
