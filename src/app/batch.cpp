// SPDX-License-Identifier: MIT
#include "app/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "app/content_hash.h"
#include "app/preset.h"
#include "app/stylize_file.h"
#include "base/error.h"
#include "base/file.h"
#include "media/source.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxNoteBytes = 16u << 20;
constexpr std::size_t kMaxNotes = 100'000;
constexpr std::array<std::string_view, 6> kWritten{".png", ".jpg", ".jpeg", ".mp4", ".mkv", ".webm"};

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string lowerExtension(const fs::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

/// A style as a part of a file's name, and its id.
struct NamedStyle {
    std::string id;
    std::string name;
};

BatchItem itemFor(const fs::path& input, const fs::path& outputFolder, const NamedStyle& style) {
    const bool video = media::looksLikeVideo(input);
    const bool written = std::ranges::find(kWritten, lowerExtension(input)) != kWritten.end();
    fs::path name = written ? input.stem() : input.filename();
    if (!style.name.empty())
        name += "." + style.name;
    name += written ? input.extension().string() : video ? ".mp4" : ".png";
    return {.input = input, .output = outputFolder / name, .video = video, .style = style.id};
}

/// Each style once. Those of one name are told apart by a number.
std::vector<NamedStyle> namedStyles(const std::vector<std::string>& ids) {
    std::vector<NamedStyle> styles;
    for (const std::string& id : ids) {
        if (std::ranges::find(styles, id, &NamedStyle::id) != styles.end())
            continue;
        const std::string stem = id.find('/') == std::string::npos ? id : fs::path(id).stem().string();
        std::string name = stem;
        for (int number = 2; std::ranges::find(styles, name, &NamedStyle::name) != styles.end(); ++number)
            name = fmt::format("{}-{}", stem, number);
        styles.push_back({id, name});
    }
    return styles;
}

std::vector<fs::path> mediaFilesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        const fs::path& path = entry->path();
        if (!path.filename().string().starts_with('.') && entry->is_regular_file(ignored) &&
            (media::looksLikeImage(path) || media::looksLikeVideo(path)))
            files.push_back(path);
    }
    if (error)
        throw Error({"cannot read folder", folder.string(), error.message()});
    std::ranges::sort(files);
    return files;
}

fs::path beside(const fs::path& result, const char* prefix) {
    return result.parent_path() / (prefix + result.filename().string());
}

/// A result while it is written; removed unless it is kept.
class Unfinished {
  public:
    explicit Unfinished(const fs::path& result) : path_(beside(result, ".unfinished-")) {}
    ~Unfinished() {
        std::error_code ignored;
        if (!path_.empty())
            fs::remove(path_, ignored);
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    const fs::path& path() const { return path_; }
    void keep() { path_.clear(); }
    void moveTo(const fs::path& result) {
        std::error_code error;
        fs::rename(path_, result, error);
        if (error)
            throw Error({"cannot write", result.string(), error.message()});
        path_.clear();
    }

  private:
    fs::path path_;
};

}  // namespace

std::vector<BatchItem> planBatch(const fs::path& input, const fs::path& outputFolder,
                                 const std::vector<std::string>& styles) {
    std::error_code ignored;
    const bool folder = fs::is_directory(input, ignored);
    const fs::path from = folder ? input : input.has_parent_path() ? input.parent_path() : fs::path(".");
    if (fs::equivalent(from, outputFolder, ignored))
        throw Error({"cannot write there", outputFolder.string(), "it is the folder of the input",
                     "choose another folder, so that no original is replaced"});
    std::vector<fs::path> files;
    if (folder) {
        files = mediaFilesIn(input);
        if (files.empty())
            throw Error({"nothing to do", input.string(), "there are no pictures and no videos in the folder"});
    } else if (fs::is_regular_file(input, ignored)) {
        files.push_back(input);
    } else {
        throw Error({"cannot open input", input.string(), "it is neither a file nor a folder",
                     "a folder of results needs a file or a folder to restyle"});
    }
    std::vector<BatchItem> items;
    const std::vector<NamedStyle> named = styles.empty() ? std::vector<NamedStyle>(1) : namedStyles(styles);
    for (const fs::path& file : files) {
        for (const NamedStyle& style : named)
            items.push_back(itemFor(file, outputFolder, style));
    }
    // "a.bmp" becomes "a.bmp.png", which may be there as well.
    std::set<fs::path> taken;
    for (BatchItem& item : items) {
        while (!taken.insert(item.output).second)
            item.output += item.video ? ".mp4" : ".png";
    }
    return items;
}

std::string settingsFingerprint(const Settings& settings) {
    Settings look = settings;
    const Settings defaults;
    look.source = defaults.source;
    look.paused = defaults.paused;
    look.loop = defaults.loop;
    look.speed = defaults.speed;
    look.secondsPerImage = defaults.secondsPerImage;
    look.cameraFormat = defaults.cameraFormat;
    look.wipe = defaults.wipe;
    if (!look.split)
        look.wipePosition = defaults.wipePosition;
    look.recordFormat = defaults.recordFormat;
    look.recordQuality = defaults.recordQuality;
    look.recordSound = defaults.recordSound;
    look.snapshotFormat = defaults.snapshotFormat;
    look.snapshotAsShown = defaults.snapshotAsShown;
    look.stylePreviews = defaults.stylePreviews;
    look.lightTheme = defaults.lightTheme;
    look.panelVisible = defaults.panelVisible;
    ContentHash hash;
    hash.add(writePreset(look));
    return fmt::format("{:016x}", hash.value());
}

Batch::Batch(Params params) : params_(std::move(params)) {
    progress_.files = params_.items.size();
}

const Batch::Look& Batch::lookOf(const std::string& style) const {
    const auto [entry, isNew] = looks_.try_emplace(style);
    Look& look = entry->second;
    if (!isNew)
        return look;
    look.settings = params_.settings;
    if (!style.empty()) {
        look.settings.styles = {StyleChoice{style}};
        look.settings.regionMixes.clear();
        look.settings.mask = {};
        look.settings.drift = false;
    }
    look.fingerprint = settingsFingerprint(look.settings);
    return look;
}

BatchProgress Batch::run(Session& session) {
    std::error_code error;
    fs::create_directories(params_.outputFolder, error);
    if (error)
        throw Error({"cannot make folder", params_.outputFolder.string(), error.message(), "choose a writable one"});
    readNotes();
    startSeconds_ = now();
    for (std::size_t i = 0; i < params_.items.size() && !params_.stop.stop_requested(); ++i) {
        const BatchItem& item = params_.items[i];
        progress_.current = (item.style.empty() ? item.input : item.output).filename().string();
        progress_.frame = 0;
        progress_.frames = 0;
        doneFraction_ = static_cast<double>(i) / static_cast<double>(params_.items.size());
        tell();
        try {
            restyle(session, item);
        } catch (const Error& failure) {
            progress_.failures.push_back({item.input, failure.what()});
        }
    }
    progress_.cancelled = params_.stop.stop_requested();
    progress_.finished = true;
    progress_.current.clear();
    progress_.frame = progress_.frames = 0;
    doneFraction_ = progress_.cancelled ? doneFraction_ : 1;
    tell();
    return progress_;
}

void Batch::restyle(Session& session, const BatchItem& item) {
    std::error_code ignored;
    if (fs::exists(item.output, ignored)) {
        const std::optional<Made> before = noted(item);
        if (!before)
            throw Error({"did not write", item.output.string(), "it exists already and was not made by a batch",
                         "move it away, or choose another folder"});
        if (*before == describe(item)) {
            ++progress_.skipped;
            skippedFraction_ += 1.0 / static_cast<double>(params_.items.size());
            return;
        }
    }
    Unfinished unfinished(item.output);
    const StylizedFile result = write(session, item, unfinished.path());
    if (result.stopped) {
        if (item.video)
            unfinished.keep();
        return;
    }
    if (result.frames == 0)
        throw Error({"cannot restyle", item.input.string(), "it has no pictures"});
    unfinished.moveTo(item.output);
    note(item);
    ++progress_.done;
}

/// Writes `unfinished`, beginning with what an earlier run left there.
StylizedFile Batch::write(Session& session, const BatchItem& item, const fs::path& unfinished) {
    std::error_code ignored;
    // Kept under another name until the new file has what it holds: a run may end meanwhile, too.
    const fs::path earlier = beside(item.output, ".earlier-");
    const auto begun = begun_.find(item.output.filename().string());
    const bool goesOn = item.video && begun != begun_.end() && begun->second == describe(item);
    if (!goesOn)
        fs::remove(earlier, ignored);
    else if (!fs::exists(earlier, ignored))
        fs::rename(unfinished, earlier, ignored);
    if (item.video)
        noteBegun(item);
    StylizeFile job{.input = fs::absolute(item.input).string(),
                    .output = unfinished,
                    .continues = goesOn && fs::exists(earlier, ignored) ? earlier : fs::path(),
                    .splitPosition = params_.settings.wipePosition,
                    .geometry = {params_.settings.rotation, params_.settings.crop},
                    .stop = params_.stop};
    job.onStart = [&](const media::SourceInfo&, std::int64_t expected) {
        progress_.frames = expected;
        fs::remove(earlier, ignored);
    };
    job.onFrame = [&](std::int64_t done) {
        // More than one at first: an earlier run made them.
        const std::int64_t before = progress_.frame == 0 && done > 1 ? done : 0;
        progress_.framesBefore += before;
        if (before > 0 && progress_.frames > 0)
            skippedFraction_ += static_cast<double>(before) / static_cast<double>(progress_.frames) /
                                static_cast<double>(params_.items.size());
        progress_.frame = done;
        tell();
    };
    const std::unique_ptr<media::Source> source = openSource(job);
    session.apply(lookOf(item.style).settings);
    session.resetHistory();
    return stylizeFile(session, *source, job);
}

void Batch::tell() {
    const double share =
        progress_.frames > 0
            ? std::min(1.0, static_cast<double>(progress_.frame) / static_cast<double>(progress_.frames))
            : 0;
    const double each = params_.items.empty() ? 0 : 1.0 / static_cast<double>(params_.items.size());
    progress_.fraction = std::min(1.0, doneFraction_ + share * each);
    progress_.elapsedSeconds = now() - startSeconds_;
    // What was skipped took no time and says nothing about the rest.
    constexpr double kEnoughToTell = 1e-3;
    const double worked = progress_.fraction - skippedFraction_;
    progress_.secondsLeft = progress_.finished ? 0
                            : worked > kEnoughToTell && progress_.elapsedSeconds > 1
                                ? progress_.elapsedSeconds / worked * (1 - progress_.fraction)
                                : -1;
    if (params_.onProgress)
        params_.onProgress(progress_);
}

Batch::Made Batch::describe(const BatchItem& item) const {
    std::error_code ignored;
    const auto modified = fs::last_write_time(item.input, ignored);
    return {.input = item.input.filename().string(),
            .bytes = fs::file_size(item.input, ignored),
            .modified = static_cast<std::int64_t>(modified.time_since_epoch().count()),
            .settings = lookOf(item.style).fingerprint};
}

std::optional<Batch::Made> Batch::noted(const BatchItem& item) const {
    const auto found = notes_.find(item.output.filename().string());
    return found == notes_.end() ? std::nullopt : std::optional(found->second);
}

void Batch::note(const BatchItem& item) {
    const std::string name = item.output.filename().string();
    begun_.erase(name);
    notes_[name] = describe(item);
    writeNotes();
}

void Batch::noteBegun(const BatchItem& item) {
    begun_[item.output.filename().string()] = describe(item);
    writeNotes();
}

// Untrusted: what does not have this form counts as not there, and its results as somebody else's.
void Batch::readNotes() {
    std::error_code ignored;
    const fs::path path = params_.outputFolder / kNoteName;
    if (!fs::exists(path, ignored))
        return;
    const std::vector<std::byte> bytes = readFile(path, kMaxNoteBytes);
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    const auto root = nlohmann::json::parse(text, text + bytes.size(), nullptr, false);
    const auto results = root.is_object() ? root.find("results") : root.end();
    if (!root.is_object() || results == root.end() || !results->is_object())
        throw Error({"cannot read what was done before", path.string(), "it is damaged",
                     "remove it, or choose another folder"});
    const auto take = [](const nlohmann::json& entries, Notes& notes) {
        for (const auto& [name, entry] : entries.items()) {
            if (notes.size() >= kMaxNotes || !entry.is_object())
                continue;
            const auto input = entry.find("input"), bytesOf = entry.find("bytes"), modified = entry.find("modified"),
                       settings = entry.find("settings");
            const auto end = entry.end();
            if (input == end || bytesOf == end || modified == end || settings == end || !input->is_string() ||
                !bytesOf->is_number_unsigned() || !modified->is_number_integer() || !settings->is_string())
                continue;
            notes[name] = {.input = input->get<std::string>(),
                           .bytes = bytesOf->get<std::uint64_t>(),
                           .modified = modified->get<std::int64_t>(),
                           .settings = settings->get<std::string>()};
        }
    };
    take(*results, notes_);
    if (const auto begun = root.find("begun"); begun != root.end() && begun->is_object())
        take(*begun, begun_);
}

void Batch::writeNotes() const {
    const auto listed = [](const Notes& notes) {
        nlohmann::json entries = nlohmann::json::object();
        for (const auto& [name, made] : notes)
            entries[name] = {
                {"input", made.input}, {"bytes", made.bytes}, {"modified", made.modified}, {"settings", made.settings}};
        return entries;
    };
    const nlohmann::json root = {{"impasto_batch", 1}, {"results", listed(notes_)}, {"begun", listed(begun_)}};
    writeFileAtomically(params_.outputFolder / kNoteName,
                        std::string_view(root.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"));
}

}  // namespace impasto::app
