// SPDX-License-Identifier: MIT
#include "nn/tuner.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "base/log.h"
#include "gpu/commands.h"
#include "gpu/timestamps.h"
#include "nn/plan.h"
#include "nn/slices.h"

namespace impasto::nn {
namespace {

constexpr int kTimedRuns = 9;
constexpr int kFirstRuns = 3;
/// A candidate this much slower than the best in their first timed runs is not run again.
constexpr double kGivenUp = 2.0;
/// One this much slower at so many convolutions is not tried at any other: compiling a kernel may take most of a
/// second.
constexpr double kHopeless = 4.0;
constexpr int kHopelessSites = 2;
/// A candidate must take less than this share of the safe kernel's time: less may be the noise of a busy machine.
constexpr double kWorthwhile = 0.95;
/// What is timed on a software device with the safe kernel, about 4 ms, and never fewer rows: a kernel whose workgroups
/// the picture does not fill would look slower than it is, and so would one of several dispatches, which cost the same
/// for few rows as for many.
constexpr double kSoftwareMultiplyAdds = 160e6;
constexpr int kSoftwareRows = 16;

struct Site {
    model::Conv2d conv;
    Extent input;
    Shape output;
};

/// On a software device fewer rows are measured, which tell the same, so that a slow candidate holds up nobody.
Extent measuredExtent(const gpu::Device& device, const Site& site, ConvKernel safe) {
    if (!device.isSoftware())
        return site.input;
    const double multiplyAdds = static_cast<double>(multiplyAddsOf(safe, site.conv, site.output));
    const int rows = static_cast<int>(site.input.height * kSoftwareMultiplyAdds / std::max(1.0, multiplyAdds));
    return {std::clamp(rows, std::min(kSoftwareRows, site.input.height), site.input.height), site.input.width};
}

std::vector<Site> convolutions(const TuneParams& params) {
    const auto shapes = model::inferShapes(params.network.graph, params.input);
    std::vector<Site> sites;
    for (std::size_t node = 0; node < params.network.graph.nodes.size(); ++node) {
        const model::Node& at = params.network.graph.nodes[node];
        if (const auto* conv = std::get_if<model::Conv2d>(&at.operation))
            sites.push_back({*conv, shapes[static_cast<std::size_t>(at.inputs[0])].extent(), shapes[node + 1]});
    }
    return sites;
}

/// The convolution as a network of its own.
model::Network alone(const model::Network& network, const model::Conv2d& conv) {
    model::Network result;
    result.graph.name = "convolution " + conv.weight;
    result.graph.inputName = "input";
    result.graph.inputChannels = conv.inChannels;
    result.graph.preferredSizes = {256};
    result.graph.nodes.push_back({conv, {0}, "output"});
    result.source = network.source;
    result.weights.insert(*network.weights.find(conv.weight));
    if (!conv.bias.empty())
        result.weights.insert(*network.weights.find(conv.bias));
    return result;
}

/// Runs dispatches alone and takes their time by the device's clock, by the host's where it has none.
class Stopwatch {
  public:
    explicit Stopwatch(gpu::Device& device) : device_(device), timestamps_(device, 2) {}

    double timeMs(const std::vector<Dispatch>& dispatches) {
        const auto start = std::chrono::steady_clock::now();
        gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
            timestamps_.recordReset(commands, 0, 2);
            timestamps_.recordWrite(commands, 0);
            for (const Dispatch& dispatch : dispatches) {
                gpu::recordBarrier(commands);
                recordWhole(commands, dispatch);
            }
            timestamps_.recordWrite(commands, 1);
        });
        std::array<double, 2> timesMs{};
        if (timestamps_.readMs(0, timesMs))
            return timesMs[1];
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }

  private:
    gpu::Device& device_;
    gpu::Timestamps timestamps_;
};

/// A kernel that may be chosen, and what it took at least.
struct Candidate {
    ConvChoice choice;
    std::unique_ptr<Plan> plan;  ///< null when it was given up
    double leastMs = std::numeric_limits<double>::infinity();
};

std::int64_t nanoseconds(double milliseconds) {
    return std::llround(milliseconds * 1e6);
}

bool stopped(const TuneParams& params) {
    return params.stop && params.stop->load();
}

/// Of `candidates`, the safe one first, those worth measuring at `site`, each timed after a run that does not
/// count; nothing when asked to stop. Counts the hopeless ones.
std::vector<Candidate> tried(const TuneParams& params, Stopwatch& stopwatch, const Site& site,
                             const model::Network& network, const std::vector<ConvChoice>& candidates,
                             std::map<ConvChoice, int>& hopeless) {
    std::vector<Candidate> result;
    double bestMs = std::numeric_limits<double>::infinity();
    for (const ConvChoice& choice : candidates) {
        if (stopped(params))
            return {};
        const bool safe = result.empty();
        if (!safe && hopeless[choice] >= kHopelessSites)
            continue;
        Candidate candidate{choice, std::make_unique<Plan>(Plan::Params{
                                        .device = params.device,
                                        .pipelines = params.pipelines,
                                        .network = network,
                                        .input = measuredExtent(params.device, site, candidates.front().kernel),
                                        .precision = params.precision,
                                        .onlyConv = choice})};
        stopwatch.timeMs(candidate.plan->dispatches());
        candidate.leastMs =
            firstRunsMs([&] { return stopwatch.timeMs(candidate.plan->dispatches()); }, kGivenUp * bestMs);
        if (candidate.leastMs > kHopeless * bestMs)
            ++hopeless[choice];
        bestMs = std::min(bestMs, candidate.leastMs);
        result.push_back(std::move(candidate));
    }
    for (Candidate& candidate : result) {
        if (candidate.leastMs > kGivenUp * bestMs)
            candidate.plan.reset();
    }
    return result;
}

std::vector<Site> unmeasured(const TuneParams& params, const KernelChoices& choices) {
    std::vector<Site> sites = convolutions(params);
    std::set<std::string> seen;
    std::erase_if(sites, [&](const Site& site) {
        const std::string key = convKey(site.conv, site.output, params.precision);
        return choices.find(key) || !seen.insert(key).second ||
               convCandidates(site.conv, params.precision, params.device.capabilities()).size() < 2;
    });
    return sites;
}

}  // namespace

bool needsTuning(const TuneParams& params, const KernelChoices& choices) {
    return !unmeasured(params, choices).empty();
}

double firstRunsMs(const std::function<double()>& timeMs, double limitMs) {
    double leastMs = timeMs();
    for (int run = 1; run < kFirstRuns && leastMs > limitMs; ++run)
        leastMs = std::min(leastMs, timeMs());
    return leastMs;
}

KernelChoices tune(const TuneParams& params, KernelChoices choices) {
    const std::vector<Site> sites = unmeasured(params, choices);
    Stopwatch stopwatch(params.device);
    std::map<ConvChoice, int> hopeless;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        if (params.onProgress)
            params.onProgress(static_cast<int>(i), static_cast<int>(sites.size()));
        const std::string key = convKey(sites[i].conv, sites[i].output, params.precision);
        const model::Network network = alone(params.network, sites[i].conv);
        std::vector<Candidate> candidates =
            tried(params, stopwatch, sites[i], network,
                  convCandidates(sites[i].conv, params.precision, params.device.capabilities()), hopeless);
        if (candidates.empty())
            return choices;
        // In turn, so that what else the machine does slows all of them.
        for (int run = 1; run < kTimedRuns; ++run) {
            for (Candidate& candidate : candidates) {
                if (stopped(params))
                    return choices;
                if (candidate.plan)
                    candidate.leastMs = std::min(candidate.leastMs, stopwatch.timeMs(candidate.plan->dispatches()));
            }
        }
        const std::int64_t safeNs = nanoseconds(candidates.front().leastMs);
        MeasuredConv best{candidates.front().choice, safeNs, safeNs};
        for (const Candidate& candidate : candidates) {
            spdlog::debug("tuning {}: {}: {:.3f} ms", key, describeChoice(candidate.choice), candidate.leastMs);
            const std::int64_t timeNs = nanoseconds(candidate.leastMs);
            if (timeNs < best.timeNs && static_cast<double>(timeNs) < kWorthwhile * static_cast<double>(safeNs))
                best = {candidate.choice, timeNs, safeNs};
        }
        choices.set(key, best);
    }
    if (params.onProgress)
        params.onProgress(static_cast<int>(sites.size()), static_cast<int>(sites.size()));
    return choices;
}

}  // namespace impasto::nn
