// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ui/shortcuts.h"
#include "ui/studio.h"
#include "ui/widgets.h"

namespace impasto::ui {
namespace {

constexpr Explanation kRecordHelp{
    .title = "Record",
    .text =
        "The stylized picture at the source's size and rate, with the sound of a file, to the videos folder. The "
        "file plays even if the program ends while recording."};
constexpr Explanation kQualityHelp{
    .title = "Quality", .text = "Draft is small and quick to encode. High looks like the screen and is large."};
constexpr Explanation kSoundHelp{.title = "Sound",
                                 .text = "Follows playing, pausing and seeking. It is silent at other speeds than 1."};
constexpr Explanation kSnapshotHelp{
    .title = "Snapshot",
    .text = "A PNG carries its settings: drop it on the picture and they return. A JPEG is smaller and carries none."};
constexpr Explanation kShownHelp{.title = "As large as shown",
                                 .text = "At the size of the picture in this window instead of the source's."};
constexpr Explanation kCameraHelp{
    .title = "Virtual camera",
    .text = "Other programs, such as video calls, see the picture as a camera. Needs the kernel module v4l2loopback."};

bool recordButton(Ui& ui, const ImRect& rect) {
    const Theme& theme = ui.theme;
    const app::RecordingStats& recording = ui.stats.recording;
    const Interaction action = interact(ui, "record.button", rect);
    const ImU32 rest = recording.active ? theme.colors.error : theme.colors.control;
    const ImU32 fill = action.hovered ? mix(rest, theme.colors.text, 0.12f) : rest;
    ImGui::GetWindowDrawList()->AddRectFilled(rect.Min, rect.Max, paint(fill), theme.px(6));
    const std::string text = recording.finishing ? std::string("Finishing …")
                             : recording.active  ? fmt::format("Stop  {}", timeText(recording.seconds))
                                                 : std::string("Record");
    const ImU32 ink = recording.active ? IM_COL32_WHITE : theme.colors.text;
    const float width = textWidth(theme.fonts.strong, text);
    const ImVec2 mark{std::round(rect.GetCenter().x - width / 2 - theme.px(10)), std::round(rect.GetCenter().y)};
    const float size = theme.px(5);
    if (recording.active)
        ImGui::GetWindowDrawList()->AddRectFilled({mark.x - size, mark.y - size}, {mark.x + size, mark.y + size},
                                                  paint(ink), theme.px(1));
    else
        ImGui::GetWindowDrawList()->AddCircleFilled(mark, size, paint(theme.colors.error), 24);
    drawText(theme.fonts.strong, {{rect.Min.x + theme.px(12), rect.Min.y}, rect.Max}, ink, text, Align::Center);
    tooltip(ui, {.title = recording.active ? "Stop recording" : "Record", .shortcut = keysOf(Action::Record)},
            action.hovered);
    return action.pressed;
}

void drawWhatWasRecorded(Ui& ui) {
    const app::RecordingStats& recording = ui.stats.recording;
    if (recording.path.empty())
        return;
    const Theme& theme = ui.theme;
    if (recording.active) {
        valueRow(ui, "Written", fmt::format("{} frames, {}", recording.written, sizeText(recording.bytes)));
        if (recording.dropped > 0)
            paragraph(
                ui, theme.fonts.small, theme.colors.warning,
                fmt::format("{} frames left out: encoding is too slow. Draft quality is quicker.", recording.dropped));
    }
    const ImRect row = takeRow(ui, 22);
    const Interaction action = interact(ui, "record.path", row);
    const std::string name = std::filesystem::path(recording.path).filename().string();
    drawText(theme.fonts.small, row, action.hovered ? theme.colors.text : theme.colors.textDim, name);
    tooltip(ui, {.title = recording.path, .text = "Click to copy the path"}, action.hovered);
    if (action.pressed) {
        ImGui::SetClipboardText(recording.path.c_str());
        say(ui.state, app::Message::Kind::Info, "The path is in the clipboard");
    }
}

void drawRecording(Ui& ui) {
    app::Settings& settings = ui.settings;
    takeGap(ui, 2);
    ImGui::BeginDisabled(ui.stats.recording.finishing);
    if (recordButton(ui, takeRow(ui, 34)))
        toggleRecording(ui);
    ImGui::EndDisabled();
    takeGap(ui, 4);
    drawWhatWasRecorded(ui);
    ImGui::BeginDisabled(ui.stats.recording.active);
    const Segment formats[] = {{.name = "record.mp4", .label = "MP4"},
                               {.name = "record.mkv", .label = "MKV"},
                               {.name = "record.webm", .label = "WebM"}};
    if (const int clicked = segmentRow(ui, "Format", formats, static_cast<int>(settings.recordFormat), {});
        clicked >= 0)
        settings.recordFormat = static_cast<app::RecordFormat>(clicked);
    const Segment qualities[] = {{.name = "record.draft", .label = "Draft"},
                                 {.name = "record.good", .label = "Good"},
                                 {.name = "record.high", .label = "High"}};
    if (const int clicked =
            segmentRow(ui, "Quality", qualities, static_cast<int>(settings.recordQuality), kQualityHelp);
        clicked >= 0)
        settings.recordQuality = static_cast<media::VideoQuality>(clicked);
    toggleRow(ui, "record.sound", "With the source's sound", settings.recordSound, kSoundHelp);
    ImGui::EndDisabled();
}

void drawSnapshots(Ui& ui) {
    app::Settings& settings = ui.settings;
    takeGap(ui, 4);
    const Segment formats[] = {{.name = "snapshot.png", .label = "PNG"}, {.name = "snapshot.jpeg", .label = "JPEG"}};
    if (const int clicked =
            segmentRow(ui, "Snapshot", formats, static_cast<int>(settings.snapshotFormat), kSnapshotHelp);
        clicked >= 0)
        settings.snapshotFormat = static_cast<app::SnapshotFormat>(clicked);
    toggleRow(ui, "snapshot.shown", "As large as shown", settings.snapshotAsShown, kShownHelp);
    const ImRect row = takeRow(ui, 30);
    const float middle = std::round(row.GetCenter().x);
    const float gap = ui.theme.px(2);
    if (textButton(ui, "snapshot.save", {row.Min, {middle - gap, row.Max.y}}, "Save picture",
                   {.title = "Snapshot", .shortcut = keysOf(Action::Snapshot)}))
        requestSnapshot(ui);
    if (textButton(ui, "snapshot.copy", {{middle + gap, row.Min.y}, row.Max}, "Copy picture",
                   {.title = "Copy to the clipboard", .shortcut = keysOf(Action::Copy)}))
        copyPicture(ui);
    takeGap(ui, 4);
}

void drawOutputWindow(Ui& ui) {
    takeGap(ui, 4);
    toggleRow(ui, "output.window", "Second window", ui.state.studio.outputWindow,
              {.title = "Second window",
               .text = "The picture and nothing else, for a projector, another screen, or a program that captures "
                       "windows. F11 or a double click in it is full screen.",
               .shortcut = keysOf(Action::OutputWindow)});
}

void drawVirtualCamera(Ui& ui) {
    const Theme& theme = ui.theme;
    takeGap(ui, 4);
    if (ui.stats.virtualCameras.empty()) {
        label(ui, "Virtual camera", kCameraHelp);
        paragraph(ui, theme.fonts.small, theme.colors.textFaint,
                  "No v4l2loopback device here. Install v4l2loopback-dkms, then:\nsudo modprobe v4l2loopback "
                  "exclusive_caps=1 card_label=Impasto");
        const ImRect row = takeRow(ui, 26);
        const ImRect button{{row.Max.x - theme.px(96), row.Min.y}, row.Max};
        if (textButton(ui, "camera.again", button, "Look again", {}))
            ui.requests.lookForDevices = true;
        return;
    }
    for (const std::string& entry : ui.stats.virtualCameras) {
        const std::string device = entry.substr(0, entry.find('\t'));
        const std::string name = entry.substr(std::min(entry.size(), entry.find('\t') + 1));
        bool on = ui.stats.virtualCamera.device == device;
        if (toggleRow(ui, "camera." + device, name.empty() ? device : name, on, kCameraHelp)) {
            ui.requests.virtualCamera = on ? app::Requests::Switch::On : app::Requests::Switch::Off;
            ui.requests.virtualCameraDevice = device;
        }
        if (on)
            valueRow(ui, device,
                     fmt::format("{} × {}, {} pictures", ui.stats.virtualCamera.extent.width,
                                 ui.stats.virtualCamera.extent.height, ui.stats.virtualCamera.written));
    }
}

}  // namespace

std::string timeText(double seconds) {
    const auto whole = static_cast<long long>(std::max(0.0, seconds));
    return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                         : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string sizeText(std::uint64_t bytes) {
    const double value = static_cast<double>(bytes);
    return value >= 1e9   ? fmt::format("{:.2f} GB", value / 1e9)
           : value >= 1e6 ? fmt::format("{:.1f} MB", value / 1e6)
                          : fmt::format("{:.0f} kB", value / 1e3);
}

void toggleRecording(Ui& ui) {
    ui.requests.record = ui.stats.recording.active ? app::Requests::Record::Stop : app::Requests::Record::Start;
}

void drawRecord(Ui& ui) {
    if (!sectionHeader(ui, "Record", kRecordHelp))
        return;
    drawRecording(ui);
    drawSnapshots(ui);
    drawOutputWindow(ui);
    drawVirtualCamera(ui);
}

}  // namespace impasto::ui
