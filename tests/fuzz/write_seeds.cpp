// SPDX-License-Identifier: MIT
// write_seeds NETWORK_FOLDER GRAPH_FOLDER: what the fuzzers start from.
#include <cstdio>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "support/small_network.h"

int main(int count, char** arguments) {
    using namespace impasto;
    if (count != 3) {
        std::fputs("write_seeds NETWORK_FOLDER GRAPH_FOLDER\n", stderr);
        return 2;
    }
    try {
        const std::filesystem::path networks = arguments[1];
        writeFileAtomically(networks / "f32", test::smallBytes(model::StoredType::F32));
        writeFileAtomically(networks / "f16", test::smallBytes(model::StoredType::F16));
        writeFileAtomically(std::filesystem::path(arguments[2]) / "small", test::smallGraph().dump());
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
