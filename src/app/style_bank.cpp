// SPDX-License-Identifier: MIT
#include "app/style_bank.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <span>

#include "app/content_hash.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "media/source.h"
#include "model/safetensors.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

/// Goes up when the way from a picture to its statistics changes, so that older files are not found any more.
constexpr std::uint64_t kEncodingVersion = 2;
constexpr std::uint64_t kMaxPictureBytes = 1u << 29;
constexpr std::uint64_t kMaxCachedBytes = 1u << 24;

std::uint64_t hashOf(const model::Network& network) {
    ContentHash hash;
    hash.add(network.graph.name);
    for (const auto& [name, tensor] : network.weights) {
        hash.add(name);
        hash.add(std::as_bytes(std::span(tensor.shape)));
        hash.add(std::as_bytes(std::span(tensor.data)));
    }
    for (const model::Node& node : network.graph.nodes)
        hash.add(node.output);
    return hash.value();
}

std::string tensorName(const model::Site& site, const char* what) {
    return fmt::format("{}.{}", site.name, what);
}

bool holds(const model::SafetensorsFile& file, const std::string& name, int size) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.data.size() != static_cast<std::size_t>(size))
        return false;
    for (const float value : found->second.data) {
        if (!std::isfinite(value))
            return false;
    }
    return true;
}

}  // namespace

StyleBank::StyleBank(const Params& params)
    : params_(params), sites_(model::sites(params.network->graph)), networkHash_(hashOf(*params.network)) {}

StyleBank::~StyleBank() = default;

const StyleStatistics& StyleBank::get(const fs::path& picture, float scale) {
    const std::pair key{picture.string(), scale};
    if (const auto found = statistics_.find(key); found != statistics_.end())
        return found->second;
    return statistics_.emplace(key, encode(picture, scale)).first->second;
}

StyleStatistics StyleBank::encode(const fs::path& picture, float scale) {
    fs::path file;
    if (!params_.cache.empty()) {
        ContentHash hash;
        hash.add(kEncodingVersion);
        hash.add(networkHash_);
        hash.add(static_cast<std::uint64_t>(params_.precision));
        hash.add(std::bit_cast<std::uint32_t>(scale));
        hash.add(params_.device.cacheKey());
        hash.add(readFile(picture, kMaxPictureBytes));
        file = params_.cache / fmt::format("{:016x}.safetensors", hash.value());
        if (auto cached = readCached(file))
            return std::move(*cached);
    }
    const media::FramePtr frame = media::loadImage(picture, 4096);
    if (!encoder_) {
        encoder_ =
            std::make_unique<nn::StyleEncoder>(params_.device, params_.pipelines, params_.network, params_.precision);
    }
    StyleStatistics statistics =
        encoder_->encode(frame->pixels, {.height = frame->height, .width = frame->width}, scale);
    ++encoded_;
    if (!file.empty())
        writeCached(file, statistics);
    return statistics;
}

std::optional<StyleStatistics> StyleBank::readCached(const fs::path& file) const {
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        return std::nullopt;
    try {
        const model::SafetensorsFile cached = model::parseSafetensors(readFile(file, kMaxCachedBytes), file.string());
        StyleStatistics statistics;
        for (const model::Site& site : sites_) {
            const std::string mean = tensorName(site, "mean");
            const std::string variance = tensorName(site, "var");
            if (!holds(cached, mean, site.channels) || !holds(cached, variance, site.channels))
                return std::nullopt;
            statistics.push_back({cached.tensors.at(mean).data, cached.tensors.at(variance).data});
            if (site.channels > kMaxRank)
                continue;
            const std::string covariance = tensorName(site, "cov");
            if (!holds(cached, covariance, site.channels * site.channels))
                return std::nullopt;
            statistics.back().covariance = cached.tensors.at(covariance).data;
        }
        return statistics;
    } catch (const Error& error) {
        spdlog::debug("style cache: {}", error.what());
        return std::nullopt;
    }
}

void StyleBank::writeCached(const fs::path& file, const StyleStatistics& statistics) const {
    model::SafetensorsFile cached;
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        const std::vector<std::int64_t> shape{sites_[i].channels};
        cached.tensors[tensorName(sites_[i], "mean")] = {shape, statistics[i].mean};
        cached.tensors[tensorName(sites_[i], "var")] = {shape, statistics[i].variance};
        if (!statistics[i].covariance.empty())
            cached.tensors[tensorName(sites_[i], "cov")] = {{sites_[i].channels, sites_[i].channels},
                                                            statistics[i].covariance};
    }
    try {
        writeFileAtomically(file, model::writeSafetensors(cached, model::StoredType::F32));
    } catch (const Error& error) {
        spdlog::debug("style cache: {}", error.what());
    }
}

}  // namespace impasto::app
