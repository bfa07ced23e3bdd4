// Tiles beyond the bound of K, which no job can have: the array must say that a sum left 32 bits.
#pragma once

#include <cstdint>
#include <string>

#include "timing/hardware_point.h"

namespace ampa::verify {

// Drives the array itself with the deepest tile that must not overflow, the first that must, and a plain one after it,
// for extreme codes of every sign. Sums must wrap, the flag must be set exactly by the second, and the next tile's
// start must clear it. What was wrong, on one line; empty if nothing. Adds the tiles to `num_tiles`.
std::string check_overflow(const timing::HardwarePoint& point, std::int64_t& num_tiles);

}  // namespace ampa::verify
