// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "app/preset.h"
#include "base/error.h"
#include "ui/shortcuts.h"

namespace impasto::ui {
namespace {

constexpr std::size_t kMaxEntries = 2000;

std::string lowerExtension(std::string_view path) {
    std::string extension = std::filesystem::path(path).extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

template <std::size_t N>
bool isOneOf(std::string_view path, const std::array<std::string_view, N>& extensions) {
    return std::ranges::find(extensions, lowerExtension(path)) != extensions.end();
}

/// Takes over the settings that a preset or a snapshot carries, but not its source, theme and panel. False when the
/// file carries none.
bool takeSettings(Ui& ui, const std::string& path) {
    const std::string extension = lowerExtension(path);
    if (extension != ".png" && extension != ".json")
        return false;
    app::Settings found;
    try {
        found = app::loadPreset(path).settings;
    } catch (const Error& error) {
        // A picture without settings is a picture; anything else called .json can be nothing else.
        if (extension == ".json")
            say(ui.state, app::Message::Kind::Error, error.what());
        return extension == ".json";
    }
    found.source = ui.settings.source;
    found.paused = ui.settings.paused;
    found.lightTheme = ui.settings.lightTheme;
    found.panelVisible = ui.settings.panelVisible;
    ui.settings = found;
    say(ui.state, app::Message::Kind::Info,
        fmt::format("Settings of {}. {} takes them back", std::filesystem::path(path).filename().string(),
                    keysOf(Action::Undo)));
    return true;
}

/// Whether `position` is on a control that was drawn in the last frame.
bool isOn(const UiState& state, std::string_view control, ImVec2 position) {
    const auto found = state.placed.find(control);
    return found != state.placed.end() && found->second.frame == state.drawnFrame &&
           found->second.rect.Contains(position);
}

}  // namespace

bool isImagePath(std::string_view path) {
    static constexpr std::array<std::string_view, 10> kExtensions{".png",  ".jpg", ".jpeg", ".webp", ".bmp",
                                                                  ".tiff", ".tif", ".ppm",  ".pgm",  ".tga"};
    return isOneOf(path, kExtensions);
}

bool isVideoPath(std::string_view path) {
    static constexpr std::array<std::string_view, 12> kExtensions{".mp4", ".mkv",  ".webm", ".mov", ".avi", ".m4v",
                                                                  ".mpg", ".mpeg", ".ts",   ".ogv", ".gif", ".flv"};
    return isOneOf(path, kExtensions);
}

void listFolder(FileList& list, const std::filesystem::path& folder) {
    list.folder = folder;
    list.entries.clear();
    list.error.clear();
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    if (error) {
        list.error = folder.string() + ": " + error.message();
        return;
    }
    for (const std::filesystem::directory_iterator last; entry != last && list.entries.size() < kMaxEntries;
         entry.increment(error)) {
        if (error)
            break;
        const std::string name = entry->path().filename().string();
        std::error_code ignored;
        const bool isFolder = entry->is_directory(ignored);
        if (name.empty() || name.front() == '.' || (!isFolder && !isImagePath(name) && !isVideoPath(name)))
            continue;
        list.entries.push_back({.path = entry->path(), .name = name, .folder = isFolder});
    }
    std::ranges::sort(list.entries, [](const FileEntry& a, const FileEntry& b) {
        return a.folder != b.folder ? a.folder : a.name < b.name;
    });
}

void dropFiles(Ui& ui, const std::vector<std::string>& paths, ImVec2 position) {
    ++ui.state.gesture;
    for (const auto& [control, path] : {std::pair{"batch.input", &ui.state.studio.batchInput},
                                        std::pair{"batch.output", &ui.state.studio.batchOutput}}) {
        if (!paths.empty() && isOn(ui.state, control, position)) {
            *path = paths.front();
            return;
        }
    }
    const bool onPanel = ui.settings.panelVisible && ui.state.panelArea.Contains(position);
    for (const std::string& path : paths) {
        if (onPanel && isImagePath(path)) {
            ui.requests.addStyles.push_back(path);
            ui.state.pendingStyle = path;
        } else if (!takeSettings(ui, path)) {
            ui.settings.source = path;
            if (!onPanel)
                return;
        }
    }
}

}  // namespace impasto::ui
