// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/laboratory.h"
#include "media/geometry.h"
#include "media/writer.h"
#include "model/normalization.h"
#include "nn/colour_mode.h"
#include "nn/precision.h"
#include "nn/region_mask.h"
#include "tensor/tensor.h"

namespace impasto::app {

/// The id of a style that is no picture: the statistics of the frame itself, which leave its features as they are.
inline constexpr std::string_view kSourceStyle = "source";

/// One style of a mix.
struct StyleChoice {
    std::string id;  ///< a bundled style's file stem, the path of a picture, or kSourceStyle
    float weight = 1.0f;
    bool muted = false;
    bool solo = false;  ///< while any style of the mix is solo, only those take part
    bool operator==(const StyleChoice&) const = default;
};
using StyleMix = std::vector<StyleChoice>;

enum class RecordFormat : std::uint8_t { Mp4, Mkv, WebM };
enum class SnapshotFormat : std::uint8_t { Png, Jpeg };

/// What the user has set: plain data, edited by the panel and the command line, saved as a preset. What a change of
/// each field makes dirty is in app/dirty.h.
struct Settings {
    std::string source;  ///< INPUT as on the command line; empty: the camera, else the bundled clip
    bool paused = false;
    bool loop = true;
    bool mirror = false;  ///< flips the picture left to right, as one expects of a camera facing oneself

    int rotation = 0;           ///< quarter turns clockwise, 0..3
    media::Crop crop;           ///< after turning
    float speed = 1;            ///< 0.25..4, of files
    float secondsPerImage = 3;  ///< 0.1..60, of a folder shown as a slideshow
    std::string cameraFormat;   ///< as media::formatText() writes it; empty: chosen

    std::string model = "auto";  ///< nano, micro, full, a file, or the program's choice by device and measured speed
    nn::Precision precision = nn::Precision::Fp16;
    /// Short side of the network's input; 0: in a window what keeps the target rate, elsewhere the network's preferred
    /// size.
    int shortSide = 0;
    Extent exactSize;          ///< when set, takes the place of shortSide
    float targetRate = 30.0f;  ///< pictures per second the governor keeps; 0: the preferred size

    StyleMix styles;  ///< at most kMaxBlendedStyles
    bool normalizeWeights = true;
    /// Mixes of region 1 and further ones, at most kMaxRegions − 1, each where the mask has it; `styles` are region
    /// 0's.
    std::vector<StyleMix> regionMixes;
    nn::SharedMask mask;
    bool drift = false;         ///< the weights wander by themselves, see app/style_mixer.h
    float driftSeconds = 8.0f;  ///< 1..120, from one mix to the next
    int driftSeed = 1;          ///< ≥ 0: the same seed gives the same way
    float styleScale = 1.0f;    ///< 0.5..2, of the style pictures before they are encoded

    float strength = 1.0f;  ///< α, 0..1
    Normalization normalization;
    bool perSite = false;                          ///< use `siteNormalization` instead of `normalization`
    std::vector<Normalization> siteNormalization;  ///< one per site of the network
    float epsilon = 1e-5f;                         ///< 1e-8..1

    bool split = false;  ///< two settings side by side: `normalization` left of the line, these right of it
    Normalization normalizationB{.statistics = StatisticsSource::Batch, .affine = AffineSource::Learned};
    std::vector<Normalization> siteNormalizationB;  ///< with perSite

    bool gate = false;           ///< hold the picture where the source stands still
    float gateThreshold = 2.0f;  ///< mean absolute difference of a block, 0..255, below which it does; 0..32

    nn::ColourMode colour = nn::ColourMode::Styled;
    float guidance = 1.0f;  ///< 0..1: how far a picture larger than the network's follows the source's edges

    bool wipe = false;          ///< before/after: the source left of the line; not with `split`
    float wipePosition = 0.5f;  ///< 0..1 of the picture's width

    RecordFormat recordFormat = RecordFormat::Mp4;
    media::VideoQuality recordQuality = media::VideoQuality::Good;
    bool recordSound = true;  ///< of the source, where it has any
    SnapshotFormat snapshotFormat = SnapshotFormat::Png;
    bool snapshotAsShown = false;  ///< at the size of the picture on the screen instead of the source's
    bool stylePreviews = true;     ///< the gallery shows the current picture in each style

    bool lightTheme = false;
    bool panelVisible = true;

    bool operator==(const Settings&) const = default;
};

/// A change of the gallery.
struct GalleryEdit {
    enum class Kind { Remove, MoveBefore, ShowAll } kind = Kind::Remove;
    std::string id = {};
    std::string before = {};  ///< MoveBefore: the style it comes to stand before; empty: the end
};

/// What the user asked for once, as opposed to what is set. Filled by the window, emptied by the session.
struct Requests {
    enum class Record : std::uint8_t { Nothing, Start, Stop };

    bool snapshot = false;                                          ///< of the stylized picture, to the pictures folder
    std::string snapshotPath = {};                                  ///< where; empty: a name of the time
    std::function<void(std::vector<std::byte>)> takeSnapshot = {};  ///< gets a PNG instead of a file, on any thread
    Extent snapshotExtent = {};                                     ///< its size; empty: the source's
    Record record = Record::Nothing;
    std::string recordPath = {};  ///< where; empty: a name of the time in the videos folder
    enum class Switch : std::uint8_t { Leave, On, Off };
    Switch virtualCamera = Switch::Leave;
    std::string virtualCameraDevice = {};  ///< to turn on
    Switch batch = Switch::Leave;
    std::string batchInput = {};                ///< a folder or a file
    std::string batchOutput = {};               ///< a folder
    std::vector<std::string> batchStyles = {};  ///< every file once in each; empty: in the mix
    bool lookForDevices = false;                ///< cameras and virtual cameras may have come or gone
    double seekSeconds = -1;                    ///< ≥ 0: go there
    bool step = false;                          ///< one frame while paused
    bool stepBack = false;                      ///< the frame before, where the source can seek
    std::vector<std::string> addStyles = {};    ///< pictures to add to the gallery and to choose
    std::vector<GalleryEdit> galleryEdits = {};
    bool retune = false;
    bool exportStatistics = false;    ///< of the watched site, as CSV beside the snapshots
    bool snapshotLayer = false;       ///< the watched layer's channels, as PNG beside the snapshots
    std::optional<Watch> watch = {};  ///< what the panel shows from now on
    bool any() const {
        return snapshot || record != Record::Nothing || virtualCamera != Switch::Leave || batch != Switch::Leave ||
               lookForDevices || exportStatistics || snapshotLayer || watch || seekSeconds >= 0 || step || stepBack ||
               !addStyles.empty() || !galleryEdits.empty() || retune;
    }
};

}  // namespace impasto::app
