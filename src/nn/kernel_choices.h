// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "nn/kernels.h"
#include "tensor/tensor.h"

namespace impasto::nn {

/// What the speed of a convolution goes by: channels, kernel, stride, enlargement, precision, and the output's size to
/// the nearest power of two, so that one measurement serves neighbouring sizes.
std::string convKey(const model::Conv2d& conv, const Shape& out, Precision precision);

/// The fastest kernel for one key, and what it took beside the safe one, the first of convCandidates. On software
/// devices a share of the rows is timed, so that only the ratio means something.
struct MeasuredConv {
    ConvChoice choice;
    std::int64_t timeNs = 0;
    std::int64_t safeTimeNs = 0;
    bool operator==(const MeasuredConv&) const = default;
};

/// Measured choices of kernels by key, for one device and driver. Plain data.
class KernelChoices {
  public:
    void set(const std::string& key, const MeasuredConv& measured) { choices_[key] = measured; }
    std::optional<ConvChoice> find(const std::string& key) const;
    const std::map<std::string, MeasuredConv>& all() const { return choices_; }
    std::size_t size() const { return choices_.size(); }
    bool operator==(const KernelChoices&) const = default;

    /// Text with a checksum. `cacheKey` is the device's (gpu::Device::cacheKey).
    std::string toText(const std::string& cacheKey) const;
    /// Empty for what an earlier version wrote: its kernels were others. Throws Error when `text` is damaged, a later
    /// version's or another device's.
    static KernelChoices fromText(const std::string& text, const std::string& cacheKey);

  private:
    std::map<std::string, MeasuredConv> choices_;
};

/// The kernels that `choices` holds for `graph` at `from`, as choices for `graph` at `to`.
KernelChoices choicesAt(const KernelChoices& choices, const model::Graph& graph, Precision precision, Extent from,
                        Extent to);

/// The file of a device's choices, beside its pipeline cache.
std::filesystem::path kernelChoicesPath(const std::string& cacheKey);

struct ReadChoices {
    KernelChoices choices;  ///< empty where there is no file or none that can be used
    std::string problem;    ///< one line for people; empty: none
};

/// What the file holds. One that is damaged or another device's is renamed to end in ".damaged".
ReadChoices readKernelChoices(const std::filesystem::path& path, const std::string& cacheKey);

/// Throws Error when the file cannot be written.
void writeKernelChoices(const std::filesystem::path& path, const KernelChoices& choices, const std::string& cacheKey);

/// For people, e.g. "tiled3x3, 16 lanes".
std::string describeChoice(const ConvChoice& choice);

}  // namespace impasto::nn
