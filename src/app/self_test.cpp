// SPDX-License-Identifier: MIT
#include "app/self_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <future>
#include <memory>
#include <numeric>
#include <thread>

#include "app/headless.h"
#include "app/model_choice.h"
#include "base/check.h"
#include "base/error.h"
#include "gpu/buffer.h"
#include "gpu/commands.h"
#include "gpu/image.h"
#include "model/input_size.h"
#include "nn/bounds.h"
#include "nn/feature_map.h"
#include "nn/plan_runner.h"
#include "nn/stylizer.h"
#include "reference/random_network.h"
#include "reference/reference.h"
#include "tensor/compare.h"

namespace impasto::app {
namespace {

using model::ActivationKind;
using model::PadMode;
using reference::NetworkBuilder;
using reference::randomTensor;

constexpr std::chrono::minutes kTimeLimit(5);
constexpr Extent kNetworkExtent{.height = 96, .width = 128};
constexpr int kStyleSide = 64;

/// A network of one operation, or a whole one, and the sizes to try it at.
struct Case {
    std::string name;   ///< for people
    std::string bound;  ///< as in nn::boundFor
    std::vector<model::Network> networks;
    std::vector<Extent> extents;
};

// 1, odd, a tile and one more or less; channels that do not fill a group of 8.
const std::vector<Extent> kExtents = {{2, 2}, {3, 7}, {5, 33}, {9, 31}, {16, 32}, {17, 65}};
constexpr int kChannels[] = {1, 3, 8, 13, 17};

model::Conv2d conv3(int in, int out) {
    model::Conv2d conv;
    conv.inChannels = in;
    conv.outChannels = out;
    conv.pad = {1, 1, 1, 1};
    conv.padMode = PadMode::Reflect;
    return conv;
}

Case convolution(const std::string& name, const std::function<void(model::Conv2d&)>& change) {
    Case result{name, "conv2d", {}, kExtents};
    for (const int in : kChannels) {
        model::Conv2d conv = conv3(in, in % 2 ? in + 4 : in * 2);
        change(conv);
        NetworkBuilder builder(conv.inChannels);
        builder.conv(conv, 0);
        result.networks.push_back(builder.build());
    }
    return result;
}

std::vector<Case> convolutions() {
    return {convolution("conv2d 3x3", [](model::Conv2d&) {}),
            convolution("conv2d 3x3 stride 2",
                        [](model::Conv2d& conv) {
                            conv.stride = {2, 2};
                        }),
            convolution("conv2d 3x3 upsampled x2", [](model::Conv2d& conv) { conv.upsample = 2; }),
            convolution("conv2d 1x1",
                        [](model::Conv2d& conv) {
                            conv.kernel = {1, 1};
                            conv.pad = {};
                        }),
            convolution("conv2d 5x3 zero padded, dilated",
                        [](model::Conv2d& conv) {
                            conv.kernel = {5, 3};
                            conv.dilation = {1, 2};
                            conv.pad = {2, 2, 2, 2};
                            conv.padMode = PadMode::Zero;
                        }),
            convolution("conv2d 3x3 per channel", [](model::Conv2d& conv) {
                conv.outChannels = conv.inChannels;
                conv.groups = conv.inChannels;
                conv.activation = {ActivationKind::LeakyRelu, 0.1f};
            })};
}

/// `nodes` adds what is tested behind an input of so many channels.
Case simple(const std::string& name, const std::function<void(NetworkBuilder&, int)>& nodes, int perChannel = 1) {
    Case result{name, name.substr(0, name.find(' ')), {}, kExtents};
    for (const int channels : kChannels) {
        NetworkBuilder builder(channels * perChannel);
        nodes(builder, channels);
        result.networks.push_back(builder.build());
    }
    return result;
}

std::vector<Case> simpleOperations() {
    std::vector<Case> cases = {
        simple("scale_shift",
               [](NetworkBuilder& net, int) {
                   net.add(model::ScaleShift{2.0f, -1.0f}, {0});
               }),
        simple("add",
               [](NetworkBuilder& net, int) {
                   const int half = net.add(model::ScaleShift{0.5f, 0.25f}, {0});
                   net.add(model::Add{}, {0, half});
               }),
        simple("mul",
               [](NetworkBuilder& net, int) {
                   const int shifted = net.add(model::ScaleShift{-1.0f, 0.5f}, {0});
                   net.add(model::Mul{}, {shifted, 0});
               }),
        simple("activation tanh",
               [](NetworkBuilder& net, int) {
                   net.add(model::Activate{{ActivationKind::Tanh, 0}}, {0});
               }),
        // Doubling is exact in both storage types, so that nothing but the copying is compared.
        simple("concat",
               [](NetworkBuilder& net, int) {
                   const int half = net.add(model::ScaleShift{2.0f, 0.0f}, {0});
                   net.add(model::Concat{}, {0, half, 0});
               }),
        simple(
            "pixel_shuffle", [](NetworkBuilder& net, int) { net.add(model::PixelShuffle{2}, {0}); }, 4),
        simple("pixel_unshuffle", [](NetworkBuilder& net, int) { net.add(model::PixelUnshuffle{2}, {0}); }),
        simple("max_pool",
               [](NetworkBuilder& net, int) {
                   net.add(model::MaxPool{{2, 2}, {2, 2}, true}, {0});
               }),
        simple("resize nearest",
               [](NetworkBuilder& net, int) {
                   net.add(model::Resize{model::Resize::Mode::Nearest, 2, 1}, {0});
               }),
        simple("resize bilinear",
               [](NetworkBuilder& net, int) {
                   net.add(model::Resize{model::Resize::Mode::Bilinear, 2, 1}, {0});
               }),
        simple("normalize", [](NetworkBuilder& net, int channels) { net.site(0, channels); }),
    };
    for (Case& each : cases) {
        if (each.name == "pixel_unshuffle")
            each.extents = {{2, 2}, {4, 6}, {10, 34}, {18, 62}};
    }
    return cases;
}

/// What storage makes of values before any arithmetic, so that the error is the kernel's own.
std::vector<float> stored(const std::vector<float>& values, nn::Precision precision) {
    const nn::FeatureMap map{{1, 1, static_cast<int>(values.size())}, precision, 0};
    std::vector<std::byte> bytes(map.sizeBytes());
    nn::packFeatures(Tensor(map.shape, values), map, bytes);
    return nn::unpackFeatures(map, bytes).data();
}

model::Network storedWeights(model::Network network, nn::Precision precision) {
    for (auto& [name, weight] : network.weights) {
        if (name.ends_with(".weight"))
            weight.data = stored(weight.data, precision);
    }
    return network;
}

/// The style picture's statistics with the cell of AdaIN at every site.
struct Styled {
    std::unique_ptr<StyleStatistics> style;  ///< what the controls and the blend point to
    nn::Controls controls;
    reference::StyleBlend blend;
    std::vector<reference::SiteSettings> settings;
};

Styled styled(const model::Network& network) {
    Styled result;
    if (model::sites(network.graph).empty()) {
        result.settings.resize(1);
        return result;
    }
    const int channels = network.graph.inputChannels;
    result.style = std::make_unique<StyleStatistics>(
        reference::encodeStyle(network, randomTensor({channels, kStyleSide, kStyleSide}, 11, 0, 1)));
    result.settings = {reference::SiteSettings{}};
    result.controls.cells = {Normalization{}};
    result.controls.styles = {{.statistics = result.style.get()}};
    result.blend = {.styles = {result.style.get()}, .conditionalRows = {-1}, .weights = {1.0f}};
    return result;
}

class Comparison {
  public:
    Comparison(gpu::Device& device, gpu::PipelineLibrary& pipelines, nn::Precision precision,
               const nn::KernelChoices& choices = {})
        : device_(device), pipelines_(pipelines), precision_(precision), choices_(choices) {}

    SelfTestResult run(const Case& test) const {
        const std::optional<nn::Bound> bound = nn::boundFor(test.bound, precision_);
        IMPASTO_CHECK(bound);
        SelfTestResult result{.operation = test.name,
                              .storage = precision_ == nn::Precision::Fp16 ? "fp16" : "fp32",
                              .nmseBound = bound->nmse,
                              .maxAbsBound = bound->maxAbs};
        for (const model::Network& network : test.networks) {
            for (const Extent& extent : test.extents) {
                compare(network, extent, result);
                ++result.shapes;
            }
        }
        return result;
    }

    /// From RGBA8 to RGBA8, by the kernels before and after the network, too: the last convolution may be one of them.
    SelfTestResult runPicture(const Case& test) const {
        const std::optional<nn::Bound> bound = nn::boundFor(test.bound, precision_);
        IMPASTO_CHECK(bound);
        // Beside the network's: rounding to eight bits.
        constexpr double kHalfStep = 0.51 / 255;
        SelfTestResult result{.operation = test.name + ", picture",
                              .storage = precision_ == nn::Precision::Fp16 ? "fp16" : "fp32",
                              .shapes = 1,
                              .maxAbsBound = bound->maxAbs + kHalfStep};
        const auto network = std::make_shared<model::Network>(storedWeights(test.networks.front(), precision_));
        const Extent extent = test.extents.front();
        const Styled with = styled(*network);
        const std::vector<std::uint8_t> rgba = bytesOf(randomTensor({4, extent.height, extent.width}, 7, 0, 1));
        nn::Stylizer stylizer({.device = device_,
                               .pipelines = pipelines_,
                               .network = network,
                               .precision = precision_,
                               .source = extent,
                               .networkInput = extent,
                               .output = extent,
                               .choices = &choices_});
        const Tensor got = shownBy(stylizer, rgba, extent, with.controls);
        Tensor want = reference::run(*network, rgbOf(rgba, extent), with.blend, with.settings).output();
        for (float& value : want.data())
            value = std::clamp(value, 0.0f, 1.0f);
        result.nmse = nmse(got.data(), want.data());
        result.maxAbs = maxAbs(got.data(), want.data());
        const double power = std::inner_product(want.data().begin(), want.data().end(), want.data().begin(), 0.0);
        result.nmseBound = bound->nmse + kHalfStep * kHalfStep * static_cast<double>(want.data().size()) / power;
        return result;
    }

  private:
    static std::vector<std::uint8_t> bytesOf(const Tensor& planes) {
        const Shape& shape = planes.shape();
        std::vector<std::uint8_t> bytes(shape.count());
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(std::lround(planes.data()[i] * 255.0f));
        return bytes;
    }

    static Tensor rgbOf(const std::vector<std::uint8_t>& rgba, Extent extent) {
        Tensor rgb({3, extent.height, extent.width});
        const std::size_t pixels = rgb.shape().planeSize();
        for (std::size_t i = 0; i < pixels; ++i) {
            for (std::size_t channel = 0; channel < 3; ++channel)
                rgb.data()[channel * pixels + i] = static_cast<float>(rgba[i * 4 + channel]) / 255.0f;
        }
        return rgb;
    }

    Tensor shownBy(nn::Stylizer& stylizer, const std::vector<std::uint8_t>& rgba, Extent extent,
                   const nn::Controls& controls) const {
        const gpu::Image target(device_, {.name = "self-test picture",
                                          .width = static_cast<std::uint32_t>(extent.width),
                                          .height = static_cast<std::uint32_t>(extent.height)});
        const gpu::Buffer readback(device_, {"self-test picture", rgba.size(), gpu::MemoryKind::Readback});
        gpu::runOnce(device_, device_.computeQueue(),
                     [&](vk::CommandBuffer commands) { target.recordInitialLayout(commands); });
        stylizer.wait(stylizer.submit(rgba, controls, target));
        gpu::runOnce(device_, device_.computeQueue(), [&](vk::CommandBuffer commands) {
            gpu::recordBarrier(commands);
            commands.copyImageToBuffer(target.handle(), vk::ImageLayout::eGeneral, readback.handle(),
                                       target.wholeRegion());
            gpu::recordHostBarrier(commands);
        });
        std::vector<std::uint8_t> shown(rgba.size());
        std::memcpy(shown.data(), readback.mapped().data(), shown.size());
        stylizer.forget(target);
        return rgbOf(shown, extent);
    }

    void compare(const model::Network& original, Extent extent, SelfTestResult& result) const {
        const model::Network network = storedWeights(original, precision_);
        Tensor input = randomTensor({network.graph.inputChannels, extent.height, extent.width}, 7, 0, 1);
        input.data() = stored(input.data(), precision_);
        const Styled with = styled(network);
        nn::PlanRunner runner(device_, pipelines_, network, extent, {.precision = precision_, .choices = &choices_});
        const Tensor got = runner.run(input, with.controls);
        const reference::Run want = reference::run(network, input, with.blend, with.settings);
        result.nmse = std::max(result.nmse, nmse(got.data(), want.output().data()));
        result.maxAbs = std::max(result.maxAbs, maxAbs(got.data(), want.output().data()));
    }

    gpu::Device& device_;
    gpu::PipelineLibrary& pipelines_;
    nn::Precision precision_;
    nn::KernelChoices choices_;
};

void print(const SelfTestResult& result) {
    fmt::print("{:<34} {:<5} {:>3} {:>9.1e} {:>9.1e} {:>9.1e} {:>9.1e}  {}\n", result.operation, result.storage,
               result.shapes, result.nmse, result.nmseBound, result.maxAbs, result.maxAbsBound,
               result.passed() ? "ok" : "WRONG");
    std::fflush(stdout);
}

int finish(SelfTestStatus status, const std::string& verdict) {
    fmt::print("self-test: {}\n", verdict);
    return static_cast<int>(status);
}

int runTests(gpu::Device& device, const Settings& settings) {
    fmt::print("{} ({})\n", device.report().properties.name, device.report().properties.driver);
    fmt::print("{:<34} {:<5} {:>3} {:>9} {:>9} {:>9} {:>9}\n", "operation", "", "n", "NMSE", "bound", "max abs",
               "bound");
    const std::vector<SelfTestResult> results = compareWithReference(device, settings, print);
    const auto wrong = std::ranges::count_if(results, [](const SelfTestResult& result) { return !result.passed(); });
    if (wrong > 0)
        return finish(SelfTestStatus::WrongResult, fmt::format("{} of {} comparisons failed", wrong, results.size()));
    return finish(SelfTestStatus::Passed, fmt::format("passed, {} comparisons", results.size()));
}

Case wholeNetwork(const std::string& model) {
    // What is tested must not depend on how fast the device was before.
    model::Network network = model::loadNetworkByName(model == kAutomaticModel ? "micro" : model);
    const Extent extent = model::paddedExtent(kNetworkExtent, network.graph.multiple);
    return {fmt::format("{} {}x{}", network.graph.name, extent.width, extent.height),
            "network",
            {std::move(network)},
            {extent}};
}

}  // namespace

std::vector<SelfTestResult> compareWithReference(gpu::Device& device, const Settings& settings,
                                                 const std::function<void(const SelfTestResult&)>& report) {
    std::vector<Case> cases = convolutions();
    std::ranges::move(simpleOperations(), std::back_inserter(cases));
    cases.push_back(wholeNetwork(settings.model));
    gpu::PipelineLibrary pipelines(device);
    std::vector<SelfTestResult> results;
    for (const Case& each : cases) {
        for (const nn::Precision precision : {nn::Precision::Fp32, nn::Precision::Fp16}) {
            results.push_back(Comparison(device, pipelines, precision).run(each));
            report(results.back());
        }
    }
    for (const nn::Precision precision : {nn::Precision::Fp32, nn::Precision::Fp16}) {
        results.push_back(Comparison(device, pipelines, precision).runPicture(cases.back()));
        report(results.back());
    }
    return results;
}

std::array<SelfTestResult, 2> compareNetworkWithReference(gpu::Device& device, gpu::PipelineLibrary& pipelines,
                                                          const Settings& settings, const nn::KernelChoices& choices,
                                                          Extent extent) {
    const Case test = wholeNetwork(settings.model);
    const model::Graph& graph = test.networks.front().graph;
    const nn::KernelChoices atTheTest = nn::choicesAt(
        choices, graph, settings.precision, model::paddedExtent(extent, graph.multiple), test.extents.front());
    const Comparison comparison(device, pipelines, settings.precision, atTheTest);
    return {comparison.run(test), comparison.runPicture(test)};
}

int runSelfTest(const CommandLine& line) {
    try {
        if (gpu::listDevices().empty())
            return finish(SelfTestStatus::NoDevice, "no Vulkan device; install a driver, e.g. mesa-vulkan-drivers");
    } catch (const Error& error) {
        return finish(SelfTestStatus::NoDevice, error.what());
    }
    std::unique_ptr<gpu::Device> device;
    try {
        device = std::make_unique<gpu::Device>(deviceOptions(line));
    } catch (const Error& error) {
        return finish(SelfTestStatus::MissingFeature, error.what());
    }
    auto tests = std::async(std::launch::async, [&] { return runTests(*device, line.settings); });
    if (tests.wait_for(kTimeLimit) == std::future_status::timeout) {
        // A hung device cannot be waited for, so nothing is destroyed.
        std::_Exit(finish(SelfTestStatus::Timeout, "timeout"));
    }
    return tests.get();
}

}  // namespace impasto::app
