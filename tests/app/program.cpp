// SPDX-License-Identifier: MIT
#include "program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "gpu/device_choice.h"

namespace impasto::app::test {
namespace {

namespace fs = std::filesystem;

std::string contentOf(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

void redirect(int target, const fs::path& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, target);
    ::close(file);
}

}  // namespace

std::vector<std::string> Ended::errorLines() const {
    std::vector<std::string> lines;
    std::istringstream text(err);
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

namespace {

pid_t start(const std::vector<std::string>& arguments, const TemporaryFolder& folder,
            const std::map<std::string, std::string>& environment) {
    std::vector<std::string> words = {IMPASTO_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);

    const pid_t child = ::fork();
    if (child == 0) {
        ::unsetenv("DISPLAY");
        ::unsetenv("WAYLAND_DISPLAY");
        ::setenv("XDG_CACHE_HOME", IMPASTO_TEST_CACHE, 1);
        for (const auto& [name, value] : environment)
            ::setenv(name.c_str(), value.c_str(), 1);
        redirect(STDOUT_FILENO, folder / "stdout.txt");
        redirect(STDERR_FILENO, folder / "stderr.txt");
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    return child;
}

Ended ended(int status, const TemporaryFolder& folder) {
    return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            .out = contentOf(folder / "stdout.txt"),
            .err = contentOf(folder / "stderr.txt")};
}

}  // namespace

Ended runProgram(const std::vector<std::string>& arguments, const TemporaryFolder& folder,
                 const std::map<std::string, std::string>& environment) {
    const pid_t child = start(arguments, folder, environment);
    int status = 0;
    ::waitpid(child, &status, 0);
    return ended(status, folder);
}

Ended runProgramUntil(const std::vector<std::string>& arguments, const TemporaryFolder& folder, int signal,
                      const std::function<bool()>& when) {
    const pid_t child = start(arguments, folder, {});
    int status = 0;
    bool sent = false;
    while (::waitpid(child, &status, sent ? 0 : WNOHANG) == 0) {
        if (!sent && (sent = when()))
            ::kill(child, signal);
        else
            ::usleep(5000);
    }
    return ended(status, folder);
}

bool hasDevice() {
    try {
        for (const gpu::DeviceReport& device : gpu::listDevices()) {
            if (device.usable)
                return true;
        }
    } catch (const Error&) {
    }
    if (std::getenv("IMPASTO_REQUIRE_DEVICE"))
        ADD_FAILURE() << "there is no Vulkan device";
    return false;
}

}  // namespace impasto::app::test
