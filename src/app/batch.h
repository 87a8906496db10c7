// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/session.h"
#include "app/settings.h"
#include "app/stylize_file.h"

namespace impasto::app {

/// One file to restyle and where the result goes.
struct BatchItem {
    std::filesystem::path input;
    std::filesystem::path output;
    bool video = false;
    std::string style = {};  ///< alone, over the whole picture; empty: the settings' own mix
};

/// The pictures and videos of a folder (not of folders in it), or one file, each to a file of the same name in
/// `outputFolder`. Where this program does not write the input's format the name gets .png or .mp4 appended
/// ("a.bmp.png"), so that no two inputs meet in one output. With `styles`, as in StyleChoice::id, every file once in
/// each of them, the style's name before the extension ("a.mosaic.png"). Throws Error when there is nothing to do, and
/// when the output folder is the input's.
std::vector<BatchItem> planBatch(const std::filesystem::path& input, const std::filesystem::path& outputFolder,
                                 const std::vector<std::string>& styles = {});

struct BatchFailure {
    std::filesystem::path input;
    std::string reason;
};

struct BatchProgress {
    std::size_t files = 0;          ///< results in all
    std::size_t done = 0;           ///< restyled in this run
    std::size_t skipped = 0;        ///< done already by an earlier run with the same settings
    std::int64_t framesBefore = 0;  ///< of videos that an earlier run began
    std::vector<BatchFailure> failures;
    std::string current;      ///< name of the file being restyled, or of its result in one style; empty at the end
    std::int64_t frame = 0;   ///< of the current file
    std::int64_t frames = 0;  ///< expected of it; 0 unknown
    double fraction = 0;      ///< 0..1 of the whole
    double secondsLeft = -1;  ///< negative: not known yet
    double elapsedSeconds = 0;
    bool finished = false;
    bool cancelled = false;
};

/// Restyles file after file. A file that fails is noted and the next one follows. Results are written beside their
/// place and moved there when complete; a note in the output folder (kNoteName) says which settings made which result
/// from which input, so that a later run does only what is missing or was made otherwise. A video that was being
/// written when a run ended, by `stop` or by force, is gone on with from its last whole second or so, if input and
/// settings are the same; statistics kept over frames begin anew there. A file that stands where a result belongs and
/// is not in the note is never replaced: that item fails.
class Batch {
  public:
    static constexpr const char* kNoteName = ".impasto-batch.json";

    struct Params {
        std::vector<BatchItem> items;
        std::filesystem::path outputFolder;
        Settings settings;
        std::stop_token stop = {};
        std::function<void(const BatchProgress&)> onProgress = {};  ///< after every frame; on the same thread
    };
    explicit Batch(Params params);

    /// Blocks until all is done or `stop` is requested. Throws Error when the
    /// output folder cannot be made. `session` has readBack and throwErrors.
    BatchProgress run(Session& session);

  private:
    struct Made {
        std::string input;        ///< file name
        std::uint64_t bytes = 0;  ///< of the input
        std::int64_t modified = 0;
        std::string settings = {};  ///< fingerprint
        bool operator==(const Made&) const = default;
    };

    /// The settings for an item in `style`.
    struct Look {
        Settings settings;
        std::string fingerprint;
    };
    const Look& lookOf(const std::string& style) const;
    void restyle(Session& session, const BatchItem& item);
    StylizedFile write(Session& session, const BatchItem& item, const std::filesystem::path& unfinished);
    void tell();
    Made describe(const BatchItem& item) const;
    std::optional<Made> noted(const BatchItem& item) const;
    void note(const BatchItem& item);
    void noteBegun(const BatchItem& item);
    void readNotes();
    void writeNotes() const;

    Params params_;
    BatchProgress progress_;
    mutable std::map<std::string, Look> looks_;  ///< by style
    using Notes = std::map<std::string, Made>;   ///< by the result's file name
    Notes notes_;
    Notes begun_;              ///< videos that are not written to their end
    double doneFraction_ = 0;  ///< without the current file
    double startSeconds_ = 0;
    double skippedFraction_ = 0;  ///< of what earlier runs did
};

/// What of the settings decides how a result looks, as a short text.
std::string settingsFingerprint(const Settings& settings);

}  // namespace impasto::app
