// SPDX-License-Identifier: MIT
#include "app/interrupt.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>

namespace impasto::app {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

// A handler can reach nothing else. Blocking the signals and waiting for them would not do: libraries have threads from
// before there was anybody to block them there, and the signal would end the program on one of those.
std::atomic<int> received{0};
std::atomic<int> times{0};
static_assert(std::atomic<int>::is_always_lock_free);

void note(int signal) {
    received = signal;
    ++times;
}

}  // namespace

Interrupt::Interrupt() {
    times = 0;
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    for (const int signal : kSignals)
        sigaction(signal, &action, nullptr);
    watcher_ = std::jthread([this](const std::stop_token& end) {
        while (!end.stop_requested()) {
            if (times > 1)
                std::_Exit(128 + received);
            if (times > 0)
                stop_.request_stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    });
}

Interrupt::~Interrupt() {
    watcher_.request_stop();
    watcher_.join();
    for (const int signal : kSignals)
        std::signal(signal, SIG_DFL);
}

}  // namespace impasto::app
