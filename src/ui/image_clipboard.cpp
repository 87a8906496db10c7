// SPDX-License-Identifier: MIT
#include "ui/image_clipboard.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace impasto::ui {
namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::byte>;

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kChunkBytes = std::size_t{128} << 10;  ///< of an incremental transfer; below every server's limit
constexpr auto kPatience = std::chrono::milliseconds(1500);

template <class T>
struct Free {
    void operator()(T* object) const { std::free(object); }
};
template <class T>
using Reply = std::unique_ptr<T, Free<T>>;

/// The atoms of a transfer.
struct Atoms {
    xcb_atom_t clipboard, targets, incr, png, uriList, utf8, property;
};

xcb_atom_t intern(xcb_connection_t* connection, const char* name) {
    const auto cookie = xcb_intern_atom(connection, 0, static_cast<std::uint16_t>(std::strlen(name)), name);
    const Reply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(connection, cookie, nullptr));
    return reply ? reply->atom : static_cast<xcb_atom_t>(XCB_ATOM_NONE);
}

int hexDigit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

std::string decoded(std::string_view uri) {
    std::string text;
    for (std::size_t i = 0; i < uri.size(); ++i) {
        const bool code = uri[i] == '%' && i + 2 < uri.size() && hexDigit(uri[i + 1]) >= 0 && hexDigit(uri[i + 2]) >= 0;
        text += code ? static_cast<char>(hexDigit(uri[i + 1]) * 16 + hexDigit(uri[i + 2])) : uri[i];
        i += code ? 2 : 0;
    }
    return text;
}

}  // namespace

std::vector<std::string> pathsOfText(const std::string& text) {
    constexpr std::size_t kMostPaths = 64, kLongest = 4096;
    constexpr std::string_view kFile = "file://";
    std::vector<std::string> paths;
    for (std::size_t at = 0; at < text.size() && paths.size() < kMostPaths;) {
        const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
        std::string line = text.substr(at, end - at);
        at = end + 1;
        if (line.starts_with(kFile)) {
            const std::size_t path = line.find('/', kFile.size());  // after the host, which is empty or this one
            line = path == std::string::npos ? "" : decoded(std::string_view(line).substr(path));
        }
        if (!line.empty() && line.front() != '#' && line.size() <= kLongest && line.find('\0') == std::string::npos)
            paths.push_back(std::move(line));
    }
    return paths;
}

class ImageClipboard::Implementation {
  public:
    Implementation() {
        int screenNumber = 0;
        connection_ = xcb_connect(nullptr, &screenNumber);
        if (xcb_connection_has_error(connection_) || ::pipe2(wakePipe_.data(), O_NONBLOCK | O_CLOEXEC) != 0)
            return;
        auto screen = xcb_setup_roots_iterator(xcb_get_setup(connection_));
        for (; screenNumber > 0 && screen.rem > 1; --screenNumber)
            xcb_screen_next(&screen);
        window_ = xcb_generate_id(connection_);
        const std::uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
        xcb_create_window(connection_, XCB_COPY_FROM_PARENT, window_, screen.data->root, 0, 0, 1, 1, 0,
                          XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, XCB_CW_EVENT_MASK, &events);
        atoms_ = {.clipboard = intern(connection_, "CLIPBOARD"),
                  .targets = intern(connection_, "TARGETS"),
                  .incr = intern(connection_, "INCR"),
                  .png = intern(connection_, "image/png"),
                  .uriList = intern(connection_, "text/uri-list"),
                  .utf8 = intern(connection_, "UTF8_STRING"),
                  .property = intern(connection_, "IMPASTO_PASTE")};
        xcb_flush(connection_);
        usable_ = true;
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

    ~Implementation() {
        if (thread_.joinable()) {
            thread_.request_stop();
            wake();
            thread_.join();
        }
        for (const int end : wakePipe_) {
            if (end >= 0)
                ::close(end);
        }
        xcb_disconnect(connection_);
    }

    bool usable() const { return usable_; }

    void offer(Bytes png) {
        const std::lock_guard lock(mutex_);
        offered_ = std::make_shared<const Bytes>(std::move(png));
        takeOwnership_ = true;
        wake();
    }

    Pasted paste() {
        Pasted pasted;
        if (!usable_)
            return pasted;
        pasted.png = fetch(atoms_.png);
        if (!pasted.png.empty())
            return pasted;
        for (const xcb_atom_t target : {atoms_.uriList, atoms_.utf8}) {
            const Bytes text = fetch(target);
            pasted.paths = pathsOfText({reinterpret_cast<const char*>(text.data()), text.size()});
            if (!pasted.paths.empty())
                break;
        }
        return pasted;
    }

  private:
    /// A large picture on its way to another program, piece by piece.
    struct Outgoing {
        xcb_window_t requestor;
        xcb_atom_t property;
        xcb_atom_t type;
        std::shared_ptr<const Bytes> data;
        std::size_t sent = 0;
        Clock::time_point last = Clock::now();
    };
    /// What paste() waits for.
    struct Incoming {
        xcb_atom_t target;
        Bytes data;
        bool asked = false;
        bool incremental = false;
        bool done = false;
    };

    void wake() const {
        const char byte = 0;
        [[maybe_unused]] const auto written = ::write(wakePipe_[1], &byte, 1);
    }

    Bytes fetch(xcb_atom_t target) {
        std::unique_lock lock(mutex_);
        incoming_ = Incoming{.target = target, .data = {}};
        wake();
        changed_.wait_for(lock, kPatience, [&] { return incoming_->done; });
        Bytes data = incoming_->done ? std::move(incoming_->data) : Bytes();
        incoming_.reset();
        return data;
    }

    void run(const std::stop_token& stop) {
        std::array<pollfd, 2> waits{{{xcb_get_file_descriptor(connection_), POLLIN, 0}, {wakePipe_[0], POLLIN, 0}}};
        while (!stop.stop_requested() && !xcb_connection_has_error(connection_)) {
            while (const Reply<xcb_generic_event_t> event{xcb_poll_for_event(connection_)})
                handle(*event);
            doWhatIsAsked();
            xcb_flush(connection_);
            ::poll(waits.data(), waits.size(), 1000);
            std::array<char, 64> drained;
            while (::read(wakePipe_[0], drained.data(), drained.size()) > 0) {
            }
        }
    }

    void doWhatIsAsked() {
        const std::lock_guard lock(mutex_);
        if (takeOwnership_) {
            takeOwnership_ = false;
            xcb_set_selection_owner(connection_, window_, atoms_.clipboard, XCB_CURRENT_TIME);
        }
        if (incoming_ && !incoming_->asked) {
            incoming_->asked = true;
            xcb_delete_property(connection_, window_, atoms_.property);
            xcb_convert_selection(connection_, window_, atoms_.clipboard, incoming_->target, atoms_.property,
                                  XCB_CURRENT_TIME);
        }
        // A program that went away in the middle never asks for the rest.
        std::erase_if(outgoing_, [](const Outgoing& to) { return Clock::now() - to.last > std::chrono::seconds(10); });
    }

    void handle(const xcb_generic_event_t& event) {
        switch (event.response_type & 0x7f) {
            case XCB_SELECTION_REQUEST:
                answer(reinterpret_cast<const xcb_selection_request_event_t&>(event));
                break;
            case XCB_SELECTION_CLEAR: {
                const std::lock_guard lock(mutex_);
                offered_ = nullptr;
                break;
            }
            case XCB_SELECTION_NOTIFY:
                receive(reinterpret_cast<const xcb_selection_notify_event_t&>(event));
                break;
            case XCB_PROPERTY_NOTIFY: {
                const auto& change = reinterpret_cast<const xcb_property_notify_event_t&>(event);
                if (change.state == XCB_PROPERTY_DELETE)
                    sendMore(change);
                else if (change.window == window_ && change.atom == atoms_.property)
                    receiveMore();
                break;
            }
            default:
                break;  // errors too: windows of other programs come and go
        }
    }

    void answer(const xcb_selection_request_event_t& request) {
        std::shared_ptr<const Bytes> data;
        {
            const std::lock_guard lock(mutex_);
            data = offered_;
        }
        // Old programs leave the property out: the target stands for it then.
        const xcb_atom_t property = request.property == XCB_ATOM_NONE ? request.target : request.property;
        bool done = data != nullptr;
        if (done && request.target == atoms_.targets) {
            const std::array<xcb_atom_t, 2> targets{atoms_.targets, atoms_.png};
            xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, request.requestor, property, XCB_ATOM_ATOM, 32,
                                static_cast<std::uint32_t>(targets.size()), targets.data());
        } else if (done && request.target == atoms_.png && data->size() <= kChunkBytes) {
            xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, request.requestor, property, atoms_.png, 8,
                                static_cast<std::uint32_t>(data->size()), data->data());
        } else if (done && request.target == atoms_.png) {
            const std::uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
            xcb_change_window_attributes(connection_, request.requestor, XCB_CW_EVENT_MASK, &events);
            const auto size = static_cast<std::uint32_t>(data->size());
            xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, request.requestor, property, atoms_.incr, 32, 1,
                                &size);
            outgoing_.push_back({request.requestor, property, atoms_.png, std::move(data)});
        } else {
            done = false;
        }
        xcb_selection_notify_event_t notify{};
        notify.response_type = XCB_SELECTION_NOTIFY;
        notify.time = request.time;
        notify.requestor = request.requestor;
        notify.selection = request.selection;
        notify.target = request.target;
        notify.property = done ? property : static_cast<xcb_atom_t>(XCB_ATOM_NONE);
        std::array<char, 32> message{};
        std::memcpy(message.data(), &notify, std::min(sizeof notify, message.size()));
        xcb_send_event(connection_, 0, request.requestor, XCB_EVENT_MASK_NO_EVENT, message.data());
    }

    // The other program has taken a piece: the next one, and an empty one at the end.
    void sendMore(const xcb_property_notify_event_t& change) {
        const auto to = std::ranges::find_if(outgoing_, [&](const Outgoing& one) {
            return one.requestor == change.window && one.property == change.atom;
        });
        if (to == outgoing_.end())
            return;
        const std::size_t size = std::min(kChunkBytes, to->data->size() - to->sent);
        xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, to->requestor, to->property, to->type, 8,
                            static_cast<std::uint32_t>(size), to->data->data() + to->sent);
        to->sent += size;
        to->last = Clock::now();
        if (size == 0)
            outgoing_.erase(to);
    }

    void receive(const xcb_selection_notify_event_t& notify) {
        {
            const std::lock_guard lock(mutex_);
            if (!incoming_ || notify.target != incoming_->target)
                return;
        }
        if (notify.property == XCB_ATOM_NONE)
            finishIncoming();
        else
            takeProperty(false);
    }

    void receiveMore() {
        {
            const std::lock_guard lock(mutex_);
            if (!incoming_ || !incoming_->incremental)
                return;
        }
        takeProperty(true);
    }

    // Reads and deletes the property, which asks the owner for the next piece.
    void takeProperty(bool more) {
        const auto cookie = xcb_get_property(connection_, 1, window_, atoms_.property, XCB_GET_PROPERTY_TYPE_ANY, 0,
                                             static_cast<std::uint32_t>(kMostBytes / 4));
        const Reply<xcb_get_property_reply_t> reply(xcb_get_property_reply(connection_, cookie, nullptr));
        const std::lock_guard lock(mutex_);
        if (!incoming_)
            return;
        if (reply && !more && reply->type == atoms_.incr) {
            incoming_->incremental = true;
            return;
        }
        const int size = reply ? xcb_get_property_value_length(reply.get()) : 0;
        const auto* first = reply ? static_cast<const std::byte*>(xcb_get_property_value(reply.get())) : nullptr;
        const bool tooMuch = incoming_->data.size() + static_cast<std::size_t>(size) > kMostBytes;
        if (tooMuch)
            incoming_->data.clear();
        else if (size > 0)
            incoming_->data.insert(incoming_->data.end(), first, first + size);
        if (!incoming_->incremental || size == 0 || tooMuch)
            incoming_->done = true;
        changed_.notify_all();
    }

    void finishIncoming() {
        const std::lock_guard lock(mutex_);
        if (incoming_)
            incoming_->done = true;
        changed_.notify_all();
    }

    xcb_connection_t* connection_ = nullptr;
    xcb_window_t window_ = 0;
    Atoms atoms_{};
    std::array<int, 2> wakePipe_{-1, -1};
    bool usable_ = false;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<const Bytes> offered_;
    bool takeOwnership_ = false;
    std::optional<Incoming> incoming_;

    std::list<Outgoing> outgoing_;  ///< only the thread looks at them
    std::jthread thread_;
};

ImageClipboard::ImageClipboard() : implementation_(std::make_unique<Implementation>()) {}
ImageClipboard::~ImageClipboard() = default;

bool ImageClipboard::available() const {
    return implementation_->usable();
}
void ImageClipboard::offer(std::vector<std::byte> png) {
    if (implementation_->usable())
        implementation_->offer(std::move(png));
}
Pasted ImageClipboard::paste() {
    return implementation_->paste();
}

}  // namespace impasto::ui
