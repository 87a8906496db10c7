// SPDX-License-Identifier: MIT
#include "ui/window_app.h"

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <utility>

#include "app/file_thumbnails.h"
#include "app/preset.h"
#include "app/snapshot.h"
#include "base/error.h"
#include "ui/draw_list_picture.h"
#include "ui/frame_renderer.h"
#include "ui/imgui_context.h"
#include "ui/output_window.h"
#include "ui/thumbnail_textures.h"
#include "ui/window.h"

namespace impasto::ui {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kMovingInterval = 1.0 / 60;
constexpr double kStillInterval = 0.1;
constexpr double kMinimisedWait = 0.25;
/// How long after a change frames follow each other fast: ImGui needs one to react and one to settle.
constexpr int kFramesAfterInput = 3;
/// Between looks at the provider while pictures keep coming.
constexpr double kPollInterval = 1.0 / 120;
constexpr double kLivelySeconds = 0.5;
constexpr std::uint64_t kFrameTimeoutNs = 50'000'000;

double secondsSince(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
}

gpu::DeviceOptions withWindow(gpu::DeviceOptions options) {
    options.windowExtensions = Window::instanceExtensions();
    return options;
}

}  // namespace

class WindowApp::Implementation {
  public:
    Implementation(const app::Settings& settings, const WindowOptions& options, const MakeProvider& makeProvider)
        : settings_(settings),
          window_({.title = options.title,
                   .width = options.width,
                   .height = options.height,
                   .position = options.position,
                   .maximized = options.maximized}),
          device_(withWindow(options.device)),
          pipelines_(device_),
          imgui_(window_),
          renderer_(device_, window_),
          outputAt_(options.output),
          thumbnails_(renderer_.textures()),
          provider_(makeProvider(device_, pipelines_, settings_)),
          applied_(settings_) {
        state_.studio.outputWindow = outputAt_ && outputAt_->open;
        takeTheme();
    }

    /// Frames in flight wait for the provider's semaphores.
    ~Implementation() {
        output_.reset();
        renderer_.waitForFrames();
    }

    bool step(double maxWaitSeconds) {
        window_.waitEvents(std::min(maxWaitSeconds, waitSeconds()));
        if (window_.takeActivity())
            framesToDraw_ = kFramesAfterInput;
        if (provider_->picture() != newest_) {
            newest_ = provider_->picture();
            lastNewPicture_ = Clock::now();
        }
        if (!newest_)
            newestPreview_ = provider_->sourcePreview();
        followOutput();
        if (!window_.drawable())
            return false;
        const Clock::time_point now = Clock::now();
        const double sinceDrawn = std::chrono::duration<double>(now - lastDrawn_).count();
        const bool moving =
            framesToDraw_ > 0 || newest_ != shown_ || newestPreview_ != shownPreview_ || state_.animating;
        if (sinceDrawn < (moving ? kMovingInterval : kStillInterval))
            return false;
        if (!renderer_.begin(kFrameTimeoutNs))
            return false;
        // From beginning to beginning: what drawing takes is not added to the interval.
        lastDrawn_ = now;
        drawFrame();
        framesToDraw_ = std::max(0, framesToDraw_ - 1);
        return true;
    }

    std::shared_ptr<const app::Stats> stats() const { return provider_->stats(); }
    void request(app::Requests requests) { provider_->request(std::move(requests)); }
    bool showsPicture() const { return shown_ != nullptr; }

    std::optional<app::OutputPlacement> outputPlacement() const {
        std::optional<app::OutputPlacement> placement = output_ ? output_->placement() : outputAt_;
        if (placement)
            placement->open = output_ != nullptr;
        return placement;
    }
    const OutputWindow* outputWindow() const { return output_.get(); }

    app::Settings settings_;
    UiState state_;
    Window window_;
    gpu::Device device_;
    int framesToDraw_ = kFramesAfterInput;

  private:
    /// Until there may be something to do.
    double waitSeconds() const {
        const bool lively = secondsSince(lastNewPicture_) < kLivelySeconds;
        if (!window_.drawable())
            return output_ && lively ? kPollInterval : kMinimisedWait;
        const double sinceDrawn = secondsSince(lastDrawn_);
        if (framesToDraw_ > 0 || state_.animating)
            return std::max(0.0, kMovingInterval - sinceDrawn);
        const double untilTick = std::max(0.0, kStillInterval - sinceDrawn);
        return lively ? std::min(kPollInterval, untilTick) : untilTick;
    }

    /// Opens and closes the second window as the state says, and keeps its picture the newest one.
    void followOutput() {
        if (state_.studio.outputWindow && !output_)
            openOutput();
        const bool goesOn = !output_ || output_->followInput();
        if (!output_ || (state_.studio.outputWindow && goesOn)) {
            if (output_)
                showOutput();
            return;
        }
        outputAt_ = output_->placement();
        output_.reset();
        state_.studio.outputWindow = false;
        framesToDraw_ = kFramesAfterInput;
    }

    void openOutput() {
        try {
            output_ = std::make_unique<OutputWindow>(device_, window_, outputAt_);
        } catch (const Error& error) {
            state_.studio.outputWindow = false;
            say(state_, app::Message::Kind::Error, error.what());
        }
    }

    void showOutput() {
        // A window manager may give it the keyboard: every key works there as well.
        window_.addKeys(output_->takeKeys());
        for (Drop& drop : output_->takeDrops())
            outputDrops_.push_back(std::move(drop));
        if (!outputDrops_.empty())
            framesToDraw_ = kFramesAfterInput;
        output_->show({.picture = newest_, .splitPosition = settings_.wipePosition});
    }

    /// Colours, scale and fonts for the settings and the monitor the window is on.
    void takeTheme() {
        const float pixels = window_.contentScale();
        const float perCoordinate = window_.pixelsPerCoordinate();
        const bool fontsFit = fontScale_ == pixels && ImGui::GetIO().Fonts->IsBuilt();
        if (fontsFit && lightTheme_ == settings_.lightTheme && theme_.scale == pixels / perCoordinate)
            return;
        if (!fontsFit)
            loadAtlas(pixels);
        ImGui::GetIO().FontGlobalScale = 1.0f / perCoordinate;
        lightTheme_ = settings_.lightTheme;
        theme_.scale = pixels / perCoordinate;
        theme_.colors = lightTheme_ ? lightPalette() : darkPalette();
        applyTheme(theme_);
    }

    void loadAtlas(float pixelScale) {
        ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
        if (atlas.TexID)
            renderer_.textures().destroy(atlas.TexID, renderer_.retirement(), renderer_.lastSubmitted());
        atlas.Clear();
        theme_.fonts = loadFonts(atlas, pixelScale);
        fontScale_ = pixelScale;
        unsigned char* pixels = nullptr;
        int width = 0, height = 0;
        atlas.GetTexDataAsRGBA32(&pixels, &width, &height);
        const std::size_t bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
        atlas.SetTexID(renderer_.textures().create(
            {.name = "font atlas", .width = width, .height = height, .rgba = {pixels, bytes}, .neverSmaller = true}));
        atlas.ClearTexData();
    }

    PictureTextures takePicture() {
        shown_ = provider_->picture();
        if (!shown_ || !shown_->stylized)
            return takePreview();
        newestPreview_ = nullptr;
        dropPreview();
        PictureTextures textures;
        textures.stylized = renderer_.textures().forFrame(*shown_->stylized);
        if (shown_->source)
            textures.source = renderer_.textures().forFrame(*shown_->source);
        if (shown_->hasOther)
            textures.other = renderer_.textures().forFrame(*shown_->other);
        if (shown_->hasLayer)
            textures.layer = renderer_.textures().forFrame(*shown_->layer);
        textures.width = static_cast<int>(shown_->stylized->width());
        textures.height = static_cast<int>(shown_->stylized->height());
        return textures;
    }

    /// What there is before the first picture.
    PictureTextures takePreview() {
        if (newestPreview_ != shownPreview_) {
            dropPreview();
            shownPreview_ = newestPreview_;
            if (shownPreview_)
                preview_ = renderer_.textures().create({.name = "source",
                                                        .width = shownPreview_->width,
                                                        .height = shownPreview_->height,
                                                        .rgba = shownPreview_->pixels});
        }
        if (!shownPreview_)
            return {};
        return {.source = preview_, .width = shownPreview_->width, .height = shownPreview_->height};
    }

    void dropPreview() {
        if (preview_)
            renderer_.textures().destroy(preview_, renderer_.retirement(), renderer_.lastSubmitted());
        preview_ = nullptr;
        shownPreview_ = nullptr;
    }

    void drawFrame() {
        takeTheme();
        const std::shared_ptr<const app::Stats> stats = provider_->stats();
        const PictureTextures picture = takePicture();
        app::Requests requests;
        Ui ui{settings_, stats ? *stats : noStats_,
              requests,  state_,
              theme_,    [this](const app::GalleryStyle& style) { return thumbnails_.get(style); }};
        ui.filePicture = [this](const std::filesystem::path& path) { return fileThumbnails_.get(path); };
        thumbnails_.beginFrame(renderer_.retirement(), renderer_.lastSubmitted());
        imgui_.newFrame(window_);
        for (const Drop& drop : window_.takeDrops())
            dropFiles(ui, drop.paths, drop.position);
        for (const Drop& drop : std::exchange(outputDrops_, {}))
            dropFiles(ui, drop.paths, state_.pictureArea.GetCenter());
        drawScreen(ui, picture);
        imgui_.render();
        if (imgui_.keysWait())
            framesToDraw_ = kFramesAfterInput;

        std::optional<gpu::SemaphorePoint> ready;
        if (picture.stylized) {
            ready = shown_->ready;
            ready->stages = vk::PipelineStageFlagBits::eFragmentShader;
        }
        renderer_.end(*ImGui::GetDrawData(), ImGui::ColorConvertU32ToFloat4(theme_.colors.canvas), ready, shown_);
        if (const auto charts = std::move(state_.statistics.picture))
            exportCharts(*charts);
        passOn(std::move(requests));
    }

    /// Draws at once, writes on a thread of its own.
    void exportCharts(ImDrawList& charts) {
        const ImVec2 scale = ImGui::GetDrawData()->FramebufferScale;
        const ImVec2 size = state_.statistics.pictureSize;
        media::Frame frame;
        frame.width = static_cast<int>(size.x * scale.x);
        frame.height = static_cast<int>(size.y * scale.y);
        frame.pixels = drawToPixels(device_, renderer_.textures(), charts, frame.width, frame.height, scale);
        const std::filesystem::path path = app::newSnapshotPath();
        state_.exporting =
            std::async(std::launch::async, [frame = std::move(frame), path, preset = app::writePreset(settings_)] {
                try {
                    app::writeSnapshot(frame, preset, path);
                    return app::Message{.kind = app::Message::Kind::Info, .text = "wrote " + path.string()};
                } catch (const Error& error) {
                    return app::Message{.kind = app::Message::Kind::Error, .text = error.what()};
                }
            });
    }

    void passOn(app::Requests requests) {
        if (settings_ != applied_) {
            provider_->apply(settings_);
            applied_ = settings_;
        }
        if (requests.any())
            provider_->request(std::move(requests));
        window_.setFullscreen(state_.fullscreen);
    }

    gpu::PipelineLibrary pipelines_;
    ImguiContext imgui_;
    FrameRenderer renderer_;
    std::optional<app::OutputPlacement> outputAt_;  ///< of the second window when it was open last
    std::unique_ptr<OutputWindow> output_;
    std::vector<Drop> outputDrops_;
    ThumbnailTextures thumbnails_;
    app::FileThumbnails fileThumbnails_;
    Theme theme_;
    float fontScale_ = 0;
    bool lightTheme_ = false;
    const app::Stats noStats_;
    std::shared_ptr<const app::Picture> newest_;
    std::shared_ptr<const app::Picture> shown_;
    media::FramePtr newestPreview_;  ///< of the source; none once there is a picture
    media::FramePtr shownPreview_;
    ImTextureID preview_ = nullptr;
    Clock::time_point lastDrawn_{};
    Clock::time_point lastNewPicture_{};
    std::unique_ptr<PictureProvider> provider_;
    app::Settings applied_;
};

WindowApp::WindowApp(const app::Settings& settings, const WindowOptions& options, const MakeProvider& makeProvider)
    : implementation_(std::make_unique<Implementation>(settings, options, makeProvider)) {}

WindowApp::~WindowApp() = default;

void WindowApp::run() {
    while (!closed())
        step();
}

bool WindowApp::step(double maxWaitSeconds) {
    return implementation_->step(maxWaitSeconds);
}
bool WindowApp::closed() const {
    return implementation_->window_.closeAsked();
}
void WindowApp::requestRedraw() {
    implementation_->framesToDraw_ = kFramesAfterInput;
}
const app::Settings& WindowApp::settings() const {
    return implementation_->settings_;
}
void WindowApp::request(app::Requests requests) {
    implementation_->request(std::move(requests));
}
bool WindowApp::showsPicture() const {
    return implementation_->showsPicture();
}
Window::Placement WindowApp::placement() const {
    return implementation_->window_.placement();
}
std::optional<app::OutputPlacement> WindowApp::outputPlacement() const {
    return implementation_->outputPlacement();
}
const OutputWindow* WindowApp::outputWindow() const {
    return implementation_->outputWindow();
}
std::shared_ptr<const app::Stats> WindowApp::stats() const {
    return implementation_->stats();
}
UiState& WindowApp::state() {
    return implementation_->state_;
}
gpu::Device& WindowApp::device() {
    return implementation_->device_;
}
GLFWwindow* WindowApp::nativeWindow() {
    return implementation_->window_.handle();
}

}  // namespace impasto::ui
