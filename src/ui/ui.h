// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>
#include <imgui_internal.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "app/stats.h"
#include "ui/studio_state.h"
#include "ui/theme.h"

namespace impasto::ui {

enum class Section { Styles, Normalization, Output, Performance, Presets, Source, Record, Files };
inline constexpr int kSectionCount = 8;

/// One entry of the source menu's file list.
struct FileEntry {
    std::filesystem::path path;
    std::string name;
    bool folder = false;
};

/// The file list of the source menu: folders and media files of one folder.
struct FileList {
    std::filesystem::path folder;
    std::vector<FileEntry> entries;  ///< folders first, then by name
    std::string error;               ///< why the folder cannot be read; empty when it can
    std::string path;                ///< as typed
};

/// The one line that tells what happened.
struct Toast {
    app::Message::Kind kind = app::Message::Kind::Info;
    std::string text;
    double until = 0;  ///< ImGui time
};

/// What the window remembers of itself, as opposed to Settings: nothing here changes the picture.
struct UiState {
    bool sectionOpen[kSectionCount] = {true, true, true, true, true, false, true, false};
    bool operationsOpen = false;
    bool galleryOpen = false;  ///< all styles, however many rows they take
    bool helpOpen = false;
    bool fullscreen = false;
    std::uint32_t randomSeed = 0;  ///< of the last random mix
    bool padFocused = false;       ///< the arrow keys move the pad's point
    int site = 0;                  ///< whose grid is shown when every site has its own
    double seekSeconds = -1;       ///< while the seek bar is dragged
    FileList files;
    Toast toast;
    StudioState studio;
    std::uint64_t lastMessage = 0;  ///< serial of the newest message taken over

    ImRect pictureArea;  ///< where drops are a source
    ImRect panelArea;    ///< where dropped images are styles

    /// Set while something on screen moves by itself and wants the next frame soon.
    bool animating = false;

    /// Where every named control was drawn, and in which ImGui frame: tests and the tour click by name.
    struct Placed {
        ImRect rect;
        int frame = -1;
    };
    std::map<std::string, Placed, std::less<>> placed;
};

/// The picture as the panel sees it: textures and a size. Null textures: there is no picture yet.
struct PictureTextures {
    ImTextureID stylized = nullptr;
    ImTextureID source = nullptr;  ///< null: no wipe
    int width = 0;
    int height = 0;
};

/// Everything a panel may read and write. Panels are functions of it: they see no Vulkan and no network.
struct Ui {
    app::Settings& settings;
    const app::Stats& stats;
    app::Requests& requests;
    UiState& state;
    const Theme& theme;
    std::function<ImTextureID(const app::GalleryStyle&)> thumbnail;  ///< null while there is none
};

/// The whole window, one call per frame between ImGui's NewFrame and Render: shortcuts, top bar, picture, panel, status
/// line.
void drawScreen(Ui& ui, const PictureTextures& picture);

void drawTopBar(Ui& ui);
void drawPicture(Ui& ui, const PictureTextures& picture);
void drawStatusLine(Ui& ui);
void drawPanel(Ui& ui);
void drawHelp(Ui& ui);

void drawStyles(Ui& ui);
/// The chosen styles: pad, their weights, and what sets them all at once.
void drawMix(Ui& ui);
void drawNormalization(Ui& ui);
void drawOutput(Ui& ui);
void drawPerformance(Ui& ui);
void drawSourceMenu(Ui& ui);

/// The grid of the two choices, normalize by × re-scale by; edits `cell`.
void drawNormalizationGrid(Ui& ui, Normalization& cell);

/// Files dropped on the window at `position` (ImGui coordinates): images on the panel become styles, anything else on
/// it and everything on the picture becomes the source.
void dropFiles(Ui& ui, const std::vector<std::string>& paths, ImVec2 position);

/// Reads `folder` into `list`. A folder that cannot be read leaves its reason in `list.error`.
void listFolder(FileList& list, const std::filesystem::path& folder);

bool isImagePath(std::string_view path);
bool isVideoPath(std::string_view path);

}  // namespace impasto::ui
