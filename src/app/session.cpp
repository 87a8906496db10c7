// SPDX-License-Identifier: MIT
#include "app/session.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "app/defaults.h"
#include "app/dirty.h"
#include "app/model_choice.h"
#include "app/session_implementation.h"
#include "app/style_mixer.h"
#include "base/error.h"
#include "media/source.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

void mirrorRows(const media::Frame& frame, std::vector<std::uint8_t>& mirrored) {
    mirrored.resize(frame.pixels.size());
    const auto width = static_cast<std::size_t>(frame.width);
    for (std::size_t row = 0; row < static_cast<std::size_t>(frame.height); ++row) {
        const std::uint8_t* source = frame.pixels.data() + row * width * 4;
        std::uint8_t* target = mirrored.data() + (row + 1) * width * 4;
        for (std::size_t x = 0; x < width; ++x)
            target = std::copy_n(source + x * 4, 4, target - 4) - 4;
    }
}

/// What a policy is measured against: exact statistics, and of low-rank the whole transform.
void makeExact(Normalization& cell) {
    if (effectivePolicy(cell) == StatisticsPolicy::LowRank)
        cell.rank = kMaxRank;
    else
        cell.policy = StatisticsPolicy::Exact;
}

}  // namespace

Session::Implementation::Implementation(const Params& params)
    : params_(params),
      gallery_(bundledStylesFolder()),
      ring_({.device = params.device, .keepSource = params.keepSource, .readBack = params.readBack}),
      thumbnails_(params.device, params.pipelines),
      tuning_(params.device, params.pipelines, params.tuning),
      models_(bundledModels()) {
    models_.insert(models_.begin(), kAutomaticModel);
    if (!tuning_.problem().empty())
        messages_.add(Message::Kind::Warning, tuning_.problem());
}

void Session::Implementation::apply(const Settings& settings) {
    const Rung rung = engine_ || loading_.valid() ? dirtyRung(requested_, settings) : Rung::Model;
    if (std::tie(settings.styles, settings.regionMixes, settings.drift, settings.driftSeconds, settings.driftSeed) !=
        std::tie(requested_.styles, requested_.regionMixes, requested_.drift, requested_.driftSeconds,
                 requested_.driftSeed))
        driftBegan_ = time_;
    requested_ = settings;
    if (rung == Rung::Model)
        load();
    if (rung > Rung::None)
        changed_ = true;
}

bool Session::Implementation::drifts() const {
    const auto several = [](const StyleMix& mix) { return mix.size() > 1; };
    return requested_.drift && !requested_.paused &&
           (several(requested_.styles) || std::ranges::any_of(requested_.regionMixes, several));
}

bool Session::Implementation::needsStep() const {
    return changed_ || watchChanged_ || loadingIsDone() || drifts() || wantsTuning_ || tuning_.isFinished() ||
           (engine_ && engine_->planIsReady());
}

std::vector<std::vector<float>> Session::Implementation::weights() const {
    std::vector<std::vector<float>> result;
    for (std::size_t region = 0; region <= requested_.regionMixes.size(); ++region) {
        const StyleMix& mix = region == 0 ? requested_.styles : requested_.regionMixes[region - 1];
        // Every region goes a way of its own.
        const DriftWay way{
            static_cast<std::uint32_t>(requested_.driftSeed) + static_cast<std::uint32_t>(region) * 104729u,
            requested_.driftSeconds};
        result.push_back(requested_.drift ? driftedWeights(mix, way, time_ - driftBegan_) : audibleWeights(mix));
    }
    return result;
}

void Session::Implementation::retune() {
    tuning_.startOver();
    wantsTuning_ = true;
}

std::shared_ptr<const Picture> Session::Implementation::step(const media::Frame& frame, bool sameFrame) {
    takeLoaded();
    const Extent extent{.height = frame.height, .width = frame.width};
    prepare(extent, frame.format);
    tune();
    if (changed_ || watchChanged_ || drifts())
        refreshControls();
    watchChanged_ = false;
    controls_.openGate = otherControls_.openGate = changed_ || drifts();
    changed_ = false;

    nn::Stylizer& stylizer = *engine_->stylizer();
    std::span<const std::uint8_t> pixels = frame.pixels;
    if (frame.format != PixelFormat::Rgba8) {
        stylizer.setPlanes(frame.colour, requested_.mirror);
    } else if (requested_.mirror) {
        mirrorRows(frame, mirrored_);
        pixels = mirrored_;
    }
    takeTime(frame, sameFrame);
    const std::shared_ptr<Picture> picture =
        ring_.acquire(extent, extent, requested_.split, measurements_.wantsPixels());
    if (measurements_.wantsPixels())
        takeMeasuredSource(frame, pixels);
    std::array<nn::Stylizer::ExtraPass, 2> passes;
    std::size_t passCount = 0;
    if (requested_.split)
        passes[passCount++] = {.side = 1, .controls = &otherControls_, .target = picture->other.get()};
    stylizer.watchLayer(measurements_.watch().layer, measurements_.watch().layerChannel);
    if (measurements_.watch().layer >= 0)
        ring_.addLayer(*picture, nn::Stylizer::kLayerPictureSide);
    comparedIsNew_ = compareNow();
    if (comparedIsNew_) {
        // Held for good: commands are recorded per picture and side.
        if (!comparedPicture_ || static_cast<int>(comparedPicture_->stylized->width()) != extent.width ||
            static_cast<int>(comparedPicture_->stylized->height()) != extent.height)
            comparedPicture_ = ring_.acquire(extent, extent, false, true);
        passes[passCount++] = {.side = 2, .controls = &comparedControls_, .target = comparedPicture_->stylized.get()};
    }
    const bool samePicture = sameFrame && encodedMirror_ == requested_.mirror;
    encodedMirror_.reset();
    const std::uint64_t value = stylizer.submit(pixels, controls_, *picture->stylized, picture->source.get(),
                                                std::span(passes).first(passCount),
                                                picture->hasLayer ? picture->layer.get() : nullptr, samePicture);
    encodedMirror_ = requested_.mirror;
    if (comparedIsNew_)
        ring_.finish(*comparedPicture_, {stylizer.timeline().semaphore(), value});
    picture->owner = engine_->owner();
    picture->timestampSeconds = frame.timestampSeconds;
    ring_.finish(*picture, {stylizer.timeline().semaphore(), value});
    return picture;
}

std::shared_ptr<const media::Frame> Session::Implementation::downloadSplit(const Picture& picture, float position) {
    if (!picture.hasOther)
        return download(picture);
    auto frame = std::make_shared<media::Frame>(*download(picture));
    const std::vector<std::uint8_t> other = ring_.downloadOther(picture);
    const auto width = static_cast<std::size_t>(frame->width) * 4;
    const auto line = static_cast<std::size_t>(std::lround(position * static_cast<float>(frame->width))) * 4;
    for (std::size_t row = 0; row < other.size(); row += width)
        std::copy(other.begin() + static_cast<std::ptrdiff_t>(row + line),
                  other.begin() + static_cast<std::ptrdiff_t>(row + width),
                  frame->pixels.begin() + static_cast<std::ptrdiff_t>(row + line));
    return frame;
}

void Session::Implementation::watch(const Watch& watch) {
    const Watch& before = measurements_.watch();
    if (watch.statistics != before.statistics || watch.site != before.site || watch.channel != before.channel ||
        watch.layer != before.layer || watch.layerChannel != before.layerChannel)
        watchChanged_ = true;
    measurements_.setWatch(watch);
}

void Session::Implementation::measure(const Picture& picture) {
    if (!measurements_.watch().any() || !engine_->stylizer())
        return;
    if (comparedIsNew_)
        ring_.wait(*comparedPicture_);
    measurements_.add(
        {.engine = *engine_,
         .controls = controls_,
         .otherControls = picture.hasOther ? &otherControls_ : nullptr,
         .seconds = picture.timestampSeconds,
         .wallSeconds = wallSeconds(),
         .extent = source_,
         .source = measuredSource_,
         .stylized = ring_.hostPixels(picture, 0),
         .other = ring_.hostPixels(picture, 1),
         .compared = comparedIsNew_ ? ring_.hostPixels(*comparedPicture_, 0) : std::span<const std::uint8_t>()});
}

std::shared_ptr<const media::Frame> Session::Implementation::download(const Picture& picture) {
    const std::shared_ptr<media::Frame> frame =
        downloads_.acquire(media::PixelFormat::Rgba8, static_cast<int>(picture.stylized->width()),
                           static_cast<int>(picture.stylized->height()));
    frame->timestampSeconds = picture.timestampSeconds;
    ring_.wait(picture);
    const std::span<const std::uint8_t> pixels = ring_.hostPixels(picture, 0);
    if (pixels.empty())
        frame->pixels = ring_.download(picture);
    else
        std::ranges::copy(pixels, frame->pixels.begin());
    return frame;
}

bool Session::Implementation::compareNow() {
    const auto isExact = [](const Normalization& cell) { return effectivePolicy(cell) == StatisticsPolicy::Exact; };
    const bool exact = controls_.gateThreshold <= 0 && std::ranges::all_of(controls_.cells, isExact);
    const bool policyAsks = measurements_.wantsExact(wallSeconds(), controls_.cells);
    const Measurements::Comparison comparison = measurements_.comparison(requested_.split, exact);
    if (!policyAsks && comparison == Measurements::Comparison::None)
        return false;
    comparedControls_ = controls_;
    comparedControls_.takeStatistics |= policyAsks;
    comparedControls_.gateThreshold = 0;
    for (Normalization& cell : comparedControls_.cells) {
        if (comparison == Measurements::Comparison::Temporal)
            cell.policy = StatisticsPolicy::Temporal;
        else
            makeExact(cell);
    }
    return true;
}

void Session::Implementation::takeMeasuredSource(const media::Frame& frame, std::span<const std::uint8_t> pixels) {
    if (frame.format == PixelFormat::Rgba8) {
        measuredSource_.assign(pixels.begin(), pixels.end());
        return;
    }
    const media::FramePtr rgba = media::toRgba(media::FramePtr(media::FramePtr{}, &frame));
    if (requested_.mirror)
        mirrorRows(*rgba, measuredSource_);
    else
        measuredSource_ = rgba->pixels;
}

void Session::Implementation::takeTime(const media::Frame& frame, bool sameFrame) {
    constexpr double kLongestStep = 2.0;
    const double step = std::clamp(frame.timestampSeconds - lastTimestamp_, 0.0, kLongestStep);
    lastTimestamp_ = frame.timestampSeconds;
    controls_.secondsSinceLast = otherControls_.secondsSinceLast = static_cast<float>(step);
    controls_.newScene = otherControls_.newScene = !sameFrame && sceneChange_.isCut(frame);
}

void Session::Implementation::refreshControls() {
    const bool sameStyles = controlsOf_ == engine_->bank();
    nn::Controls controls = engine_->controls(requested_, weights(), [this](const std::string& id, const Error& error) {
        gallery_.setError(id, error.what());
        report(error);
    });
    if (controls.styles.empty() && !requested_.styles.empty() && sameStyles)
        controls.styles = controls_.styles;
    controls_ = std::move(controls);
    const Watch& watch = measurements_.watch();
    controls_.takeStatistics = watch.statistics;
    controls_.histogramSite = watch.statistics ? watch.site : -1;
    controls_.histogramChannel = watch.channel;
    otherControls_ = controls_;
    otherControls_.cells = engine_->cells(requested_, 1);
    controlsOf_ = engine_->bank();
}

Session::Session(const Params& params) : implementation_(std::make_unique<Implementation>(params)) {}
Session::~Session() = default;

void Session::apply(const Settings& settings) {
    implementation_->apply(settings);
}
const Settings& Session::settings() const {
    return implementation_->requested_;
}
void Session::setTime(double seconds) {
    implementation_->time_ = seconds;
}
bool Session::needsStep() const {
    return implementation_->needsStep();
}

std::shared_ptr<const Picture> Session::step(const media::Frame& frame, bool sameFrame) {
    return implementation_->step(frame, sameFrame);
}
void Session::wait(const Picture& picture) const {
    implementation_->ring_.wait(picture);
}
std::shared_ptr<const media::Frame> Session::download(const Picture& picture) {
    return implementation_->download(picture);
}

void Session::setReadBack(bool on) {
    implementation_->ring_.setReadBack(on);
}
std::shared_ptr<const media::Frame> Session::downloadSplit(const Picture& picture, float position) {
    return implementation_->downloadSplit(picture, position);
}
std::shared_ptr<const media::Frame> Session::downloadLayer(const Picture& picture) {
    if (!picture.hasLayer)
        return nullptr;
    auto frame = std::make_shared<media::Frame>();
    frame->width = static_cast<int>(picture.layer->width());
    frame->height = static_cast<int>(picture.layer->height());
    frame->pixels = implementation_->ring_.downloadLayer(picture);
    return frame;
}
void Session::watch(const Watch& watch) {
    implementation_->watch(watch);
}

void Session::measure(const Picture& picture) {
    implementation_->measure(picture);
}

void Session::resetHistory() {
    implementation_->measurements_.reset();
    if (implementation_->engine_ && implementation_->engine_->stylizer())
        implementation_->engine_->stylizer()->resetHistory();
}

std::string Session::addStyle(const fs::path& path) {
    return implementation_->gallery_.add(path);
}
bool Session::encodeNextStyle() {
    const auto& session = *implementation_;
    // At another scale every step of the slider would ask for the whole gallery.
    return session.engine_ && session.requested_.styleScale == 1 && session.engine_->encodeNextOfGallery(1);
}

bool Session::previewNextStyle(const media::Frame& frame) {
    auto& session = *implementation_;
    return session.engine_ && session.engine_->stylizer() &&
           session.thumbnails_.makeNext(*session.engine_, session.gallery_, session.requested_, frame);
}
void Session::restartPreviews() {
    implementation_->thumbnails_.restart();
}

void Session::retune() {
    implementation_->retune();
}

void Session::fill(Stats& stats) const {
    implementation_->fill(stats);
}
std::string Session::modelName() const {
    const Engine* engine = implementation_->engine_.get();
    return engine ? engine->model() : std::string();
}
Extent Session::networkExtent() const {
    const Engine* engine = implementation_->engine_.get();
    return engine && engine->stylizer() ? engine->networkExtent() : Extent{};
}
bool Session::isChanging() const {
    return implementation_->isChanging();
}

Gallery& Session::gallery() {
    return implementation_->gallery_;
}
MessageLog& Session::messages() {
    return implementation_->messages_;
}

std::vector<nn::OperationTime> Session::operationTimes() const {
    const nn::Stylizer* stylizer = implementation_->engine_ ? implementation_->engine_->stylizer() : nullptr;
    return stylizer ? stylizer->operationTimes() : std::vector<nn::OperationTime>{};
}

const model::Network& Session::network() const {
    return implementation_->engine_->network();
}

const nn::KernelChoices& Session::kernelChoices() const {
    return implementation_->kernelChoices();
}

}  // namespace impasto::app
