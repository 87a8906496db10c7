// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ui/explain.h"
#include "ui/ui.h"

namespace impasto::ui {

/// What the mouse did to a rectangle in this frame.
struct Interaction {
    bool visible = false;
    bool hovered = false;
    bool held = false;
    bool pressed = false;     ///< button went down and up on it
    bool began = false;       ///< button went down on it in this frame
    bool resetAsked = false;  ///< right click
    ImGuiID id = 0;
};

/// Makes `rect` of the current ImGui window a control called `name`, which must be unique in the window, and records
/// where it is.
Interaction interact(Ui& ui, std::string_view name, const ImRect& rect);

/// The next `height` logical pixels over the content's whole width.
ImRect takeRow(Ui& ui, float height = kRowHeight);
void takeGap(Ui& ui, float height = kGap);

/// `color` with the alpha of what is being drawn (disabled controls are fainter).
ImU32 paint(ImU32 color);
ImU32 mix(ImU32 a, ImU32 b, float amount);

enum class Align { Left, Center, Right };
/// One line of text, vertically centred in `rect`, shortened with '…' where it does not fit.
void drawText(ImFont* font, const ImRect& rect, ImU32 color, std::string_view text, Align align = Align::Left);
float textWidth(ImFont* font, std::string_view text);

/// 0..1 moving towards `target` within about a tenth of a second; asks for the next frame while it moves.
float animate(Ui& ui, ImGuiID id, bool target);

/// Shows the explanation after a moment on the control `action`, at once when `immediately`.
void tooltip(Ui& ui, const Explanation& explanation, bool hovered, bool immediately = false);

/// A faint '?' with its left edge at `left`, centred on `row`; hovering it shows `explanation`.
void helpMark(Ui& ui, float left, const ImRect& row, const Explanation& explanation);

/// A collapsible heading with a hairline above it, unless it is the panel's first; true when its content is to be
/// drawn. Whether it is unfolded is remembered by its title.
bool sectionHeader(Ui& ui, std::string_view title, const Explanation& explanation, bool openAtFirst = true);

/// A small heading inside a section.
void label(Ui& ui, std::string_view text, const Explanation& explanation);

struct SliderSpec {
    std::string_view name;
    std::string_view label;
    float min = 0;
    float max = 1;
    float defaultValue = 0;  ///< on right click
    bool logarithmic = false;
    bool wholeNumbers = false;
    std::string (*format)(float) = nullptr;  ///< with its unit
    Explanation explanation = {};
    float typedFactor = 1;        ///< what is typed is the value times this, e.g. 100 for per cent
    bool faint = false;           ///< the value has no effect now
    std::string_view shown = {};  ///< in place of the formatted value
};
/// Label, track and right-aligned value in one row. Drag to set, Ctrl+click (or a click on the number) to type, right
/// click to reset; range, unit and these three in the tooltip. True when `value` changed.
bool slider(Ui& ui, const SliderSpec& spec, float& value);

/// Where a slider's track and number are in a row.
struct NumberPlaces {
    ImRect track;
    ImRect number;
};
NumberPlaces numberPlaces(Ui& ui, const ImRect& row);

/// A slider without its label, in places of one's own.
bool numberControl(Ui& ui, const SliderSpec& spec, const ImRect& track, const ImRect& number, float& value);

/// The track alone, in `rect`; `value` 0..1. True while it is being set.
bool sliderTrack(Ui& ui, std::string_view name, const ImRect& rect, float& value, Interaction* out = nullptr);

struct Segment {
    std::string_view name;
    std::string_view label;
    bool enabled = true;
    bool faint = false;
    Explanation explanation = {};
};
/// Equal buttons side by side in `rect`, one lit (none for −1), in the accent colour when `accented`. Returns the one
/// clicked, or −1.
int segments(Ui& ui, const ImRect& rect, std::span<const Segment> items, int active, bool accented = false);

/// A label with segments to its right.
int segmentRow(Ui& ui, std::string_view label, std::span<const Segment> items, int active,
               const Explanation& explanation);

/// A label with a switch at the right edge. True when it was flipped.
bool toggleRow(Ui& ui, std::string_view name, std::string_view label, bool& value, const Explanation& explanation);

/// A label with a right-aligned value.
void valueRow(Ui& ui, std::string_view label, std::string_view value, float height = 22.0f);

/// Text wrapped to the content's width.
void paragraph(Ui& ui, ImFont* font, ImU32 color, std::string_view text);

/// A small square button with a letter; lit in `color`.
bool letterButton(Ui& ui, std::string_view name, const ImRect& rect, std::string_view letter, bool lit, ImU32 color,
                  const Explanation& explanation);

/// A field of text that fills `rect`; `hint` is shown while it is empty. What ImGui::InputText returns.
bool textField(Ui& ui, std::string_view name, const ImRect& rect, const std::string& hint, std::string& text,
               ImGuiInputTextFlags flags = 0);

bool textButton(Ui& ui, std::string_view name, const ImRect& rect, std::string_view text,
                const Explanation& explanation);

enum class Icon {
    Pause,
    Play,
    Wipe,
    Camera,
    Film,
    Folder,
    Image,
    Snapshot,
    Record,
    Sun,
    Moon,
    Panel,
    Help,
    Close,
    Plus,
    Chevron,
    Warning,
    Fullscreen,
    Undo,
    Redo
};
void drawIcon(Ui& ui, Icon icon, ImVec2 center, float size, ImU32 color);
/// A square button with an icon; `lit` draws it in the accent colour.
bool iconButton(Ui& ui, std::string_view name, const ImRect& rect, Icon icon, bool lit, const Explanation& explanation);

}  // namespace impasto::ui
