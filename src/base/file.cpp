// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>

#include "base/error.h"

namespace impasto {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string lastError() {
    return std::strerror(errno);
}

fs::path homeFolder(const char* variable, const char* fallback) {
    if (const char* value = std::getenv(variable); value && *value)
        return fs::path(value) / "impasto";
    const char* home = std::getenv("HOME");
    return fs::path(home && *home ? home : ".") / fallback / "impasto";
}

bool holdsData(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_directory(folder / "assets", ignored) && fs::is_directory(folder / "weights", ignored);
}

}  // namespace

std::vector<std::byte> readFile(const fs::path& path, std::uint64_t maxBytes) {
    std::error_code code;
    const auto status = fs::status(path, code);
    if (!fs::exists(status))
        throw Error({"cannot read file", path.string(), "it does not exist", "check the path"});
    if (!fs::is_regular_file(status))
        throw Error({"cannot read file", path.string(), "it is not a regular file"});
    const std::uintmax_t size = fs::file_size(path, code);
    if (code)
        throw Error({"cannot read file", path.string(), code.message()});
    if (size > maxBytes)
        throw Error({"cannot read file", path.string(),
                     std::to_string(size) + " bytes, more than the limit of " + std::to_string(maxBytes)});
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file)
        throw Error({"cannot read file", path.string(), lastError()});
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
        throw Error({"cannot read file", path.string(), "it ended early"});
    return bytes;
}

void writeFileAtomically(const fs::path& path, std::span<const std::byte> bytes) {
    std::error_code code;
    if (path.has_parent_path())
        fs::create_directories(path.parent_path(), code);
    if (code)
        throw Error({"cannot write file", path.string(), code.message(), "choose a writable folder"});
    // Unique per call: two threads or programs may write the same file at once, and the last whole one wins.
    static std::atomic<unsigned> calls{0};
    fs::path temporary = path;
    temporary += "." + std::to_string(::getpid()) + "-" + std::to_string(calls++) + ".tmp";
    File file(std::fopen(temporary.c_str(), "wb"));
    if (!file)
        throw Error({"cannot write file", path.string(), lastError(), "choose a writable folder"});
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size() &&
                         std::fflush(file.get()) == 0 && ::fsync(::fileno(file.get())) == 0;
    const std::string reason = written ? "" : lastError();
    file.reset();
    if (written)
        fs::rename(temporary, path, code);
    if (!written || code) {
        std::error_code ignored;
        fs::remove(temporary, ignored);
        throw Error({"cannot write file", path.string(), written ? code.message() : reason,
                     written ? "choose another name" : "free some space"});
    }
}

void writeFileAtomically(const fs::path& path, std::string_view text) {
    writeFileAtomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

fs::path configFolder() {
    return homeFolder("XDG_CONFIG_HOME", ".config");
}
fs::path cacheFolder() {
    return homeFolder("XDG_CACHE_HOME", ".cache");
}
fs::path stateFolder() {
    return homeFolder("XDG_STATE_HOME", ".local/state");
}

fs::path userDataFolder() {
    return homeFolder("XDG_DATA_HOME", ".local/share");
}

fs::path dataFolder() {
    if (const char* value = std::getenv("IMPASTO_DATA"); value && *value) {
        if (!holdsData(value))
            throw Error({"cannot find the bundled data", value, "IMPASTO_DATA has no assets and weights in it"});
        return value;
    }
    std::error_code code;
    fs::path folder = fs::read_symlink("/proc/self/exe", code).parent_path();
    for (int level = 0; !code && level < 4 && !folder.empty(); ++level) {
        if (holdsData(folder))
            return folder;
        if (holdsData(folder / "share/impasto"))
            return folder / "share/impasto";
        if (folder == folder.root_path())
            break;
        folder = folder.parent_path();
    }
    if (holdsData(IMPASTO_SOURCE_DIR))
        return IMPASTO_SOURCE_DIR;
    throw Error({"cannot find the bundled data", "", "no folder with assets and weights near the program",
                 "set IMPASTO_DATA to the folder that holds them"});
}

}  // namespace impasto
