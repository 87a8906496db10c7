// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace impasto::ui {

/// What the desktop's clipboard holds that a program of pictures can use.
struct Pasted {
    std::vector<std::byte> png;      ///< a picture; empty without one
    std::vector<std::string> paths;  ///< files, or the lines of a text
};

/// Pictures in X11's clipboard (ICCCM selections, with INCR for large ones), on a connection and a thread of its own:
/// GLFW's clipboard carries text only. Without an X display nothing is ever there. Any thread may call anything.
class ImageClipboard {
  public:
    ImageClipboard();
    ~ImageClipboard();  ///< what was offered is gone then, as with every X11 program

    bool available() const;

    /// Other programs can paste this PNG from now on. Returns at once.
    void offer(std::vector<std::byte> png);

    /// What is in the clipboard now; waits for its owner for at most about two seconds. More than 64 MiB is refused.
    Pasted paste();

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// The paths of a text/uri-list (file: URIs, %-encoded) or of a text with one path a line.
std::vector<std::string> pathsOfText(const std::string& text);

}  // namespace impasto::ui
