// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/session.h"
#include "media/geometry.h"
#include "media/source.h"

namespace impasto::app {

/// One input to be restyled frame by frame, in order, into one output at the source's size.
struct StylizeFile {
    std::string input;
    std::filesystem::path output = {};  ///< empty: nothing is written
    /// A video of the same job that was not written to its end: `output` begins with it, and the frames it has are
    /// only read. See media::OutputParams.
    std::filesystem::path continues = {};
    std::optional<std::int64_t> frames = {};    ///< stop after so many; an image is repeated
    std::optional<media::FrameRate> rate = {};  ///< of the output; default: the source's
    float splitPosition = 0.5f;                 ///< where two settings meet, when the session has two
    media::Geometry geometry = {};              ///< of the source's pictures
    std::stop_token stop = {};                  ///< ends early; the output is completed
    /// Source and output are open; `expected` frames are to come, 0 where that isn't known.
    std::function<void(const media::SourceInfo&, std::int64_t expected)> onStart = {};
    std::function<void(std::int64_t done)> onFrame = {};  ///< first with those that were continued, where there are
};

struct StylizedFile {
    std::int64_t frames = 0;
    bool stopped = false;
    std::vector<std::string> problems;  ///< of the source
};

/// Opens `job.input`. Throws Error.
std::unique_ptr<media::Source> openSource(const StylizeFile& job);

/// Throws Error when input or output fail. `session` should have been made with readBack.
StylizedFile stylizeFile(Session& session, media::Source& source, const StylizeFile& job);

}  // namespace impasto::app
