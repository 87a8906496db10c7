// SPDX-License-Identifier: MIT
#pragma once

#include "model/graph.h"

namespace impasto::reference {

/// One element through an activation, in double: convolutions apply it before rounding to fp32.
double activated(double x, const model::Activation& activation);

}  // namespace impasto::reference
