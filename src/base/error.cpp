// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <utility>

namespace impasto {
namespace {

std::string oneLine(const Error::Parts& parts) {
    std::string line = parts.failed;
    if (!parts.input.empty())
        line += ": " + parts.input;
    if (!parts.reason.empty())
        line += ": " + parts.reason;
    if (!parts.hint.empty())
        line += "; " + parts.hint;
    for (char& character : line) {
        if (character == '\n' || character == '\r')
            character = ' ';
    }
    return line;
}

}  // namespace

Error::Error(Parts parts) : std::runtime_error(oneLine(parts)), parts_(std::move(parts)) {}

}  // namespace impasto
