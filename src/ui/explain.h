// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "model/normalization.h"

namespace impasto::ui {

/// What a '?' or a control tells when it is hovered. Empty parts are left out.
struct Explanation {
    std::string_view title = {};
    std::string_view text = {};
    std::string_view formula = {};
    std::string_view shortcut = {};
    std::string_view note = {};  ///< faint, below
    bool empty() const { return title.empty() && text.empty(); }
};

Explanation explain(StatisticsSource source);
Explanation explain(AffineSource source);

/// The formula of one cell in one line.
std::string cellFormula(const Normalization& cell);

/// One sentence on what `cell` does to a picture.
std::string_view cellEffect(StatisticsSource statistics, AffineSource affine);

}  // namespace impasto::ui
