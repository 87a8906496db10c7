// SPDX-License-Identifier: MIT
// Whole networks on the device against the CPU reference: the start network, then the three that ship.
#include <gtest/gtest.h>

#include "base/file.h"
#include "model/input_size.h"
#include "model/safetensors.h"
#include "support.h"
#include "support/gpu_device.h"
#include "tensor/compare.h"

namespace impasto::nn::test {
namespace {

Tensor goldenTensor(const model::SafetensorsFile& file, const std::string& name) {
    const auto& tensor = file.tensors.at(name);
    return Tensor(
        {static_cast<int>(tensor.shape[1]), static_cast<int>(tensor.shape[2]), static_cast<int>(tensor.shape[3])},
        tensor.data);
}

model::SafetensorsFile golden(const char* name) {
    const std::string path = std::string(IMPASTO_SOURCE_DIR) + "/tests/data/" + name;
    return model::parseSafetensors(readFile(path, 1 << 24), path);
}

class NetworkOnDevice : public impasto::test::GpuTest {
  protected:
    void expectParity(const model::Network& network, const Tensor& content, const Controls& controls,
                      Precision precision, bool plain) {
        PlanRunner runner(device(), pipelines(), network, content.shape().extent(),
                          {.precision = precision, .plainKernels = plain});
        const Tensor got = runner.run(content, controls);
        const Tensor want = reference::run(network, content, blendOf(controls), settingsOf(controls)).output();
        const double limit = precision == Precision::Fp32 ? 1e-9 : 1e-4;
        const double error = nmse(got.data(), want.data());
        EXPECT_LE(error, limit);
        EXPECT_LE(maxAbs(got.data(), want.data()), precision == Precision::Fp32 ? 1e-4 : 5e-2);
        RecordProperty("nmse", std::to_string(error));
        std::printf("nmse %.3g, max abs %.3g (%s%s)\n", error, maxAbs(got.data(), want.data()),
                    precision == Precision::Fp32 ? "fp32" : "fp16", plain ? ", plain kernels" : "");
    }
};

TEST_F(NetworkOnDevice, MatchesTheReferenceInBothPrecisions) {
    for (const char* name : {"golden_a.safetensors", "golden_b.safetensors"}) {
        const auto file = golden(name);
        const StyleStatistics style = reference::encodeStyle(startNetwork(), goldenTensor(file, "style"));
        Controls controls;
        controls.cells = {Normalization{}};
        controls.styles = {{&style, -1, 1.0f}};
        for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
            for (const bool plain : {false, true})
                expectParity(startNetwork(), goldenTensor(file, "content"), controls, precision, plain);
        }
    }
}

TEST_F(NetworkOnDevice, MatchesPyTorchsOutput) {
    const auto file = golden("golden_a.safetensors");
    const StyleStatistics style = reference::encodeStyle(startNetwork(), goldenTensor(file, "style"));
    Controls controls;
    controls.styles = {{&style, -1, 1.0f}};
    const Tensor content = goldenTensor(file, "content");
    PlanRunner runner(device(), pipelines(), startNetwork(), content.shape().extent());
    for (const char* cell : {"adain", "instance+identity", "instance+learned", "layer+adaptive", "group:8+adaptive",
                             "batch+adaptive", "batch+learned"}) {
        controls.cells = {parseNormalization(cell)};
        std::string key = std::string("output.") + cell;
        if (const auto colon = key.find(':'); colon != std::string::npos)
            key.erase(colon, 1);
        EXPECT_LE(maxAbs(runner.run(content, controls).data(), goldenTensor(file, key).data()), 2e-4) << cell;
    }
}

TEST_F(NetworkOnDevice, AliasingSharesMemoryAndChangesNothing) {
    const Tensor content = randomTensor({3, 40, 56}, 3, 0, 1);
    const StyleStatistics style = reference::encodeStyle(startNetwork(), randomTensor({3, 32, 48}, 4, 0, 1));
    Controls controls;
    controls.cells = {Normalization{}};
    controls.styles = {{&style, -1, 1.0f}};
    PlanRunner aliased(device(), pipelines(), startNetwork(), {40, 56});
    PlanRunner kept(device(), pipelines(), startNetwork(), {40, 56}, {.keepTensors = true});
    EXPECT_LT(aliased.plan().arenaBytes(), aliased.plan().arenaBytesUnaliased() * 2 / 3);
    EXPECT_LE(nmse(aliased.run(content, controls).data(), kept.run(content, controls).data()), 1e-12);
}

class ShippedNetwork : public NetworkOnDevice, public testing::WithParamInterface<const char*> {};

TEST_P(ShippedNetwork, MatchesTheReferenceInBothPrecisions) {
    const model::Network network = model::loadNetworkByName(GetParam());
    const auto file = golden("golden_b.safetensors");
    const StyleStatistics style = reference::encodeStyle(network, goldenTensor(file, "style"));
    for (const char* cell : {"adain", "cin", "bn"}) {
        Controls controls;
        controls.cells = {parseNormalization(cell)};
        controls.styles = {{&style, 1, 1.0f}};
        for (const Precision precision : {Precision::Fp32, Precision::Fp16}) {
            SCOPED_TRACE(cell);
            expectParity(network, goldenTensor(file, "content"), controls, precision, false);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, ShippedNetwork, testing::Values("nano", "micro", "full"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace impasto::nn::test
