// SPDX-License-Identifier: MIT
#include "app/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <future>
#include <tuple>
#include <utility>

#include "app/defaults.h"
#include "app/dirty.h"
#include "app/engine.h"
#include "app/kernel_tuning.h"
#include "app/live_thumbnails.h"
#include "app/measurements.h"
#include "app/model_choice.h"
#include "app/picture_ring.h"
#include "app/style_mixer.h"
#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "media/source.h"
#include "model/graph.h"
#include "model/input_size.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr int kLeastMeasuredSide = 192;

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

}  // namespace

class Session::Implementation {
  public:
    explicit Implementation(const Params& params)
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

    ~Implementation() { keepSpeed(); }

    void apply(const Settings& settings) {
        const Rung rung = engine_ || loading_.valid() ? dirtyRung(requested_, settings) : Rung::Model;
        if (std::tie(settings.styles, settings.regionMixes, settings.drift, settings.driftSeconds,
                     settings.driftSeed) != std::tie(requested_.styles, requested_.regionMixes, requested_.drift,
                                                     requested_.driftSeconds, requested_.driftSeed))
            driftBegan_ = time_;
        requested_ = settings;
        if (rung == Rung::Model)
            load();
        if (rung > Rung::None)
            changed_ = true;
    }

    bool drifts() const {
        const auto several = [](const StyleMix& mix) { return mix.size() > 1; };
        return requested_.drift && !requested_.paused &&
               (several(requested_.styles) || std::ranges::any_of(requested_.regionMixes, several));
    }
    bool needsStep() const {
        return changed_ || watchChanged_ || loadingIsDone() || drifts() || wantsTuning_ || tuning_.isFinished() ||
               (engine_ && engine_->planIsReady());
    }

    /// One list per region, each one weight per style of its mix.
    std::vector<std::vector<float>> weights() const {
        std::vector<std::vector<float>> result;
        for (std::size_t region = 0; region <= requested_.regionMixes.size(); ++region) {
            const StyleMix& mix = region == 0 ? requested_.styles : requested_.regionMixes[region - 1];
            // Every region goes a way of its own.
            const DriftWay way{static_cast<std::uint32_t>(requested_.driftSeed) + static_cast<std::uint32_t>(region) * 104729u,
                               requested_.driftSeconds};
            result.push_back(requested_.drift ? driftedWeights(mix, way, time_ - driftBegan_) : audibleWeights(mix));
        }
        return result;
    }

    void retune() {
        tuning_.startOver();
        wantsTuning_ = true;
    }

    bool isChanging() const { return loading_.valid() || (engine_ && engine_->isPlanning()); }

    std::shared_ptr<const Picture> step(const media::Frame& frame, bool sameFrame) {
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
        takeTime(frame.timestampSeconds);
        const std::shared_ptr<Picture> picture = ring_.acquire(extent, extent, requested_.split, measurements_.wantsPixels());
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

    std::shared_ptr<const media::Frame> downloadSplit(const Picture& picture, float position) {
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

    void watch(const Watch& watch) {
        const Watch& before = measurements_.watch();
        if (watch.statistics != before.statistics || watch.site != before.site || watch.channel != before.channel ||
            watch.layer != before.layer || watch.layerChannel != before.layerChannel)
            watchChanged_ = true;
        measurements_.setWatch(watch);
    }

    void measure(const Picture& picture) {
        if (!measurements_.watch().any() || !engine_->stylizer())
            return;
        if (comparedIsNew_)
            ring_.wait(*comparedPicture_);
        measurements_.add({.engine = *engine_,
                           .controls = controls_,
                           .otherControls = picture.hasOther ? &otherControls_ : nullptr,
                           .seconds = picture.timestampSeconds,
                           .wallSeconds = wallSeconds(),
                           .extent = source_,
                           .source = measuredSource_,
                           .stylized = ring_.hostPixels(picture, 0),
                           .other = ring_.hostPixels(picture, 1),
                           .compared = comparedIsNew_ ? ring_.hostPixels(*comparedPicture_, 0)
                                                      : std::span<const std::uint8_t>()});
    }

    std::shared_ptr<const media::Frame> download(const Picture& picture) {
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

    void fill(Stats& stats) const;

    const Params params_;
    MessageLog messages_;
    Gallery gallery_;
    PictureRing ring_;
    media::FramePool downloads_;
    LiveThumbnails thumbnails_;
    std::unique_ptr<Engine> engine_;
    Settings requested_;
    double time_ = 0;
    Measurements measurements_;

  private:
    void report(const Error& error) {
        if (params_.throwErrors)
            throw error;
        messages_.add(Message::Kind::Error, error.what());
    }

    static DeviceSpeeds deviceSpeeds() { return DeviceSpeeds(cacheFolder() / "device_speeds.json"); }

    /// The network that `requested_` stands for; says which, and why, when the program chose it.
    std::string wantedModel() {
        if (requested_.model != kAutomaticModel)
            return requested_.model;
        if (automaticModel_.empty()) {
            const gpu::DeviceProperties& properties = params_.device.report().properties;
            const ModelChoice choice =
                chooseModel(properties.kind, params_.useCache ? deviceSpeeds().of(properties) : 0);
            automaticModel_ = choice.model;
            messages_.add(Message::Kind::Info, fmt::format("Network {}: {}", choice.model, choice.reason));
        }
        return automaticModel_;
    }

    /// For the next start's choice.
    void keepSpeed() const {
        const nn::Stylizer* stylizer = engine_ ? engine_->stylizer() : nullptr;
        if (!params_.useCache || !stylizer || stylizer->gpuTimeMs() <= 0)
            return;
        const Extent extent = engine_->networkExtent();
        if (std::min(extent.height, extent.width) < kLeastMeasuredSide)
            return;  // mostly the costs of a dispatch
        try {
            const model::Graph& graph = engine_->network().graph;
            const auto multiplyAdds = model::multiplyAccumulates(graph, model::paddedExtent(extent, graph.multiple));
            deviceSpeeds().keep(params_.device.report().properties,
                                1e3 * static_cast<double>(multiplyAdds) / stylizer->gpuTimeMs());
        } catch (const Error& error) {
            spdlog::warn("{}", error.what());
        }
    }

    static std::unique_ptr<Engine> makeEngine(const Params& params, const Gallery& gallery, const Settings& settings,
                                              const std::string& model,
                                              std::shared_ptr<const nn::KernelChoices> choices) {
        return std::make_unique<Engine>(
            Engine::Params{.device = params.device,
                           .pipelines = params.pipelines,
                           .gallery = gallery,
                           .yieldToOthers = params.yieldToOthers,
                           .planInBackground = params.loadInBackground,
                           .styleCache = params.useCache ? cacheFolder() / "styles" : fs::path(),
                           .choices = std::move(choices)},
            model, settings.precision);
    }

    void load() {
        if (loading_.valid())
            return;  // looked at again when that one is done
        if (engine_ && params_.loadInBackground) {
            loadingModel_ = wantedModel();
            loading_ = std::async(std::launch::async, [this, settings = requested_, source = source_, format = format_,
                                                       model = loadingModel_, choices = tuning_.choices()] {
                auto engine = makeEngine(params_, gallery_, settings, model, choices);
                // Plan and styles too, so that the switch itself takes no time.
                if (source.width > 0)
                    engine->prepare(settings, source, format);
                engine->encodeStyles(settings);
                return engine;
            });
            return;
        }
        try {
            engine_ = makeEngine(params_, gallery_, requested_, wantedModel(), tuning_.choices());
        } catch (const Error& error) {
            if (!engine_)
                throw;
            report(error);
        }
    }

    bool loadingIsDone() const {
        return loading_.valid() && loading_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    void takeLoaded() {
        if (!loadingIsDone())
            return;
        const std::string loaded = std::exchange(loadingModel_, {});
        try {
            engine_ = loading_.get();
            engine_->useKernels(tuning_.choices());
            planChanged();
        } catch (const Error& error) {
            report(error);
        }
        if (wantedModel() != loaded)
            load();
    }

    void planChanged() {
        changed_ = wantsTuning_ = true;
        encodedMirror_.reset();
    }

    /// Measures what is not known of a new plan, and takes over what was measured.
    void tune() {
        try {
            if (std::exchange(wantsTuning_, false))
                tuning_.start({engine_->sharedNetwork(), engine_->paddedExtent(), engine_->precision()});
            if (params_.loadInBackground ? !tuning_.isFinished() : !tuning_.isRunning())
                return;
            const KernelTuning::Finished finished = tuning_.takeFinished();
            messages_.add(Message::Kind::Info, finished.text);
            if (!finished.problem.empty())
                messages_.add(Message::Kind::Warning, finished.problem);
            wantsTuning_ = true;  // the plan may be another by now
            if (!finished.choicesChanged)
                return;
            engine_->useKernels(tuning_.choices());
            prepare(source_, format_);
        } catch (const Error& error) {
            report(error);
        }
    }

    void prepare(Extent source, PixelFormat format) {
        source_ = source;
        format_ = format;
        // What this device could not hold is not tried again until it is changed.
        const bool isRefused = refused_ && refused_->shortSide == requested_.shortSide &&
                               refused_->exactSize == requested_.exactSize &&
                               refused_->precision == requested_.precision;
        const Settings& wanted = isRefused ? *worked_ : requested_;
        try {
            if (engine_->prepare(wanted, source, format))
                planChanged();
        } catch (const Error& error) {
            if (!worked_ || params_.throwErrors)
                throw;
            report(error);
            refused_ = wanted;
            if (engine_->prepare(*worked_, source, format))
                planChanged();
            return;
        }
        if (!isRefused && (!worked_ || worked_->shortSide != wanted.shortSide ||
                           !(worked_->exactSize == wanted.exactSize) || worked_->precision != wanted.precision))
            worked_ = wanted;
    }

    /// What a policy is measured against: exact statistics, and of low-rank the whole transform.
    static void makeExact(Normalization& cell) {
        if (effectivePolicy(cell) == StatisticsPolicy::LowRank)
            cell.rank = kMaxRank;
        else
            cell.policy = StatisticsPolicy::Exact;
    }

    /// Whether this frame is made once more to compare side A with, as `comparedControls_`: exact statistics for its policy
    /// and its flicker, or temporal ones for the flicker of exact ones.
    bool compareNow() {
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

    static double wallSeconds() {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    }

    /// The picture as RGBA, whatever it came in.
    void takeMeasuredSource(const media::Frame& frame, std::span<const std::uint8_t> pixels) {
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

    /// What the averages over frames need to know.
    void takeTime(double timestampSeconds) {
        constexpr double kLongestStep = 2.0;
        const double step = std::clamp(timestampSeconds - lastTimestamp_, 0.0, kLongestStep);
        lastTimestamp_ = timestampSeconds;
        controls_.secondsSinceLast = static_cast<float>(step);
        otherControls_.secondsSinceLast = controls_.secondsSinceLast;
    }

    void refreshControls() {
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

    KernelTuning tuning_;
    bool wantsTuning_ = false;  ///< there is a plan that may hold convolutions never measured
    std::vector<std::string> models_;
    nn::Controls controls_;
    nn::Controls otherControls_;  ///< of the right side of a split
    nn::Controls comparedControls_;  ///< see compareNow
    std::shared_ptr<Picture> comparedPicture_;
    bool comparedIsNew_ = false;
    double lastTimestamp_ = 0;
    bool watchChanged_ = false;
    std::vector<std::uint8_t> measuredSource_;  ///< of the newest picture
    const StyleBank* controlsOf_ = nullptr;  ///< where the statistics in `controls_` are
    std::vector<std::uint8_t> mirrored_;
    Extent source_;
    PixelFormat format_ = PixelFormat::Rgba8;
    std::optional<Settings> worked_;
    std::optional<Settings> refused_;
    std::string loadingModel_;
    std::string automaticModel_;  ///< what kAutomaticModel stands for; empty before it was asked for
    std::optional<bool> encodedMirror_;  ///< the plan holds the last frame's features, mirrored or not
    bool changed_ = false;
    double driftBegan_ = 0;
    std::future<std::unique_ptr<Engine>> loading_;  // last: its thread reads what stands above
};

void Session::Implementation::fill(Stats& stats) const {
    const gpu::DeviceReport& device = params_.device.report();
    stats.deviceName = device.properties.name;
    stats.driver = device.properties.driver;
    stats.softwareDevice = params_.device.isSoftware();
    stats.models = models_;
    stats.pipelineBuildMs = params_.pipelines.buildTimeMs();
    stats.modelLoading = loadingModel_;
    gallery_.styles(stats.gallery);
    stats.hiddenStyles = gallery_.hidden();
    stats.sourceStyle.preview = gallery_.sourcePreview();
    messages_.newest(stats.messages);
    stats.driftWeights.clear();
    if (requested_.drift)
        stats.driftWeights = weights();
    stats.laboratory = measurements_.stats();
    tuning_.fill(stats.kernels);
    if (!engine_)
        return;
    const model::Graph& graph = engine_->network().graph;
    stats.model = engine_->model();
    stats.preferredSizes = graph.preferredSizes;
    stats.trainedCells = graph.trainedCells;
    stats.conditionalStyles = graph.conditionalStyles;
    stats.learnedStyle = graph.learnedStyle;
    stats.sites = engine_->sites();
    for (GalleryStyle& style : stats.gallery)
        style.hasConditionalRow = style.bundled && std::ranges::count(graph.conditionalStyles, style.id) > 0;
    stats.sourceExtent = source_;
    if (const nn::Stylizer* stylizer = engine_->stylizer()) {
        stats.networkExtent = engine_->networkExtent();
        stats.gpuTimeMs = stylizer->gpuTimeMs();
        stats.firstFrameDeviceMs = stylizer->firstGpuTimeMs();
        stats.arenaBytes = stylizer->arenaBytes();
        stats.arenaBytesUnaliased = stylizer->arenaBytesUnaliased();
        stats.saturatedValues = stylizer->saturatedValues();
        const std::vector<nn::Stylizer::Layer>& layers = stylizer->layers();
        stats.layers.resize(layers.size());
        for (std::size_t i = 0; i < layers.size(); ++i) {
            stats.layers[i].name = layers[i].name;
            stats.layers[i].channels = layers[i].channels;
        }
        const std::vector<nn::OperationTime>& operations = stylizer->operationTimes();
        stats.operations.resize(operations.size());
        for (std::size_t i = 0; i < operations.size(); ++i) {
            stats.operations[i].name = operations[i].name;
            stats.operations[i].timeMs = operations[i].timeMs;
        }
    }
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

}  // namespace impasto::app
