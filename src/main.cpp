// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdlib>
#include <span>

#include "app/benchmark.h"
#include "app/command_line.h"
#include "app/defaults.h"
#include "app/headless.h"
#include "app/lists.h"
#include "app/remembered.h"
#include "app/self_test.h"
#include "base/error.h"
#include "base/log.h"
#include "media/camera.h"
#include "ui/run.h"

namespace {

using namespace impasto;

int run(const app::CommandLine& line) {
    using Mode = app::CommandLine::Mode;
    switch (line.mode) {
        case Mode::Window:
            break;  // see runWindow
        case Mode::Headless:
            app::runHeadless(line);
            return 0;
        case Mode::Batch:
            return app::runBatch(line);
        case Mode::Benchmark:
            app::runBenchmark(line);
            return 0;
        case Mode::SelfTest:
            return app::runSelfTest(line);
        case Mode::ListDevices:
            fmt::print("{}", app::describeDevices(gpu::listDevices()));
            return 0;
        case Mode::ListCameras:
            fmt::print("{}", media::describeCameras(media::listCameras()));
            return 0;
    }
    return 1;
}

void takeDefaults(app::CommandLine& line) {
    for (const std::string& note : line.notes)
        spdlog::warn("{}", note);
    if (line.useDefaultStyle)
        line.settings.styles = app::defaultStyles();
}

/// The window begins where it was left, under what the arguments say.
int runWindow(std::span<const char* const> arguments) {
    const app::Recollection last = app::recall(app::rememberedPath());
    auto line = std::get<app::CommandLine>(app::parseCommandLine(arguments, last.remembered.settings));
    takeDefaults(line);
    ui::run(line, last);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    setUpLog();
    const std::span<const char* const> arguments{argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)};
    try {
        auto parsed = app::parseCommandLine(arguments);
        if (const auto* early = std::get_if<app::EarlyExit>(&parsed)) {
            fmt::print(early->status == 0 ? stdout : stderr, "{}", early->text);
            return early->status;
        }
        auto& line = std::get<app::CommandLine>(parsed);
        if (line.mode == app::CommandLine::Mode::Window)
            return runWindow(arguments);
        takeDefaults(line);
        return run(line);
    } catch (const std::exception& error) {
        fmt::print(stderr, "impasto: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
