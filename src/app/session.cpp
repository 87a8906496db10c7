// SPDX-License-Identifier: MIT
#include "app/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <tuple>
#include <utility>

#include "app/defaults.h"
#include "app/dirty.h"
#include "app/engine.h"
#include "app/model_choice.h"
#include "app/picture_ring.h"
#include "app/style_mixer.h"
#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "model/graph.h"

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
          models_(bundledModels()) {
        models_.insert(models_.begin(), kAutomaticModel);
    }

    ~Implementation() { keepSpeed(); }

    void apply(const Settings& settings) {
        const Rung rung = engine_ || loading_.valid() ? dirtyRung(requested_, settings) : Rung::Model;
        if (std::tie(settings.styles, settings.drift, settings.driftSeconds, settings.driftSeed) !=
            std::tie(requested_.styles, requested_.drift, requested_.driftSeconds, requested_.driftSeed))
            driftBegan_ = time_;
        requested_ = settings;
        if (rung == Rung::Model)
            load();
        if (rung > Rung::None)
            changed_ = true;
    }

    bool drifts() const { return requested_.drift && !requested_.paused && requested_.styles.size() > 1; }
    bool needsStep() const { return changed_ || loadingIsDone() || drifts(); }

    std::vector<float> weights() const {
        if (!requested_.drift)
            return audibleWeights(requested_.styles);
        const DriftWay way{static_cast<std::uint32_t>(requested_.driftSeed), requested_.driftSeconds};
        return driftedWeights(requested_.styles, way, time_ - driftBegan_);
    }

    std::shared_ptr<const Picture> step(const media::Frame& frame) {
        IMPASTO_CHECK(frame.format == media::PixelFormat::Rgba8);
        takeLoaded();
        const Extent extent{.height = frame.height, .width = frame.width};
        prepare(extent);
        if (changed_ || drifts())
            refreshControls();
        changed_ = false;

        std::span<const std::uint8_t> rgba = frame.pixels;
        if (requested_.mirror) {
            mirrorRows(frame, mirrored_);
            rgba = mirrored_;
        }
        const std::shared_ptr<Picture> picture = ring_.acquire(extent, extent);
        nn::Stylizer& stylizer = *engine_->stylizer();
        const std::uint64_t value = stylizer.submit(rgba, controls_, *picture->stylized, picture->source.get());
        picture->owner = engine_->owner();
        picture->timestampSeconds = frame.timestampSeconds;
        ring_.finish(*picture, {stylizer.timeline().semaphore(), value});
        return picture;
    }

    std::shared_ptr<const media::Frame> download(const Picture& picture) {
        auto frame = std::make_shared<media::Frame>();
        frame->width = static_cast<int>(picture.stylized->width());
        frame->height = static_cast<int>(picture.stylized->height());
        frame->timestampSeconds = picture.timestampSeconds;
        frame->pixels = ring_.download(picture);
        return frame;
    }

    void fill(Stats& stats) const;

    const Params params_;
    MessageLog messages_;
    Gallery gallery_;
    PictureRing ring_;
    std::unique_ptr<Engine> engine_;
    Settings requested_;
    double time_ = 0;

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
        const auto multiplyAdds = model::multiplyAccumulates(engine_->network().graph, extent);
        try {
            deviceSpeeds().keep(params_.device.report().properties,
                                1e3 * static_cast<double>(multiplyAdds) / stylizer->gpuTimeMs());
        } catch (const Error& error) {
            spdlog::warn("{}", error.what());
        }
    }

    static std::unique_ptr<Engine> makeEngine(const Params& params, const Gallery& gallery, const Settings& settings,
                                              const std::string& model) {
        return std::make_unique<Engine>(
            Engine::Params{.device = params.device,
                           .pipelines = params.pipelines,
                           .gallery = gallery,
                           .yieldToOthers = params.yieldToOthers,
                           .styleCache = params.useCache ? cacheFolder() / "styles" : fs::path()},
            model, settings.precision);
    }

    void load() {
        if (loading_.valid())
            return;  // looked at again when that one is done
        if (engine_ && params_.loadInBackground) {
            loadingModel_ = wantedModel();
            loading_ = std::async(std::launch::async, [this, settings = requested_, source = source_,
                                                       model = loadingModel_] {
                auto engine = makeEngine(params_, gallery_, settings, model);
                // Plan and styles too, so that the switch itself takes no time.
                if (source.width > 0)
                    engine->prepare(settings, source);
                engine->encodeStyles(settings);
                return engine;
            });
            return;
        }
        try {
            engine_ = makeEngine(params_, gallery_, requested_, wantedModel());
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
            changed_ = true;
        } catch (const Error& error) {
            report(error);
        }
        if (wantedModel() != loaded)
            load();
    }

    void prepare(Extent source) {
        source_ = source;
        Settings wanted = requested_;
        // What this device could not hold is not tried again until it is changed.
        if (refused_ && refused_->shortSide == wanted.shortSide && refused_->exactSize == wanted.exactSize &&
            refused_->precision == wanted.precision)
            wanted = *worked_;
        try {
            if (engine_->prepare(wanted, source))
                changed_ = true;
        } catch (const Error& error) {
            if (!worked_ || params_.throwErrors)
                throw;
            report(error);
            refused_ = wanted;
            if (engine_->prepare(*worked_, source))
                changed_ = true;
            return;
        }
        worked_ = wanted;
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
        controlsOf_ = engine_->bank();
    }

    std::vector<std::string> models_;
    nn::Controls controls_;
    const StyleBank* controlsOf_ = nullptr;  ///< where the statistics in `controls_` are
    std::vector<std::uint8_t> mirrored_;
    Extent source_;
    std::optional<Settings> worked_;
    std::optional<Settings> refused_;
    std::string loadingModel_;
    std::string automaticModel_;  ///< what kAutomaticModel stands for; empty before it was asked for
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
    stats.gallery = gallery_.styles();
    stats.messages = messages_.newest();
    if (requested_.drift)
        stats.driftWeights = weights();
    if (!engine_)
        return;
    const model::Graph& graph = engine_->network().graph;
    stats.model = engine_->model();
    stats.preferredSizes = graph.preferredSizes;
    stats.trainedCells = graph.trainedCells;
    stats.conditionalStyles = graph.conditionalStyles;
    stats.learnedStyle = graph.learnedStyle;
    stats.sites.clear();
    for (const model::Site& site : model::sites(graph))
        stats.sites.push_back({site.name, site.channels});
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
        stats.operations.clear();
        for (const nn::OperationTime& operation : stylizer->operationTimes())
            stats.operations.push_back({operation.name, operation.timeMs});
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

std::shared_ptr<const Picture> Session::step(const media::Frame& frame) {
    return implementation_->step(frame);
}
void Session::wait(const Picture& picture) const {
    implementation_->ring_.wait(picture);
}
std::shared_ptr<const media::Frame> Session::download(const Picture& picture) {
    return implementation_->download(picture);
}

void Session::resetHistory() {
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

void Session::fill(Stats& stats) const {
    implementation_->fill(stats);
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
