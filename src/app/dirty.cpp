// SPDX-License-Identifier: MIT
#include "app/dirty.h"

#include <algorithm>

#include "app/fields.h"

namespace impasto::app {

Rung dirtyRung(const Settings& before, const Settings& after) {
    Rung highest = Rung::None;
    forEachField([&](const auto& field) {
        if (!(before.*field.member == after.*field.member))
            highest = std::max(highest, field.rung);
    });
    return highest;
}

std::vector<std::string_view> changedFields(const Settings& before, const Settings& after) {
    std::vector<std::string_view> names;
    forEachField([&](const auto& field) {
        if (!(before.*field.member == after.*field.member))
            names.push_back(field.name);
    });
    return names;
}

}  // namespace impasto::app
