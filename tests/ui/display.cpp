// SPDX-License-Identifier: MIT
#include "display.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace impasto::ui {
namespace {

constexpr int kStartTimeoutMs = 10'000;

/// One line from `descriptor`, or empty after the time-out.
std::string readLine(int descriptor) {
    std::string line;
    pollfd waiting{descriptor, POLLIN, 0};
    while (poll(&waiting, 1, kStartTimeoutMs) > 0) {
        char letter = 0;
        if (read(descriptor, &letter, 1) != 1 || letter == '\n')
            break;
        line += letter;
    }
    return line;
}

}  // namespace

TestDisplay::TestDisplay() {
    const char* display = std::getenv("DISPLAY");
    if (!display || !*display)
        startServer();
}

void TestDisplay::startServer() {
    int ends[2];
    if (pipe(ends) != 0) {
        missing_ = "no pipe";
        return;
    }
    server_ = fork();
    if (server_ == 0) {
        // The server chooses a free display and writes its number into the pipe.
        const std::string descriptor = std::to_string(ends[1]);
        const int nothing = open("/dev/null", O_WRONLY);
        dup2(nothing, STDERR_FILENO);
        execlp("Xvfb", "Xvfb", "-displayfd", descriptor.c_str(), "-noreset", "-screen", "0", "1600x1000x24", nullptr);
        _exit(127);
    }
    close(ends[1]);
    const std::string number = readLine(ends[0]);
    close(ends[0]);
    if (number.empty())
        missing_ = "no DISPLAY, and Xvfb did not start";
    else
        setenv("DISPLAY", (":" + number).c_str(), 1);
}

TestDisplay::~TestDisplay() {
    if (server_ <= 0)
        return;
    kill(server_, SIGTERM);
    waitpid(server_, nullptr, 0);
    unsetenv("DISPLAY");  // the next one starts its own
}

}  // namespace impasto::ui
