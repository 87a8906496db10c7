// SPDX-License-Identifier: MIT
#include "ui/screen_region.h"

#include <fmt/format.h>
#include <xcb/xcb.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace impasto::ui {
namespace {

template <class T>
struct Free {
    void operator()(T* object) const { std::free(object); }
};
template <class T>
using Reply = std::unique_ptr<T, Free<T>>;

struct Disconnect {
    void operator()(xcb_connection_t* connection) const { xcb_disconnect(connection); }
};

struct Region {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
};

/// Four thin windows that outline a rectangle: they need no compositor and leave no traces.
class Outline {
  public:
    Outline(xcb_connection_t* connection, const xcb_screen_t& screen) : connection_(connection) {
        for (xcb_window_t& side : sides_) {
            side = xcb_generate_id(connection);
            const std::uint32_t values[] = {0x00e8a33d, 1};  // colour; not managed by the window manager
            xcb_create_window(connection, XCB_COPY_FROM_PARENT, side, screen.root, 0, 0, 1, 1, 0,
                              XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                              XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
        }
    }
    ~Outline() {
        for (const xcb_window_t side : sides_)
            xcb_destroy_window(connection_, side);
    }
    Outline(const Outline&) = delete;
    Outline& operator=(const Outline&) = delete;

    void show(const Region& region) {
        constexpr int kThick = 2;
        place(sides_[0], {region.x - kThick, region.y - kThick, region.width + 2 * kThick, kThick});
        place(sides_[1], {region.x - kThick, region.y + region.height, region.width + 2 * kThick, kThick});
        place(sides_[2], {region.x - kThick, region.y, kThick, region.height});
        place(sides_[3], {region.x + region.width, region.y, kThick, region.height});
    }

  private:
    void place(xcb_window_t side, const Region& at) {
        const std::uint32_t values[] = {static_cast<std::uint32_t>(at.x), static_cast<std::uint32_t>(at.y),
                                        static_cast<std::uint32_t>(std::max(1, at.width)),
                                        static_cast<std::uint32_t>(std::max(1, at.height)), XCB_STACK_MODE_ABOVE};
        xcb_configure_window(connection_, side,
                             XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH |
                                 XCB_CONFIG_WINDOW_HEIGHT | XCB_CONFIG_WINDOW_STACK_MODE,
                             values);
        xcb_map_window(connection_, side);
    }

    xcb_connection_t* connection_;
    xcb_window_t sides_[4] = {};
};

xcb_cursor_t crosshair(xcb_connection_t* connection) {
    constexpr std::uint16_t kCrosshair = 34;  // of X11's cursor font
    const xcb_font_t font = xcb_generate_id(connection);
    xcb_open_font(connection, font, 6, "cursor");
    const xcb_cursor_t cursor = xcb_generate_id(connection);
    xcb_create_glyph_cursor(connection, cursor, font, font, kCrosshair, kCrosshair + 1, 0, 0, 0, 0xffff, 0xffff,
                            0xffff);
    xcb_close_font(connection, font);
    return cursor;
}

xcb_atom_t atom(xcb_connection_t* connection, std::string_view name) {
    const Reply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(
        connection, xcb_intern_atom(connection, 1, static_cast<std::uint16_t>(name.size()), name.data()), nullptr));
    return reply ? reply->atom : static_cast<xcb_atom_t>(XCB_ATOM_NONE);
}

/// Empty when the window has none.
std::string textProperty(xcb_connection_t* connection, xcb_window_t window, xcb_atom_t property) {
    constexpr std::uint32_t kMostWords = 64;
    const Reply<xcb_get_property_reply_t> reply(xcb_get_property_reply(
        connection, xcb_get_property(connection, 0, window, property, XCB_GET_PROPERTY_TYPE_ANY, 0, kMostWords),
        nullptr));
    if (!reply || reply->format != 8)
        return {};
    const auto* text = static_cast<const char*>(xcb_get_property_value(reply.get()));
    return {text, static_cast<std::size_t>(xcb_get_property_value_length(reply.get()))};
}

/// The program's own window inside what the window manager puts around it: the one that has a state. `frame` itself
/// where there is none.
xcb_window_t clientOf(xcb_connection_t* connection, xcb_window_t frame) {
    const xcb_atom_t state = atom(connection, "WM_STATE");
    std::vector<xcb_window_t> level{frame};
    constexpr int kDeepest = 4;
    for (int depth = 0; depth < kDeepest && state != XCB_ATOM_NONE; ++depth) {
        std::vector<xcb_window_t> below;
        for (const xcb_window_t window : level) {
            const Reply<xcb_get_property_reply_t> has(xcb_get_property_reply(
                connection, xcb_get_property(connection, 0, window, state, XCB_GET_PROPERTY_TYPE_ANY, 0, 0), nullptr));
            if (has && has->type != XCB_ATOM_NONE)
                return window;
            const Reply<xcb_query_tree_reply_t> tree(
                xcb_query_tree_reply(connection, xcb_query_tree(connection, window), nullptr));
            if (!tree)
                continue;
            const xcb_window_t* children = xcb_query_tree_children(tree.get());
            below.insert(below.end(), children, children + xcb_query_tree_children_length(tree.get()));
        }
        level = std::move(below);
    }
    return frame;
}

/// The window under the pointer as an INPUT, with its title; empty over the desktop.
std::string windowAtPointer(xcb_connection_t* connection, xcb_window_t root) {
    const Reply<xcb_query_pointer_reply_t> pointer(
        xcb_query_pointer_reply(connection, xcb_query_pointer(connection, root), nullptr));
    if (!pointer || pointer->child == XCB_NONE)
        return {};
    const xcb_window_t window = clientOf(connection, pointer->child);
    std::string title = textProperty(connection, window, atom(connection, "_NET_WM_NAME"));
    if (title.empty())
        title = textProperty(connection, window, XCB_ATOM_WM_NAME);
    return fmt::format("screen:window={:#x}{}{}", window, title.empty() ? "" : ":", title);
}

Region between(int x0, int y0, int x1, int y1) {
    return {std::min(x0, x1), std::min(y0, y1), std::abs(x1 - x0), std::abs(y1 - y0)};
}

/// The part of `region` on the screen, of even sides as videos need them.
std::string inputFor(Region region, const xcb_screen_t& screen) {
    const int left = std::clamp(region.x, 0, screen.width_in_pixels - 2);
    const int top = std::clamp(region.y, 0, screen.height_in_pixels - 2);
    const int right = std::clamp<int>(region.x + region.width, left + 2, screen.width_in_pixels);
    const int bottom = std::clamp<int>(region.y + region.height, top + 2, screen.height_in_pixels);
    return fmt::format("screen:{}x{}+{}+{}", (right - left) & ~1, (bottom - top) & ~1, left, top);
}

}  // namespace

std::string pickScreenRegion() {
    constexpr int kClick = 6;  // pixels; less is no drag
    constexpr xcb_keycode_t kEscape = 9;
    int screenNumber = 0;
    const std::unique_ptr<xcb_connection_t, Disconnect> connection(xcb_connect(nullptr, &screenNumber));
    if (xcb_connection_has_error(connection.get()))
        return {};
    xcb_connection_t* x = connection.get();
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(x));
    for (; screenNumber > 0 && screens.rem > 1; --screenNumber)
        xcb_screen_next(&screens);
    const xcb_screen_t& screen = *screens.data;
    const auto grab = xcb_grab_pointer(
        x, 0, screen.root, XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION,
        XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC, XCB_NONE, crosshair(x), XCB_CURRENT_TIME);
    const Reply<xcb_grab_pointer_reply_t> grabbed(xcb_grab_pointer_reply(x, grab, nullptr));
    if (!grabbed || grabbed->status != XCB_GRAB_STATUS_SUCCESS)
        return {};
    xcb_grab_keyboard(x, 0, screen.root, XCB_CURRENT_TIME, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC);
    xcb_flush(x);

    std::optional<Outline> outline;
    std::optional<Region> start;
    while (const Reply<xcb_generic_event_t> event{xcb_wait_for_event(x)}) {
        const int type = event->response_type & 0x7f;
        const auto& button = reinterpret_cast<const xcb_button_press_event_t&>(*event);
        if (type == XCB_KEY_PRESS && button.detail == kEscape)
            return {};
        if (type == XCB_BUTTON_PRESS) {
            if (button.detail != XCB_BUTTON_INDEX_1)
                return {};
            start = Region{button.root_x, button.root_y};
        } else if (type == XCB_MOTION_NOTIFY && start) {
            if (!outline)
                outline.emplace(x, screen);
            outline->show(between(start->x, start->y, button.root_x, button.root_y));
            xcb_flush(x);
        } else if (type == XCB_BUTTON_RELEASE && start) {
            outline.reset();
            const Region dragged = between(start->x, start->y, button.root_x, button.root_y);
            const bool click = dragged.width < kClick && dragged.height < kClick;
            const std::string window = click ? windowAtPointer(x, screen.root) : std::string();
            xcb_flush(x);
            if (click)
                return window.empty() ? "screen" : window;
            return inputFor(dragged, screen);
        }
    }
    return {};
}

}  // namespace impasto::ui
