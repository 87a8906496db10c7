// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>
#include <imgui_internal.h>

#include <memory>
#include <optional>

#include "app/mask_paint.h"
#include "app/settings.h"

namespace impasto::ui {

struct Ui;

/// How regions are painted on the picture, and the stroke in hand.
struct MaskTools {
    enum class Tool { None, Brush, Eraser, Gradient, Ellipse };
    Tool tool = Tool::None;  ///< None: the mouse does not paint
    app::Brush brush;
    bool visible = true;  ///< the overlay

    std::optional<app::MaskStroke> stroke;
    std::shared_ptr<const nn::RegionMask> before;  ///< as it was when the mouse went down
    app::MaskPoint from;
};

/// While it lives, `settings.styles` is the mix of `region`, or of region 0 where there is no such region: everything
/// that edits a mix then edits that one. The settings must not be replaced meanwhile.
class RegionInHand {
  public:
    RegionInHand(app::Settings& settings, int region)
        : settings_(settings), region_(region <= static_cast<int>(settings.regionMixes.size()) ? region : 0) {
        exchange();
    }
    ~RegionInHand() { exchange(); }
    RegionInHand(const RegionInHand&) = delete;
    RegionInHand& operator=(const RegionInHand&) = delete;

  private:
    void exchange() {
        if (region_ > 0)
            settings_.styles.swap(settings_.regionMixes[static_cast<std::size_t>(region_) - 1]);
    }
    app::Settings& settings_;
    int region_;
};

/// A further region with `mix`, painted nowhere yet. False when there are as many as there can be.
bool addRegion(app::Settings& settings, app::StyleMix mix);

/// Takes region 1 or a further one away; where it was painted region 0 is again.
void removeRegion(app::Settings& settings, int region);

/// The colour a region is shown in.
ImU32 regionColor(int region);

/// Panel: which region is edited, and the tools to paint it with.
void drawRegions(Ui& ui);

/// Picture: takes the mouse on `image` while a tool is chosen, and shows where the regions are.
void drawMaskCanvas(Ui& ui, const ImRect& image);

}  // namespace impasto::ui
