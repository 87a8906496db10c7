// SPDX-License-Identifier: MIT
#include "app/defaults.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/gallery.h"
#include "base/file.h"
#include "media/camera.h"
#include "media/source.h"
#include "media/virtual_camera.h"

namespace impasto::app {
namespace {

/// Kind to faces, and clearly painted.
const std::string kFirstStyle = "watercolour";

}  // namespace

std::string bundledClip() {
    return (dataFolder() / "assets/clip.mp4").string();
}

std::vector<std::string> bundledModels() {
    namespace fs = std::filesystem;
    std::vector<std::pair<std::uintmax_t, std::string>> found;
    std::error_code code;
    for (const auto& file : fs::directory_iterator(dataFolder() / "weights", code)) {
        if (file.path().extension() == ".safetensors")
            found.emplace_back(file.file_size(code), file.path().stem().string());
    }
    std::ranges::sort(found);
    std::vector<std::string> names;
    for (auto& [size, name] : found)
        names.push_back(std::move(name));
    return names;
}

std::vector<std::string> cameraInputs() {
    std::vector<std::string> inputs;
    for (const media::Camera& camera : media::listCameras())
        inputs.push_back(fmt::format("webcam:{}\t{}", camera.number, camera.name));
    return inputs;
}

std::vector<std::string> cameraFormats(const std::string& input) {
    if (input != "webcam" && !input.starts_with("webcam:"))
        return {};
    std::vector<std::string> formats;
    for (const media::Camera& camera : media::listCameras()) {
        if (input != "webcam" && input != fmt::format("webcam:{}", camera.number))
            continue;
        for (const media::CameraFormat& format : camera.formats) {
            if (!format.ffmpegName.empty())
                formats.push_back(media::formatText({format.width, format.height, format.rate, format.ffmpegName}));
        }
        break;
    }
    return formats;
}

std::vector<std::string> virtualCameraDevices() {
    std::vector<std::string> devices;
    for (const media::VirtualCameraDevice& device : media::listVirtualCameras())
        devices.push_back(fmt::format("{}\t{}", device.path, device.name));
    return devices;
}

std::string defaultSource() {
    const std::vector<std::string> cameras = cameraInputs();
    return cameras.empty() ? bundledClip() : cameras.front().substr(0, cameras.front().find('\t'));
}

std::vector<StyleChoice> defaultStyles() {
    const Gallery gallery(bundledStylesFolder());
    const std::string style = gallery.isBundled(kFirstStyle) ? kFirstStyle : gallery.first();
    return style.empty() ? std::vector<StyleChoice>{} : std::vector<StyleChoice>{{style, 1.0f}};
}

}  // namespace impasto::app
