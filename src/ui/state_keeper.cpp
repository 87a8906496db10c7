// SPDX-License-Identifier: MIT
#include "ui/state_keeper.h"

#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace impasto::ui {
namespace {

constexpr auto kLookInterval = std::chrono::milliseconds(500);
constexpr auto kQuiet = std::chrono::seconds(2);

}  // namespace

StateKeeper::StateKeeper(app::Remembered last, app::Settings start, std::filesystem::path path)
    : last_(std::move(last)), start_(std::move(start)), path_(std::move(path)), seen_(last_), written_(last_) {}

StateKeeper::~StateKeeper() = default;

void StateKeeper::restore(UiState& state) const {
    for (const auto& [name, open] : last_.open)
        state.open[name] = open;
    state.recentSources = last_.recentSources;
    state.devices.wanted = last_.device;
}

app::Remembered StateKeeper::stateOf(WindowApp& window) const {
    app::Remembered remembered;
    remembered.settings = app::withoutOverrides(last_.settings, start_, window.settings());
    remembered.settings.paused = false;
    const Window::Placement at = window.placement();
    remembered.window = {.x = at.x, .y = at.y, .width = at.width, .height = at.height, .maximized = at.maximized};
    remembered.output = window.outputPlacement();
    remembered.device = window.state().devices.wanted;
    for (const auto& [name, open] : window.state().open)
        remembered.open[name] = open;
    remembered.recentSources = window.state().recentSources;
    return remembered;
}

void StateKeeper::write(const app::Remembered& remembered) {
    written_ = remembered;
    if (writing_.valid())
        writing_.wait();
    writing_ = std::async(std::launch::async, [remembered, path = path_] {
        try {
            app::remember(remembered, path);
        } catch (const Error& error) {
            spdlog::warn("{}", error.what());
        }
    });
}

void StateKeeper::watch(WindowApp& window) {
    const Clock::time_point now = Clock::now();
    if (now - looked_ < kLookInterval)
        return;
    looked_ = now;
    app::Remembered state = stateOf(window);
    if (state != seen_) {
        seen_ = std::move(state);
        changed_ = now;
    } else if (seen_ != written_ && now - changed_ > kQuiet) {
        write(seen_);
    }
}

void StateKeeper::finish(WindowApp& window) {
    const app::Remembered state = stateOf(window);
    if (state != written_)
        write(state);
}

}  // namespace impasto::ui
