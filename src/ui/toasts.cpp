// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr double kInfoSeconds = 5.0;
constexpr double kErrorSeconds = 12.0;
constexpr std::size_t kMostShown = 4;
constexpr std::size_t kMostKept = 16;
constexpr float kWidth = 420.0f;
constexpr float kFadeSeconds = 0.25f;

double secondsOf(app::Message::Kind kind) {
    return kind == app::Message::Kind::Info ? kInfoSeconds : kErrorSeconds;
}

/// Takes over what the session has said since the last frame, and what became of a file being written.
void takeMessages(Ui& ui) {
    std::future<app::Message>& exporting = ui.state.exporting;
    if (exporting.valid() && exporting.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
        const app::Message message = exporting.get();
        say(ui.state, message.kind, message.text);
    }
    for (const app::Message& message : ui.stats.messages) {
        if (message.serial <= ui.state.lastMessage)
            continue;
        ui.state.lastMessage = message.serial;
        say(ui.state, message.kind, message.text);
    }
}

std::string textOf(const Toast& toast) {
    return toast.times > 1 ? fmt::format("{}  ({} times)", toast.text, toast.times) : toast.text;
}

ImVec2 textSize(const Theme& theme, const std::string& text, float wrapWidth) {
    const float size = theme.fonts.body->FontSize * ImGui::GetIO().FontGlobalScale;
    return theme.fonts.body->CalcTextSizeA(size, FLT_MAX, wrapWidth, text.c_str());
}

/// One toast with its lower left corner at `corner`; its height. False in `alive` when it was dismissed.
float drawToast(Ui& ui, Toast& toast, ImVec2 corner, float maxWidth, bool& alive) {
    const Theme& theme = ui.theme;
    const std::string text = textOf(toast);
    const float left = theme.px(30);
    const float right = theme.px(34);
    const ImVec2 words = textSize(theme, text, maxWidth - left - right);
    const ImVec2 size{std::ceil(words.x) + left + right, std::ceil(words.y) + theme.px(16)};
    const ImRect card{{corner.x, corner.y - size.y}, {corner.x + size.x, corner.y}};

    const Interaction action = interact(ui, fmt::format("toast.{}", toast.serial), card);
    alive = !action.pressed;
    // Time stands still under the mouse, so that a long message can be read.
    if (!action.hovered)
        toast.secondsLeft -= ImGui::GetIO().DeltaTime;
    const float alpha = std::clamp(static_cast<float>(toast.secondsLeft) / kFadeSeconds, 0.0f, 1.0f);
    if (alpha < 1)
        ui.state.animating = true;
    ImGui::PushStyleVar(ImGuiStyleVar_Alpha, ImGui::GetStyle().Alpha * alpha);

    const ImU32 color = toast.kind == app::Message::Kind::Error     ? theme.colors.error
                        : toast.kind == app::Message::Kind::Warning ? theme.colors.warning
                                                                    : theme.colors.accent;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(card.Min, card.Max, paint(theme.colors.popup), theme.px(8));
    list->AddRect(card.Min, card.Max, paint(theme.colors.line), theme.px(8));
    list->AddCircleFilled({card.Min.x + theme.px(16), card.Min.y + theme.px(8) + theme.px(8)}, theme.px(4),
                          paint(color), 16);
    list->AddText(theme.fonts.body, theme.fonts.body->FontSize * ImGui::GetIO().FontGlobalScale,
                  {card.Min.x + left, card.Min.y + theme.px(8)}, paint(theme.colors.text), text.data(),
                  text.data() + text.size(), maxWidth - left - right);
    if (action.hovered)
        drawIcon(ui, Icon::Close, {card.Max.x - theme.px(16), card.Min.y + theme.px(16)}, theme.px(9),
                 theme.colors.textDim);
    ImGui::PopStyleVar();
    return size.y;
}

}  // namespace

void say(UiState& state, app::Message::Kind kind, const std::string& text) {
    const auto same = std::ranges::find_if(
        state.toasts, [&](const Toast& toast) { return toast.kind == kind && toast.text == text; });
    Toast toast{.kind = kind, .text = text, .secondsLeft = secondsOf(kind), .serial = ++state.toastSerial};
    if (same != state.toasts.end()) {
        toast.times = same->times + 1;
        state.toasts.erase(same);
    }
    state.toasts.push_back(std::move(toast));
    if (state.toasts.size() > kMostKept)
        state.toasts.pop_front();
}

void drawToasts(Ui& ui, const ImRect& area) {
    takeMessages(ui);
    std::deque<Toast>& toasts = ui.state.toasts;
    if (toasts.empty())
        return;
    const Theme& theme = ui.theme;
    const float maxWidth = std::min(theme.px(kWidth), area.GetWidth() - 2 * theme.px(kMargin));
    float bottom = area.Max.y - theme.px(kMargin);
    // The newest at the bottom. Those that find no place wait, and their time with them.
    const std::size_t shown = std::min(kMostShown, toasts.size());
    for (std::size_t i = 0; i < shown; ++i) {
        Toast& toast = toasts[toasts.size() - 1 - i];
        bool alive = true;
        bottom -= drawToast(ui, toast, {area.Min.x + theme.px(kMargin), bottom}, maxWidth, alive) + theme.px(kGap);
        if (!alive)
            toast.secondsLeft = 0;
        if (bottom < area.Min.y + theme.px(60))
            break;
    }
    std::erase_if(toasts, [](const Toast& toast) { return toast.secondsLeft <= 0; });
}

}  // namespace impasto::ui
