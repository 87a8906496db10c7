// SPDX-License-Identifier: MIT
#include "ui/run.h"

#include <fmt/format.h>

#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/live_session.h"
#include "base/error.h"
#include "gpu/device_choice.h"
#include "gpu/device_titles.h"
#include "ui/placed_file.h"
#include "ui/state_keeper.h"
#include "ui/window_app.h"

namespace impasto::ui {
namespace {

class LiveProvider : public PictureProvider {
  public:
    explicit LiveProvider(std::unique_ptr<app::LiveSession> session) : session_(std::move(session)) {}

    void apply(const app::Settings& settings) override { session_->apply(settings); }
    void request(app::Requests requests) override { session_->request(std::move(requests)); }
    std::shared_ptr<const app::Picture> picture() const override { return session_->picture(); }
    media::FramePtr sourcePreview() const override { return session_->sourcePreview(); }
    std::shared_ptr<const app::Stats> stats() const override { return session_->stats(); }

  private:
    std::unique_ptr<app::LiveSession> session_;
};

/// What was asked for by an argument must be there; of what was only remembered the default takes the place.
std::unique_ptr<PictureProvider> openSession(gpu::Device& device, gpu::PipelineLibrary& pipelines,
                                             app::Settings& settings, const app::Settings& remembered,
                                             app::Tuning tuning, std::string& problem) {
    const bool namedSource = settings.source != remembered.source;
    const bool namedModel = settings.model != remembered.model || settings.model == app::Settings{}.model;
    try {
        return std::make_unique<LiveProvider>(
            std::make_unique<app::LiveSession>(device, pipelines, settings, namedSource, tuning));
    } catch (const Error& error) {
        if (namedModel)
            throw;
        problem = fmt::format("{}. The network {} is used instead", error.what(), app::Settings{}.model);
    }
    settings.model = app::Settings{}.model;
    return std::make_unique<LiveProvider>(
        std::make_unique<app::LiveSession>(device, pipelines, settings, namedSource, tuning));
}

WindowOptions windowOptions(const app::CommandLine& line, const app::Remembered& last) {
    WindowOptions options;
    options.device.index = line.device;
    if (const auto& window = last.window) {
        options.width = window->width;
        options.height = window->height;
        options.position = ImVec2(static_cast<float>(window->x), static_cast<float>(window->y));
        options.maximized = window->maximized;
    }
    options.output = last.output;
    return options;
}

/// Where the window is, for one on another device in its place.
WindowOptions sameElsewhere(const WindowApp& window, int device) {
    WindowOptions options;
    options.device.index = device;
    const Window::Placement at = window.placement();
    options.width = at.width;
    options.height = at.height;
    options.position = ImVec2(static_cast<float>(at.x), static_cast<float>(at.y));
    options.maximized = at.maximized;
    options.output = window.outputPlacement();
    return options;
}

std::vector<gpu::DeviceReport> devicesForWindows() {
    std::vector<gpu::DeviceProperties> properties;
    for (const gpu::DeviceReport& report : gpu::listDevices())
        properties.push_back(report.properties);
    return gpu::judgeDevices(properties, true);
}

/// One run of the program: a window, or several one after the other when another device is chosen.
class Run {
  public:
    Run(const app::CommandLine& line, const app::Recollection& last)
        : last_(last.remembered),
          settings_(line.settings),
          tuning_(line.retune ? app::Tuning::Anew : app::Tuning::Measure),
          keeper_(last_, line.settings, app::rememberedPath()) {
        WindowOptions options = windowOptions(line, last_);
        std::string problem = last.message;
        if (line.device < 0 && !last_.device.empty()) {
            options.device.index = gpu::findDevice(devicesForWindows(), last_.device);
            if (options.device.index < 0)
                problem += fmt::format("{}The device {} is not there", problem.empty() ? "" : ". ", last_.device);
        }
        WindowOptions best = options;
        best.device.index = -1;
        open(options, options.device.index == line.device ? nullptr : &best);
        UiState& state = window_->state();
        state.studio.clipboard = std::make_shared<ImageClipboard>();
        keeper_.restore(state);
        state.hint = !last_.window;
        warn(problem);
        app::Requests again;
        again.addStyles = last_.addedStyles;
        if (again.any())
            window_->request(std::move(again));
    }

    void untilClosed() {
        PlacedFile placed;
        while (!window_->closed()) {
            if (window_->step())
                placed.update(*window_);
            listDevices();
            goOnWhereItWas();
            keeper_.watch(*window_);
            if (window_->state().devices.asked)
                changeDevice(*window_->state().devices.asked);
            wantedDevice_ = window_->state().devices.wanted;
        }
        keeper_.finish(*window_);
    }

  private:
    void warn(const std::string& text) {
        if (!text.empty())
            say(window_->state(), app::Message::Kind::Warning, text);
    }
    std::string deviceInUse() { return window_->device().report().properties.name; }

    /// Opens the window; if that fails, one as `otherwise` says, which tells why.
    void open(const WindowOptions& options, const WindowOptions* otherwise) {
        std::string problem;
        const auto make = [&](const WindowOptions& with) {
            deviceIndex_ = with.device.index;
            window_ = std::make_unique<WindowApp>(
                settings_, with, [&](gpu::Device& device, gpu::PipelineLibrary& pipelines, app::Settings& settings) {
                    return openSession(device, pipelines, settings, last_.settings, tuning_, problem);
                });
        };
        try {
            make(options);
        } catch (const Error& error) {
            if (!otherwise)
                throw;
            const std::string failure = error.what();
            make(*otherwise);
            problem = fmt::format("{}. {} is used instead", failure, deviceInUse());
        }
        warn(problem);
    }

    /// For the panel, beside the first pictures: asking the drivers takes a moment.
    void listDevices() {
        if (listed_ || !window_->showsPicture())
            return;
        if (!listing_.valid())
            listing_ = std::async(std::launch::async, devicesForWindows);
        if (listing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            return;
        listed_ = true;
        try {
            const std::vector<gpu::DeviceReport> reports = listing_.get();
            const int current = deviceIndex_ >= 0 ? deviceIndex_ : gpu::chooseDevice(reports, -1);
            window_->state().devices = deviceChoices(reports, current, window_->state().devices.wanted);
            window_->requestRedraw();
        } catch (const Error& error) {
            warn(error.what());
        }
    }

    void changeDevice(int index) {
        const std::shared_ptr<const app::Stats> stats = window_->stats();
        if (stats && stats->seekable && stats->positionSeconds > 0)
            goOnAt_ = stats->positionSeconds;
        const WindowOptions wanted = sameElsewhere(*window_, index);
        const WindowOptions before = sameElsewhere(*window_, window_->state().devices.current);
        settings_ = window_->settings();
        UiState kept = std::move(window_->state());
        window_.reset();
        open(wanted, &before);
        std::deque<Toast> said = std::move(window_->state().toasts);
        kept.forgetSession();
        kept.devices.asked.reset();
        kept.devices.current = deviceIndex_;
        if (deviceIndex_ != index)
            kept.devices.wanted = wantedDevice_;
        window_->state() = std::move(kept);
        for (const Toast& toast : said)
            say(window_->state(), toast.kind, toast.text);
        say(window_->state(), app::Message::Kind::Info, "Running on " + deviceInUse());
    }

    /// A video goes on where the device was changed, once it is open again.
    void goOnWhereItWas() {
        const std::shared_ptr<const app::Stats> stats = goOnAt_ ? window_->stats() : nullptr;
        if (!stats || !stats->seekable)
            return;
        app::Requests requests;
        requests.seekSeconds = *goOnAt_;
        window_->request(std::move(requests));
        goOnAt_.reset();
    }

    app::Remembered last_;
    app::Settings settings_;
    app::Tuning tuning_;
    StateKeeper keeper_;
    std::unique_ptr<WindowApp> window_;
    int deviceIndex_ = -1;      ///< that the window was opened on; −1: the best one
    std::string wantedDevice_;  ///< by the panel, before it asked for another
    bool listed_ = false;
    std::future<std::vector<gpu::DeviceReport>> listing_;
    std::optional<double> goOnAt_;
};

}  // namespace

void run(const app::CommandLine& line, const app::Recollection& last) {
    Run(line, last).untilClosed();
}

}  // namespace impasto::ui
