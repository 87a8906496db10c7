// SPDX-License-Identifier: MIT
// Any bytes as a whole weights file: they parse or throw Error. What parses can be written and parsed again.
#include <cstdint>

#include "base/check.h"
#include "base/error.h"
#include "model/network.h"

using namespace impasto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
    try {
        const model::SafetensorsFile file = model::parseSafetensors(bytes, "fuzz");
        const auto written = model::writeSafetensors(file, model::StoredType::F32);
        IMPASTO_CHECK(model::writeSafetensors(model::parseSafetensors(written, "again"), model::StoredType::F32) ==
                      written);
        const model::Network network = model::parseNetwork(bytes, "fuzz");
        for (const model::Site& site : model::sites(network.graph))
            IMPASTO_CHECK(network.siteParameters(site).learnedGamma.size() == static_cast<std::size_t>(site.channels));
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
