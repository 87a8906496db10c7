// SPDX-License-Identifier: MIT
#include "app/live_thumbnails.h"

#include <algorithm>

#include "media/source.h"

namespace impasto::app {
namespace {

/// The largest square in the middle, reduced to the thumbnails' size.
media::FramePtr middleOf(const media::Frame& frame) {
    const int side = std::min(frame.width, frame.height);
    const int left = (frame.width - side) / 2;
    const int top = (frame.height - side) / 2;
    media::Frame square;
    square.width = side;
    square.height = side;
    square.pixels.resize(media::frameBytes(media::PixelFormat::Rgba8, side, side));
    const auto row = static_cast<std::size_t>(side) * 4;
    for (int y = 0; y < side; ++y) {
        const std::size_t from = (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(frame.width) +
                                  static_cast<std::size_t>(left)) *
                                 4;
        std::copy_n(frame.pixels.begin() + static_cast<std::ptrdiff_t>(from), row,
                    square.pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * row));
    }
    return media::resizeFrame(square, LiveThumbnails::kSide, LiveThumbnails::kSide);
}

/// The settings a thumbnail depends on; everything else as by default.
Settings relevant(const Settings& settings) {
    Settings result;
    result.precision = settings.precision;
    result.styleScale = settings.styleScale;
    result.normalization = settings.normalization;
    result.perSite = settings.perSite;
    result.siteNormalization = settings.siteNormalization;
    result.epsilon = settings.epsilon;
    result.colour = settings.colour;
    return result;
}

}  // namespace

LiveThumbnails::LiveThumbnails(gpu::Device& device, gpu::PipelineLibrary& pipelines)
    : device_(device), pipelines_(pipelines), ring_({.device = device, .keepSource = false, .readBack = true}) {}

void LiveThumbnails::begin(Engine& engine, const Round& round, const media::Frame& frame) {
    if (!stylizer_ || network_ != engine.sharedNetwork() || precision_ != engine.precision()) {
        network_ = engine.sharedNetwork();
        precision_ = engine.precision();
        const Extent extent{.height = kSide, .width = kSide};
        stylizer_ = std::make_shared<nn::Stylizer>(nn::Stylizer::Params{.device = device_,
                                                                        .pipelines = pipelines_,
                                                                        .network = network_,
                                                                        .precision = precision_,
                                                                        .source = extent,
                                                                        .networkInput = extent,
                                                                        .output = extent,
                                                                        .yieldToOthers = true});
    }
    content_ = middleOf(frame);
    done_.clear();
    round_ = round;
}

bool LiveThumbnails::makeNext(Engine& engine, Gallery& gallery, const Settings& settings, const media::Frame& frame) {
    const Round round{wanted_, engine.bank(), relevant(settings)};
    if (!content_ || !(round == round_))
        begin(engine, round, frame);
    std::vector<std::string> ids{std::string(kSourceStyle)};
    for (const GalleryStyle& style : gallery.styles())
        ids.push_back(style.id);
    for (const std::string& id : ids) {
        if (done_.contains(id))
            continue;
        const auto controls = engine.controlsOfStyle(round.settings, id);
        if (!controls)
            continue;
        done_.insert(id);
        const Extent extent{.height = kSide, .width = kSide};
        const std::shared_ptr<Picture> picture = ring_.acquire(extent, extent);
        const std::uint64_t value = stylizer_->submit(content_->pixels, *controls, *picture->stylized);
        picture->owner = stylizer_;
        ring_.finish(*picture, {stylizer_->timeline().semaphore(), value});
        gallery.setPreview(id, std::make_shared<Thumbnail>(Thumbnail{kSide, kSide, ring_.download(*picture)}));
        return true;
    }
    return false;
}

}  // namespace impasto::app
