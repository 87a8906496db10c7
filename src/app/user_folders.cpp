// SPDX-License-Identifier: MIT
#include "app/user_folders.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <string>

#include "base/error.h"
#include "base/file.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxUserDirsBytes = 1u << 16;

fs::path environment(const char* name) {
    const char* value = std::getenv(name);
    return value && *value ? fs::path(value) : fs::path();
}

std::string userDirsFile(const fs::path& home) {
    fs::path folder = environment("XDG_CONFIG_HOME");
    if (folder.empty() && !home.empty())
        folder = home / ".config";
    std::error_code ignored;
    if (!fs::is_regular_file(folder / "user-dirs.dirs", ignored))
        return {};
    try {
        const std::vector<std::byte> bytes = readFile(folder / "user-dirs.dirs", kMaxUserDirsBytes);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    } catch (const Error&) {
        return {};  // the next best folder does as well
    }
}

fs::path userFolder(const char* key, const char* usual) {
    if (const fs::path folder = environment(key); !folder.empty())
        return folder;
    const fs::path home = environment("HOME");
    std::error_code ignored;
    if (const fs::path folder = userDirectory(userDirsFile(home), key, home);
        !folder.empty() && fs::is_directory(folder, ignored))
        return folder;
    return !home.empty() && fs::is_directory(home / usual, ignored) ? home / usual : fs::path();
}

}  // namespace

fs::path picturesFolder() {
    return userFolder("XDG_PICTURES_DIR", "Pictures");
}
fs::path videosFolder() {
    return userFolder("XDG_VIDEOS_DIR", "Videos");
}

fs::path userDirectory(std::string_view file, std::string_view key, const fs::path& home) {
    const std::string start = fmt::format("{}=\"", key);
    while (!file.empty()) {
        const std::string_view line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(file.size(), line.size() + 1));
        if (!line.starts_with(start) || line.size() <= start.size() || line.back() != '"')
            continue;
        std::string_view value = line.substr(start.size(), line.size() - start.size() - 1);
        constexpr std::string_view kHome = "$HOME/";
        if (value.find('\0') != std::string_view::npos)
            return {};
        if (value.starts_with(kHome) && !home.empty())
            return home / value.substr(kHome.size());
        return value.starts_with('/') ? fs::path(value) : fs::path();
    }
    return {};
}

fs::path newFileIn(const fs::path& folder, std::string_view extension) {
    const std::string stem = fmt::format("impasto-{:%Y%m%d-%H%M%S}", fmt::localtime(std::time(nullptr)));
    std::error_code ignored;
    fs::path path = folder / fmt::format("{}{}", stem, extension);
    for (int number = 2; fs::exists(path, ignored); ++number)
        path = folder / fmt::format("{}-{}{}", stem, number, extension);
    return path;
}

}  // namespace impasto::app
