// SPDX-License-Identifier: MIT
// Any text as the graph of a file whose tensors are sound: it parses or throws Error. What parses has shapes.
#include <cstdint>

#include "base/check.h"
#include "base/error.h"
#include "model/graph_parse.h"
#include "support/small_network.h"

using namespace impasto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const model::SafetensorsFile file = test::smallFile(test::smallGraph());
    try {
        const model::Graph graph = model::parseGraph({reinterpret_cast<const char*>(data), size}, file.tensors, "fuzz");
        const Extent extent{graph.multiple * 32, graph.multiple * 16};
        IMPASTO_CHECK(model::inferShapes(graph, extent).size() == graph.nodes.size() + 1);
        IMPASTO_CHECK(model::multiplyAccumulates(graph, extent) >= 0);
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
