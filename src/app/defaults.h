// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"

namespace impasto::app {

/// INPUT of the bundled clip.
std::string bundledClip();

/// Names of the bundled networks, smallest first.
std::vector<std::string> bundledModels();

/// `webcam:N` for every camera, with a label after a tab.
std::vector<std::string> cameraInputs();

/// What the camera that `input` names (`webcam[:N]`) offers and this program reads, as Settings::cameraFormat takes it;
/// nothing for other inputs.
std::vector<std::string> cameraFormats(const std::string& input);

/// Devices that show other programs a camera, each with a label after a tab.
std::vector<std::string> virtualCameraDevices();

/// The input that stands for an empty `Settings::source`: the first camera, else the bundled clip.
std::string defaultSource();

/// The blend of a start without any choice: the bundled style chosen for a first look at 1, or the first of
/// the gallery where that is not there.
std::vector<StyleChoice> defaultStyles();

}  // namespace impasto::app
