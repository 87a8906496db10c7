// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>
#include <imgui_internal.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/performance_history.h"
#include "app/settings.h"
#include "app/settings_history.h"
#include "app/stats.h"
#include "ui/device_choices.h"
#include "ui/mask_tools.h"
#include "ui/studio_state.h"
#include "ui/theme.h"

namespace impasto::ui {

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

/// What the gallery remembers between frames.
struct GalleryTools {
    std::string search;
    std::string menuOf;   ///< whose menu is open
    std::string dragged;  ///< the style that is being moved; empty: none
    std::string dropBefore;
    ImRect dropAt;
    bool dropValid = false;
    FileList browser;
};

/// Something that happened, told at the lower edge of the picture until its time is over or it is clicked.
struct Toast {
    app::Message::Kind kind = app::Message::Kind::Info;
    std::string text;
    double secondsLeft = 0;
    int times = 1;             ///< said so often
    std::uint64_t serial = 0;  ///< its own
    bool ofHistory = false;    ///< tells of undo and redo; there is one at most
};

/// What the statistics section shows.
struct StatisticsView {
    int site = 0;
    int channel = 0;     ///< of histogram and drift
    bool sigma = false;  ///< bars of σ instead of μ
    bool layerShown = false;
    int layer = 0;
    int layerChannel = -1;      ///< enlarged; −1: all
    app::Watch asked;           ///< what the session was last told to measure
    bool pictureAsked = false;  ///< with the next frame, see takeStatisticsPicture
    struct Deleter {
        void operator()(ImDrawList* list) const { IM_DELETE(list); }
    };
    std::unique_ptr<ImDrawList, Deleter> picture;  ///< all charts, to be written to a file; null: none was asked for
    ImVec2 pictureSize;
};

/// What the window remembers of itself, as opposed to Settings: nothing here changes the picture.
struct UiState {
    /// What is unfolded, by name: sections of the panel and lists inside them. Kept for the next start.
    std::map<std::string, bool, std::less<>> open;
    bool& isOpen(std::string_view name, bool atFirst) {
        const auto found = open.find(name);
        return found != open.end() ? found->second : open.emplace(std::string(name), atFirst).first->second;
    }

    bool helpOpen = false;
    bool fullscreen = false;
    int region = 0;  ///< whose mix the panel edits
    MaskTools mask;
    std::uint32_t randomSeed = 0;  ///< of the last random mix
    bool padFocused = false;       ///< the arrow keys move the pad's point
    bool hint = false;             ///< tell what to try, until it was tried
    bool peek = false;             ///< the source is shown while a key is held
    bool openSources = false;      ///< open the source menu with the next frame
    int side = 0;                  ///< of the split, whose grid is edited: 0 left (A), 1 right (B)
    StatisticsView statistics;
    int site = 0;             ///< whose grid is shown when every site has its own
    double seekSeconds = -1;  ///< while the seek bar is dragged
    FileList files;
    GalleryTools gallery;
    StudioState studio;
    DeviceChoices devices;
    std::vector<std::string> recentSources;  ///< INPUTs, the newest first
    std::string pendingStyle;                ///< a dropped picture, to be chosen once the gallery has it

    std::deque<Toast> toasts;  ///< the oldest first
    std::uint64_t toastSerial = 0;
    std::uint64_t lastMessage = 0;  ///< serial of the newest message taken over

    app::PerformanceHistory performance;
    std::future<app::Message> exporting;  ///< what became of it

    std::optional<app::Settings> hintStart;  ///< the settings when the hint appeared

    std::optional<app::SettingsHistory> history;
    std::uint64_t gesture = 1;  ///< counts presses of buttons and keys: what one of them changes is undone at once

    /// The number being typed, as text, and the control it belongs to.
    std::string typed;
    ImGuiID typedInto = 0;

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
    int drawnFrame = -1;  ///< the ImGui frame drawn last

    /// What belongs to one session and one ImGui context: another begins.
    void forgetSession() {
        lastMessage = 0;
        performance = {};
        statistics.asked = {};
        statistics.picture.reset();
        placed.clear();
        drawnFrame = -1;
        typedInto = 0;
    }
};

/// The picture as the panel sees it: textures and a size. No stylized texture: there is no picture yet, and the source,
/// where it is known already, is shown in its place.
struct PictureTextures {
    ImTextureID stylized = nullptr;
    ImTextureID source = nullptr;  ///< null: no wipe
    ImTextureID layer = nullptr;   ///< the watched layer's channels; null: there is none
    ImTextureID other = nullptr;   ///< right side of a split; null: there is none
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
    ImTextureID layerPicture = nullptr;                              ///< see PictureTextures::layer
    /// A small picture of an image file; null while there is none.
    std::function<std::shared_ptr<const app::Thumbnail>(const std::filesystem::path&)> filePicture = {};
};

/// The whole window, one call per frame between ImGui's NewFrame and Render: shortcuts, top bar, picture, panel, status
/// line.
void drawScreen(Ui& ui, const PictureTextures& picture);

/// Tells `text` in a toast of its own, or counts up the one that says the same.
void say(UiState& state, app::Message::Kind kind, const std::string& text);

/// The toasts, at the lower edge of `area`; takes over what the session has said since the last frame.
void drawToasts(Ui& ui, const ImRect& area);

/// Takes the last change back or does it again, and says what it was.
void undo(Ui& ui);
void redo(Ui& ui);

void drawTopBar(Ui& ui);
void drawPicture(Ui& ui, const PictureTextures& picture);
void drawStatusLine(Ui& ui);
void drawPanel(Ui& ui);
void drawHelp(Ui& ui);

void drawStyles(Ui& ui);
/// Folders and pictures to take a style from, a popup of the panel.
void drawStyleBrowser(Ui& ui);
/// The chosen styles: pad, their weights, and what sets them all at once.
void drawMix(Ui& ui);
void drawNormalization(Ui& ui);
void drawStatistics(Ui& ui);
void drawMeasures(Ui& ui);
void drawOutput(Ui& ui);
/// Which Vulkan device computes, a row of the output section.
void drawDevice(Ui& ui);
/// What the autotuner did, a row of the performance section.
void drawKernels(Ui& ui);
void drawPerformance(Ui& ui);
void drawSourceMenu(Ui& ui);

/// The button that splits the picture into two settings side by side.
void drawSplitButton(Ui& ui, const ImRect& rect);
/// Which side of a split the grid edits.
void drawSides(Ui& ui);
/// How the statistics of `cell` are come by, with what that costs and saves.
void drawPolicy(Ui& ui, Normalization& cell);
/// Asks the session for what is on screen, when that changed.
void askForMeasures(Ui& ui);

/// The grid of the two choices, normalize by × re-scale by; edits `cell`.
void drawNormalizationGrid(Ui& ui, Normalization& cell);

/// Files dropped on the window at `position` (ImGui coordinates): on a field of *Files* they go there; images on the
/// panel become styles; elsewhere presets and snapshots bring their settings back, and anything else becomes the
/// source.
void dropFiles(Ui& ui, const std::vector<std::string>& paths, ImVec2 position);

/// Reads `folder` into `list`. A folder that cannot be read leaves its reason in `list.error`.
void listFolder(FileList& list, const std::filesystem::path& folder);

bool isImagePath(std::string_view path);
bool isVideoPath(std::string_view path);

}  // namespace impasto::ui
