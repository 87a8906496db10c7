// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "model/graph.h"
#include "model/safetensors.h"

namespace impasto::model {

/// Reads the graph of docs/model-format.md. `weights` give the convolutions their channel counts. Checked: every
/// field's type and range, unknown fields, that names are defined once and before they are used, that each tensor is
/// used, every weight's shape, and that the network runs at its smallest and at its preferred sizes with an output as
/// large as the input. Throws Error naming `source` and the field.
Graph parseGraph(std::string_view json, const std::map<std::string, WeightTensor>& weights, const std::string& source);

}  // namespace impasto::model
