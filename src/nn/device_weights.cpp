// SPDX-License-Identifier: MIT
#include "nn/device_weights.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "base/half.h"
#include "common/shared.h"
#include "conv/winograd.h"
#include "gpu/commands.h"

namespace impasto::nn {
namespace {

/// Source taps of the 3×3 kernel that fall on tap `tap` of phase `phase` along one axis: {first, last}.
std::pair<int, int> phaseTaps(int phase, int tap) {
    if (phase == 0)
        return tap == 0 ? std::pair{0, 0} : std::pair{1, 2};
    return tap == 0 ? std::pair{0, 1} : std::pair{2, 2};
}

/// Of a 3×3 kernel's nine weights, what one tap of a phase's 2×2 kernel sums.
float phaseWeight(const float* nine, int phase, int ky, int kx) {
    const auto [firstY, lastY] = phaseTaps(phase / 2, ky);
    const auto [firstX, lastX] = phaseTaps(phase % 2, kx);
    float sum = 0;
    for (int y = firstY; y <= lastY; ++y) {
        for (int x = firstX; x <= lastX; ++x)
            sum += nine[y * 3 + x];
    }
    return sum;
}

/// Of the same, what PHASE_PAIRS of shaders/conv/tiled.comp multiplies by in a row of the phases of row `phase`.
constexpr int kPairSide = 3;
float pairWeight(const float* nine, int phase, int ky, int column) {
    const auto [first, last] = phaseTaps(phase, ky);
    std::array<float, kPairSide> row{};
    for (int y = first; y <= last; ++y) {
        for (int x = 0; x < kPairSide; ++x)
            row[static_cast<std::size_t>(x)] += nine[y * 3 + x];
    }
    return column == 0 ? -row[0] : column == 1 ? row[0] + row[1] + row[2] : row[2];
}

/// What halves hold, scaled up by as much as the bits of a half taken for a float's are scaled down
/// (shaders/common/feature.glsl): a product of both is right.
void scaleUp(std::vector<float>& weights) {
    constexpr float kLargestHalf = 65504.0f;
    constexpr float kHalfScale = 0x1p112f;
    for (float& weight : weights)
        weight = std::clamp(weight, -kLargestHalf, kLargestHalf) * kHalfScale;
}

/// G of Winograd's F(2, 3): three weights as kRowSide.
constexpr int kRowSide = 4;
constexpr double kG2[kRowSide][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};

/// G of F(3, 2), which has F(2, 3)'s inputs.
constexpr double kG3[4][2] = {{1, 0}, {0.5, 0.5}, {0.5, -0.5}, {0, 1}};

/// G of F(4, 3) at the points of shaders/conv/winograd.h, doubled since Bᵀ is halved.
constexpr double kA = shaders::kWinogradA;
constexpr double kB = shaders::kWinogradB;
constexpr double kAt0 = 2 / (kA * kA * kB * kB);
constexpr double kAtA = 1 / (kA * kA * (kA * kA - kB * kB));
constexpr double kAtB = 1 / (kB * kB * (kB * kB - kA * kA));
constexpr double kG4[6][3] = {{kAt0, 0, 0},
                              {kAtA, kAtA* kA, kAtA* kA* kA},
                              {kAtA, -kAtA* kA, kAtA* kA* kA},
                              {kAtB, kAtB* kB, kAtB* kB* kB},
                              {kAtB, -kAtB* kB, kAtB* kB* kB},
                              {0, 0, 2}};

class Image {
  public:
    explicit Image(std::uint64_t alignment) : alignment_(alignment) {}

    std::uint64_t append(std::span<const std::byte> bytes) {
        const std::uint64_t offset = (bytes_.size() + alignment_ - 1) / alignment_ * alignment_;
        bytes_.resize(offset + gpu::texelViewBytes(bytes.size()));
        std::memcpy(bytes_.data() + offset, bytes.data(), bytes.size());
        return offset;
    }
    std::uint64_t appendFloats(const std::vector<float>& values) { return append(std::as_bytes(std::span(values))); }
    std::uint64_t appendHalves(const std::vector<float>& values) {
        std::vector<std::uint16_t> halves;
        halves.reserve(values.size());
        for (float value : values)
            halves.push_back(toHalf(value));
        return append(std::as_bytes(std::span(halves)));
    }
    const std::vector<std::byte>& bytes() const { return bytes_; }

  private:
    std::uint64_t alignment_;
    std::vector<std::byte> bytes_;
};

std::vector<float> paddedBias(const model::Network& network, const model::Conv2d& conv) {
    std::vector<float> bias(static_cast<std::size_t>((conv.outChannels + 7) / 8 * 8), 0.0f);
    if (!conv.bias.empty()) {
        const auto& stored = network.weight(conv.bias).data;
        std::copy(stored.begin(), stored.end(), bias.begin());
    }
    return bias;
}

void uploadTo(gpu::Device& device, const gpu::Buffer& target, const std::vector<std::byte>& bytes) {
    gpu::Buffer staging(device, {"weights staging", bytes.size(), gpu::MemoryKind::Upload});
    std::memcpy(staging.mapped().data(), bytes.data(), bytes.size());
    gpu::runOnce(device, device.computeQueue(), [&](vk::CommandBuffer commands) {
        commands.copyBuffer(staging.handle(), target.handle(), vk::BufferCopy(0, 0, bytes.size()));
    });
}

}  // namespace

std::vector<float> packTiledWeights(ConvKernel kernel, const model::Conv2d& conv, const std::vector<float>& weight) {
    const bool pairs = kernel == ConvKernel::TiledPhasePairs;
    const bool rows = kernel == ConvKernel::Tiled3x3Rows;
    const int phases = phasesOf(kernel);
    const int taps = phases > 1 ? 2 : conv.kernel[0];
    const int columns = rows ? kRowSide : pairs ? kPairSide : taps;
    const int inBlocks = (conv.inChannels + 7) / 8;
    const int outRounded = (conv.outChannels + 7) / 8 * 8;
    std::vector<float> packed(static_cast<std::size_t>(phases * outRounded * inBlocks * taps * columns * 8), 0.0f);
    const auto original = [&](int o, int i, int ky, int kx) {
        const int size = conv.kernel[0];
        return weight[static_cast<std::size_t>(((o * conv.inChannels + i) * size + ky) * size + kx)];
    };
    const auto tapWeight = [&](int phase, int o, int i, int ky, int kx) {
        if (rows) {
            double sum = 0;
            for (int tap = 0; tap < 3; ++tap)
                sum += kG2[kx][tap] * static_cast<double>(original(o, i, ky, tap));
            return static_cast<float>(sum);
        }
        if (phases == 1)
            return original(o, i, ky, kx);
        const float* nine = &weight[static_cast<std::size_t>((o * conv.inChannels + i) * 9)];
        return pairs ? pairWeight(nine, phase, ky, kx) : phaseWeight(nine, phase, ky, kx);
    };
    for (int phase = 0; phase < phases; ++phase) {
        for (int o = 0; o < conv.outChannels; ++o) {
            for (int i = 0; i < conv.inChannels; ++i) {
                for (int tap = 0; tap < taps * columns; ++tap) {
                    const int outBlock = phase * (outRounded / 8) + o / 8;
                    const int group = ((outBlock * inBlocks + i / 8) * taps * columns + tap) * 8 + o % 8;
                    packed[static_cast<std::size_t>(group * 8 + i % 8)] =
                        tapWeight(phase, o, i, tap / columns, tap % columns);
                }
            }
        }
    }
    return packed;
}

namespace {

/// What packTiledWeights makes, with each group of 8 input channels as its channels 0, 2, 4, 6, then 1, 3, 5, 7, for
/// kernels that take half turns: `[phase][Cout/8][Cin/8][ky][2][kx][8 outputs]` groups of 4.
std::vector<float> inHalfTurns(const std::vector<float>& tiled, int columns) {
    const auto row = static_cast<std::size_t>(columns) * 8;  // groups of a kernel row
    IMPASTO_CHECK(tiled.size() % (row * 8) == 0);
    std::vector<float> turned(tiled.size());
    for (std::size_t i = 0; i < tiled.size(); ++i) {
        const std::size_t channel = i % 8;
        const std::size_t group = i / 8 % row;
        turned[i / (row * 8) * (row * 8) + (channel % 2 * row + group) * 4 + channel / 2] = tiled[i];
    }
    return turned;
}

constexpr int kMostSide = 6;

/// G·g·Gᵀ of one kernel: `taps`² weights as `side`² values, by rows.
using WinogradValues = std::array<double, kMostSide * kMostSide>;
WinogradValues winogradValues(const double* g, int side, int taps, const std::array<float, 9>& kernel) {
    std::array<double, kMostSide * 3> columns{};
    for (int k = 0; k < side * taps; ++k) {
        for (int tap = 0; tap < taps; ++tap)
            columns[static_cast<std::size_t>(k)] +=
                g[k / taps * taps + tap] * static_cast<double>(kernel[static_cast<std::size_t>(tap * taps + k % taps)]);
    }
    WinogradValues values{};
    for (int k = 0; k < side * side; ++k) {
        for (int tap = 0; tap < taps; ++tap)
            values[static_cast<std::size_t>(k)] +=
                columns[static_cast<std::size_t>(k / side * taps + tap)] * g[k % side * taps + tap];
    }
    return values;
}

}  // namespace

std::vector<float> packWinogradWeights(ConvKernel kernel, const model::Conv2d& conv, const std::vector<float>& weight) {
    const int side = winogradSide(kernel);
    const int phases = phasesOf(kernel);
    const int taps = phases > 1 ? 2 : 3;
    const double* g = phases > 1 ? &kG3[0][0] : side == 4 ? &kG2[0][0] : &kG4[0][0];
    const int inBlocks = (conv.inChannels + 7) / 8;
    const int outBlocks = (conv.outChannels + 7) / 8;
    std::vector<float> packed(static_cast<std::size_t>(side * side * phases * outBlocks * inBlocks * 64), 0.0f);
    for (int o = 0; o < conv.outChannels; ++o) {
        for (int i = 0; i < conv.inChannels; ++i) {
            const float* nine = &weight[static_cast<std::size_t>((o * conv.inChannels + i) * 9)];
            for (int phase = 0; phase < phases; ++phase) {
                std::array<float, 9> kernelOf{};
                for (int tap = 0; tap < taps * taps; ++tap)
                    kernelOf[static_cast<std::size_t>(tap)] =
                        phases > 1 ? phaseWeight(nine, phase, tap / taps, tap % taps) : nine[tap];
                const WinogradValues values = winogradValues(g, side, taps, kernelOf);
                for (int k = 0; k < side * side; ++k) {
                    const int block = (k * phases + phase) * outBlocks + o / 8;
                    const int group = (block * inBlocks + i / 8) * 8 + o % 8;
                    packed[static_cast<std::size_t>(group * 8 + i % 8)] =
                        static_cast<float>(values[static_cast<std::size_t>(k)]);
                }
            }
        }
    }
    return packed;
}

namespace {

/// `[Cout/side][Cin/side][ky][kx][side inputs][side outputs]`
std::vector<float> packSquares(int side, const model::Conv2d& conv, const std::vector<float>& weight) {
    const int taps = conv.kernel[0] * conv.kernel[1];
    const int inBlocks = (conv.inChannels + side - 1) / side;
    const int outBlocks = (conv.outChannels + side - 1) / side;
    std::vector<float> packed(static_cast<std::size_t>(outBlocks * inBlocks * taps * side * side), 0.0f);
    for (int o = 0; o < conv.outChannels; ++o) {
        for (int i = 0; i < conv.inChannels; ++i) {
            for (int tap = 0; tap < taps; ++tap) {
                const int group = ((o / side * inBlocks + i / side) * taps + tap) * side + i % side;
                packed[static_cast<std::size_t>(group * side + o % side)] =
                    weight[static_cast<std::size_t>((o * conv.inChannels + i) * taps + tap)];
            }
        }
    }
    return packed;
}

}  // namespace

std::vector<float> packOutputsInnermost(const model::Conv2d& conv, const std::vector<float>& weight) {
    return packSquares(8, conv, weight);
}

std::vector<float> packMatrixWeights(const model::Conv2d& conv, const std::vector<float>& weight) {
    return packSquares(16, conv, weight);
}

DeviceWeights::DeviceWeights(gpu::Device& device, const model::Network& network, KernelSet kernels,
                             const std::vector<Conv>& convs) {
    struct Place {
        std::pair<std::string, ConvKernel> key;
        std::uint64_t weightOffset, weightBytes, biasOffset, biasBytes;
        bool texel;
    };
    Image image(device.capabilities().bufferAlignment);
    std::vector<Place> places;
    for (const Conv& entry : convs) {
        const std::pair key{entry.conv.weight, entry.kernel};
        if (bindings_.contains(key))
            continue;
        bindings_[key] = {};
        const auto& weight = network.weight(entry.conv.weight).data;
        const bool winograd = winogradOutputs(entry.kernel) > 0;
        const bool tiled = isTiled(entry.kernel) || winograd;
        const bool matrix = isMatrix(entry.kernel);
        const bool scaled = tiled && kernels.wideStores;
        const bool halves = (tiled || matrix) && !scaled && kernels.precision == Precision::Fp16;
        std::vector<float> values = winograd ? packWinogradWeights(entry.kernel, entry.conv, weight)
                                    : tiled  ? packTiledWeights(entry.kernel, entry.conv, weight)
                                    : matrix ? packMatrixWeights(entry.conv, weight)
                                    : entry.kernel == ConvKernel::Direct ? weight
                                                                         : packOutputsInnermost(entry.conv, weight);
        if (takesHalfTurns(entry.kernel, kernels))
            values = inHalfTurns(values, entry.kernel == ConvKernel::Tiled3x3Rows ? kRowSide : entry.conv.kernel[1]);
        if (scaled)
            scaleUp(values);
        const std::uint64_t weightOffset = halves ? image.appendHalves(values) : image.appendFloats(values);
        const std::uint64_t weightBytes = values.size() * (halves ? 2 : 4);
        const auto bias = paddedBias(network, entry.conv);
        places.push_back({key, weightOffset, weightBytes, image.appendFloats(bias), bias.size() * 4,
                          tiled && kernels.access == Access::Texel});
    }
    if (places.empty())
        return;
    buffer_ = std::make_unique<gpu::Buffer>(
        device, gpu::Buffer::Params{"weights of " + network.graph.name, image.bytes().size(), gpu::MemoryKind::Device});
    uploadTo(device, *buffer_, image.bytes());
    const bool texelsOfHalves = kernels.precision == Precision::Fp16 && !kernels.wideStores;
    const vk::Format format = texelsOfHalves ? vk::Format::eR32G32B32A32Uint : vk::Format::eR32G32B32A32Sfloat;
    for (const Place& place : places) {
        Bindings& bindings = bindings_[place.key];
        bindings.sizeBytes = static_cast<std::int64_t>(place.weightBytes);
        if (place.texel) {
            views_.push_back(gpu::createTexelView(device, *buffer_, format, place.weightOffset,
                                                  gpu::texelViewBytes(place.weightBytes)));
            bindings.weights = gpu::TexelBinding{*views_.back()};
        } else {
            bindings.weights = gpu::BufferBinding{buffer_->handle(), place.weightOffset, place.weightBytes};
        }
        bindings.bias = gpu::BufferBinding{buffer_->handle(), place.biasOffset, place.biasBytes};
    }
}

const DeviceWeights::Bindings& DeviceWeights::of(const model::Conv2d& conv, ConvKernel kernel) const {
    const auto found = bindings_.find({conv.weight, kernel});
    IMPASTO_CHECK(found != bindings_.end());
    return found->second;
}

}  // namespace impasto::nn
