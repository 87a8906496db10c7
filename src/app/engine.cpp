// SPDX-License-Identifier: MIT
#include "app/engine.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "model/input_size.h"

namespace impasto::app {
namespace {

constexpr int kDefaultShortSide = 256;

}  // namespace

Engine::Engine(const Params& params, const std::string& model, nn::Precision precision)
    : params_(params),
      model_(model),
      network_(std::make_shared<model::Network>(model::loadNetworkByName(model))),
      precision_(precision),
      siteCount_(model::sites(network_->graph).size()) {
    for (const model::Site& site : model::sites(network_->graph))
        sites_.push_back({site.name, site.channels});
    makeBank();
}

void Engine::makeBank() {
    galleryDone_ = 0;
    bank_ = std::make_unique<StyleBank>(StyleBank::Params{.device = params_.device,
                                                          .pipelines = params_.pipelines,
                                                          .network = network_,
                                                          .precision = precision_,
                                                          .cache = params_.styleCache});
}

std::unique_ptr<nn::StyleEncoder> Engine::makeEncoder() const {
    return std::make_unique<nn::StyleEncoder>(params_.device, params_.pipelines, network_, precision_);
}

Engine::Plan Engine::planFor(const Settings& settings, Extent source, PixelFormat format) const {
    Plan plan{.source = source,
              .format = format,
              .networkInput = settings.exactSize,
              .precision = settings.precision,
              .choices = params_.choices};
    if (settings.exactSize.width <= 0) {
        const std::vector<int>& preferred = network_->graph.preferredSizes;
        const int fallback = preferred.empty() ? kDefaultShortSide : preferred.front();
        plan.networkInput = model::networkExtent(source, settings.shortSide > 0 ? settings.shortSide : fallback);
    }
    return plan;
}

bool Engine::prepare(const Settings& settings, Extent source, PixelFormat format) {
    const Plan plan = planFor(settings, source, format);
    if (stylizer_ && plan == plan_)
        return false;
    if (planning_.valid()) {
        const bool usable = planned_.source == source && planned_.format == format;
        if (usable && !planIsReady())
            return false;
        // A plan nobody wants any more is waited for and dropped.
        std::shared_ptr<nn::Stylizer> made = planning_.get();
        if (usable && planned_ == plan)
            return adopt(plan, std::move(made));
    }
    const bool oldOneServes =
        stylizer_ && plan_.source == source && plan_.format == format && plan_.precision == plan.precision;
    if (params_.planInBackground && oldOneServes) {
        planned_ = plan;
        planning_ = std::async(std::launch::async, [this, plan] { return makeStylizer(plan); });
        return false;
    }
    return adopt(plan, makeStylizer(plan));
}

bool Engine::planIsReady() const {
    return planning_.valid() && planning_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

std::shared_ptr<nn::Stylizer> Engine::makeStylizer(const Plan& plan) const {
    return std::make_shared<nn::Stylizer>(nn::Stylizer::Params{.device = params_.device,
                                                               .pipelines = params_.pipelines,
                                                               .network = network_,
                                                               .precision = plan.precision,
                                                               .source = plan.source,
                                                               .sourceFormat = plan.format,
                                                               .networkInput = plan.networkInput,
                                                               .output = plan.source,
                                                               .choices = plan.choices.get(),
                                                               .yieldToOthers = params_.yieldToOthers});
}

bool Engine::adopt(const Plan& plan, std::shared_ptr<nn::Stylizer> stylizer) {
    stylizer_ = std::move(stylizer);
    plan_ = plan;
    spdlog::debug("plan: {} at {}x{} for {}x{}", model_, plan.networkInput.width, plan.networkInput.height,
                  plan.source.width, plan.source.height);
    if (precision_ != plan.precision) {
        precision_ = plan.precision;
        makeBank();
    }
    return true;
}

Extent Engine::paddedExtent() const {
    return model::paddedExtent(plan_.networkInput, network_->graph.multiple);
}

void Engine::encodeStyles(const Settings& settings) {
    std::vector<StyleMix> mixes = settings.regionMixes;
    mixes.push_back(settings.styles);
    for (const StyleMix& mix : mixes) {
        for (const StyleChoice& choice : mix) {
            try {
                blended(choice, settings.styleScale);
            } catch (const Error&) {
                // `controls` will meet it again and report it.
            }
        }
    }
}

bool Engine::encodeNextOfGallery(float scale) {
    if (galleryDone_ == params_.gallery.count())
        return false;
    const std::size_t count = params_.gallery.count();
    for (const GalleryStyle& style : params_.gallery.styles()) {
        const std::filesystem::path picture = params_.gallery.pathOf(style.id);
        if (unreadable_.contains(style.id) || bank_->has(picture, scale))
            continue;
        try {
            bank_->get(picture, scale);
        } catch (const Error&) {
            unreadable_.insert(style.id);
        }
        return true;
    }
    galleryDone_ = count;
    return false;
}

std::vector<Normalization> Engine::cells(const Settings& settings, int side) const {
    const auto& perSite = side == 0 ? settings.siteNormalization : settings.siteNormalizationB;
    std::vector<Normalization> cells(siteCount_, side == 0 ? settings.normalization : settings.normalizationB);
    if (settings.perSite)
        std::copy_n(perSite.begin(), std::min(siteCount_, perSite.size()), cells.begin());
    return cells;
}

std::optional<nn::Controls> Engine::controlsOfStyle(const Settings& settings, const std::string& id) {
    nn::Controls controls = plainControls(settings);
    try {
        if (id != kSourceStyle && !bank_->has(params_.gallery.pathOf(id), settings.styleScale))
            return std::nullopt;
        controls.styles.push_back(blended({id, 1.0f}, settings.styleScale));
    } catch (const Error&) {
        return std::nullopt;  // taken out of the gallery meanwhile, or unreadable: that is reported where it is chosen
    }
    return controls;
}

nn::Controls Engine::plainControls(const Settings& settings) const {
    nn::Controls controls;
    controls.cells = cells(settings, 0);
    controls.epsilon = settings.epsilon;
    controls.strength = settings.strength;
    if (!settings.regionMixes.empty())
        controls.mask = settings.mask.mask;
    controls.colour = settings.colour;
    controls.guidance = settings.guidance;
    controls.gateThreshold = settings.gate ? settings.gateThreshold : 0.0f;
    controls.normalizeWeights = settings.normalizeWeights;
    return controls;
}

nn::Controls::BlendedStyle Engine::blended(const StyleChoice& choice, float scale) {
    nn::Controls::BlendedStyle style;
    if (choice.id == kSourceStyle)
        return style;
    style.statistics = &bank_->get(params_.gallery.pathOf(choice.id), scale);
    const std::vector<std::string>& rows = network_->graph.conditionalStyles;
    if (const auto row = std::ranges::find(rows, choice.id); row != rows.end() && params_.gallery.isBundled(choice.id))
        style.conditionalRow = static_cast<int>(row - rows.begin());
    return style;
}

}  // namespace impasto::app
