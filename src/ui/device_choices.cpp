// SPDX-License-Identifier: MIT
#include "ui/device_choices.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "gpu/device_titles.h"

namespace impasto::ui {

void DeviceChoices::choose(const std::string& title) {
    const auto named = std::ranges::find(entries, title, &Entry::title);
    const int index = title.empty() ? best : named == entries.end() ? -1 : static_cast<int>(named - entries.begin());
    if (index < 0 || !entries[static_cast<std::size_t>(index)].usable)
        return;
    wanted = title;
    if (index != current)
        asked = index;
    else
        asked.reset();
}

DeviceChoices deviceChoices(const std::vector<gpu::DeviceReport>& reports, int current, std::string wanted) {
    DeviceChoices choices;
    choices.current = current;
    choices.wanted = std::move(wanted);
    for (int i = 0; i < static_cast<int>(reports.size()); ++i) {
        const gpu::DeviceReport& report = reports[static_cast<std::size_t>(i)];
        choices.entries.push_back(
            {.title = gpu::deviceTitle(reports, i),
             .kind = std::string(gpu::nameOf(report.properties.kind)),
             .about = fmt::format("{}. {}{}", report.properties.driver,
                                  report.usable ? "" : "Not usable: ", fmt::join(report.reasons, ", ")),
             .usable = report.usable});
    }
    if (std::ranges::any_of(reports, &gpu::DeviceReport::usable))
        choices.best = gpu::chooseDevice(reports, -1);
    return choices;
}

}  // namespace impasto::ui
