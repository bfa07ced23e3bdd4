// Starts that the contract does not allow: an array that has an error output must raise it and start nothing.
#pragma once

#include <cstdint>
#include <string>

#include "timing/hardware_point.h"

namespace ampa::verify {

// Starts tiles with no and too many rows, columns and steps and with formats that do not exist, operands offered and
// results taken all the while; between them one that is allowed. What was wrong, on one line; empty if nothing, and for
// arrays without an error output (rtl/array). Adds the starts to `num_tiles`.
std::string check_refusals(const timing::HardwarePoint& point, std::int64_t& num_tiles);

}  // namespace ampa::verify
