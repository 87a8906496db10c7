// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace impasto {

/// A failure of the outside world: file, device, camera, memory, disk. Thrown by any part, caught at the session's
/// edge and at thread boundaries, never thrown in a frame's steady state. `what()` is one line of the form
/// "failed: input: reason; hint".
class Error : public std::runtime_error {
  public:
    struct Parts {
        std::string failed;     ///< what could not be done, e.g. "cannot read weights"
        std::string input;      ///< on what: a path, a device name; may be empty
        std::string reason;     ///< why, as precise as known
        std::string hint = {};  ///< what to do about it; may be empty
    };

    explicit Error(Parts parts);

    const Parts& parts() const { return parts_; }

  private:
    Parts parts_;
};

}  // namespace impasto
