// SPDX-License-Identifier: MIT
#include "app/model_choice.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

namespace impasto::app {
namespace {

constexpr double kWantedFramesPerSecond = 30;
constexpr std::uint64_t kMaxFileBytes = 1 << 16;

struct Candidate {
    const char* name;
    double multiplyAdds;  ///< at the file's first preferred size, 16:9
};

/// Largest first. docs/networks.md has the counts at 256x256; full prefers 384, the others 256.
constexpr Candidate kCandidates[] = {{"full", 7.6e9}, {"micro", 0.91e9}, {"nano", 0.25e9}};

std::string keyOf(const gpu::DeviceProperties& device) {
    return device.name + ", " + device.driver;
}

nlohmann::json readSpeeds(const std::filesystem::path& file) {
    std::error_code code;
    if (!std::filesystem::exists(file, code))
        return nlohmann::json::object();
    try {
        const auto bytes = readFile(file, kMaxFileBytes);
        auto speeds = nlohmann::json::parse(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
                                            nullptr, false);
        if (speeds.is_object())
            return speeds;
        spdlog::warn("{} is not a list of device speeds; measuring anew", file.string());
    } catch (const Error& error) {
        spdlog::warn("{}", error.what());
    }
    return nlohmann::json::object();
}

}  // namespace

ModelChoice chooseModel(gpu::DeviceKind kind, double multiplyAddsPerSecond) {
    if (multiplyAddsPerSecond > 0) {
        const std::string speed = fmt::format("{:.3g} GMAC/s measured here before", multiplyAddsPerSecond / 1e9);
        for (const Candidate& candidate : kCandidates) {
            if (candidate.multiplyAdds * kWantedFramesPerSecond <= multiplyAddsPerSecond)
                return {candidate.name, speed};
        }
        return {"nano", speed};
    }
    switch (kind) {
        case gpu::DeviceKind::Discrete:
            return {"full", "a graphics card, not measured yet"};
        case gpu::DeviceKind::Integrated:
            return {"micro", "integrated graphics, not measured yet"};
        case gpu::DeviceKind::Virtual:
            return {"micro", "a virtual device, not measured yet"};
        case gpu::DeviceKind::Software:
            return {"nano", "a software device, not measured yet"};
        case gpu::DeviceKind::Other:
            break;
    }
    return {"nano", "an unknown kind of device, not measured yet"};
}

double DeviceSpeeds::of(const gpu::DeviceProperties& device) const {
    const nlohmann::json speeds = readSpeeds(file_);
    const auto entry = speeds.find(keyOf(device));
    if (entry == speeds.end() || !entry->is_number())
        return 0;
    const double speed = entry->get<double>();
    return std::isfinite(speed) && speed > 0 ? speed : 0;
}

void DeviceSpeeds::keep(const gpu::DeviceProperties& device, double multiplyAddsPerSecond) const {
    nlohmann::json speeds = readSpeeds(file_);
    speeds[keyOf(device)] = multiplyAddsPerSecond;
    writeFileAtomically(file_, speeds.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace impasto::app
