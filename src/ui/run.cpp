// SPDX-License-Identifier: MIT
#include "ui/run.h"

#include <fmt/format.h>

#include "app/live_session.h"
#include "base/error.h"
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

}  // namespace

void run(const app::CommandLine& line, const app::Recollection& last) {
    std::string problem;
    WindowApp window(line.settings, windowOptions(line, last.remembered),
                     [&](gpu::Device& device, gpu::PipelineLibrary& pipelines, app::Settings& settings) {
                         return openSession(device, pipelines, settings, last.remembered.settings,
                                            line.retune ? app::Tuning::Anew : app::Tuning::Measure, problem);
                     });
    window.state().studio.clipboard = std::make_shared<ImageClipboard>();
    StateKeeper keeper(last.remembered, line.settings, app::rememberedPath());
    keeper.restore(window.state());
    window.state().hint = !last.remembered.window;
    for (const std::string& text : {last.message, problem}) {
        if (!text.empty())
            say(window.state(), app::Message::Kind::Warning, text);
    }
    app::Requests again;
    again.addStyles = last.remembered.addedStyles;
    if (again.any())
        window.request(std::move(again));

    PlacedFile placed;
    while (!window.closed()) {
        if (window.step())
            placed.update(window);
        keeper.watch(window);
    }
    keeper.finish(window);
}

}  // namespace impasto::ui
