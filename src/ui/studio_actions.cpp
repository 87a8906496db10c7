// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <span>

#include "app/content_hash.h"
#include "app/preset.h"
#include "base/error.h"
#include "base/file.h"
#include "ui/image_clipboard.h"
#include "ui/screen_region.h"
#include "ui/studio.h"

namespace impasto::ui {
namespace {

template <class T>
std::optional<T> takeWhenReady(std::shared_future<T>& future) {
    if (!future.valid() || future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        return std::nullopt;
    std::optional<T> value = future.get();
    future = {};
    return value;
}

/// A pasted picture becomes a file, so that the style it is made from is found at the next start.
std::string keepPasted(const std::vector<std::byte>& png) {
    app::ContentHash hash;
    hash.add(std::span(png));
    const std::filesystem::path path = userDataFolder() / "pasted" / fmt::format("pasted-{:016x}.png", hash.value());
    writeFileAtomically(path, png);
    return path.string();
}

void takePasted(Ui& ui, const Pasted& pasted) {
    try {
        const auto add = [&](const std::string& path) {
            ui.requests.addStyles.push_back(path);
            ui.state.pendingStyle = path;
        };
        if (!pasted.png.empty())
            add(keepPasted(pasted.png));
        for (const std::string& path : pasted.paths) {
            std::error_code ignored;
            if (isImagePath(path) && std::filesystem::is_regular_file(path, ignored))
                add(path);
            else
                ui.settings.source = path;
        }
        if (pasted.png.empty() && pasted.paths.empty())
            say(ui.state, app::Message::Kind::Info, "There is no picture and no file in the clipboard");
    } catch (const Error& error) {
        say(ui.state, app::Message::Kind::Error, error.what());
    }
}

}  // namespace

bool panelShown(const Ui& ui) {
    return ui.state.fullscreen ? ui.state.studio.fullscreenPanel : ui.settings.panelVisible;
}

void togglePanel(Ui& ui) {
    bool& shown = ui.state.fullscreen ? ui.state.studio.fullscreenPanel : ui.settings.panelVisible;
    shown = !shown;
}

void requestSnapshot(Ui& ui) {
    ui.requests.snapshot = true;
    ui.requests.snapshotExtent = {};
    const ImVec2 size = ui.state.studio.pictureRect.GetSize();
    const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
    if (ui.settings.snapshotAsShown && size.x >= 1 && size.y >= 1)
        ui.requests.snapshotExtent = {.height = static_cast<int>(std::lround(size.y * scale.y)),
                                      .width = static_cast<int>(std::lround(size.x * scale.x))};
}

void copyPicture(Ui& ui) {
    const std::shared_ptr<ImageClipboard> clipboard = ui.state.studio.clipboard;
    if (!clipboard || !clipboard->available()) {
        say(ui.state, app::Message::Kind::Warning, "There is no X clipboard here");
        return;
    }
    requestSnapshot(ui);
    ui.requests.takeSnapshot = [clipboard](std::vector<std::byte> png) { clipboard->offer(std::move(png)); };
    say(ui.state, app::Message::Kind::Info, "The picture is in the clipboard");
}

void pasteFromClipboard(Ui& ui) {
    StudioState& studio = ui.state.studio;
    if (studio.clipboard && !studio.pasting.valid())
        studio.pasting = std::async(std::launch::async, [clipboard = studio.clipboard] { return clipboard->paste(); });
}

void chooseScreenRegion(Ui& ui) {
    if (ui.state.studio.region.valid())
        return;
    ui.state.studio.region = std::async(std::launch::async, pickScreenRegion);
    say(ui.state, app::Message::Kind::Info, "Drag over a part of the screen, or click a window. Escape: none.");
}

void followStudio(Ui& ui) {
    StudioState& studio = ui.state.studio;
    studio.fullscreenPanel &= ui.state.fullscreen;
    if (const std::optional<Pasted> pasted = takeWhenReady(studio.pasting))
        takePasted(ui, *pasted);
    if (const std::optional<std::string> region = takeWhenReady(studio.region); region && !region->empty()) {
        ui.settings.source = *region;
        ui.settings.paused = false;
    }
    if (studio.pasting.valid() || studio.region.valid())
        ui.state.animating = true;
}

}  // namespace impasto::ui
