// SPDX-License-Identifier: MIT
#include "media/window_source.h"

#include <xcb/xcb.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include "media/stream_source.h"

namespace impasto::media {
namespace {

struct Free {
    void operator()(void* reply) const { std::free(reply); }
};

/// Asks the X server about one window, on a connection of its own.
class WatchedWindow {
  public:
    explicit WatchedWindow(xcb_window_t window) : connection_(xcb_connect(nullptr, nullptr)), window_(window) {}
    ~WatchedWindow() { xcb_disconnect(connection_); }
    WatchedWindow(const WatchedWindow&) = delete;
    WatchedWindow& operator=(const WatchedWindow&) = delete;

    struct Size {
        int width = 0;
        int height = 0;
        bool operator==(const Size&) const = default;
    };
    /// Zero while there is nothing to see of it.
    Size size() const {
        const auto geometry = xcb_get_geometry(connection_, window_);
        const auto attributes = xcb_get_window_attributes(connection_, window_);
        const std::unique_ptr<xcb_get_geometry_reply_t, Free> box(
            xcb_get_geometry_reply(connection_, geometry, nullptr));
        const std::unique_ptr<xcb_get_window_attributes_reply_t, Free> state(
            xcb_get_window_attributes_reply(connection_, attributes, nullptr));
        if (!box || !state || state->map_state != XCB_MAP_STATE_VIEWABLE)
            return {};
        return {box->width, box->height};
    }

  private:
    xcb_connection_t* connection_;
    xcb_window_t window_;
};

class WindowSource final : public Source {
  public:
    WindowSource(const InputName& name, const SourceRequest& request)
        : name_(name), request_(request), window_(name.region.window) {
        open();
    }

    const SourceInfo& info() const override { return stream_->info(); }
    FramePtr next() override {
        follow();
        return stream_->next();
    }
    bool skip() override {
        follow();
        return stream_->skip();
    }
    void seek(double seconds) override { stream_->seek(seconds); }
    void rewind() override { stream_->rewind(); }
    const std::vector<std::string>& problems() const override { return stream_->problems(); }

  private:
    using Clock = std::chrono::steady_clock;

    void open() {
        size_ = window_.size();
        if (size_ == WatchedWindow::Size{})
            throw inputError(name_.shown, "the window is closed or minimised",
                             "show it again, or choose another source");
        stream_ = openStream(name_, request_, openInput(name_, request_));
        looked_ = Clock::now();
    }
    /// The grabber takes the size the window has when it is opened.
    void follow() {
        constexpr std::chrono::milliseconds kLookInterval{100};
        if (Clock::now() - looked_ < kLookInterval)
            return;
        looked_ = Clock::now();
        if (window_.size() != size_)
            open();
    }

    InputName name_;
    SourceRequest request_;
    WatchedWindow window_;
    WatchedWindow::Size size_;
    std::unique_ptr<Source> stream_;
    Clock::time_point looked_{};
};

}  // namespace

std::unique_ptr<Source> openWindow(const InputName& name, const SourceRequest& request) {
    return std::make_unique<WindowSource>(name, request);
}

}  // namespace impasto::media
