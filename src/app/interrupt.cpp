// SPDX-License-Identifier: MIT
#include "app/interrupt.h"

#include <csignal>
#include <cstdlib>
#include <ctime>

namespace impasto::app {
namespace {

sigset_t watchedSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

}  // namespace

Interrupt::Interrupt() {
    const sigset_t signals = watchedSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    watcher_ = std::jthread([this, signals](const std::stop_token& end) {
        constexpr timespec kPoll{.tv_sec = 0, .tv_nsec = 50'000'000};
        while (!end.stop_requested()) {
            const int signal = sigtimedwait(&signals, nullptr, &kPoll);
            if (signal < 0)
                continue;
            if (stop_.stop_requested())
                std::_Exit(128 + signal);
            stop_.request_stop();
        }
    });
}

Interrupt::~Interrupt() {
    watcher_.request_stop();
    watcher_.join();
    const sigset_t signals = watchedSignals();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace impasto::app
