// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "app/gallery.h"
#include "app/message_log.h"
#include "app/settings.h"
#include "app/style_bank.h"
#include "base/error.h"
#include "nn/kernel_choices.h"
#include "nn/stylizer.h"

namespace impasto::app {

/// A loaded network with its styles and, once a frame's size is known, its plan. May be built on one thread and handed
/// to another.
class Engine {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        const Gallery& gallery;
        bool yieldToOthers = false;
        bool planInBackground = false;     ///< another size is planned while the one before keeps running
        std::filesystem::path styleCache;  ///< empty: none
        std::shared_ptr<const nn::KernelChoices> choices = {};  ///< none: the safe kernels
    };
    /// Loads `model`. Throws Error.
    Engine(const Params& params, const std::string& model, nn::Precision precision);

    const std::string& model() const { return model_; }
    nn::Precision precision() const { return precision_; }
    const model::Network& network() const { return *network_; }
    std::shared_ptr<const model::Network> sharedNetwork() const { return network_; }
    nn::Stylizer* stylizer() const { return stylizer_.get(); }
    std::shared_ptr<const void> owner() const { return stylizer_; }
    /// Changes when the statistics of the styles move to another place.
    const StyleBank* bank() const { return bank_.get(); }
    /// For pictures that are not styles.
    std::unique_ptr<nn::StyleEncoder> makeEncoder() const;
    Extent networkExtent() const { return plan_.networkInput; }
    const std::vector<Stats::SiteInfo>& sites() const { return sites_; }

    /// Makes the plan fit; does nothing when it does. Throws Error, and keeps the plan it had, when the device cannot
    /// hold it. True when there is a new plan. With planInBackground a plan of another size for the same pictures is
    /// made on a thread of its own, and this returns false until it is there.
    bool prepare(const Settings& settings, Extent source, PixelFormat format = PixelFormat::Rgba8);

    bool isPlanning() const { return planning_.valid(); }
    /// The plan made in the background waits for `prepare`.
    bool planIsReady() const;

    /// The next `prepare` makes a plan with these kernels. Other plans follow them too.
    void useKernels(std::shared_ptr<const nn::KernelChoices> choices) { params_.choices = std::move(choices); }
    Extent paddedExtent() const;  ///< of the plan

    /// Encodes the styles of the settings ahead of time; says nothing about those that cannot be had.
    void encodeStyles(const Settings& settings);

    /// Encodes one picture of the gallery that has not been yet, so that choosing it later shows in the next frame.
    /// False when all are done. Pictures that cannot be read are passed over.
    bool encodeNextOfGallery(float scale);

    /// How every site is normalized, on the left (0) or right (1) side of a split.
    std::vector<Normalization> cells(const Settings& settings, int side) const;

    /// What the settings mean for the next frame, with `weights` (per region one for each style) in place of the
    /// styles' own. A style that cannot be had is left out and handed to `report` once.
    template <typename Report>
    nn::Controls controls(const Settings& settings, std::span<const std::vector<float>> weights, Report&& report) {
        nn::Controls result = plainControls(settings);
        std::set<std::string> failed;
        const auto blend = [&](const StyleMix& mix, const std::vector<float>& mixWeights) {
            std::vector<nn::Controls::BlendedStyle> styles;
            for (std::size_t i = 0; i < mix.size() && styles.size() < kMaxBlendedStyles; ++i) {
                try {
                    styles.push_back(blended(mix[i], settings.styleScale));
                    styles.back().weight = mixWeights[i];
                } catch (const Error& error) {
                    failed.insert(mix[i].id);
                    if (!failedStyles_.contains(mix[i].id))
                        report(mix[i].id, error);
                }
            }
            return styles;
        };
        result.styles = blend(settings.styles, weights[0]);
        for (std::size_t region = 0; region < settings.regionMixes.size(); ++region)
            result.regionStyles.push_back(blend(settings.regionMixes[region], weights[region + 1]));
        failedStyles_ = std::move(failed);
        return result;
    }

    /// The settings with one style alone; nothing when it is not encoded yet or cannot be had.
    std::optional<nn::Controls> controlsOfStyle(const Settings& settings, const std::string& id);

  private:
    struct Plan {
        Extent source;
        PixelFormat format = PixelFormat::Rgba8;
        Extent networkInput;
        nn::Precision precision = nn::Precision::Fp16;
        std::shared_ptr<const nn::KernelChoices> choices = {};
        bool operator==(const Plan&) const = default;
    };
    std::shared_ptr<nn::Stylizer> makeStylizer(const Plan& plan) const;
    bool adopt(const Plan& plan, std::shared_ptr<nn::Stylizer> stylizer);
    Plan planFor(const Settings& settings, Extent source, PixelFormat format) const;
    nn::Controls plainControls(const Settings& settings) const;
    nn::Controls::BlendedStyle blended(const StyleChoice& choice, float scale);
    void makeBank();

    Params params_;
    std::string model_;
    std::shared_ptr<const model::Network> network_;
    nn::Precision precision_;
    std::size_t siteCount_ = 0;
    std::vector<Stats::SiteInfo> sites_;
    std::unique_ptr<StyleBank> bank_;
    Plan plan_;
    std::shared_ptr<nn::Stylizer> stylizer_;
    std::set<std::string> failedStyles_;
    std::set<std::string> unreadable_;                     ///< of the gallery
    std::size_t galleryDone_ = 0;                          ///< size of the gallery when all of it was encoded
    Plan planned_;                                         ///< what `planning_` makes
    std::future<std::shared_ptr<nn::Stylizer>> planning_;  ///< last: its thread reads what stands above
};

}  // namespace impasto::app
