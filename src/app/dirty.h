// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "app/settings.h"

namespace impasto::app {

/// What a changed setting makes dirty, cheapest first: nothing of the network; values in mapped memory, in effect in
/// the next frame; recorded commands; kernels and memory; the network itself. Each rung includes those below it.
enum class Rung { None, Uniforms, Record, Plan, Model };

/// The highest rung among the fields that differ. Which field has which rung: app/fields.h.
Rung dirtyRung(const Settings& before, const Settings& after);

/// Names of the fields that differ, as in presets.
std::vector<std::string_view> changedFields(const Settings& before, const Settings& after);

}  // namespace impasto::app
