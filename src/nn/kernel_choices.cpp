// SPDX-License-Identifier: MIT
#include "nn/kernel_choices.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"

namespace impasto::nn {
namespace {

constexpr std::uint64_t kMaxFileBytes = 1u << 20;
constexpr std::string_view kTitle = "impasto kernel choices ";
constexpr int kVersion = 8;

constexpr std::array<std::pair<ConvKernel, const char*>, 13> kNames{{
    {ConvKernel::Direct, "direct"},
    {ConvKernel::Tiled3x3, "tiled3x3"},
    {ConvKernel::Tiled3x3Rows, "tiled3x3rows"},
    {ConvKernel::Tiled3x3Stride2, "tiled3x3stride2"},
    {ConvKernel::Tiled1x1, "tiled1x1"},
    {ConvKernel::TiledPhases, "phases"},
    {ConvKernel::TiledPhasePairs, "phasepairs"},
    {ConvKernel::Uniform, "uniform"},
    {ConvKernel::Shared, "shared"},
    {ConvKernel::Winograd2x2, "winograd2x2"},
    {ConvKernel::Winograd4x4, "winograd4x4"},
    {ConvKernel::WinogradPhases, "winogradphases"},
    {ConvKernel::Matrix, "matrix"},
}};

const char* nameOf(ConvKernel kernel) {
    const auto* found = std::ranges::find(kNames, kernel, &std::pair<ConvKernel, const char*>::first);
    IMPASTO_CHECK(found != kNames.end());
    return found->second;
}

std::optional<ConvKernel> kernelOf(const std::string& name) {
    for (const auto& [kernel, known] : kNames) {
        if (name == known)
            return kernel;
    }
    return std::nullopt;
}

/// False unless all of `text` is a positive number.
bool parse(std::string_view text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0;
}

// FNV-1a, 64 bits.
std::uint64_t checksum(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const char character : text)
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3ull;
    return hash;
}

[[noreturn]] void refuse(const std::string& why) {
    throw Error({"cannot use the kernel choices", "", why, "they are measured anew"});
}

}  // namespace

std::string convKey(const model::Conv2d& conv, const Shape& out, Precision precision) {
    const double pixels = std::max<double>(1, static_cast<double>(out.planeSize()));
    return fmt::format("conv/{}>{}/k{}x{}/s{}x{}/u{}/p{}/{}", conv.inChannels, conv.outChannels, conv.kernel[0],
                       conv.kernel[1], conv.stride[0], conv.stride[1], conv.upsample,
                       static_cast<int>(std::lround(std::log2(pixels))),
                       precision == Precision::Fp16 ? "fp16" : "fp32");
}

std::optional<ConvChoice> KernelChoices::find(const std::string& key) const {
    const auto found = choices_.find(key);
    return found == choices_.end() ? std::nullopt : std::optional(found->second.choice);
}

std::string KernelChoices::toText(const std::string& cacheKey) const {
    std::string text = fmt::format("{}{}\n{}\n{}\n", kTitle, kVersion, cacheKey, choices_.size());
    for (const auto& [key, measured] : choices_)
        text += fmt::format("{} {} {} {} {}\n", key, nameOf(measured.choice.kernel), measured.choice.subgroupSize,
                            measured.timeNs, measured.safeTimeNs);
    return text + fmt::format("{:016x}\n", checksum(text));
}

KernelChoices KernelChoices::fromText(const std::string& text, const std::string& cacheKey) {
    const std::size_t lastLine = text.size() < 18 ? std::string::npos : text.size() - 17;
    if (lastLine == std::string::npos || text.back() != '\n' || text[lastLine - 1] != '\n')
        refuse("they are truncated");
    const std::string body = text.substr(0, lastLine);
    if (text.substr(lastLine) != fmt::format("{:016x}\n", checksum(body)))
        refuse("their checksum is wrong");
    std::istringstream lines(body);
    std::string header, device;
    std::size_t count = 0;
    int version = 0;
    if (!std::getline(lines, header) || !header.starts_with(kTitle) || !parse(header.substr(kTitle.size()), version))
        refuse("they are of another format");
    if (version < kVersion)
        return {};
    if (version > kVersion || !std::getline(lines, device) || !(lines >> count))
        refuse("they are of another format");
    if (device != cacheKey)
        refuse("they were measured on another device or driver");
    KernelChoices choices;
    std::string key, name;
    MeasuredConv measured;
    while (lines >> key >> name >> measured.choice.subgroupSize >> measured.timeNs >> measured.safeTimeNs) {
        const auto kernel = kernelOf(name);
        if (!kernel)
            refuse("they name an unknown kernel");
        measured.choice.kernel = *kernel;
        if (measured.timeNs < 0 || measured.safeTimeNs < measured.timeNs)
            refuse("they hold impossible times");
        choices.set(key, measured);
    }
    if (choices.size() != count)
        refuse("they are incomplete");
    return choices;
}

KernelChoices choicesAt(const KernelChoices& choices, const model::Graph& graph, Precision precision, Extent from,
                        Extent to) {
    const auto shapesFrom = model::inferShapes(graph, from);
    const auto shapesTo = model::inferShapes(graph, to);
    KernelChoices result;
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
        const auto* conv = std::get_if<model::Conv2d>(&graph.nodes[node].operation);
        if (!conv)
            continue;
        if (const auto choice = choices.find(convKey(*conv, shapesFrom[node + 1], precision)))
            result.set(convKey(*conv, shapesTo[node + 1], precision), {*choice});
    }
    return result;
}

std::filesystem::path kernelChoicesPath(const std::string& cacheKey) {
    return cacheFolder() / ("kernels-" + cacheKey + ".txt");
}

ReadChoices readKernelChoices(const std::filesystem::path& path, const std::string& cacheKey) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return {};
    try {
        const auto bytes = readFile(path, kMaxFileBytes);
        return {KernelChoices::fromText({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, cacheKey), {}};
    } catch (const Error& error) {
        std::filesystem::path aside = path;
        aside += ".damaged";
        std::error_code failed;
        std::filesystem::rename(path, aside, failed);
        return {{}, fmt::format("{} ({})", error.what(), failed ? path.string() : "kept as " + aside.string())};
    }
}

void writeKernelChoices(const std::filesystem::path& path, const KernelChoices& choices, const std::string& cacheKey) {
    writeFileAtomically(path, std::string_view(choices.toText(cacheKey)));
}

std::string describeChoice(const ConvChoice& choice) {
    const std::string lanes = choice.subgroupSize > 0 ? fmt::format(", {} lanes", choice.subgroupSize) : "";
    return nameOf(choice.kernel) + lanes;
}

}  // namespace impasto::nn
