// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/laboratory.h"
#include "tensor/tensor.h"

namespace impasto::app {

/// A small RGBA8 picture for the panel.
struct Thumbnail {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgba;
};

/// A style of the gallery.
struct GalleryStyle {
    std::string id;     ///< as in StyleChoice
    std::string label;  ///< for people
    bool bundled = false;
    bool hasConditionalRow = false;  ///< trained row for AffineSource::Conditional
    std::string error = {};          ///< why the picture cannot be used; empty when it can
    std::shared_ptr<const Thumbnail> thumbnail = {};
    std::shared_ptr<const Thumbnail> preview = {};  ///< the current picture in this style; null: not made yet
};

struct StageTime {
    std::string name;
    double timeMs = 0;
};

/// Something to tell the user once.
struct Message {
    enum class Kind { Info, Warning, Error } kind = Kind::Info;
    std::uint64_t serial = 0;  ///< increases with every message
    std::string text;
};

/// A recording, while it is made and after.
struct RecordingStats {
    bool active = false;
    bool finishing = false;  ///< stopped, the file is being completed
    std::string path;        ///< of this or the last one; empty before the first
    double seconds = 0;
    std::uint64_t written = 0;  ///< frames
    std::uint64_t dropped = 0;  ///< frames left out because encoding was too slow
    std::uint64_t bytes = 0;
};

/// What other programs are shown as a camera.
struct VirtualCameraStats {
    std::string device = {};  ///< empty: it is off
    Extent extent = {};       ///< agreed on with the device
    std::uint64_t written = 0;
    std::uint64_t dropped = 0;
};

/// Files that are restyled beside the picture.
struct BatchStats {
    bool active = false;
    std::size_t files = 0;
    std::size_t done = 0;
    std::size_t skipped = 0;  ///< by an earlier run with the same settings
    double fraction = 0;      ///< 0..1
    double secondsLeft = -1;  ///< negative: not known
    std::string current = {};
    std::string outputFolder = {};           ///< of this or the last one
    std::vector<std::string> failures = {};  ///< of this or the last one, one line each
    bool cancelled = false;                  ///< the last one was ended early
};

/// The measuring of kernels, and what came of it.
struct KernelTuningStats {
    /// One convolution that was measured on this device.
    struct Line {
        std::string convolution;  ///< channels, kernel, stride, enlargement, size and precision
        std::string kernel;       ///< the fastest
        double share = 1;         ///< of the time of the kernel that is taken unmeasured
    };
    bool running = false;
    int done = 0;                                    ///< convolutions, while it runs
    int total = 0;                                   ///< 0: not known yet
    std::shared_ptr<const std::vector<Line>> lines;  ///< replaced, never changed; null before there is a session
};

/// What the session reports: plain data, a snapshot of one moment. The panel shows it, the benchmark prints it.
struct Stats {
    std::string deviceName;
    std::string driver;
    bool softwareDevice = false;

    std::string model;
    std::vector<std::string> models;  ///< that can be chosen
    std::vector<int> preferredSizes;
    std::string modelLoading;               ///< name of the network being loaded beside the running one; else empty
    std::vector<std::string> trainedCells;  ///< as in model::Graph, e.g. "instance+adaptive"
    std::vector<std::string> conditionalStyles;  ///< ids with a trained row
    std::string learnedStyle;
    struct SiteInfo {
        std::string name;
        int channels = 0;
    };
    std::vector<SiteInfo> sites;

    std::vector<SiteInfo> layers;  ///< that can be watched, in the order they are computed

    std::string sourceName;
    std::string sourceProblem;  ///< why no frames come; empty while they do
    Extent sourceExtent;
    Extent networkExtent;
    double sourceRate = 0;  ///< frames per second of the source; 0 unknown
    double positionSeconds = 0;
    double durationSeconds = 0;  ///< 0: live or still
    bool seekable = false;
    bool live = false;
    bool still = false;
    std::string capture;                     ///< what a device has agreed to, e.g. "mjpeg 1280x720 30"
    double measuredRate = 0;                 ///< frames per second the source gives
    std::vector<std::string> cameraFormats;  ///< that the camera offers, as Settings::cameraFormat takes them
    std::vector<std::string> cameras;        ///< `webcam:N` inputs with a label after a tab
    std::string bundledClip;                 ///< INPUT of the bundled clip

    double framesPerSecond = 0;  ///< of stylized pictures
    double gpuTimeMs = 0;
    double frameTimeMs = 0;                 ///< wall time from a frame's arrival at the session to its stylized picture
    std::vector<float> recentFrameTimesMs;  ///< of the last frames, at most 256, oldest first
    double delayMs = 0;  ///< from the newest frame's capture, or from when it was due, to its finished picture
    std::vector<StageTime> stages;
    std::vector<StageTime> operations;
    std::uint64_t framesDone = 0;
    std::uint64_t framesDropped = 0;
    std::uint64_t arenaBytes = 0;
    std::uint64_t arenaBytesUnaliased = 0;
    std::uint64_t saturatedValues = 0;
    double pipelineBuildMs = 0;     ///< spent on building pipelines since the start
    double firstFrameDeviceMs = 0;  ///< of the plan's first frame, in which some drivers compile

    /// The governor's state; targetRate 0 while size and network are fixed.
    struct Governed {
        double targetRate = 0;
        double possibleRate = 0;  ///< without waiting for the source; 0 while measuring
        int shortSide = 0;
        std::string state;  ///< for people
    } governed;

    KernelTuningStats kernels;
    LaboratoryStats laboratory;
    /// While weights drift: what they are now, one list per region, each in the order of its mix.
    std::vector<std::vector<float>> driftWeights;
    RecordingStats recording;
    VirtualCameraStats virtualCamera;
    std::vector<std::string> virtualCameras;  ///< devices that take video, with a label after a tab
    BatchStats batch;

    std::vector<GalleryStyle> gallery;
    int hiddenStyles = 0;                                         ///< bundled ones taken out of sight
    GalleryStyle sourceStyle{.id = "source", .label = "Source"};  ///< kSourceStyle as a style of the gallery
    std::vector<Message> messages;                                ///< the newest ones, oldest first
};

}  // namespace impasto::app
