// SPDX-License-Identifier: MIT
#include "app/policy_table.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "app/defaults.h"
#include "app/flicker_meter.h"
#include "app/headless.h"
#include "app/session.h"
#include "base/error.h"
#include "media/source.h"

namespace impasto::app {
namespace {

using Json = nlohmann::ordered_json;
using Pixels = std::vector<std::uint8_t>;

constexpr std::int64_t kDefaultFrames = 48;
constexpr std::int64_t kMaxFrames = 240;

constexpr const char* kCells[] = {
    "adain:temporal=0.5", "adain:temporal=1", "adain:temporal=2",          "adain:frozen",      "adain:frames=8",
    "adain:sparse=4",     "adain:sparse=16",  "adain:sparse=64",           "adain:thumbnail=2", "adain:thumbnail=4",
    "ln:channels=2",      "ln:channels=4",    "layer+adaptive:channels=8", "adain:rank=0",      "adain:rank=4",
    "adain:rank=16"};

struct GatedCell {
    const char* cell;
    float threshold;
};
constexpr GatedCell kGated[] = {
    {"adain", 2}, {"adain:temporal=2", 2}, {"adain:temporal=2", 4}, {"adain:temporal=2", 8}};

double squaredError(const Pixels& a, const Pixels& b) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int difference = a[i] - b[i];
        sum += difference * difference;
    }
    return static_cast<double>(sum) / (static_cast<double>(a.size()) * 0.75);
}

std::vector<media::FramePtr> readFrames(const CommandLine& line) {
    const auto source =
        media::openSource({.input = line.settings.source.empty() ? bundledClip() : line.settings.source});
    const std::int64_t wanted = std::min(line.frames.value_or(kDefaultFrames), kMaxFrames);
    std::vector<media::FramePtr> frames;
    while (static_cast<std::int64_t>(frames.size()) < wanted) {
        media::FramePtr frame = source->next();
        if (!frame)
            break;
        frames.push_back(std::move(frame));
        if (source->info().still)
            break;
    }
    if (frames.empty())
        throw Error({"cannot measure", source->info().name, "the input has no frames"});
    return frames;
}

/// Left the policy, right the exact statistics of the same cell, of which every picture is compared.
PolicyRow measureRow(Session& session, const CommandLine& line, const std::vector<media::FramePtr>& frames,
                     const char* cell) {
    Settings settings = line.settings;
    settings.perSite = false;
    settings.gate = false;
    settings.normalization = parseNormalization(cell);
    settings.normalizationB = settings.normalization;
    if (settings.normalization.policy == StatisticsPolicy::LowRank)
        settings.normalizationB.rank = kMaxRank;
    else
        settings.normalizationB.policy = StatisticsPolicy::Exact;
    settings.split = true;
    session.apply(settings);
    session.resetHistory();
    session.watch({.policy = true, .everyFrame = true});

    PolicyRow row;
    row.cell = cell;
    double squares = 0;
    Pixels before;
    Pixels exactBefore;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto picture = session.step(*frames[i]);
        session.wait(*picture);
        session.measure(*picture);
        Pixels made = session.download(*picture)->pixels;
        Pixels exact = session.downloadSplit(*picture, 0)->pixels;
        squares += squaredError(made, exact);
        if (i > 0) {
            row.flicker += frameDifferenceFlicker(made, before, frames[i]->pixels, frames[i - 1]->pixels);
            row.exactFlicker += frameDifferenceFlicker(exact, exactBefore, frames[i]->pixels, frames[i - 1]->pixels);
        }
        before = std::move(made);
        exactBefore = std::move(exact);
        Stats stats;
        session.fill(stats);
        if (stats.laboratory.policy.measured > row.frames) {
            row.frames = stats.laboratory.policy.measured;
            row.statisticsError += stats.laboratory.policy.statistics;
            row.siteTimeMs = stats.laboratory.policy.timeMs;
            row.exactTimeMs = row.siteTimeMs + stats.laboratory.policy.timeSavedMs;
        }
    }
    row.statisticsError /= std::max(1, row.frames);
    const double pairs = std::max<double>(1, static_cast<double>(frames.size()) - 1);
    row.flicker /= pairs;
    row.exactFlicker /= pairs;
    const double mean = squares / static_cast<double>(frames.size());
    row.psnr = mean > 0 ? 10 * std::log10(255.0 * 255.0 / mean) : std::numeric_limits<double>::infinity();
    session.watch({});
    return row;
}

PolicyRow measureGated(Session& session, const CommandLine& line, const std::vector<media::FramePtr>& frames,
                       const GatedCell& gated, double exactFlicker) {
    Settings settings = line.settings;
    settings.perSite = false;
    settings.split = false;
    settings.gate = true;
    settings.gateThreshold = gated.threshold;
    settings.normalization = parseNormalization(gated.cell);
    session.apply(settings);
    session.resetHistory();
    PolicyRow row{.cell = gated.cell, .gate = gated.threshold, .exactFlicker = exactFlicker};
    Pixels before;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        Pixels made = session.download(*session.step(*frames[i]))->pixels;
        if (i > 0)
            row.flicker += frameDifferenceFlicker(made, before, frames[i]->pixels, frames[i - 1]->pixels);
        before = std::move(made);
    }
    row.frames = static_cast<int>(frames.size());
    row.flicker /= std::max(1, row.frames - 1);
    return row;
}

}  // namespace

std::vector<PolicyRow> measurePolicies(const CommandLine& line) {
    const std::vector<media::FramePtr> frames = readFrames(line);
    gpu::Device device(deviceOptions(line));
    gpu::PipelineLibrary pipelines(device);
    Session session({.device = device, .pipelines = pipelines, .readBack = true, .throwErrors = true});
    std::vector<PolicyRow> rows;
    // The first row once more in front, unused: it compiles the kernels.
    session.apply(line.settings);
    for (int i = 0; i < 4; ++i)
        session.wait(*session.step(*frames.front()));
    for (const char* cell : kCells) {
        const Normalization parsed = parseNormalization(cell);
        if (policyObstacle(parsed, parsed.policy).empty())
            rows.push_back(measureRow(session, line, frames, cell));
    }
    // The first row's exact side is AdaIN, ungated.
    const double exactFlicker = rows.front().exactFlicker;
    for (const GatedCell& gated : kGated)
        rows.push_back(measureGated(session, line, frames, gated, exactFlicker));
    return rows;
}

std::string describe(const std::vector<PolicyRow>& rows) {
    std::string text = fmt::format("{:<28} {:>12} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "policy", "statistics %",
                                   "PSNR dB", "sites ms", "exact ms", "flicker", "exact");
    for (const PolicyRow& row : rows) {
        if (row.gate > 0) {
            text += fmt::format("{:<28} {:>12} {:>10} {:>10} {:>10} {:>10.3f} {:>10.3f}\n",
                                fmt::format("{} --gate {:g}", row.cell, row.gate), "", "", "", "", row.flicker,
                                row.exactFlicker);
            continue;
        }
        text += fmt::format("{:<28} {:>12.3f} {:>10.2f} {:>10.3f} {:>10.3f} {:>10.3f} {:>10.3f}\n", row.cell,
                            100 * row.statisticsError, row.psnr, row.siteTimeMs, row.exactTimeMs, row.flicker,
                            row.exactFlicker);
    }
    return text;
}

std::string toJson(const std::vector<PolicyRow>& rows) {
    Json list = Json::array();
    for (const PolicyRow& row : rows) {
        if (row.gate > 0) {
            list.push_back({{"policy", row.cell},
                            {"gate", row.gate},
                            {"flicker", row.flicker},
                            {"flicker_exact", row.exactFlicker},
                            {"frames", row.frames}});
            continue;
        }
        list.push_back({{"policy", row.cell},
                        {"statistics_error", row.statisticsError},
                        {"psnr", std::isfinite(row.psnr) ? Json(row.psnr) : Json(nullptr)},
                        {"sites_ms", row.siteTimeMs},
                        {"sites_exact_ms", row.exactTimeMs},
                        {"flicker", row.flicker},
                        {"flicker_exact", row.exactFlicker},
                        {"frames", row.frames}});
    }
    return Json{{"policies", list}}.dump(2) + "\n";
}

}  // namespace impasto::app
