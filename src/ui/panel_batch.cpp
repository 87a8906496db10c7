// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <filesystem>

#include "ui/shortcuts.h"
#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kBatchHelp{.title = "Files",
                                 .text =
                                     "Restyles a video, or every picture and video of a folder, with the settings of "
                                     "now. Drop one here, or leave the "
                                     "fields as they are to restyle the source. Names are kept. What was done is not "
                                     "done again: after a stop, start "
                                     "it anew and it goes on."};
constexpr Explanation kStylesHelp{
    .title = "In which styles",
    .text =
        "The mix: one result of each file, in the styles as they are mixed. Each: every file once in each chosen style "
        "alone, called name.style.png. All: the same with every style of the gallery."};

/// What is restyled where nothing is typed: the source, if it is a file or a folder of the user's.
std::string inputOrSource(const Ui& ui) {
    const std::string& typed = ui.state.studio.batchInput;
    std::error_code ignored;
    const std::string& source = ui.settings.source;
    const bool own = source != ui.stats.bundledClip && std::filesystem::exists(source, ignored);
    return typed.empty() && own ? source : typed;
}

/// Where it goes where nothing is typed: "holiday-painted" beside "holiday", "painted" beside the files of a folder.
std::string outputOrBeside(const Ui& ui) {
    const std::string& typed = ui.state.studio.batchOutput;
    std::filesystem::path input = inputOrSource(ui);
    if (!typed.empty() || input.empty())
        return typed;
    if (!input.has_filename())
        input = input.parent_path();
    std::error_code ignored;
    if (std::filesystem::is_regular_file(input, ignored))
        return (input.parent_path() / "painted").string();
    input += "-painted";
    return input.string();
}

/// A label above a field of text over the content's width.
void pathField(Ui& ui, const char* name, std::string_view label, const std::string& hint, std::string& path) {
    const Theme& theme = ui.theme;
    const ImRect row = takeRow(ui, 28);
    drawText(theme.fonts.body, row, theme.colors.textDim, label);
    textField(ui, name, {{row.Min.x + theme.px(48), row.Min.y}, row.Max}, hint, path);
    takeGap(ui, 4);
}

void chooseStyles(Ui& ui) {
    const Segment items[] = {{.name = "batch.mix", .label = "The mix"},
                             {.name = "batch.each", .label = "Each"},
                             {.name = "batch.gallery", .label = "All"}};
    using Styles = StudioState::BatchStyles;
    Styles& styles = ui.state.studio.batchStyles;
    if (const int clicked = segmentRow(ui, "Styles", items, static_cast<int>(styles), kStylesHelp); clicked >= 0)
        styles = static_cast<Styles>(clicked);
}

/// Those that every file is restyled in, one after the other; none: their mix.
std::vector<std::string> batchStyles(const Ui& ui) {
    std::vector<std::string> ids;
    using Styles = StudioState::BatchStyles;
    if (ui.state.studio.batchStyles == Styles::EachChosen) {
        for (const app::StyleChoice& style : ui.settings.styles)
            ids.push_back(style.id);
    } else if (ui.state.studio.batchStyles == Styles::Gallery) {
        for (const app::GalleryStyle& style : ui.stats.gallery) {
            if (style.error.empty())
                ids.push_back(style.id);
        }
    }
    return ids;
}

void drawProgress(Ui& ui) {
    const Theme& theme = ui.theme;
    const app::BatchStats& batch = ui.stats.batch;
    const ImRect row = takeRow(ui, 26);
    const float button = theme.px(64);
    const ImRect bar{{row.Min.x, row.GetCenter().y - theme.px(3)},
                     {row.Max.x - button - theme.px(12), row.GetCenter().y + theme.px(3)}};
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(bar.Min, bar.Max, paint(theme.colors.track), theme.px(3));
    const float filled = bar.GetWidth() * static_cast<float>(std::clamp(batch.fraction, 0.0, 1.0));
    list->AddRectFilled(bar.Min, {bar.Min.x + filled, bar.Max.y}, paint(theme.colors.accent), theme.px(3));
    if (textButton(
            ui, "batch.stop", {{row.Max.x - button, row.Min.y}, row.Max}, "Stop",
            {.title = "Stop", .text = "What is done stays. Started again, it goes on from here, inside a video too."}))
        ui.requests.batch = app::Requests::Switch::Off;
    const std::string left = batch.secondsLeft >= 0 ? fmt::format("{} left", timeText(batch.secondsLeft + 0.5)) : "";
    const std::size_t file = batch.done + batch.skipped + batch.failures.size() + 1;
    valueRow(ui, fmt::format("{} of {}", std::min(file, std::max<std::size_t>(1, batch.files)), batch.files),
             left.empty() ? fmt::format("{:.0f} %", 100 * batch.fraction)
                          : fmt::format("{:.0f} %, {}", 100 * batch.fraction, left));
    drawText(theme.fonts.small, takeRow(ui, 20), theme.colors.textDim, batch.current);
}

void drawResult(Ui& ui) {
    const app::BatchStats& batch = ui.stats.batch;
    if (batch.files == 0)
        return;
    const std::string before = batch.skipped > 0 ? fmt::format(", {} done before", batch.skipped) : "";
    valueRow(ui, batch.cancelled ? "Stopped" : "Done", fmt::format("{} of {}{}", batch.done, batch.files, before));
}

void drawFailures(Ui& ui) {
    constexpr std::size_t kMostShown = 5;
    const app::BatchStats& batch = ui.stats.batch;
    for (std::size_t i = 0; i < std::min(kMostShown, batch.failures.size()); ++i)
        paragraph(ui, ui.theme.fonts.small, ui.theme.colors.warning, batch.failures[i]);
    if (batch.failures.size() > kMostShown)
        paragraph(ui, ui.theme.fonts.small, ui.theme.colors.warning,
                  fmt::format("and {} more", batch.failures.size() - kMostShown));
}

}  // namespace

void drawBatch(Ui& ui) {
    if (!sectionHeader(ui, "Files", kBatchHelp, false))
        return;
    const Theme& theme = ui.theme;
    StudioState& studio = ui.state.studio;
    if (ui.stats.batch.active) {
        drawProgress(ui);
    } else {
        const std::string input = inputOrSource(ui), output = outputOrBeside(ui);
        pathField(ui, "batch.input", "From", input.empty() ? "A folder or a video" : input, studio.batchInput);
        pathField(ui, "batch.output", "To", output.empty() ? "Another folder" : output, studio.batchOutput);
        chooseStyles(ui);
        const std::vector<std::string> styles = batchStyles(ui);
        const bool noStyles = studio.batchStyles != StudioState::BatchStyles::Mix && styles.empty();
        takeGap(ui, 4);
        const ImRect row = takeRow(ui, 30);
        if (!styles.empty())
            drawText(theme.fonts.small, row, theme.colors.textDim,
                     fmt::format("{} result{} of each file", styles.size(), styles.size() == 1 ? "" : "s"));
        ImGui::BeginDisabled(input.empty() || output.empty() || noStyles);
        if (textButton(ui, "batch.start", {{row.Max.x - theme.px(96), row.Min.y}, row.Max}, "Restyle", {})) {
            ui.requests.batch = app::Requests::Switch::On;
            ui.requests.batchInput = input;
            ui.requests.batchOutput = output;
            ui.requests.batchStyles = styles;
        }
        ImGui::EndDisabled();
        drawResult(ui);
    }
    drawFailures(ui);
}

}  // namespace impasto::ui
