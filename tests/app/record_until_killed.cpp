// SPDX-License-Identifier: MIT
// Records moving colour bars to the file that is named until it is killed. Writes a byte to standard output when four
// seconds are in the file or on their way.
#include <unistd.h>

#include <chrono>
#include <thread>

#include "app/recorder.h"
#include "recording_frames.h"

int main(int, char** arguments) {
    using namespace impasto;
    app::Recorder recorder(
        app::videoRecording(arguments[1], {.width = 320, .height = 240, .rate = {30, 1}, .fragmented = true}),
        std::chrono::hours(1));
    bool told = false;
    for (int i = 0;; ++i) {
        while (recorder.state().written + 4 <= static_cast<std::uint64_t>(i)) {
            if (recorder.state().done)
                return 1;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        recorder.push(app::test::barsFrame(320, 240, i), i / 30.0);
        if (!told && recorder.state().written >= 120) {
            told = true;
            if (::write(STDOUT_FILENO, "r", 1) != 1)
                return 1;
        }
    }
}
