// SPDX-License-Identifier: MIT
// Which kernels this device was measured to run best, and the button that measures again.
#include <fmt/format.h>

#include <algorithm>

#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kKernelsHelp{
    .title = "Kernels",
    .text =
        "A convolution can be computed in several ways, and which is the fastest depends on device, driver and size. "
        "Each is measured once and the choice is kept. Until then a safe one runs."};

using Line = app::KernelTuningStats::Line;

bool isFaster(const Line& line) {
    return line.share < 1;
}

std::string stateOf(const app::KernelTuningStats& kernels) {
    if (kernels.running)
        return kernels.total > 0
                   ? fmt::format("measuring {} of {}", std::min(kernels.done + 1, kernels.total), kernels.total)
                   : "measuring";
    if (!kernels.lines || kernels.lines->empty())
        return "not measured";
    const auto faster = std::ranges::count_if(*kernels.lines, isFaster);
    return fmt::format("{} measured, {} made faster", kernels.lines->size(), faster);
}

void drawLine(Ui& ui, const Line& line) {
    const ImRect row = takeRow(ui, 18);
    const float middle = row.Min.x + row.GetWidth() * 0.62f;
    ImFont* font = ui.theme.fonts.small;
    drawText(font, {row.Min, {middle, row.Max.y}}, ui.theme.colors.textDim, line.convolution);
    drawText(font, {{middle, row.Min.y}, row.Max}, isFaster(line) ? ui.theme.colors.text : ui.theme.colors.textDim,
             isFaster(line) ? fmt::format("{}, −{:.0f} %", line.kernel, 100 * (1 - line.share)) : line.kernel,
             Align::Right);
}

}  // namespace

void drawKernels(Ui& ui) {
    const app::KernelTuningStats& kernels = ui.stats.kernels;
    const ImRect row = takeRow(ui);
    const Interaction action = interact(ui, "kernels", row);
    bool& open = ui.state.isOpen("kernels", false);
    if (action.pressed)
        open = !open;
    drawText(ui.theme.fonts.body, row, action.hovered ? ui.theme.colors.text : ui.theme.colors.textDim, "Kernels");
    helpMark(ui, row.Min.x + textWidth(ui.theme.fonts.body, "Kernels") + ui.theme.px(4), row, kKernelsHelp);
    drawText(ui.theme.fonts.body, row, ui.theme.colors.text, stateOf(kernels), Align::Right);
    if (!open)
        return;
    if (kernels.lines) {
        for (const Line& line : *kernels.lines)
            drawLine(ui, line);
    }
    takeGap(ui, 4);
    const ImRect buttons = takeRow(ui, 32);
    ImGui::BeginDisabled(kernels.running);
    if (textButton(ui, "kernels.retune", {{buttons.Max.x - ui.theme.px(128), buttons.Min.y}, buttons.Max},
                   "Measure again",
                   {.title = "Measure again", .text = "Times every kernel anew while the picture goes on."}))
        ui.requests.retune = true;
    ImGui::EndDisabled();
}

}  // namespace impasto::ui
