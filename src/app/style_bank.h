// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "model/network.h"
#include "nn/stylizer.h"

namespace impasto::app {

/// Statistics of style pictures under one network, each encoded once: kept in memory and, by the content of picture and
/// network, in files under `cache`. One thread at a time.
class StyleBank {
  public:
    struct Params {
        gpu::Device& device;
        gpu::PipelineLibrary& pipelines;
        std::shared_ptr<const model::Network> network;
        nn::Precision precision = nn::Precision::Fp16;
        std::filesystem::path cache;  ///< empty: no files
    };
    explicit StyleBank(const Params& params);
    ~StyleBank();

    /// The statistics stay where they are for the bank's life. Throws Error when the picture cannot be read.
    const StyleStatistics& get(const std::filesystem::path& picture, float scale);

    bool has(const std::filesystem::path& picture, float scale) const {
        return statistics_.contains({picture.string(), scale});
    }

    /// Pictures that had to be encoded so far, as opposed to found in a file.
    int encoded() const { return encoded_; }

  private:
    StyleStatistics encode(const std::filesystem::path& picture, float scale);
    std::optional<StyleStatistics> readCached(const std::filesystem::path& file) const;
    void writeCached(const std::filesystem::path& file, const StyleStatistics& statistics) const;

    Params params_;
    std::vector<model::Site> sites_;
    std::uint64_t networkHash_ = 0;
    std::unique_ptr<nn::StyleEncoder> encoder_;  ///< made when the first picture is not cached
    std::map<std::pair<std::string, float>, StyleStatistics> statistics_;
    int encoded_ = 0;
};

}  // namespace impasto::app
