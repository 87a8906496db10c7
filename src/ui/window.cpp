// SPDX-License-Identifier: MIT
#include "ui/window.h"

#define GLFW_INCLUDE_NONE
#define GLFW_INCLUDE_VULKAN
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "gpu/vulkan_error.h"

namespace impasto::ui {
namespace {

[[noreturn]] void fail(const std::string& what) {
    const char* description = nullptr;
    glfwGetError(&description);
    throw Error({what, "", description ? description : "unknown reason",
                 "without a display, give --output PATH to write a file instead"});
}

Window& self(GLFWwindow* window) {
    return *static_cast<Window*>(glfwGetWindowUserPointer(window));
}

GLFWmonitor* monitorOf(GLFWwindow* window) {
    int x = 0, y = 0, width = 0, height = 0;
    glfwGetWindowPos(window, &x, &y);
    glfwGetWindowSize(window, &width, &height);
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    for (int i = 0; i < count; ++i) {
        int left = 0, top = 0;
        glfwGetMonitorPos(monitors[i], &left, &top);
        const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
        const int centerX = x + width / 2;
        const int centerY = y + height / 2;
        if (mode && centerX >= left && centerX < left + mode->width && centerY >= top && centerY < top + mode->height)
            return monitors[i];
    }
    return glfwGetPrimaryMonitor();
}

/// Whether a good part of the window's upper edge is on a monitor.
bool reachable(ImVec2 position, int width, int height) {
    constexpr float kEnough = 80;
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    for (int i = 0; i < count; ++i) {
        int left = 0, top = 0;
        glfwGetMonitorPos(monitors[i], &left, &top);
        const GLFWvidmode* mode = glfwGetVideoMode(monitors[i]);
        if (!mode)
            continue;
        const auto overlap = [](float from, float to, int low, int size) {
            return std::min(to, static_cast<float>(low + size)) - std::max(from, static_cast<float>(low));
        };
        if (overlap(position.x, position.x + static_cast<float>(width), left, mode->width) > kEnough &&
            overlap(position.y, position.y + static_cast<float>(height), top, mode->height) > kEnough &&
            position.y >= static_cast<float>(top))
            return true;
    }
    return false;
}

}  // namespace

/// GLFW itself, from the first window to the last.
class Window::Library {
  public:
    Library() {
        glfwSetErrorCallback(nullptr);
        if (!glfwInit())
            fail("cannot open a window");
        if (glfwVulkanSupported())
            return;
        glfwTerminate();
        throw Error({"cannot open a window", "", "no Vulkan loader or driver for windows was found",
                     "install mesa-vulkan-drivers or the graphics card's driver"});
    }
    ~Library() { glfwTerminate(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

Window::Window(const Params& params, const Window* beside)
    : library_(beside ? beside->library_ : std::make_shared<const Library>()) {
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "impasto");
    glfwWindowHint(GLFW_MAXIMIZED, params.maximized ? GLFW_TRUE : GLFW_FALSE);
    // Shown once it is where it belongs.
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_FOCUS_ON_SHOW, params.takesFocus ? GLFW_TRUE : GLFW_FALSE);
    window_ = glfwCreateWindow(params.width, params.height, params.title.c_str(), nullptr, nullptr);
    if (!window_)
        fail("cannot open a window");
    glfwSetWindowUserPointer(window_, this);
    glfwSetWindowSizeLimits(window_, params.minWidth, params.minHeight, GLFW_DONT_CARE, GLFW_DONT_CARE);
    installCallbacks();
    placement_ = {.width = params.width, .height = params.height, .maximized = params.maximized};
    if (params.position && reachable(*params.position, params.width, params.height)) {
        placement_.x = static_cast<int>(params.position->x);
        placement_.y = static_cast<int>(params.position->y);
        glfwSetWindowPos(window_, placement_.x, placement_.y);
        if (!params.maximized)
            wanted_ = Wanted{placement_.x, placement_.y, std::chrono::steady_clock::now()};
    }
    glfwShowWindow(window_);
}

Window::~Window() {
    glfwDestroyWindow(window_);
}

void Window::installCallbacks() {
    // From events, not glfwGetCursorPos(): that is where the mouse is now, not where it was when the button went down.
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) {
        self(w).cursor_ = {static_cast<float>(x), static_cast<float>(y)};
        self(w).activity_ = true;
    });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int) { self(w).activity_ = true; });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int, int action, int) {
        if (action == GLFW_PRESS)
            self(w).taps_.press = self(w).cursor_;
        self(w).activity_ = true;
    });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { self(w).activity_ = true; });
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int, int action, int modifiers) {
        if (action == GLFW_PRESS && key >= 0)
            self(w).taps_.keys.push_back({key, modifiers});
        self(w).activity_ = true;
    });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned) { self(w).activity_ = true; });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { self(w).activity_ = true; });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { self(w).activity_ = true; });
    glfwSetWindowPosCallback(window_, [](GLFWwindow* w, int, int) { self(w).activity_ = true; });
    glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* w, float, float) { self(w).activity_ = true; });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { self(w).activity_ = true; });
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
        Drop drop;
        drop.paths.assign(paths, paths + count);
        drop.position = self(w).cursor_;
        self(w).drops_.push_back(std::move(drop));
        self(w).activity_ = true;
    });
}

std::vector<std::string> Window::instanceExtensions() {
    std::uint32_t count = 0;
    const char** names = glfwGetRequiredInstanceExtensions(&count);
    if (!names)
        fail("cannot open a window");
    return {names, names + count};
}

vk::raii::SurfaceKHR Window::createSurface(const vk::raii::Instance& instance) const {
    VkSurfaceKHR surface = VK_NULL_HANDLE;
    const VkResult result = glfwCreateWindowSurface(*instance, window_, nullptr, &surface);
    if (result != VK_SUCCESS)
        gpu::throwVulkanError(static_cast<vk::Result>(result), "cannot draw on the window", "");
    return {instance, surface};
}

vk::Extent2D Window::framebufferExtent() const {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    return {static_cast<std::uint32_t>(std::max(0, width)), static_cast<std::uint32_t>(std::max(0, height))};
}

float Window::contentScale() const {
    float x = 1, y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    return std::clamp(std::max(x, y), 0.5f, 4.0f);
}

float Window::pixelsPerCoordinate() const {
    int width = 0, height = 0;
    glfwGetWindowSize(window_, &width, &height);
    const vk::Extent2D pixels = framebufferExtent();
    return width > 0 && pixels.width > 0 ? static_cast<float>(pixels.width) / static_cast<float>(width) : 1.0f;
}

bool Window::drawable() const {
    const vk::Extent2D extent = framebufferExtent();
    return !glfwGetWindowAttrib(window_, GLFW_ICONIFIED) && extent.width > 0 && extent.height > 0;
}

bool Window::closeAsked() const {
    return glfwWindowShouldClose(window_);
}

bool Window::fullscreen() const {
    return glfwGetWindowMonitor(window_) != nullptr;
}

std::optional<ImVec2> Window::otherMonitor() const {
    int count = 0;
    GLFWmonitor** monitors = glfwGetMonitors(&count);
    const GLFWmonitor* own = monitorOf(window_);
    for (int i = 0; i < count; ++i) {
        if (monitors[i] == own)
            continue;
        int left = 0, top = 0;
        glfwGetMonitorPos(monitors[i], &left, &top);
        return ImVec2(static_cast<float>(left), static_cast<float>(top));
    }
    return std::nullopt;
}

void Window::hidePointer(bool hidden) {
    const int wanted = hidden ? GLFW_CURSOR_HIDDEN : GLFW_CURSOR_NORMAL;
    if (glfwGetInputMode(window_, GLFW_CURSOR) != wanted)
        glfwSetInputMode(window_, GLFW_CURSOR, wanted);
}

void Window::setFullscreen(bool on) {
    if (on == fullscreen())
        return;
    if (!on) {
        glfwSetWindowMonitor(window_, nullptr, windowed_.x, windowed_.y, windowed_.width, windowed_.height, 0);
        return;
    }
    GLFWmonitor* monitor = monitorOf(window_);
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    if (!mode)
        return;
    glfwGetWindowPos(window_, &windowed_.x, &windowed_.y);
    glfwGetWindowSize(window_, &windowed_.width, &windowed_.height);
    glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

void Window::waitEvents(double seconds) {
    if (seconds > 0)
        glfwWaitEventsTimeout(seconds);
    else
        glfwPollEvents();
    if (activity_)
        notePlacement();
}

/// Some window managers put a new window's frame where its inside was asked to be.
void Window::correctPlace() {
    constexpr std::chrono::seconds kLongest{2};
    if (!wanted_)
        return;
    int x = 0, y = 0, left = 0, top = 0;
    glfwGetWindowPos(window_, &x, &y);
    glfwGetWindowFrameSize(window_, &left, &top, nullptr, nullptr);
    const bool framed = left > 0 || top > 0;
    const Wanted wanted = *wanted_;
    if (framed || std::chrono::steady_clock::now() - wanted.since > kLongest)
        wanted_.reset();
    if (framed && x == wanted.x + left && y == wanted.y + top)
        glfwSetWindowPos(window_, wanted.x, wanted.y);
}

void Window::notePlacement() {
    correctPlace();
    if (glfwGetWindowMonitor(window_) || glfwGetWindowAttrib(window_, GLFW_ICONIFIED))
        return;
    placement_.maximized = glfwGetWindowAttrib(window_, GLFW_MAXIMIZED);
    if (placement_.maximized)
        return;
    glfwGetWindowPos(window_, &placement_.x, &placement_.y);
    int width = 0, height = 0;
    glfwGetWindowSize(window_, &width, &height);
    const float scale = contentScale() / pixelsPerCoordinate();
    placement_.width = static_cast<int>(std::lround(static_cast<float>(width) / scale));
    placement_.height = static_cast<int>(std::lround(static_cast<float>(height) / scale));
}

bool Window::takeActivity() {
    return std::exchange(activity_, false);
}

Window::Taps Window::takeTaps() {
    return std::exchange(taps_, {});
}

void Window::addKeys(const std::vector<Taps::Key>& keys) {
    taps_.keys.insert(taps_.keys.end(), keys.begin(), keys.end());
    activity_ |= !keys.empty();
}

std::vector<Drop> Window::takeDrops() {
    return std::exchange(drops_, {});
}

}  // namespace impasto::ui
