// SPDX-License-Identifier: MIT
#include "ui/run.h"

#include "app/live_session.h"
#include "ui/window_app.h"

namespace impasto::ui {
namespace {

class LiveProvider : public PictureProvider {
  public:
    LiveProvider(gpu::Device& device, gpu::PipelineLibrary& pipelines, const app::Settings& settings)
        : session_(device, pipelines, settings) {}

    void apply(const app::Settings& settings) override { session_.apply(settings); }
    void request(app::Requests requests) override { session_.request(std::move(requests)); }
    std::shared_ptr<const app::Picture> picture() const override { return session_.picture(); }
    std::shared_ptr<const app::Stats> stats() const override { return session_.stats(); }

  private:
    app::LiveSession session_;
};

}  // namespace

void run(const app::CommandLine& line) {
    WindowOptions options;
    options.device.index = line.device;
    WindowApp window(line.settings, options,
                     [](gpu::Device& device, gpu::PipelineLibrary& pipelines, const app::Settings& settings) {
                         return std::make_unique<LiveProvider>(device, pipelines, settings);
                     });
    window.state().studio.clipboard = std::make_shared<ImageClipboard>();
    window.run();
}

}  // namespace impasto::ui
