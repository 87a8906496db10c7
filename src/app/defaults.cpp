// SPDX-License-Identifier: MIT
#include "app/defaults.h"

#include <fmt/format.h>

#include "app/gallery.h"
#include "base/file.h"
#include "media/camera.h"

namespace impasto::app {

std::string bundledClip() {
    return (dataFolder() / "assets/clip.mp4").string();
}

std::vector<std::string> cameraInputs() {
    std::vector<std::string> inputs;
    for (const media::Camera& camera : media::listCameras())
        inputs.push_back(fmt::format("webcam:{}\t{}", camera.number, camera.name));
    return inputs;
}

std::string defaultSource() {
    const std::vector<std::string> cameras = cameraInputs();
    return cameras.empty() ? bundledClip() : cameras.front().substr(0, cameras.front().find('\t'));
}

std::vector<StyleChoice> defaultStyles() {
    const std::string first = Gallery(bundledStylesFolder()).first();
    return first.empty() ? std::vector<StyleChoice>{} : std::vector<StyleChoice>{{first, 1.0f}};
}

}  // namespace impasto::app
