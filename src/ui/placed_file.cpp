// SPDX-License-Identifier: MIT
#include "ui/placed_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

namespace impasto::ui {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);

/// Since the kernel started this process; −1 where that cannot be told.
double processAgeMs() {
    std::ifstream file("/proc/self/stat");
    std::stringstream whole;
    whole << file.rdbuf();
    const std::string text = whole.str();
    const std::size_t name = text.rfind(')');
    if (name == std::string::npos)
        return -1;
    std::istringstream fields(text.substr(name + 1));
    std::string skipped;
    for (int i = 3; i < 22; ++i)
        fields >> skipped;
    double startTicks = 0;
    timespec now{};
    if (!(fields >> startTicks) || clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        return -1;
    const double nowMs = static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    return nowMs - startTicks * 1e3 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

PlacedFile::PlacedFile() {
    if (const char* path = std::getenv("IMPASTO_PLACED"); path && *path)
        path_ = path;
}

void PlacedFile::update(WindowApp& window) {
    if (path_.empty())
        return;
    if (firstPictureMs_ < 0 && window.showsPicture())
        firstPictureMs_ = processAgeMs();
    const Clock::time_point now = Clock::now();
    if (now - written_ < kInterval)
        return;
    written_ = now;
    nlohmann::ordered_json controls = nlohmann::ordered_json::object();
    for (const auto& [name, placed] : window.state().placed) {
        if (placed.frame == window.state().drawnFrame)
            controls[name] = {placed.rect.Min.x, placed.rect.Min.y, placed.rect.GetWidth(), placed.rect.GetHeight()};
    }
    nlohmann::ordered_json open = nlohmann::ordered_json::object();
    for (const auto& [name, isOpen] : window.state().open)
        open[name] = isOpen;
    const auto stats = window.stats();
    const nlohmann::ordered_json root = {{"first_picture_ms", firstPictureMs_},
                                         {"pictures", stats ? stats->framesDone : 0},
                                         {"open", open},
                                         {"controls", controls}};
    std::string text = root.dump(1) + "\n";
    if (text == text_)
        return;
    text_ = std::move(text);
    try {
        writeFileAtomically(path_, std::string_view(text_));
    } catch (const Error& error) {
        spdlog::warn("{}", error.what());
        path_.clear();
    }
}

}  // namespace impasto::ui
