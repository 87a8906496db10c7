// SPDX-License-Identifier: MIT
// Which network and which plan a session has: loading, changing, refusing and measuring them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/model_choice.h"
#include "app/session_implementation.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "model/graph.h"
#include "model/input_size.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr int kLeastMeasuredSide = 192;

DeviceSpeeds deviceSpeeds() {
    return DeviceSpeeds(cacheFolder() / "device_speeds.json");
}

std::unique_ptr<Engine> makeEngine(const Session::Params& params, const Gallery& gallery, const Settings& settings,
                                   const std::string& model, std::shared_ptr<const nn::KernelChoices> choices) {
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

}  // namespace

std::string Session::Implementation::wantedModel() {
    if (requested_.model != kAutomaticModel)
        return requested_.model;
    if (automaticModel_.empty()) {
        const gpu::DeviceProperties& properties = params_.device.report().properties;
        const ModelChoice choice = chooseModel(properties.kind, params_.useCache ? deviceSpeeds().of(properties) : 0);
        automaticModel_ = choice.model;
        messages_.add(Message::Kind::Info, fmt::format("Network {}: {}", choice.model, choice.reason));
    }
    return automaticModel_;
}

void Session::Implementation::keepSpeed() const {
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

void Session::Implementation::load() {
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

void Session::Implementation::takeLoaded() {
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

void Session::Implementation::planChanged() {
    changed_ = wantsTuning_ = true;
    encodedMirror_.reset();
}

void Session::Implementation::tune() {
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

void Session::Implementation::prepare(Extent source, PixelFormat format) {
    source_ = source;
    format_ = format;
    // What this device could not hold is not tried again until it is changed.
    const bool isRefused = refused_ && refused_->shortSide == requested_.shortSide &&
                           refused_->exactSize == requested_.exactSize && refused_->precision == requested_.precision;
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

}  // namespace impasto::app
