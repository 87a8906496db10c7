// SPDX-License-Identifier: MIT
// What a person sees first: every bundled style moves the bundled photographs at least halfway towards itself.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "gpu/commands.h"
#include "media/source.h"
#include "model/input_size.h"
#include "support.h"
#include "support/gpu_device.h"

namespace impasto::nn::test {
namespace {

namespace fs = std::filesystem;

/// Σ over the sites of the mean squared differences of means and of standard deviations.
double distance(const StyleStatistics& a, const StyleStatistics& b) {
    double sum = 0;
    for (std::size_t site = 0; site < a.size(); ++site) {
        const std::size_t channels = a[site].mean.size();
        for (std::size_t c = 0; c < channels; ++c) {
            const double means = a[site].mean[c] - b[site].mean[c];
            const double deviations = std::sqrt(a[site].variance[c]) - std::sqrt(b[site].variance[c]);
            sum += (means * means + deviations * deviations) / static_cast<double>(channels);
        }
    }
    return sum;
}

std::vector<fs::path> pictures(const std::string& folder) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(std::string(IMPASTO_SOURCE_DIR) + "/assets/" + folder)) {
        if (entry.path().extension() == ".jpg" || entry.path().extension() == ".png")
            paths.push_back(entry.path());
    }
    return paths;
}

class BundledStyles : public impasto::test::GpuTest {};

TEST_F(BundledStyles, MovePhotographsAtLeastHalfwayToThem) {
    const auto network = std::make_shared<const model::Network>(
        model::loadNetwork(std::string(IMPASTO_SOURCE_DIR) + "/weights/micro.safetensors"));
    const auto styles = pictures("styles");
    EXPECT_GE(styles.size(), 12u);
    StyleEncoder encoder(device(), pipelines(), network, Precision::Fp16);
    const auto encode = [&](const media::Frame& frame) {
        return encoder.encode(frame.pixels, {frame.height, frame.width});
    };
    std::map<std::string, double> distanceBefore;
    std::map<std::string, double> distanceAfter;
    for (const fs::path& photo : pictures("content")) {
        const auto frame = media::loadImage(photo, 512);
        const Extent source{frame->height, frame->width};
        const Extent input = model::networkExtent(source, 256);
        Stylizer stylizer({.device = device(),
                           .pipelines = pipelines(),
                           .network = network,
                           .source = source,
                           .networkInput = input,
                           .output = input});
        gpu::Image target(
            device(), {"styled", static_cast<std::uint32_t>(input.width), static_cast<std::uint32_t>(input.height)});
        gpu::runOnce(device(), device().computeQueue(),
                     [&](vk::CommandBuffer commands) { target.recordInitialLayout(commands); });
        const StyleStatistics before = encode(*frame);
        for (const fs::path& path : styles) {
            const StyleStatistics style = encode(*media::loadImage(path, 512));
            Controls controls;
            controls.cells = {Normalization{}};
            controls.styles = {{&style, -1, 1.0f}};
            stylizer.wait(stylizer.submit(frame->pixels, controls, target));
            const StyleStatistics after = encoder.encode(readImage(device(), target), input);
            const std::string name = path.stem();
            distanceBefore[name] += distance(before, style);
            distanceAfter[name] += distance(after, style);
            EXPECT_LE(distance(after, style), 0.5 * distance(before, style)) << photo.stem() << " in " << name;
        }
    }
    for (const auto& [style, before] : distanceBefore)
        EXPECT_LE(distanceAfter[style], 0.5 * before) << style << " over all photographs";
}

}  // namespace
}  // namespace impasto::nn::test
