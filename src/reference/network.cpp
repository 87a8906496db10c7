// SPDX-License-Identifier: MIT
#include <utility>

#include "reference/reference.h"

namespace impasto::reference {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// Runs a network's nodes in order; what a site does is left to whoever runs it.
template <typename AtSite>
class Runner {
  public:
    Runner(const model::Network& network, const Tensor& rgb, AtSite atSite)
        : network_(network), atSite_(std::move(atSite)) {
        tensors_.reserve(static_cast<std::size_t>(network.graph.tensorCount()));
        tensors_.push_back(rgb);
    }

    void step(const model::Node& node) { tensors_.push_back(evaluate(node)); }
    std::vector<Tensor>& tensors() { return tensors_; }

  private:
    std::span<const float> stored(const std::string& name) const {
        return name.empty() ? std::span<const float>() : std::span<const float>(network_.weight(name).data);
    }

    const Tensor& input(const model::Node& node, std::size_t index) const {
        return tensors_[static_cast<std::size_t>(node.inputs[index])];
    }

    Tensor concatenated(const model::Node& node) const {
        std::vector<const Tensor*> parts;
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            parts.push_back(&input(node, i));
        return concat(parts);
    }

    Tensor evaluate(const model::Node& node) {
        const Tensor& x = input(node, 0);
        return std::visit(
            Overloaded{
                [&](const model::ScaleShift& op) { return scaleShift(x, op); },
                [&](const model::PixelUnshuffle& op) { return pixelUnshuffle(x, op.factor); },
                [&](const model::PixelShuffle& op) { return pixelShuffle(x, op.factor); },
                [&](const model::Conv2d& op) { return conv2d(x, op, stored(op.weight), stored(op.bias)); },
                [&](const model::ConvTranspose2d& op) {
                    return convTranspose2d(x, op, stored(op.weight), stored(op.bias));
                },
                [&](const model::MaxPool& op) { return maxPool(x, op); },
                [&](const model::Resize& op) { return resize(x, op); },
                [&](const model::Add&) { return add(x, input(node, 1)); },
                [&](const model::Mul&) { return mul(x, input(node, 1)); },
                [&](const model::Concat&) { return concatenated(node); },
                [&](const model::Activate& op) { return activate(x, op.activation); },
                [&](const model::Normalize& op) { return atSite_(op, x); },
            },
            node.operation);
    }

    const model::Network& network_;
    AtSite atSite_;
    std::vector<Tensor> tensors_;
};

}  // namespace

Run run(const model::Network& network, const Tensor& rgb, const StyleBlend& blend,
        std::span<const SiteSettings> settings) {
    const std::vector<model::Site> sites = model::sites(network.graph);
    IMPASTO_CHECK(settings.size() == 1 || settings.size() == sites.size());
    model::inferShapes(network.graph, rgb.shape().extent());
    const auto normalize = [&](const model::Normalize& op, const Tensor& x) {
        const auto index = static_cast<std::size_t>(op.index);
        const SiteSettings& site = settings[settings.size() == 1 ? 0 : index];
        const auto parameters = network.siteParameters(sites[index]);
        const Affine affine = blendAffine(parameters, blend, op.index, site);
        if (effectivePolicy(site.cell) == StatisticsPolicy::LowRank && !affine.passThrough)
            return lowRank(x, blend, op.index, affine, site);
        return applyAffine(x, coefficients(channelStatistics(x, samplingOf(site.cell)), parameters, affine, site));
    };
    Runner runner(network, rgb, normalize);
    for (const model::Node& node : network.graph.nodes)
        runner.step(node);
    return {std::move(runner.tensors())};
}

Run runRegions(const model::Network& network, const Tensor& rgb, const Regions& regions,
               std::span<const SiteSettings> settings) {
    const std::vector<model::Site> sites = model::sites(network.graph);
    IMPASTO_CHECK(settings.size() == 1 || settings.size() == sites.size());
    IMPASTO_CHECK(regions.siteMasks.size() == sites.size());
    model::inferShapes(network.graph, rgb.shape().extent());
    const auto normalize = [&](const model::Normalize& op, const Tensor& x) {
        const auto index = static_cast<std::size_t>(op.index);
        const SiteSettings& site = settings[settings.size() == 1 ? 0 : index];
        const auto parameters = network.siteParameters(sites[index]);
        const ChannelStatistics content = channelStatistics(x);
        std::vector<SiteCoefficients> ofRegions;
        for (const StyleBlend& blend : regions.blends)
            ofRegions.push_back(
                coefficients(content, parameters, blendAffine(parameters, blend, op.index, site), site));
        return applyRegions(x, ofRegions, regions.siteMasks[index]);
    };
    Runner runner(network, rgb, normalize);
    for (const model::Node& node : network.graph.nodes)
        runner.step(node);
    return {std::move(runner.tensors())};
}

StyleStatistics encodeStyle(const model::Network& network, const Tensor& rgb) {
    StyleStatistics statistics;
    const std::size_t count = model::sites(network.graph).size();
    model::inferShapes(network.graph, rgb.shape().extent());
    const auto record = [&statistics](const model::Normalize&, const Tensor& x) {
        statistics.push_back(channelStatistics(x));
        if (x.shape().channels <= kMaxRank)
            statistics.back().covariance = channelCovariance(x);
        return x;
    };
    Runner runner(network, rgb, record);
    for (const model::Node& node : network.graph.nodes) {
        if (statistics.size() == count)
            break;
        runner.step(node);
    }
    return statistics;
}

}  // namespace impasto::reference
